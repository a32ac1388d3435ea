"""The pages of hotlines and closed duty: an example is set, planned, changed by hand and mended."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from kapok.access import jobs

pytestmark = pytest.mark.django_db

PLACE = "440103022001000"


@pytest.fixture
def lead(db, monkeypatch):
    """A community lead at the pages, whose plans are made in this process."""
    from django.test import Client  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415

    from kapok.planning import making  # noqa: PLC0415
    from kapok_planning.spreading import in_turn  # noqa: PLC0415

    monkeypatch.setattr(
        making, "make_apart", lambda order, **calls: making.make(order, spread=in_turn, **calls)
    )
    with factories.as_box():
        factories.Province()
        factories.Community(code=int(PLACE))
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(factories.Appointment(role="community_lead", place=int(PLACE)).account)
    return client


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


def planned(lead, kind):
    """The address and the page of an example that was planned."""
    begun = lead.post(f"/plans/new/{kind}/", {"title": "T", "place": PLACE, "start": "example"})
    path = begun["Location"]
    page = lead.get(path)
    ask = {"budget": "normal", "seed": "0", "version": version(page)}
    assert lead.post(f"{path}ask/", ask).status_code == 302
    jobs.work_off()
    return path, lead.get(path)


def test_a_hotline_is_planned_and_an_interval_changed_by_hand(lead, transactional_db):
    path, page = planned(lead, "hotline")
    shown = page.content.decode()
    [day] = re.findall(r"People on (\d{4}-\d\d-\d\d)", shown)
    assert "234 lines, alone and together" in shown
    assert "style=" not in shown
    change = {"interval": f"{day} 10:00 INF", "agents": "3", "version": version(page)}
    changed = lead.post(f"{path}change/", change, follow=True).content.decode()
    assert f"{day} 10:00, INF: 3 cannot keep up with 5.67 Erlang; the queue grows." in changed
    assert "it breaks rules, so it cannot be put in force" in changed


def test_a_situation_with_a_wrong_number_is_kept_and_says_what_to_mend(lead):
    begun = lead.post("/plans/new/hotline/", {"title": "T", "place": PLACE, "start": "example"})
    sent = {"shrinkage": "30", "version": version(lead.get(begun["Location"]))}
    page = lead.post(f"{begun['Location']}situation/", sent, follow=True).content.decode()
    assert "30 is not between 0 and 0.99" in page
    assert 'name="shrinkage" inputmode="decimal" value="30"' in page


def test_a_closed_place_is_planned_somebody_moved_and_a_positive_test_mended(
    lead, transactional_db
):
    path, page = planned(lead, "cohorts")
    shown = page.content.decode()
    assert "Who is in which cohort" in shown
    assert "A goes out, B comes in" in shown
    moved = lead.post(
        f"{path}change/",
        {"person": "Wang Fang", "cohort": "D", "version": version(page)},
        follow=True,
    ).content.decode()
    assert "D · Wang Fang" in moved
    first = date.fromisoformat(re.search(r"Cohorts from (\d{4}-\d\d-\d\d)", moved)[1])
    assert first > timezone.localdate()
    mend = {
        "what": "positives", "positives-cohort": "B", "exits-person": "Wang Fang",
        "positives-date": first + timedelta(days=19),
        "positives-clear": first + timedelta(days=30),
        "positives-reason": "a positive test", "positives-approver": "Director Wang",
    }  # fmt: skip
    mended = lead.post(f"{path}mend/", mend)
    situation = lead.get(mended["Location"]).content.decode()
    assert "a positive test" in situation
    assert "Wang Fang,D" in situation


def test_a_happening_that_cannot_be_is_refused_on_the_page(lead, transactional_db):
    path, _page = planned(lead, "cohorts")
    refused = lead.post(f"{path}mend/", {"what": "positives", "positives-date": "2026-06-20"})
    assert refused.status_code == 422
    assert "say whose test it was, or of which cohort" in refused.content.decode()

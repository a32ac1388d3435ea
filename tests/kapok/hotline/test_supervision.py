"""Talks after hard calls: owed, asked for, held; each sees their own, the lead all of the line."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import acting_as
from tests.kapok.hotline.conftest import OTHER_STREET, STREET
from tests.kapok.hotline.done import a_call, again, browser
from tests.kapok.portal.conftest import text_of

from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import Supervision
from kapok.hotline.operations import supervision

pytestmark = pytest.mark.django_db
STEPS = "每周一次，连续四周"


@pytest.fixture
def now():
    return timezone.now()


def a_talk(call, held, due_at):
    with factories.as_owner_of_rows():
        return Supervision.objects.create(
            call=call, place=call.place, account=held.account, due_at=due_at, made_at=due_at
        )


def hold(town, talk, who="hotline_lead", at=None, steps=STEPS):
    held = getattr(town, who)
    with acting_as(held, at or town.at, purpose=""):
        supervision.hold(
            supervision_id=talk.pk, next_steps=steps, by=held.account_id, at=at or town.at
        )


def test_what_both_agreed_on_is_kept_encrypted_and_shown_to_both(town, now):
    talk = a_talk(a_call(town, now, by=town.operator), town.operator, now)
    hold(town, talk, at=now)
    kept = again(talk)
    assert kept.held_by == town.hotline_lead.account
    assert STEPS.encode() not in bytes(kept.next_steps)
    for who in (town.operator, town.hotline_lead):
        assert STEPS in text_of(browser(who).get("/hotline/supervision/"))
    with pytest.raises(Refused, match="noted already"):
        hold(town, talk)


def test_nobody_sees_another_ones(town, now):
    mine = a_talk(a_call(town, now, by=town.operator), town.operator, now)
    hold(town, mine, at=now)
    for who in (town.second, town.other_operator):
        page = text_of(browser(who).get("/hotline/supervision/"))
        assert STEPS not in page
        assert str(town.operator.account) not in page
    with acting_as(town.second, town.at, purpose=""):
        assert not Supervision.objects.exists()


def test_leads_of_other_streets_and_workers_hold_none(town, now):
    talk = a_talk(a_call(town, now, by=town.operator), town.operator, now)
    with pytest.raises(NotAllowed):
        hold(town, talk, "operator")
    town.far = factories.Appointment(role="hotline_lead", place=OTHER_STREET)
    with pytest.raises(Http404):
        hold(town, talk, "far")
    for who in (town.planner, town.worker, town.lead):
        assert browser(who).get("/hotline/supervision/").status_code == 403


def test_a_lead_is_talked_with_by_another(town, now):
    talk = a_talk(a_call(town, now, by=town.hotline_lead), town.hotline_lead, now)
    with pytest.raises(NotAllowed, match="Nobody supervises themselves"):
        hold(town, talk)
    assert "Another lead talks with you." in text_of(
        browser(town.hotline_lead).get("/hotline/supervision/")
    )


def test_whoever_took_a_call_asks_for_a_talk_about_it(town, now):
    call = a_call(town, now, by=town.operator)
    client = browser(town.operator)
    assert f"/hotline/supervision/ask/{call.pk}/" in text_of(client.get("/hotline/supervision/"))
    assert client.post(f"/hotline/supervision/ask/{call.pk}/").status_code == 302
    assert client.post(f"/hotline/supervision/ask/{call.pk}/").status_code == 302
    with factories.as_owner_of_rows():
        [talk] = Supervision.objects.all()
    assert talk.asked_for
    assert talk.due_at - now > timedelta(hours=23)
    assert "asked for" in text_of(browser(town.hotline_lead).get("/hotline/supervision/"))
    assert browser(town.second).post(f"/hotline/supervision/ask/{call.pk}/").status_code == 403
    far = browser(town.other_operator)
    assert far.post(f"/hotline/supervision/ask/{call.pk}/").status_code == 404


def test_late_ones_are_red(town, now):
    a_talk(a_call(town, now, by=town.operator), town.operator, now + timedelta(hours=1))
    page = "/hotline/supervision/"
    assert "Late:" not in text_of(browser(town.hotline_lead).get(page))
    with factories.as_owner_of_rows():
        Supervision.objects.update(due_at=now - timedelta(hours=1))
    assert "Late:" in text_of(browser(town.hotline_lead).get(page))


def test_the_group_of_a_week_is_noted_by_who_came(town, now):
    lead, today = browser(town.hotline_lead), timezone.localdate().isoformat()
    page = text_of(lead.get("/hotline/supervision/"))
    assert page.count("not in 60 days") == 3  # both workers of the street, and the lead
    assert str(town.other_operator.account) not in page
    came = [str(town.operator.account_id), str(town.second.account_id)]
    said = {"came": came, "held_on": today, "next_steps": STEPS}
    assert lead.post("/hotline/supervision/group/", said).status_code == 302
    page = text_of(lead.get("/hotline/supervision/"))
    assert page.count("not in 60 days") == 1
    assert f"{town.operator.account} · {town.second.account}" in page
    own = text_of(browser(town.operator).get("/hotline/supervision/"))
    assert str(town.second.account) not in own
    assert "Weeks in which you came to the group" in own


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"came": []}, 409, "Tick who came."),
        ({"came": ["nobody"]}, 409, "Tick who came."),
        ({"came": ["01a2179e-8476-7245-8549-fccb758a9cc1"]}, 409, "work at no line of yours"),
        ({"held_on": "2099-01-01"}, 409, "still to come"),
        ({"held_on": "2021-01-01"}, 409, "too long ago"),
        ({"held_on": "soon"}, 409, "Write the day"),
        ({"next_steps": "x" * 1001}, 409, "at most 1000 letters"),
    ],
)
def test_what_cannot_be_noted_is_a_sentence(town, more, status, said):
    form = {"came": [str(town.operator.account_id)], "held_on": timezone.localdate().isoformat()}
    answer = browser(town.hotline_lead).post("/hotline/supervision/group/", form | more)
    assert answer.status_code == status
    assert said in text_of(answer)
    with factories.as_owner_of_rows():
        assert not Supervision.objects.exists()


def test_workers_note_no_group(town):
    form = {"came": [str(town.operator.account_id)], "held_on": timezone.localdate().isoformat()}
    assert browser(town.operator).post("/hotline/supervision/group/", form).status_code == 403
    assert town.line.place == STREET

"""The pages of rosters: a lead sets one, sees it, changes it, mends it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kapok.access import jobs
from kapok.planning.models import Plan
from kapok.planning.planners import planner_of

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = 440103022001000


def form(page, name="version"):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


@pytest.fixture
def path(desk):
    """A roster of two gates and a week, planned."""
    begun = desk.client.post(
        "/plans/new/roster/", {"title": "Gates", "place": PLACE, "start": "example"}
    )["Location"]
    page = desk.client.get(begun)
    assert 'roster-more"><summary class="card-header">Limits and prices' in page.content.decode()
    posts = "post,party\nGate 1,police\nGate 2,police\n"
    sent = {"version": form(page), "days": "7", "list_posts": posts, "title": "Gates"}
    kept = desk.client.post(f"{begun}situation/", sent, follow=True)
    assert "It can be planned." in kept.content.decode()
    desk.client.post(f"{begun}ask/", {"budget": "first", "seed": "0", "version": form(kept)})
    jobs.work_off()
    return begun


def plan_of(desk, path):
    with desk.acting():
        return Plan.objects.get(pk=path.strip("/").split("/")[-1])


def test_a_roster_is_seen_by_posts_and_by_people(desk, path):
    whole = desk.client.get(path).content.decode()
    assert "Every seat is filled" in whole
    assert "Still to be gained" not in whole
    assert 'roster-more roster-byhand"><summary class="card-header">Let two people' in whole
    assert whole.count('class="roster-seat party-police"') == 2 * 3 * 7 + 1  # and the key
    people = desk.client.get(f"{path}?view=people").content.decode()
    assert people.count('aria-label="night · Gate') + people.count('aria-label="early · Gate') > 10


def test_a_duty_is_taken_by_hand_and_given_to_whom_the_rules_allow(desk, path):
    page = desk.client.get(path)
    person, date = re.search(
        r'href="\?person=([^&"]+)&amp;date=([\d-]+)#picked', page.content.decode()
    ).groups()
    picked = desk.client.get(f"{path}?person={person}&date={date}")
    name = form(picked, "person")
    sent = {"action": "take", "person": name, "date": date, "version": form(picked)}
    taken = desk.client.post(f"{path}change/?week=0", sent)
    assert taken["Location"].endswith("?week=0")
    whole = desk.client.get(path).content.decode()
    assert "1 seat empty" in whole
    assert "no police" in whole
    query = re.search(r'href="(\?post=[^"#]+)#picked', whole)[1].replace("&amp;", "&")
    offered = desk.client.get(path + query)
    assert "could come" in offered.content.decode()
    fields = {
        key: form(offered, key) for key in ("version", "action", "person", "date", "post", "shift")
    }
    desk.client.post(f"{path}change/", fields)
    assert "1 seat empty" not in desk.client.get(path).content.decode()


def test_somebody_ill_makes_a_new_plan_that_keeps_to_the_running_one(desk, path):
    plan = plan_of(desk, path)
    case = planner_of("roster").read(plan.situation)
    ill = next(i for i, row in enumerate(plan.result["codes"]) if row[2] >= 0)
    day = case.named.days[2].isoformat()
    sent = {"person": case.named.people[ill], "from": day, "to": day}
    mended = desk.client.post(f"{path}mend/", sent)["Location"]
    page = desk.client.get(mended)
    assert "A roster that runs is mended" in page.content.decode()
    desk.client.post(f"{mended}ask/", {"budget": "first", "seed": "0", "version": form(page)})
    jobs.work_off()
    whole = desk.client.get(mended).content.decode()
    assert "Changed for others" in whole
    assert "Every seat is filled" in whole
    after = plan_of(desk, mended).result["codes"]
    changed = sum(a != b for x, y in zip(after, plan.result["codes"], strict=True)
                  for a, b in zip(x, y, strict=True))  # fmt: skip
    assert changed == 2  # who is ill, and who comes


def test_a_list_that_cannot_be_read_is_said_and_nothing_is_lost(desk):
    begun = desk.client.post(
        "/plans/new/roster/", {"title": "Gates", "place": PLACE, "start": "example"}
    )["Location"]
    page = desk.client.get(begun)
    sent = {"version": form(page), "list_people": "colour,size\nred,1\n"}
    answer = desk.client.post(f"{begun}situation/", sent)
    assert answer.status_code == 422
    assert "no list that is known" in answer.content.decode()
    assert len(plan_of(desk, begun).situation["people"]) == 130


def test_text_that_is_no_list_and_an_empty_file_leave_what_was_there(desk):
    begun = desk.client.post(
        "/plans/new/roster/", {"title": "Gates", "place": PLACE, "start": "example"}
    )["Location"]
    version = form(desk.client.get(begun))
    for more, says in (
        ({"list_people": "hello world"}, "has no rows, only “hello world”"),
        ({"file": SimpleUploadedFile("people.csv", b"")}, "people.csv is empty."),
    ):
        answer = desk.client.post(f"{begun}situation/", {"version": version, **more})
        assert answer.status_code == 422
        assert says in answer.content.decode()
    assert len(plan_of(desk, begun).situation["people"]) == 130

"""The pages of plans: begun, set, planned, looked at, compared."""

import json
import re

import pytest
from tests.kapok.planning.plans import PLACE, again, begun, made

from kapok.access import jobs
from kapok.planning.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _templates(tmp_path, settings):
    """Pictures of sums, in place of those of hotlines."""
    folder = tmp_path / "planning" / "hotline"
    folder.mkdir(parents=True)
    (folder / "_plan.html").write_text("<p>picked {{ shown|join:'+' }}</p>")
    (folder / "_mend.html").write_text('<input name="lost">')
    (folder / "_situation.html").write_text(
        '<input name="numbers" value="{{ fields.numbers|join:" " }}">'
        '<input name="wanted" value="{{ fields.wanted }}">'
    )
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]


def form(page, name="version"):
    return re.search(rf'name="{name}" value="(\d+)"', page.content.decode())[1]


def test_a_lead_begins_with_an_example_sets_it_and_plans(desk, transactional_db):
    assert "There is no plan" in desk.client.get("/plans/").content.decode()
    begun = desk.client.post(
        "/plans/new/hotline/", {"title": "January", "place": PLACE, "start": "example"}
    )
    page = desk.client.get(begun["Location"])
    assert 'value="3 4 6"' in page.content.decode()
    path = begun["Location"]
    sent = {"numbers": "2 5", "wanted": "7", "title": "February", "version": form(page)}
    kept = desk.client.post(f"{path}situation/", sent, follow=True)
    assert "It can be planned." in kept.content.decode()
    ask = {"budget": "fast", "seed": "0", "version": form(kept)}
    assert (
        "waits for its turn" in desk.client.post(f"{path}ask/", ask, follow=True).content.decode()
    )
    jobs.work_off()
    whole = desk.client.get(path).content.decode()
    assert "picked 2+5" in whole
    assert "Put it in force" in whole
    assert "February" in desk.client.get("/plans/?kind=hotline").content.decode()


@pytest.mark.parametrize(("wanted", "is_said"), [("7", False), ("9", True)])
def test_above_the_button_stands_that_a_plan_leaves_needs_unmet(
    desk, transactional_db, wanted, is_said
):
    begun = desk.client.post(
        "/plans/new/hotline/", {"title": "January", "place": PLACE, "start": "example"}
    )
    path = begun["Location"]
    sent = {"numbers": "2 5", "wanted": wanted, "title": "January"}
    kept = desk.client.post(
        f"{path}situation/", sent | {"version": form(desk.client.get(path))}, follow=True
    )
    desk.client.post(f"{path}ask/", {"budget": "fast", "seed": "0", "version": form(kept)})
    jobs.work_off()
    whole = desk.client.get(path).content.decode()
    assert ("It leaves some needs unmet: see below." in whole) == is_said
    assert re.search('<button class="btn btn-primary w-100">Put it in force</button>', whole)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title": "x", "place": ""}, "Choose a place."),
        ({"title": "", "place": PLACE}, "Give the plan a title"),
        ({"title": "x", "place": 110000000000000}, "not"),
    ],
)
def test_what_cannot_be_begun_is_said_on_the_form(desk, sent, sentence):
    answer = desk.client.post("/plans/new/hotline/", sent)
    assert answer.status_code in {422, 403}
    assert sentence in answer.content.decode()


def test_a_form_that_cannot_be_read_keeps_what_was_there(desk):
    plan = begun(desk)
    answer = desk.client.post(
        f"/plans/{plan.pk}/situation/", {"numbers": "two", "wanted": "7", "version": "1"}
    )
    assert answer.status_code == 422
    assert "Write numbers with blanks" in answer.content.decode()
    assert again(desk, plan).situation["numbers"] == [3, 4, 6]


def test_what_is_kept_but_cannot_be_planned_says_why(desk):
    plan = begun(desk)
    answer = desk.client.post(
        f"/plans/{plan.pk}/situation/", {"numbers": "", "version": "1"}, follow=True
    )
    assert "Before it can be planned: There are no numbers" in answer.content.decode()


def test_the_page_looks_again_by_itself_until_the_plan_is_there(desk):
    plan = made(desk)
    answer = desk.client.get(f"/plans/{plan.pk}/progress/")
    assert answer["HX-Refresh"] == "true"


def test_changes_by_hand_are_shown_with_what_they_break(desk):
    plan = made(desk)
    sent = {"pick": "2", "version": plan.version}
    page = desk.client.post(f"/plans/{plan.pk}/change/", sent, follow=True).content.decode()
    assert "13 is over 8." in page
    assert "Take the last change back" in page
    assert "disabled" in re.search(r"<button[^>]*>Put it in force", page)[0]
    refused = desk.client.post(
        f"/plans/{plan.pk}/change/", {"pick": "9", "version": plan.version + 1}
    )
    assert refused.status_code == 422
    assert "no such number" in refused.content.decode()


def test_two_plans_are_compared_figure_by_figure(desk):
    one = made(desk)
    other = made(desk, document={"numbers": [3, 5], "wanted": 8})
    page = desk.client.get(f"/plans/compare/?one={one.pk}&other={other.pk}").content.decode()
    assert "+1 better" in " ".join(page.split())
    assert desk.client.get(f"/plans/compare/?one={one.pk}&other=7").status_code == 404


def test_situation_and_plan_are_files_for_commands_and_notebooks(desk):
    plan = made(desk)
    found = desk.client.get(f"/plans/{plan.pk}/document/plan/")
    assert json.loads(found.content) == {"picked": [0, 1]}
    assert "attachment" in found["Content-Disposition"]
    assert desk.client.get(f"/plans/{plan.pk}/document/else/").status_code == 404


def test_a_plan_is_a_table_for_people(desk):
    plan = made(desk)
    found = desk.client.get(f"/plans/{plan.pk}/document/csv/")
    heading, *rows = [line.split(",") for line in found.content.decode().splitlines()[1:]]
    assert heading == ["From", "To", "Post", "Task", "Name", "Places to book"]
    assert [row[2:] for row in rows] == [
        ["post 0", "sum", "Open seat", ""],
        ["post 1", "sum", "Open seat", ""],
        ["sum", "Bookings", "", "7"],
    ]
    assert rows[0][0] == "2031-01-06 08:00"  # local time
    book = desk.client.get(f"/plans/{plan.pk}/document/xlsx/")
    assert book.content.startswith(b"PK")
    assert 'filename="hotline.xlsx"' in book["Content-Disposition"]


def test_it_is_computed_again_copied_mended_and_discarded_from_its_page(desk, transactional_db):
    plan = made(desk)
    again = desk.client.post(f"/plans/{plan.pk}/again/")
    jobs.work_off()
    assert (
        "Computed again with the same result."
        in desk.client.get(again["Location"]).content.decode()
    )
    copy = desk.client.post(f"/plans/{plan.pk}/copy/", {"title": "Other"})
    assert "Other" in desk.client.get(copy["Location"]).content.decode()
    mended = desk.client.post(f"/plans/{plan.pk}/mend/", {"lost": "4"})
    assert "Mends another plan" in desk.client.get(mended["Location"]).content.decode()
    assert desk.client.post(f"{copy['Location']}discard/")["Location"] == "/plans/"
    with desk.acting():
        assert Plan.objects.count() == 3

"""The page of a matter, its moves as forms, and who may see who reported."""

from datetime import timedelta

import pytest
from tests.kapok.matters.test_desk_pages import browser

from kapok.access import scope
from kapok.access.models import BreakGlass, Look
from kapok.ids import uuid7
from kapok.matters.models import Matter, Report, ReporterLook

pytestmark = pytest.mark.django_db
REASON = "The caller must be asked which stairwell it is."


@pytest.fixture
def lamp(town, send):
    answer = send(
        town.dispatcher,
        "report",
        kind="lamp",
        door="PHONE",
        building=str(town.here.pk),
        text="the lamp at the gate",
        contact={"name": "陈小明", "phone": "13800138000"},
    )
    return answer.matter


def version(town, matter):
    with scope.acting(scope.of_appointment(town.dispatcher, at=town.noon)):
        return Matter.objects.get(pk=matter)


def test_the_page_shows_words_and_masks_who_reported(town, lamp):
    answer = browser(town.dispatcher).get(f"/matters/{lamp}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "the lamp at the gate" in page
    assert "陈**" in page
    assert "13800138000" not in page
    with scope.acting(scope.of_account(town.dispatcher.account.pk, at=town.noon)):
        assert Look.objects.filter(action="OPEN", subjects__contains=[lamp]).exists()


@pytest.mark.parametrize("who", ["stranger", "gate", "auditor", "neighbour"])
def test_others_do_not_find_it(town, lamp, who):
    assert browser(getattr(town, who)).get(f"/matters/{lamp}/").status_code in {403, 404}


def test_buttons_are_the_moves_that_may_be_made(town, lamp):
    desk = browser(town.dispatcher).get(f"/matters/{lamp}/").context["buttons"]
    worker = browser(town.worker).get(f"/matters/{lamp}/").context["buttons"]
    assert {"assign", "hold", "escalate", "correct"} <= {each.move for each in desk}
    assert {"start", "arrive", "finish", "settle", "return"} <= {each.move for each in worker}
    assert "assign" not in {each.move for each in worker}


def test_a_move_is_made_by_its_form(town, lamp):
    client = browser(town.dispatcher)
    asked = client.get(f"/matters/{lamp}/moves/hold/")
    assert [widget.name for widget in asked.context["widgets"]] == ["until", "reason", "text"]
    sent = {"id": str(uuid7()), "until": "2099-01-01T12:00", "reason": "waits for a part"}
    answer = client.post(f"/matters/{lamp}/moves/hold/", sent)
    assert answer.status_code == 302
    assert version(town, lamp).state == "ON_HOLD"
    again = client.post(f"/matters/{lamp}/moves/hold/", sent)
    assert again.status_code == 302  # the same form sent twice is carried out once


def test_what_is_missing_is_said_beside_its_field(town, lamp):
    answer = browser(town.dispatcher).post(f"/matters/{lamp}/moves/hold/", {"reason": ""})
    assert answer.status_code == 422
    assert any(widget.fault for widget in answer.context["widgets"])


def test_a_conflict_shows_what_changed_and_lets_one_decide(town, send, lamp):
    seen = version(town, lamp).version
    send(town.second_dispatcher, "hold", lamp, reason="busy", until="2099-01-01T00:00:00Z")
    client = browser(town.dispatcher)
    sent = {"id": str(uuid7()), "reason": "too hard", "seen": str(seen)}
    answer = client.post(f"/matters/{lamp}/moves/reject/", sent)
    assert answer.status_code == 409
    assert answer.context["newer"][0].move == "hold"
    sent = {"id": str(uuid7()), "seen": str(answer.context["card"].facts.version)}
    assert client.post(f"/matters/{lamp}/moves/resume/", sent).status_code == 302


def test_a_note_is_a_files_less_form_of_words(town, lamp):
    client = browser(town.worker)
    client.post(f"/matters/{lamp}/moves/note/", {"text": "ladder needed"})
    assert "ladder needed" in client.get(f"/matters/{lamp}/").content.decode()


def test_who_reported_is_shown_for_a_reason_that_is_kept(town, lamp):
    client = browser(town.street)
    [report] = client.get(f"/matters/{lamp}/").context["card"].reports
    path = f"/matters/{lamp}/reports/{report.id}/reporter/"
    assert client.post(path, {"reason": "why"}).status_code == 422
    shown = client.post(path, {"reason": REASON})
    assert "+8613800138000" in shown.content.decode()
    with scope.acting(scope.of_account(town.street.account.pk, at=town.noon)):
        assert ReporterLook.objects.get().reason == REASON
        assert Look.objects.filter(action="REVEAL", subjects__contains=[report.id]).exists()


def test_a_hidden_reporter_is_shown_by_an_emergency_look_alone(town, send):
    matter = send(
        town.dispatcher,
        "report",
        kind="lamp",
        door="PHONE",
        building=str(town.here.pk),
        contact={"name": "陈小明", "phone": "13800138000", "hidden": True},
    ).matter
    client = browser(town.dispatcher)
    page = client.get(f"/matters/{matter}/")
    assert "陈" not in page.content.decode().replace("陈主任", "")
    [report] = page.context["card"].reports
    path = f"/matters/{matter}/reports/{report.id}/reporter/"
    refused = client.post(path, {"reason": REASON})
    assert refused.status_code == 422
    assert "13800138000" not in refused.content.decode()
    assert not BreakGlass.objects.exists()
    opened = client.post(path, {"reason": REASON, "emergency": "1"})
    assert "+8613800138000" in opened.content.decode()
    assert BreakGlass.objects.get().subjects == [report.id]


def test_roles_without_the_right_do_not_see_who_reported(town, lamp):
    with scope.acting(scope.of_intake(town.station.pk, at=town.noon)):
        report = Report.objects.get(matter=lamp)
    path = f"/matters/{lamp}/reports/{report.pk}/reporter/"
    for who in (town.worker, town.police, town.stranger):
        assert browser(who).post(path, {"reason": REASON}).status_code == 403


def test_several_are_held_together_with_one_reason(town, send):
    keys = [
        send(town.dispatcher, "report", kind="lamp", building=str(town.here.pk), text=t).matter
        for t in ("one", "two")
    ]
    client = browser(town.dispatcher)
    sent = {"move": "hold", "matter": [str(key) for key in keys], "batch": str(uuid7())}
    asked = client.post("/matters/together/", sent)
    assert len(asked.context["lines"]) == 2
    more = {"until": "2099-01-01T12:00", "reason": "storm", "asked": "1"}
    assert client.post("/matters/together/", sent | more).status_code == 302
    assert {version(town, key).state for key in keys} == {"ON_HOLD"}


def test_several_are_merged_into_the_first(town, send):
    keys = [
        send(
            town.dispatcher, "report", kind="breakout", why="defiant", door="PHONE",
            building=str(building.pk), text=words, later=timedelta(minutes=n),
        ).matter
        for n, (words, building) in enumerate([("gate", town.here), ("other", town.far)])
        if building is town.here or n == 0
    ]  # fmt: skip
    other = send(
        town.dispatcher, "report", kind="breakout", why="defiant", door="PHONE",
        building=str(town.next_to.pk), text="a crowd", later=timedelta(minutes=5),
    ).matter  # fmt: skip
    sent = {"move": "join", "matter": [str(other), str(keys[0])], "batch": str(uuid7())}
    assert browser(town.dispatcher).post("/matters/together/", sent).status_code == 302
    assert version(town, other).duplicate_of_id == keys[0]

"""A call goes on where no pack in force has words for a hotline: nothing of it is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.done import a_back
from tests.kapok.hotline.talking import PHONE, a_call, as_, browser, text

from kapok.hotline import rules
from kapok.hotline.models import CallBack, CallRecord, RiskScreen
from kapok.hotline.operations import discreet, screening
from kapok.hotline.queries.records import record_of
from kapok.hotline.workflow import LineKind, State
from kapok.packs.look_up import Rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def speechless(monkeypatch):
    """No pack in force has words for a hotline."""

    def stop():
        monkeypatch.setattr(Rules, "hotline", lambda _rules: None)

    return stop


def post(town, call, what, **said):
    return browser(town.operator).post(f"/hotline/calls/{call.pk}/{what}/", said)


def state_of(call):
    with factories.as_owner_of_rows():
        call.refresh_from_db()
    return call.state


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_a_live_call_says_what_is_missing_and_works(town, speechless, language):
    speechless()
    call = a_call(town)
    answer = browser(town.operator, language).get(f"/hotline/calls/{call.pk}/")
    assert answer.status_code == 200
    shown = text(answer)
    assert PHONE in shown
    assert f"/hotline/calls/{call.pk}/hang-up/" in shown
    assert f"/hotline/calls/{call.pk}/notes/" in shown
    assert f"/hotline/calls/{call.pk}/screen/start/" in shown
    if language == "en":
        assert "No pack in force here has words for a hotline" in shown


def test_it_is_noted_hung_up_and_closed(town, speechless):
    speechless()
    call = a_call(town)
    assert post(town, call, "notes", notes="要药", seen="").status_code in {302, 422}
    seen = browser(town.operator).get(f"/hotline/calls/{call.pk}/")
    assert seen.status_code == 200
    assert post(town, call, "who", caller="王", address="1栋").status_code == 302
    assert post(town, call, "hang-up").status_code == 302
    assert state_of(call) == State.WRAP_UP
    promised = timezone.localtime() + timedelta(hours=1)
    closed = post(
        town, call, "close", outcome="RESOLVED", promised_at=promised.strftime("%Y-%m-%dT%H:%M")
    )
    assert closed.status_code == 302, text(closed)
    assert state_of(call) == State.CLOSED
    with factories.as_owner_of_rows():
        assert CallBack.objects.filter(call=call, why="PROMISED").count() == 1


def test_danger_is_screened_for_by_the_ladder_of_kapok(town, speechless):
    speechless()
    call = a_call(town)
    post(town, call, "screen/start")
    shown = text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))
    for code in ("distress", "thoughts", "plan", "means", "now"):
        assert f'name="asked.{code}"' in shown
    low = post(town, call, "screen", **{"asked.plan": "yes", "level": "1"})
    assert "at least L3" in text(low)
    assert post(town, call, "screen", **{"asked.plan": "yes", "level": "3"}).status_code == 302
    with factories.as_owner_of_rows():
        row = RiskScreen.objects.get(call=call)
        assert (row.level, row.pack_id) == (3, None)
        assert CallBack.objects.filter(call=call, why="FOLLOW_UP").count() == 4
    shown = text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))
    assert "Keep the line. Ask for a second worker beside you." in shown


def test_a_second_worker_writes_who_was_told_without_a_pack_too(town, speechless):
    speechless()
    call = a_call(town)
    post(town, call, "second")
    helper = browser(town.second)
    helper.post(f"/hotline/calls/{call.pk}/second/come/")
    said = {"level": "4", "told": "120", "rescue": "EMERGENCY"}
    assert helper.post(f"/hotline/calls/{call.pk}/second/told/", said).status_code == 302
    with factories.as_owner_of_rows():
        assert RiskScreen.objects.get(call=call).pack_id is None


def test_a_call_that_should_be_screened_is_before_it_closes(town, speechless):
    with factories.as_owner_of_rows():
        town.line.kind = LineKind.PSYCHOLOGICAL
        town.line.save()
    call = a_call(town, state=State.WRAP_UP, ended_at=timezone.now())
    speechless()
    browser(town.operator).get(f"/hotline/calls/{call.pk}/")  # from now on it is due
    refused = post(town, call, "close", outcome="RESOLVED")
    assert "to be screened for danger" in text(refused)
    post(town, call, "screen", level="0")
    assert post(town, call, "close", outcome="RESOLVED").status_code == 302
    assert state_of(call) == State.CLOSED


def test_a_heavy_call_keeps_its_follow_ups(town, speechless):
    call = a_call(town)
    with as_(town.operator):
        screening.screen(
            call_id=call.pk, answers={"plan": True}, level=3, reason="", told="", rescue="",
            by=town.operator.account, at=timezone.now(),
        )  # fmt: skip
    speechless()
    post(town, call, "hang-up")
    assert post(town, call, "close", outcome="CUT_OFF").status_code == 302
    with factories.as_owner_of_rows():
        waiting = CallBack.objects.filter(call=call, state="WAITING")
        assert sorted(waiting.values_list("step", flat=True)) == ["", "24h", "30d", "7d", "90d"]


def test_the_safe_word_is_heard_and_nobody_calls_back(town, speechless):
    speechless()
    call = a_call(town)
    a_back(call, timezone.now(), why="CUT_OFF")
    with as_(town.operator):
        discreet.begin(call_id=call.pk, by=town.operator.account, at=timezone.now())
        assert record_of(call.pk).is_discreet
    with factories.as_owner_of_rows():
        assert CallBack.objects.get().state == "CANCELLED"
        assert CallRecord.objects.get().is_discreet
    assert browser(town.operator).get(f"/hotline/calls/{call.pk}/").status_code == 200


def test_the_ladder_is_shown_by_its_own_names(town, speechless):
    call = a_call(town)
    with as_(town.operator):
        screening.screen(
            call_id=call.pk, answers={}, level=4, reason="", told="", rescue="",
            by=town.operator.account, at=timezone.now(),
        )  # fmt: skip
    speechless()
    shown = text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))
    assert "L4: an act in progress" in shown
    assert not rules.spoken_at(town.line.place, timezone.now()).categories

"""A call closes with its outcome, its needs settled, screened where due, and what was promised."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.talking import a_call, as_, browser, happened, text

from kapok.errors import Refused
from kapok.hotline.models import CallBack, Need, Seat
from kapok.hotline.operations import closing, discreet, needs, screening
from kapok.hotline.workflow import State

pytestmark = pytest.mark.django_db


def close(town, call, outcome, promised_at=None):
    with as_(town.operator):
        return closing.close(
            call_id=call.pk, outcome=outcome, promised_at=promised_at, by=town.operator.account,
            at=timezone.now(),
        )  # fmt: skip


def wrapped_up(town, **more):
    return a_call(town, state=State.WRAP_UP, ended_at=timezone.now(), **more)


def settled(town, call, to=""):
    about = {"call_id": call.pk, "key": uuid4(), "by": town.operator.account, "at": timezone.now()}
    with as_(town.operator):
        if to:
            needs.refer(category="money", to=to, **about)
        else:
            needs.answered(category="knowledge", **about)


def test_hanging_up_is_once_and_what_is_wrapped_up_is_closed(town):
    call = a_call(town)
    at = timezone.now()
    with factories.as_owner_of_rows():
        seat = Seat.objects.create(
            line=town.line, place=town.line.place, account=town.operator.account,
            state="WRAP_UP", state_since=at, phones_since=at, sat_at=at,
        )  # fmt: skip
    with pytest.raises(Refused, match="Hang up first"):
        close(town, call, "RESOLVED")
    client = browser(town.operator)
    for _turn in range(2):
        assert client.post(f"/hotline/calls/{call.pk}/hang-up/").status_code == 302
    refused = client.post(f"/hotline/calls/{call.pk}/close/", {"outcome": "RESOLVED"})
    assert "what the caller needed" in text(refused)
    settled(town, call)
    client.post(f"/hotline/calls/{call.pk}/close/", {"outcome": "RESOLVED"})
    with factories.as_owner_of_rows():
        call.refresh_from_db()
        seat.refresh_from_db()
        assert (call.state, call.outcome, seat.state) == ("CLOSED", "RESOLVED", "FREE")
    assert happened(call) == ["ENDED", "NEED", "CLOSED"]
    with pytest.raises(Refused, match="closed"):
        close(town, call, "RESOLVED")


@pytest.mark.parametrize(
    ("outcome", "to", "sentence"),
    [
        ("MATTERS", "", "No matter was opened"), ("REFERRED", "", "to which service"),
        ("NOT_REACHED", "", "somebody was reached"), ("", "", "Choose how"),
        ("RESOLVED", "民政局", ""), ("REFERRED", "民政局", ""), ("SILENT", "", ""),
    ],
)  # fmt: skip
def test_the_outcome_is_what_the_needs_say(town, outcome, to, sentence):
    call = wrapped_up(town)
    settled(town, call, to)
    if sentence:
        with pytest.raises(Refused, match=sentence):
            close(town, call, outcome)
    else:
        assert close(town, call, outcome).state == State.CLOSED


def test_who_is_due_to_be_screened_is_screened_before_the_end_unless_nobody_was_there(town):
    call = wrapped_up(town, screen_due_at=timezone.now())
    settled(town, call)
    with pytest.raises(Refused, match="to be screened for danger"):
        close(town, call, "RESOLVED")
    with as_(town.operator):
        screening.screen(
            call_id=call.pk, answers={}, level=0, reason="", told="", rescue="",
            by=town.operator.account, at=timezone.now(),
        )  # fmt: skip
    close(town, call, "RESOLVED")
    close(town, wrapped_up(town, screen_due_at=timezone.now()), "SILENT")


def test_who_was_cut_off_is_called_back_in_five_minutes(town):
    call = wrapped_up(town)
    close(town, call, "CUT_OFF")
    with factories.as_owner_of_rows():
        [owed] = CallBack.objects.all()
        assert (owed.why, owed.due_at) == ("CUT_OFF", call.ended_at + timedelta(minutes=5))


def test_follow_ups_count_from_the_end_of_the_call(town):
    call = a_call(town)
    with as_(town.operator):
        screening.screen(
            call_id=call.pk, answers={"plan": True}, level=3, reason="", told="", rescue="",
            by=town.operator.account, at=timezone.now(),
        )  # fmt: skip
        end = timezone.now() + timedelta(minutes=40)
        closing.hang_up(call_id=call.pk, by=town.operator.account, at=end)
    settled(town, call)
    close(town, call, "RESOLVED")
    with factories.as_owner_of_rows():
        assert CallBack.objects.get(step="24h").due_at == end + timedelta(hours=24)


def test_a_promise_is_for_a_number_a_coming_moment_and_nobody_in_danger(town):
    soon = timezone.now() + timedelta(hours=2)
    call = wrapped_up(town)
    settled(town, call)
    with pytest.raises(Refused, match="still to come"):
        close(town, call, "RESOLVED", timezone.now() - timedelta(minutes=1))
    nameless = wrapped_up(town, phone=None)
    settled(town, nameless)
    with pytest.raises(Refused, match="no number to call back"):
        close(town, nameless, "RESOLVED", soon)
    quiet = wrapped_up(town)
    settled(town, quiet)
    with as_(town.operator):
        discreet.begin(call_id=quiet.pk, by=town.operator.account, at=timezone.now())
    with pytest.raises(Refused, match="have not said that a call is safe"):
        close(town, quiet, "RESOLVED", soon)
    bad = browser(town.operator).post(
        f"/hotline/calls/{call.pk}/close/", {"outcome": "RESOLVED", "promised_at": "tomorrow"}
    )
    assert bad.status_code == 422
    close(town, call, "RESOLVED", soon)
    with factories.as_owner_of_rows():
        assert CallBack.objects.get(why="PROMISED").due_at == soon


def silent(town):
    """They said the safe word, and no more."""
    call = wrapped_up(town)
    with as_(town.operator):
        discreet.begin(call_id=call.pk, by=town.operator.account, at=timezone.now())
    return call


def test_who_could_not_speak_is_not_closed_without_help_by_a_slip(town):
    call = silent(town)
    client, path = browser(town.operator), f"/hotline/calls/{call.pk}/close/"
    refused = client.post(path, {"outcome": "CUT_OFF"})
    assert refused.status_code == 422
    assert "They could not speak. Close it without help?" in text(refused)
    assert 'name="is_sure"' in text(refused)
    assert client.post(path, {"outcome": "CUT_OFF", "is_sure": "yes"}).status_code == 302


def test_who_could_not_speak_and_said_what_they_need_is_closed_at_once(town):
    call = silent(town)
    settled(town, call)
    assert close(town, call, "CUT_OFF").state == State.CLOSED
    answered = silent(town)
    with as_(town.operator):
        discreet.answer(
            call_id=answered.pk, question="safe_later", yes=False, by=town.operator.account,
            at=timezone.now(),
        )  # fmt: skip
    assert close(town, answered, "CUT_OFF").state == State.CLOSED


def test_a_call_of_ours_settles_what_it_was_owed_for_at_once(town):
    theirs, ours = wrapped_up(town), wrapped_up(town, way="OUT")
    with factories.as_owner_of_rows():
        back = CallBack.objects.create(
            call=theirs, line=theirs.line, place=theirs.place, why="MISSED", due_at=town.at,
            next_at=town.at, made_at=town.at, state="TAKEN", taken_by=town.operator.account,
            taken_at=town.at, answer=ours,
        )  # fmt: skip
    close(town, ours, "SILENT")
    with factories.as_owner_of_rows():
        back.refresh_from_db()
        assert (back.state, back.n_tries) == ("DONE", 1)


def test_the_outcome_is_chosen_already_where_a_matter_was_opened(town):
    call = wrapped_up(town)
    path = f"/hotline/calls/{call.pk}/"
    assert 'value="MATTERS" checked' not in text(browser(town.operator).get(path))
    with factories.as_owner_of_rows():
        Need.objects.create(call=call, category="medicine", matter=uuid4(), at=timezone.now())
    assert 'value="MATTERS" checked' in text(browser(town.operator).get(path))


def test_what_is_owed_is_told_in_words(town):
    call = wrapped_up(town)
    with factories.as_owner_of_rows():
        CallBack.objects.create(
            call=call, line=call.line, place=call.place, why="FOLLOW_UP", step="done",
            due_at=town.at, next_at=town.at, made_at=town.at,
        )  # fmt: skip
    assert "did it help?" in text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))

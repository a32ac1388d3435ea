"""The wrap-up of somebody who went away: its lead hands it on or closes it, and loses nothing."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import acting_as, sit
from tests.kapok.hotline.talking import a_call, as_, browser, happened, text

from kapok.access import scope
from kapok.access.models import Look
from kapok.errors import NotAllowed, Refused
from kapok.hotline.box import of_exchange
from kapok.hotline.models import CallBack, Need, Seat, Supervision
from kapok.hotline.operations import closing, relieving, screening, seats, settling
from kapok.hotline.queries import wrap_ups
from kapok.hotline.queries.records import record_of
from kapok.hotline.workflow import State

pytestmark = pytest.mark.django_db
REASON = "She fell ill on the way home"


def wrapped_up(town, **more):
    return a_call(town, **{"state": State.WRAP_UP, "ended_at": timezone.now()} | more)


def a_need(call, **more):
    with factories.as_owner_of_rows():
        Need.objects.create(call=call, category="medicine", at=timezone.now(), **more)


def close_for(town, call, outcome="RESOLVED", reason=REASON, who=None):
    who = who or town.hotline_lead
    with as_(who):
        return relieving.close_for(
            call_id=call.pk, outcome=outcome, reason=reason, by=who.account, at=timezone.now()
        )


def hand_on(town, call, to, who=None, reason=REASON):
    who = who or town.hotline_lead
    with as_(who):
        return relieving.hand_on(
            call_id=call.pk, to=to.account_id, reason=reason, by=who.account, at=timezone.now()
        )


def owed(call):
    with factories.as_owner_of_rows():
        rows = CallBack.objects.filter(call=call)
        return [(row.why, row.step, row.is_urgent) for row in rows]


def again(row):
    with factories.as_owner_of_rows():
        row.refresh_from_db()
    return row


def test_the_lead_closes_it_with_outcome_and_reason_in_the_trace(town):
    call = wrapped_up(town)
    a_need(call)
    assert close_for(town, call).state == State.CLOSED
    assert (again(call).outcome, call.operator) == ("RESOLVED", town.operator.account)
    assert happened(call) == ["ENDED", "CLOSED"]
    with factories.as_owner_of_rows():
        event = call.events.get(what="CLOSED")
        assert event.by_id == town.hotline_lead.account_id
        notes = record_of(call.pk).notes
        assert notes.endswith(f"{town.hotline_lead.account}] {REASON}")
        assert Look.objects.filter(action="CHANGE", subjects=[call.pk]).count() == 1
    assert owed(call) == []


def test_it_is_closed_with_a_reason_and_a_fitting_outcome_alone(town):
    call = wrapped_up(town)
    a_need(call, matter=call.pk)
    for outcome, reason, sentence in [
        ("RESOLVED", " ", "Write why"), ("", REASON, "Choose how"),
        ("RESOLVED", REASON, "Matters were opened"), ("NOT_REACHED", REASON, "somebody was reach"),
    ]:  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            close_for(town, call, outcome, reason)
    with pytest.raises(Refused, match="No matter was opened"):
        close_for(town, wrapped_up(town), "MATTERS")
    assert close_for(town, call, "MATTERS").state == State.CLOSED


def test_what_nobody_wrote_down_is_asked_in_a_call_back(town):
    call = wrapped_up(town)
    close_for(town, call)
    assert owed(call) == [("FOLLOW_UP", "open", False)]
    assert "what was left open" in text(browser(town.second).get("/hotline/backs/?why=FOLLOW_UP"))


def test_who_was_to_be_screened_is_called_at_once(town):
    call = wrapped_up(town, screen_due_at=timezone.now())
    a_need(call)
    close_for(town, call)
    assert owed(call) == [("FOLLOW_UP", "open", True)]


def test_nobody_is_called_where_nobody_spoke_or_the_number_was_withheld(town):
    silent = wrapped_up(town, screen_due_at=timezone.now())
    close_for(town, silent, "SILENT")
    nameless = wrapped_up(town, phone=None, screen_due_at=timezone.now())
    close_for(town, nameless)
    assert owed(silent) == owed(nameless) == []


def test_only_the_lead_of_the_line_does_it(town):
    call = wrapped_up(town)
    with pytest.raises(NotAllowed):
        close_for(town, call, who=town.second)
    with pytest.raises(Http404):
        close_for(town, call, who=town.other_operator)
    with pytest.raises(NotAllowed):
        hand_on(town, call, town.second, who=town.second)
    talking = a_call(town)
    with pytest.raises(Refused, match="“Talking” by now"):
        close_for(town, talking)
    own = wrapped_up(town, by=town.hotline_lead)
    with pytest.raises(Refused, match="your own"):
        close_for(town, own)


def test_it_is_handed_to_somebody_who_sits_and_is_theirs_then(town):
    call = wrapped_up(town)
    with pytest.raises(Refused, match="somebody who sits"):
        hand_on(town, call, town.second)
    sit(town, town.second, town.line)
    with pytest.raises(Refused, match="Write why"):
        hand_on(town, call, town.second, reason="")
    hand_on(town, call, town.second)
    assert again(call).operator == town.second.account
    assert happened(call) == ["ENDED", "HANDED_ON", "TAKEN_OVER"]
    with factories.as_owner_of_rows():
        assert Seat.objects.get(account=town.second.account).state == "WRAP_UP"
    with pytest.raises(Refused, match="have this call already"):
        hand_on(town, call, town.second)
    a_need(call)
    with as_(town.second):
        closing.close(
            call_id=call.pk, outcome="RESOLVED", promised_at=None, by=town.second.account,
            at=timezone.now(),
        )  # fmt: skip
    assert again(call).state == State.CLOSED


def test_a_late_event_of_the_telephone_system_leaves_it_with_them(town):
    call = wrapped_up(town)
    sit(town, town.second, town.line)
    hand_on(town, call, town.second)
    again(call)
    with scope.acting(of_exchange(at=timezone.now())):
        settling.note(call, call.events.model.What.ENDED, by=None, moment=town.at, at=town.at)
    assert (again(call).state, call.operator) == ("WRAP_UP", town.second.account)


def test_the_talk_after_a_heavy_call_is_owed_to_whoever_talked(town):
    call = a_call(town)
    with as_(town.operator):
        screening.screen(
            call_id=call.pk, answers={"plan": True}, level=3, reason="", told="", rescue="",
            by=town.operator.account, at=timezone.now(),
        )  # fmt: skip
        closing.hang_up(call_id=call.pk, by=town.operator.account, at=timezone.now())
    sit(town, town.second, town.line)
    hand_on(town, call, town.second)
    a_need(call)
    with as_(town.second, later=timedelta(minutes=1)):
        closing.close(
            call_id=call.pk, outcome="RESOLVED", promised_at=None, by=town.second.account,
            at=timezone.now(),
        )  # fmt: skip
    with factories.as_owner_of_rows():
        assert list(Supervision.objects.values_list("account", flat=True)) == [
            town.operator.account_id
        ]
        assert CallBack.objects.filter(why="FOLLOW_UP").count() == 4


def listed(who, later=timedelta()):
    with as_(who, later=later):
        return [each.call for each in wrap_ups.left(at=timezone.now() + later)]


def test_the_lead_sees_it_on_the_board_and_on_the_page_of_the_call(town):
    call = wrapped_up(town)
    assert listed(town.hotline_lead) == [call.pk]
    assert listed(town.second) == []
    client = browser(town.hotline_lead)
    board = text(client.get("/hotline/board/"))
    assert f'href="/hotline/calls/{call.pk}/#end"' in board
    path = f"/hotline/calls/{call.pk}/"
    page = text(client.get(path))
    assert "has not wrapped this call up" in page
    assert f"{path}close-for/" in page
    assert f"{path}close-for/" not in text(browser(town.operator).get(path))
    refused = client.post(f"{path}close-for/", {"outcome": "SILENT", "reason": ""})
    assert refused.status_code == 422
    said = {"outcome": "SILENT", "reason": REASON}
    assert client.post(f"{path}close-for/", said).status_code == 302
    assert again(call).state == State.CLOSED
    assert listed(town.hotline_lead) == []


def test_it_is_handed_on_from_the_page(town):
    call = wrapped_up(town)
    sit(town, town.second, town.line, at=timezone.now())
    client, path = browser(town.hotline_lead), f"/hotline/calls/{call.pk}/hand-on/"
    assert "Choose somebody" in text(client.post(path, {"account": "", "reason": REASON}))
    client.post(path, {"account": str(town.second.account_id), "reason": REASON})
    assert again(call).operator == town.second.account


def test_who_still_sits_is_left_half_an_hour_to_write(town):
    call = wrapped_up(town)
    sit(town, town.operator, town.line, at=timezone.now())
    assert listed(town.hotline_lead) == []
    assert listed(town.hotline_lead, later=timedelta(minutes=31)) == [call.pk]
    page = text(browser(town.hotline_lead).get(f"/hotline/calls/{call.pk}/"))
    assert "ask them first" in page


def test_whoever_gets_up_with_wrap_ups_is_warned(town):
    wrapped_up(town)
    sit(town, town.operator, town.line, at=timezone.now())
    by = town.operator.account_id
    with acting_as(town.operator, timezone.now()), pytest.raises(Refused, match="1 call of yours"):
        seats.get_up(by=by, at=timezone.now())
    client = browser(town.operator)
    desk = text(client.get("/hotline/"))
    assert "still to be wrapped up" in desk
    assert "Get up all the same" in desk
    client.post("/hotline/get-up/")
    with factories.as_owner_of_rows():
        assert Seat.objects.filter(account=by, left_at=None).exists()
    client.post("/hotline/get-up/", {"is_sure": "yes"})
    with factories.as_owner_of_rows():
        assert not Seat.objects.filter(account=by, left_at=None).exists()

"""Clocks: due, warned, late, escalated, paused; each level once, whatever dies in between."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok.access import scope
from kapok.matters.engine import clocks as arithmetic
from kapok.matters.engine.facts import ClockState
from kapok.matters.models import Firing, Matter, MatterClock
from kapok.matters.operations import clocks
from kapok.packs.schema import Clock, WorkingTime

HOUR = timedelta(hours=1)


def shown(town, model=Firing):
    with scope.acting(scope.of_intake(clocks.DOOR, at=town.noon)):
        return list(model.objects.all())


def test_levels_come_one_after_the_other_and_each_once(town, send):
    send(town.worker, "report", kind="help", building=str(town.here.pk))
    assert clocks.run(at=town.noon + 4 * HOUR) == 1
    assert clocks.run(at=town.noon + 4 * HOUR) == 0
    assert clocks.run(at=town.noon + 5 * HOUR) == 1
    levels = [(each.level, each.does) for each in shown(town)]
    assert levels == [(100, "RETURN_TO_QUEUE"), (50, "REMIND")]


def test_work_that_nobody_touched_returns_to_the_queue_by_itself(town, send):
    found = send(town.worker, "report", kind="help", building=str(town.here.pk))
    clocks.run(at=town.noon + 3 * HOUR)
    with scope.acting(scope.of_intake(clocks.DOOR, at=town.noon)):
        row = Matter.objects.get(pk=found.matter)
        assert (row.state, row.assignee) == ("RETURNED", None)
        event = row.events.last()
        assert (event.role, event.data["reason"]) == ("box", "clock touch 100 %")


def test_after_a_jump_of_time_all_levels_that_were_passed_are_answered_for(town, send):
    found = send(town.gate, "report", kind="help", building=str(town.next_to.pk))
    send(town.neighbour, "start", found.matter)
    clocks.run(at=town.noon + 20 * HOUR)
    row = next(each for each in shown(town, Matter) if each.pk == found.matter)
    codes = {clock.pk: clock.code for clock in shown(town, MatterClock)}
    levels = sorted(each.level for each in shown(town) if codes[each.clock_id] == "settle")
    assert levels == [50, 80, 100, 150]
    assert (row.desk, row.late_at) == ("STREET", town.noon + 20 * HOUR)


def test_a_clock_stands_still_while_the_matter_is_on_hold_and_goes_on_after_it(town, send):
    found = send(town.lead, "report", kind="help", building=str(town.here.pk))
    send(
        town.lead, "hold", found.matter, reason="away until tomorrow",
        until=str(town.noon + 30 * HOUR), later=5 * HOUR,
    )  # fmt: skip
    clocks.run(at=town.noon + 29 * HOUR)
    assert [c.state for c in shown(town, MatterClock) if c.code == "settle"] == ["PAUSED"]
    clocks.run(at=town.noon + 30 * HOUR)
    [settle] = [c for c in shown(town, MatterClock) if c.code == "settle"]
    assert (settle.state, settle.due_at) == ("RUNNING", town.noon + 35 * HOUR)


def test_time_is_extended_as_often_as_the_pack_allows(town, send):
    found = send(town.lead, "report", kind="help", building=str(town.here.pk))
    more = {"clock": "settle", "reason": "the doctor comes tomorrow"}
    assert send(town.lead, "extend", found.matter, **more).status == "TAKEN"
    [settle] = [c for c in shown(town, MatterClock) if c.code == "settle"]
    assert settle.due_at == town.noon + 15 * HOUR
    again = send(town.lead, "extend", found.matter, **more)
    assert again.sentence == "“Settle” may be extended 1 times at most, and was."


def test_a_run_that_dies_in_between_leaves_the_levels_due(town, send, monkeypatch):
    send(town.worker, "report", kind="help", building=str(town.here.pk))

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(clocks, "apply", die)
    with pytest.raises(KeyboardInterrupt):
        clocks.run(at=town.noon + 3 * HOUR)
    assert shown(town) == []
    monkeypatch.undo()
    assert clocks.run(at=town.noon + 3 * HOUR) > 0


HOURS = WorkingTime.model_validate(
    {"hours": [{"starts": "09:00", "ends": "12:00"}, {"starts": "14:00", "ends": "18:00"}],
     "source": "ours"}
)  # fmt: skip
LIMITS = st.one_of(
    st.integers(1, 500).map(lambda n: {"minutes": n}),
    st.integers(1, 80).map(lambda n: {"hours": n}),
    st.integers(1, 40).map(lambda n: {"working_hours": n}),
)
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


def clock_of(limit):
    return Clock.model_validate(
        {
            "code": "it", "label": {"zh": "一", "en": "It"}, "starts": {"move": "report"},
            "stops": {"state": "CLOSED"}, "limit": limit, "source": "ours", "max_extensions": 3,
            "at": [{"percent": 50, "do": "REMIND"}, {"percent": 150, "do": "ESCALATE"}],
        }
    )  # fmt: skip


@given(LIMITS, st.lists(st.tuples(st.integers(0, 600), st.integers(0, 6000)), max_size=4))
@settings(max_examples=60)
def test_pauses_move_the_end_but_never_the_time_that_is_left(limit, pauses):
    clock, now = clock_of(limit), MONDAY
    timing = {"urgency": "ORDINARY", "hours": HOURS}
    known = arithmetic.started(clock, at=now, **timing)
    before = known.due_at
    for works, rests in pauses:
        now += timedelta(minutes=works)
        if now >= known.due_at:
            return
        known = arithmetic.paused(known, clock, at=now, **timing)
        assert known.state == ClockState.PAUSED
        assert known.next_at is None
        now += timedelta(minutes=rests)
        known = arithmetic.resumed(known, clock, at=now, **timing)
        assert known.due_at >= before - timedelta(milliseconds=10)
        before = known.due_at
    assert arithmetic.due_levels(known, clock, now=known.due_at + timedelta(seconds=1), **timing)


@given(LIMITS, st.integers(1, 3))
@settings(max_examples=40)
def test_extending_only_ever_moves_the_end_later(limit, n):
    clock = clock_of(limit)
    timing = {"urgency": "ORDINARY", "hours": HOURS}
    known = arithmetic.started(clock, at=MONDAY, **timing)
    for _ in range(n):
        longer = arithmetic.extended(known, clock, **timing)
        assert longer.due_at > known.due_at
        assert longer.run == known.run + 1
        known = longer
    assert known.allowance == 100 + 50 * n

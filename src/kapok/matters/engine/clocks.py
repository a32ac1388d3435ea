"""The clocks of a matter: started, stopped, paused and extended by its moves.

All of it is arithmetic over (base moment, share of the limit used): nothing here reads the time.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from kapok.ids import uuid7
from kapok.matters.engine import asking
from kapok.matters.engine.facts import ClockFacts, ClockState, Facts, Refusal
from kapok.packs import calendar, conditions
from kapok.packs.schema import Clock, Duration, Kind, On, Unit, Urgency, WorkingTime

FULL = 100


def levels(clock: Clock) -> list[int]:
    """Its levels in percent, lowest first; being late is one, whatever the pack says of it."""
    return sorted({level.percent for level in clock.at} | {FULL})


def started(clock: Clock, *, at: datetime, urgency: str, hours: WorkingTime) -> ClockFacts:
    """A clock that starts now."""
    fresh = ClockFacts(uuid7(), clock.code, ClockState.RUNNING, at, at, at, None)
    return timed(fresh, clock, urgency=urgency, hours=hours)


def timed(known: ClockFacts, clock: Clock, *, urgency: str, hours: WorkingTime) -> ClockFacts:
    """The clock with its moments computed from its base: after any change."""
    limit = clock.limit_of(Urgency(urgency))
    ahead = [level for level in levels(clock) if level > known.fired]
    due = _moment(known, limit, FULL, hours)
    runs = known.state == ClockState.RUNNING and ahead
    return replace(
        known, due_at=due, next_at=_moment(known, limit, ahead[0], hours) if runs else None
    )


def _moment(known: ClockFacts, limit: Duration, level: int, hours: WorkingTime) -> datetime:
    percent = level * known.allowance / FULL - known.base_percent
    if percent <= 0:
        return known.base_at
    return calendar.at_percent(known.base_at, limit, percent, hours)


def paused(
    known: ClockFacts, clock: Clock, *, at: datetime, urgency: str, hours: WorkingTime
) -> ClockFacts:
    """Its time stands still from now."""
    if known.state != ClockState.RUNNING or not clock.pausable:
        return known
    used = _used_percent(known.base_at, at, clock.limit_of(Urgency(urgency)), hours)
    return replace(
        known,
        state=ClockState.PAUSED,
        base_at=at,
        base_percent=known.base_percent + used,
        next_at=None,
    )


def _used_percent(start: datetime, end: datetime, limit: Duration, hours: WorkingTime) -> float:
    """How much of a limit passed between two moments."""
    passed = calendar.elapsed(start, end, limit, hours)
    if limit.unit == Unit.WORKING_DAYS:
        return FULL * passed.days / limit.amount
    whole = timedelta(hours=limit.amount) if limit.is_working else limit.plain()
    return FULL * (passed.time / whole)


def resumed(
    known: ClockFacts, clock: Clock, *, at: datetime, urgency: str, hours: WorkingTime
) -> ClockFacts:
    """Its time runs on from now."""
    if known.state != ClockState.PAUSED:
        return known
    running = replace(known, state=ClockState.RUNNING, base_at=at)
    return timed(running, clock, urgency=urgency, hours=hours)


def extended(
    known: ClockFacts, clock: Clock, *, urgency: str, hours: WorkingTime
) -> ClockFacts | Refusal:
    """It gets the pack's extension, as often as the pack allows."""
    if known.n_extensions >= clock.max_extensions:
        return Refusal(
            _("“%(clock)s” may be extended %(n)d times at most, and was.")
            % {"clock": clock.label.here(), "n": clock.max_extensions}
        )
    allowance = known.allowance + clock.extension_percent
    longer = replace(
        known,
        allowance=allowance,
        n_extensions=known.n_extensions + 1,
        fired=known.fired * known.allowance // allowance,
        run=known.run + 1,
    )
    return timed(longer, clock, urgency=urgency, hours=hours)


def due_levels(
    known: ClockFacts, clock: Clock, *, now: datetime, urgency: str, hours: WorkingTime
) -> list[int]:
    """The levels that are due by now and were not answered for, lowest first."""
    if known.state != ClockState.RUNNING:
        return []
    limit = clock.limit_of(Urgency(urgency))
    return [
        level
        for level in levels(clock)
        if level > known.fired and _moment(known, limit, level, hours) <= now
    ]


def after_move(
    before: Facts | None, after: Facts, move: str, kind: Kind, *, at: datetime, hours: WorkingTime
) -> tuple[ClockFacts, ...]:
    """The clocks of a matter after a move: those that it starts and stops, pauses and resumes.

    A clock's ``starts`` and ``stops`` name a move or a state; reaching the state counts. Whether a
    clock runs at all is asked when it starts.
    """
    reached = {move} | ({after.state} if before is None or before.state != after.state else set())
    known = {clock.code: clock for clock in after.clocks}
    for clock in kind.clocks:
        mine = known.get(clock.code)
        if mine is not None and mine.state != ClockState.STOPPED:
            known[clock.code] = _carried(mine, clock, after, reached, at=at, hours=hours)
        elif (
            _is_on(clock.starts, reached)
            and not _is_on(clock.stops, reached)
            and _runs(clock, after, at=at, hours=hours)
        ):
            fresh = started(clock, at=at, urgency=after.urgency, hours=hours)
            known[clock.code] = (
                fresh if mine is None else replace(fresh, id=mine.id, run=mine.run + 1)
            )
    return tuple(known.values())


def _runs(clock: Clock, matter: Facts, *, at: datetime, hours: WorkingTime) -> bool:
    """Where it hangs on answers that nobody gave, it runs: better watched than forgotten."""
    if clock.when is None or ("answers." in clock.when and not matter.answers):
        return True
    known = asking.variables(place=matter.place, now=at, hours=hours, matter=matter)
    return conditions.holds(clock.when, known)


def _carried(
    mine: ClockFacts,
    clock: Clock,
    after: Facts,
    reached: set[str],
    *,
    at: datetime,
    hours: WorkingTime,
) -> ClockFacts:
    timing = {"at": at, "urgency": after.urgency, "hours": hours}
    if _is_on(clock.stops, reached) or after.closed_at is not None:
        return replace(mine, state=ClockState.STOPPED, next_at=None)
    if after.state in {"ON_HOLD", "TRANSFERRED"}:
        return paused(mine, clock, **timing)  # type: ignore[arg-type]
    if mine.state == ClockState.PAUSED:
        return resumed(mine, clock, **timing)  # type: ignore[arg-type]
    return mine


def _is_on(moment: On, reached: set[str]) -> bool:
    return bool({moment.move, moment.state} & reached)


def soonest(clocks: Iterable[ClockFacts]) -> datetime | None:
    """When the first running clock of a matter is due: what queues are sorted by."""
    return min(
        (clock.due_at for clock in clocks if clock.state == ClockState.RUNNING), default=None
    )

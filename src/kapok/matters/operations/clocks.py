"""Clocks that are due: each level of each clock is answered for exactly once.

The rows are the truth. The worker takes those that are due, skips what another worker holds, and
writes what it did in the same transaction: one that is killed in between leaves them due. After a
jump of time all levels that were passed are answered for, lowest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from kapok.access.scope import acting, of_intake
from kapok.ids import uuid7
from kapok.matters.engine import clocks as arithmetic
from kapok.matters.engine.facts import ClockFacts, Command, Facts
from kapok.matters.models import Firing, MatterClock
from kapok.matters.operations import telling, writing
from kapok.matters.operations.commands import apply
from kapok.matters.queries import loading
from kapok.packs import look_up
from kapok.packs.schema import Clock, WorkingTime

DOOR = UUID(int=1)  # owns what clocks do
AT_ONCE = 200


@dataclass(frozen=True)
class Fired:
    """A level of a clock that came due, and what the pack says to do then."""

    matter: Facts
    clock: ClockFacts
    level: int
    does: str


def run(*, at: datetime) -> int:
    """Answer for all that is due by a moment; how many levels there were."""
    n, more = 0, True
    while more:
        with acting(of_intake(DOOR, at=at)):
            n_here, more = _some(at)
            n += n_here
    return n + resume_held(at=at)


def _some(at: datetime) -> tuple[int, bool]:
    """One set of clocks, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, matter_id FROM matters_matterclock
            WHERE next_at <= %s ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED
            """,
            [at, AT_ONCE],
        )
        due = dict(cursor.fetchall())
    matters, _numbers = loading.facts(set(due.values()))
    fired = [
        each
        for matter in matters.values()
        for clock in matter.clocks
        if clock.id in due
        for each in _levels(matter, clock, at)
    ]
    _mark(fired, matters, due, at)
    Firing.objects.bulk_create(
        [
            Firing(
                id=uuid7(), matter_id=each.matter.id, clock_id=each.clock.id,
                run=each.clock.run, level=each.level, does=each.does, at=at,
            )
            for each in fired
        ]
    )  # fmt: skip
    _do(fired, at)
    telling.tell_late([each.matter for each in fired if each.does == "TELL_REPORTER"], now=at)
    telling.announce([each.matter for each in fired])
    return len(fired), len(due) == AT_ONCE


def _levels(matter: Facts, clock: ClockFacts, at: datetime) -> list[Fired]:
    known, hours = _clock(matter, clock)
    if known is None:
        return []
    due = arithmetic.due_levels(clock, known, now=at, urgency=matter.urgency, hours=hours)
    does = {level.percent: level.do for level in known.at}
    return [Fired(matter, clock, level, does.get(level, "LIST_LATE")) for level in due]


def _clock(matter: Facts, clock: ClockFacts) -> tuple[Clock | None, WorkingTime]:
    kind, hours = look_up.kind_of(matter.pack, matter.kind)
    return kind.clock(clock.code), hours


def _mark(
    fired: Sequence[Fired], matters: dict[UUID, Facts], due: dict[UUID, UUID], at: datetime
) -> None:
    """The clocks go on to their next level; a matter that is late is marked so once."""
    highest = {each.clock.id: each.level for each in fired}  # of each clock the last is the highest
    changed = []
    for matter in matters.values():
        for clock in matter.clocks:
            if clock.id in due:
                known, hours = _clock(matter, clock)
                reached = replace(clock, fired=highest.get(clock.id, clock.fired))
                changed.append(
                    arithmetic.timed(reached, known, urgency=matter.urgency, hours=hours)
                    if known
                    else replace(reached, next_at=None)
                )
    writing.update(MatterClock, [writing.values(clock) for clock in changed])
    late = [each.matter.id for each in fired if each.level >= arithmetic.FULL]
    if late:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE matters_matter SET late_at = %s WHERE id = ANY (%s) AND late_at IS NULL",
                [at, late],
            )


def _do(fired: Sequence[Fired], at: datetime) -> None:
    """What a level does to the matter itself; reminders only tell somebody."""
    moves = {"ESCALATE": "escalate", "RETURN_TO_QUEUE": "return"}
    apply(
        [
            Command(
                uuid7(), moves[each.does], each.matter.id, at,
                data={"reason": f"clock {each.clock.code} {each.level} %"},
            )
            for each in fired
            if each.does in moves
        ]
    )  # fmt: skip


def resume_held(*, at: datetime) -> int:
    """Matters whose hold has ended go on."""
    with acting(of_intake(DOOR, at=at)):
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT id FROM matters_matter WHERE hold_until <= %s
                ORDER BY hold_until LIMIT %s FOR UPDATE SKIP LOCKED
                """,
                [at, AT_ONCE],
            )
            held = [key for (key,) in cursor.fetchall()]
        apply([Command(uuid7(), "resume", key, at) for key in held])
    return len(held)

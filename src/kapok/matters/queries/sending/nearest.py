"""Who could go to one matter: units, nearest first, and those who work there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.matters.adapter import Way, by_streets, ways_to
from kapok.matters.engine.facts import Facts
from kapok.matters.queries import labels
from kapok.matters.queries.sending import duty

MOST_OFFERED = 12
MINUTE_S = 60.0
HALF = 0.5
LONG_MIN = 120


@dataclass(frozen=True)
class Candidate:
    """A unit that could be sent, how far it is, and whether it would be there in time.

    ``answers`` where it is responsible there; ``free_at`` where it has another matter still;
    ``spare_min`` minutes between its arrival and the clock, negative when late, ``None`` where
    no clock runs.
    """

    id: UUID
    name: str
    kind: str
    answers: bool
    metres: float | None
    minutes: float | None
    by_street: bool
    arrives_at: datetime | None
    free_at: datetime | None
    spare_min: float | None

    @property
    def km(self) -> str:
        """The distance for people, in kilometres."""
        return kilometres(self.metres)

    @property
    def late(self) -> str:
        """How late it would be, in words; nothing where it is in time."""
        return lateness(-self.spare_min) if self.spare_min is not None else ""


@dataclass(frozen=True)
class Nearest:
    """Whom one matter can be given to.

    ``later`` are units that would be there soon, but have another matter still; ``arrive_by`` the
    moment, and the clock, by which somebody should be there.
    """

    free: tuple[Candidate, ...]
    later: tuple[Candidate, ...]
    arrive_by: duty.ArriveBy | None
    by_streets: bool


@dataclass(frozen=True)
class Worker:
    """Somebody who works where a matter is, and can be given it."""

    account: UUID
    unit: UUID | None
    name: str
    is_deputy: bool


def kilometres(metres: float | None) -> str:
    """A distance for people."""
    return f"{metres / 1000:.1f}" if metres is not None else ""


def lateness(minutes: float) -> str:
    """How late somebody would be, for people; nothing where they are in time."""
    if minutes < HALF:
        return ""
    if minutes < LONG_MIN:
        return _("%(n)s min late") % {"n": round(minutes)}
    return _("%(n)s h late") % {"n": round(minutes / 60)}


def nearest(facts: Facts, *, at: datetime) -> Nearest:
    """The units that may go to a matter, who arrives first first; unknown ways come last."""
    row = {
        "id": facts.id, "kind": facts.kind, "pack_id": facts.pack, "realm": facts.realm.value,
        "place": facts.place, "building_id": facts.building, "lon": facts.lon, "lat": facts.lat,
        "due_at": facts.due_at, "urgency": facts.urgency,
    }  # fmt: skip
    may_go = [
        each
        for each in duty.units(at=at, place=facts.place)
        if each.unit.goes(facts.place, facts.kind, facts.realm.value)
    ]
    goal = next(iter(duty.waiting([row], {facts.id: facts.clocks})), None)
    ways = ways_to(goal, [each.unit for each in may_go], at=at) if goal else ()
    by = duty.arrive_by(row, facts.clocks)
    known = {each.unit.id: each for each in may_go}
    ranked = [_candidate(known.pop(way.unit), facts, way, by) for way in ways]
    unknown = [each for each in known.values() if goal is None or each.unit.lon is None]
    ranked += [_candidate(each, facts, None, by) for each in unknown]
    return Nearest(
        tuple(each for each in ranked if each.free_at is None)[:MOST_OFFERED],
        tuple(each for each in ranked if each.free_at is not None)[:MOST_OFFERED],
        by,
        by_streets(),
    )


def _candidate(
    each: duty.OnDuty, facts: Facts, way: Way | None, by: duty.ArriveBy | None
) -> Candidate:
    spare = (by.at - way.arrives_at).total_seconds() / MINUTE_S if by and way else None
    return Candidate(
        id=each.unit.id,
        name=each.name,
        kind=each.kind,
        answers=any(lo <= facts.place < hi for lo, hi, _kind in each.answers),
        metres=way.metres if way else None,
        minutes=way.minutes if way else None,
        by_street=way.by_street if way else False,
        arrives_at=way.arrives_at if way else None,
        free_at=None if each.is_free else each.unit.free_at,
        spare_min=spare,
    )


def workers(found: Iterable[tuple[bool, UUID, UUID | None]]) -> tuple[Worker, ...]:
    """Who works at a place, by name."""
    rows = list(found)
    names = labels.accounts(account for _deputy, account, _unit in rows)
    return tuple(
        Worker(account, unit, names.get(account, ""), is_deputy)
        for is_deputy, account, unit in rows
        if account in names
    )

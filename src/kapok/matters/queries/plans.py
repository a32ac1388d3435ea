"""A plan of whom to send where: all matters that wait, all units that are free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db.models import F
from scipy.optimize import linear_sum_assignment

from kapok.matters.models import Unit
from kapok.matters.models.matter import IS_OPEN
from kapok.matters.queries import labels, queue, units
from kapok.matters.queries.filters import Filter, matching
from kapok.matters.workflow import QUEUED, WEIGHT, Urgency

MOST_MATTERS = 500
UNKNOWN_MIN = 60.0  # the way to or from a place that nobody knows
LATE_COUNTS = 3.0  # a minute late weighs as much as so many minutes on the way
NEVER = 1e9
Spot = tuple[float | None, float | None]
BY_STREETS = False  # distances are straight lines, lengthened as streets lengthen them


@dataclass(frozen=True)
class Pair:
    """A matter and the unit that the plan would send, with distance and arrival."""

    matter: queue.Line
    unit: UUID
    unit_name: str
    distance_m: float | None
    minutes: float | None
    will_be_late: bool

    @property
    def km(self) -> str:
        """The distance for people, in kilometres."""
        return units.kilometres(self.distance_m)


@dataclass(frozen=True)
class Plan:
    """What is proposed, and what is left: matters that no free unit may go to."""

    pairs: tuple[Pair, ...]
    left: tuple[queue.Line, ...]
    n_free: int
    by_streets: bool


def proposed(*, at: datetime, only: Sequence[UUID] = ()) -> Plan:
    """The plan as things stand now; with ``only``, of these matters alone."""
    waiting = matching(Filter(), at=at).filter(IS_OPEN, state__in=sorted(QUEUED))
    if only:
        waiting = waiting.filter(pk__in=only)
    rows = list(
        waiting.order_by(F("due_at").asc(nulls_last=True), "id").values(*queue.COLUMNS)[
            :MOST_MATTERS
        ]
    )
    lines = queue.lines_from(rows, at)
    codes = {row["id"]: row["kind"] for row in rows}
    free = [unit for unit in units.free() if unit.is_sent_alone]
    spots = {line.id: _spot(line, row) for line, row in zip(lines, rows, strict=True)}
    chosen = _matched(lines, codes, free, spots, at)
    names = labels.units(unit for unit, _far in chosen.values())
    return Plan(
        pairs=tuple(
            _pair(line, *chosen[line.id], names, at) for line in lines if line.id in chosen
        ),
        left=tuple(line for line in lines if line.id not in chosen),
        n_free=len(free),
        by_streets=BY_STREETS,
    )


def _spot(line: queue.Line, row: dict[str, object]) -> Spot:
    if line.lon is not None:
        return line.lon, line.lat
    building = row["building_id"]
    return units.spot_of(line.place, building if isinstance(building, UUID) else None)


def _matched(
    lines: Sequence[queue.Line],
    codes: dict[UUID, str],
    free: Sequence[Unit],
    spots: dict[UUID, Spot],
    at: datetime,
) -> dict[UUID, tuple[UUID, float | None]]:
    """Matter → unit and metres: together the least weighted time on the way and late.

    What is more urgent, and what is late already, weighs more; a unit goes to one matter.
    """
    if not lines or not free:
        return {}
    cost = np.full((len(lines), len(free)), NEVER)
    far: dict[tuple[int, int], float | None] = {}
    for i, line in enumerate(lines):
        for j, unit in enumerate(free):
            if units.may_go(unit, line.place, codes[line.id]):
                here = units.position(unit, getattr(unit, "now", None))
                far[i, j] = units.distance_m(*here, *spots[line.id])
                cost[i, j] = _cost(line, far[i, j], at)
    # Every matter that can be served is worth more than any way: NEVER is never chosen for less.
    rows, columns = linear_sum_assignment(cost)
    chosen = list(zip(rows.tolist(), columns.tolist(), strict=True))
    return {lines[i].id: (free[j].pk, far[i, j]) for i, j in chosen if (i, j) in far}


def _cost(line: queue.Line, metres: float | None, at: datetime) -> float:
    minutes = UNKNOWN_MIN if metres is None else metres / units.METRES_A_MINUTE
    left = (line.due_at - at).total_seconds() / 60 if line.due_at else np.inf
    late = max(0.0, minutes - max(left, 0.0))
    weight = WEIGHT[Urgency(line.urgency)]
    return float(weight * (minutes + LATE_COUNTS * late) - _worth(line, left))


def _worth(line: queue.Line, left_min: float) -> float:
    """Where there are fewer units than matters, urgent ones go first, then those due soon."""
    soon = 1.0 / (1.0 + max(0.0, left_min) / 60) if left_min < np.inf else 0.0
    return 10_000.0 * WEIGHT[Urgency(line.urgency)] * (1.0 + soon)


def _pair(
    line: queue.Line, unit: UUID, metres: float | None, names: dict[UUID, str], at: datetime
) -> Pair:
    minutes = metres / units.METRES_A_MINUTE if metres is not None else None
    left = (line.due_at - at).total_seconds() / 60 if line.due_at else None
    late = left is not None and (left < 0 or (minutes is not None and minutes > left))
    return Pair(line, unit, names.get(unit, ""), metres, minutes, late)

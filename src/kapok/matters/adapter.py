"""From matters and units to arrays and back: the only place where dispatch is planned from rows.

Where a unit may go is turned into skills: each set of areas and realms that units share is one
that all *other* units have, and a matter needs those of the sets that it lies outside of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kapok.places import projection
from kapok.places.streets import TownStreets, town_streets
from kapok_planning.dispatch import (
    Budget,
    Dispatch,
    LeftOut,
    Matters,
    Times,
    Units,
    Why,
    assign,
    nearest,
    without_idling,
)
from kapok_planning.streets import Pace, Travel, straight_between, travel_between

PACE = Pace()  # a light vehicle, which roads may slow down; on foot to the street
WORK_MIN = 20.0  # what a unit is thought to need at a matter
BITS = 62  # of skills in a word
MOST_AHEAD = 4  # matters of one unit that a plan looks ahead
SEED = 1
MINUTE = timedelta(minutes=1)

Areas = tuple[tuple[int, int, str], ...]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Waiting:
    """A matter that somebody should go to.

    ``arrive_by`` is when somebody should be there; ``weight`` the price of a minute of lateness.
    """

    id: UUID
    place: int
    kind: str
    realm: str
    lon: float
    lat: float
    arrive_by: datetime | None
    weight: float
    urgent: bool


@dataclass(frozen=True)
class Sendable:
    """A unit that may be sent: where it is (once it is free), until when, and where it may go.

    ``areas`` are half-open ranges of places with the kind of matter, blank for all of them;
    ``realms`` those that its people see, ``None`` where nobody is known to work in it.
    """

    id: UUID
    lon: float | None
    lat: float | None
    free_at: datetime
    off_at: datetime | None
    areas: Areas
    realms: frozenset[str] | None = None

    def goes(self, place: int, kind: str, realm: str) -> bool:
        """Whether it may be sent to such a matter there."""
        if self.realms is not None and realm not in self.realms:
            return False
        return any(lo <= place < hi and only in ("", kind) for lo, hi, only in self.areas)


@dataclass(frozen=True)
class Way:
    """How a unit would get to a matter."""

    unit: UUID
    minutes: float
    metres: float
    by_street: bool
    arrives_at: datetime
    late_min: float


class Because(StrEnum):
    """Why the plan sends this unit and not another one."""

    NEAREST = "NEAREST"  # it can be there before all others that may go
    ALONE = "ALONE"  # no other unit may go there
    WANTED = "WANTED"  # a nearer one goes to another matter
    ON_ITS_WAY = "ON_ITS_WAY"  # it is done with another matter then


@dataclass(frozen=True)
class Leg:
    """A unit on its way to a matter.

    ``after`` is the matter before it, for which it is sent now; ``nearer`` the unit that would be
    there sooner and ``nearer_goes`` the matter that it goes to instead.
    """

    matter: UUID
    way: Way
    because: Because
    after: UUID | None = None
    nearer: UUID | None = None
    nearer_goes: UUID | None = None


@dataclass(frozen=True)
class Proposal:
    """Who should go where, and why nobody goes to the rest."""

    legs: tuple[Leg, ...]
    left: tuple[tuple[UUID, Why], ...]
    by_streets: bool  # whether there are streets at all


def by_streets() -> bool:
    """Whether ways follow streets; else they are straight lines, stretched."""
    return town_streets() is not None


def ways_to(matter: Waiting, units: Sequence[Sendable], *, at: datetime) -> tuple[Way, ...]:
    """The units that may go to one matter and are somewhere, who arrives first first."""
    asked = matter.place, matter.kind, matter.realm
    able = [unit for unit in units if unit.lon is not None and unit.goes(*asked)]
    if not able:
        return ()
    times = _times(able, [matter])
    ranked = nearest(_units(able, at, None), _matters([matter], at, None), 0, times, now=0.0)
    return tuple(
        Way(
            unit=able[u].id,
            minutes=float(ranked.travel_min[i]),
            metres=float(ranked.travel_m[i]),
            by_street=bool(ranked.by_street[i]),
            arrives_at=at + float(ranked.arrival_min[i]) * MINUTE,
            late_min=float(ranked.late_min[i]),
        )
        for i, u in enumerate(ranked.unit.tolist())
    )


def proposed(matters: Sequence[Waiting], units: Sequence[Sendable], *, at: datetime) -> Proposal:
    """Give all matters to units at once: little is late, and few travel far."""
    units = [unit for unit in units if unit.lon is not None]
    if not matters or not units:
        left = tuple((matter.id, Why.NO_SKILL) for matter in matters)
        return Proposal((), left, by_streets())
    classes = _classes(units)
    times = _times(units, matters)
    asked, given = _matters(matters, at, classes), _units(units, at, classes)
    plan = assign(asked, given, times, now=0.0, budget=Budget.FAST, seed=SEED)
    plan = without_idling(plan, asked, given, times, now=0.0)
    legs = _legs(matters, units, plan, asked, given, times, at)
    return Proposal(legs, _left(matters, plan.left_out), by_streets())


def try_out(*, at: datetime) -> None:
    """Plan two made-up matters, so that all code is compiled and kept on disk."""
    somewhere = ((1, 2, ""),)
    matters = [Waiting(UUID(int=i), 1, "", "", i / 1000, 0.0, at, 1.0, False) for i in range(2)]
    units = [Sendable(UUID(int=i), i / 1000, 0.0, at, None, somewhere) for i in range(2)]
    proposed(matters, units, at=at)


def _left(matters: Sequence[Waiting], left: Sequence[LeftOut]) -> tuple[tuple[UUID, Why], ...]:
    return tuple((matters[each.matter].id, each.why) for each in left)


def _legs(
    matters: Sequence[Waiting],
    units: Sequence[Sendable],
    plan: Dispatch,
    asked: Matters,
    given: Units,
    times: Times,
    at: datetime,
) -> tuple[Leg, ...]:
    legs = []
    for unit, order in plan.orders.items():
        for position, i in enumerate(order):
            way = Way(
                unit=units[unit].id,
                minutes=float(plan.travel_min[i]),
                metres=float(plan.travel_m[i]),
                by_street=bool(plan.by_street[i]),
                arrives_at=at + float(plan.arrival_min[i]) * MINUTE,
                late_min=float(plan.late_min[i]),
            )
            if position:
                before = matters[order[position - 1]].id
                legs.append(Leg(matters[i].id, way, Because.ON_ITS_WAY, after=before))
                continue
            first = nearest(given, asked, i, times, now=0.0).unit.tolist()
            legs.append(_first(matters, units, plan, i, way, first))
    return tuple(legs)


def _first(
    matters: Sequence[Waiting],
    units: Sequence[Sendable],
    plan: Dispatch,
    i: int,
    way: Way,
    ranked: list[int],
) -> Leg:
    """Where a unit goes first, with the reason: who would be there sooner, and where they go."""
    if len(ranked) == 1:
        return Leg(matters[i].id, way, Because.ALONE)
    sooner = ranked[0]
    goes = plan.orders.get(sooner, [])
    if units[sooner].id == way.unit or not goes:
        return Leg(matters[i].id, way, Because.NEAREST)
    return Leg(
        matters[i].id,
        way,
        Because.WANTED,
        nearer=units[sooner].id,
        nearer_goes=matters[goes[0]].id,
    )


def _times(units: Sequence[Sendable], matters: Sequence[Waiting]) -> Times:
    """The ways of units to matters and between these, along streets where there are any."""
    town = town_streets()
    posts = np.array([(unit.lon, unit.lat) for unit in units], np.float64)
    spots = np.array([(matter.lon, matter.lat) for matter in matters], np.float64)
    both = np.concatenate([posts, spots])
    crs = town.crs if town else projection.metres_around(both[:, 0], both[:, 1])
    posts_m, spots_m = (
        projection.to_metres(each[:, 0], each[:, 1], crs) for each in (posts, spots)
    )
    return Times(_ways(town, posts_m, spots_m), _ways(town, spots_m, spots_m))


def _ways(town: TownStreets | None, start: FloatArray, goal: FloatArray) -> Travel:
    if town is None:
        return straight_between(start, goal, pace=PACE)
    return travel_between(town.streets, start, goal, pace=PACE)


def _matters(
    matters: Sequence[Waiting], at: datetime, classes: Sequence[Sendable] | None
) -> Matters:
    n = len(matters)
    return Matters(
        service_min=np.full(n, WORK_MIN),
        due_min=np.array([_minutes(matter.arrive_by, at) for matter in matters]),
        weight=np.array([matter.weight for matter in matters], np.float64),
        urgent=np.array([matter.urgent for matter in matters], np.bool_),
        skills=_words(
            [[not each.goes(m.place, m.kind, m.realm) for each in classes or ()] for m in matters]
        ),
        preferred=np.full(n, -1, np.int32),
    )


def _units(units: Sequence[Sendable], at: datetime, classes: Sequence[Sendable] | None) -> Units:
    return Units(
        free_min=np.array([_minutes(unit.free_at, at) for unit in units]),
        shift_end_min=np.array([_minutes(unit.off_at, at) for unit in units]),
        skills=_words([[_class(each) != _class(unit) for each in classes or ()] for unit in units]),
        capacity=np.full(len(units), MOST_AHEAD, np.int32),
    )


def _classes(units: Sequence[Sendable]) -> list[Sendable]:
    """One unit for each set of areas and realms."""
    return list({_class(unit): unit for unit in units}.values())


def _class(unit: Sendable) -> tuple[Areas, frozenset[str] | None]:
    return unit.areas, unit.realms


def _words(rows: list[list[bool]]) -> NDArray[np.int64]:
    """Rows of yes and no as bits in words, (n, w)."""
    bits = np.array(rows, np.int64).reshape(len(rows), len(rows[0]))
    n_words = max(1, -(-bits.shape[1] // BITS))
    padded = np.zeros((len(rows), n_words * BITS), np.int64)
    padded[:, : bits.shape[1]] = bits
    weights = np.left_shift(np.int64(1), np.arange(BITS, dtype=np.int64))
    return np.asarray(padded.reshape(len(rows), n_words, BITS) @ weights, np.int64)


def _minutes(moment: datetime | None, at: datetime) -> float:
    """Minutes from now on; for ever where no moment is known."""
    return np.inf if moment is None else (moment - at) / MINUTE

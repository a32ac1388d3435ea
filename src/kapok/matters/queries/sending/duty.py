"""The units on duty and the matters that wait, as dispatch is planned from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kapok.access.roles import ROLES
from kapok.matters.adapter import WORK_MIN, Areas, Sendable, Waiting
from kapok.matters.engine.facts import ClockFacts, ClockState
from kapok.matters.models import Matter, Tasking, Unit, UnitState
from kapok.matters.queries import labels
from kapok.matters.queries.scoped import within
from kapok.matters.queries.sending.units import MOST_UNITS, position
from kapok.matters.workflow import WEIGHT, State, Urgency
from kapok.packs.schema import Clock
from kapok.places.models import Building

WORK = timedelta(minutes=WORK_MIN)
SOON = timedelta(minutes=2)  # whoever should have been done by now is thought to be done then
WIDTHS = (10**13, 10**11, 10**9, 10**6, 10**3, 1)
COLUMNS = (
    "id", "kind", "pack_id", "realm", "place", "building_id", "lon", "lat", "due_at", "urgency",
)  # fmt: skip
ARRIVING = frozenset({"arrive", "start", State.IN_PROGRESS.value})
SENDING = frozenset(
    {"accept", "assign", "take", State.ACCEPTED.value, State.ASSIGNED.value}
)  # what sending itself stops
Spot = tuple[float, float]


@dataclass(frozen=True)
class OnDuty:
    """A unit that could be sent now, or once it is done with what it has."""

    unit: Sendable
    name: str
    kind: str
    is_free: bool
    is_sent_alone: bool
    answers: Areas  # what was said of it, or of what it belongs to; blank where nothing was


@dataclass(frozen=True)
class ArriveBy:
    """When somebody should be there, and the clock that says so."""

    at: datetime
    clock: str


def units(*, at: datetime, place: int | None = None) -> list[OnDuty]:
    """Units on duty, free ones and busy ones: of one's places, or answering for ``place``."""
    wanted = within("place")
    if place is not None:
        wanted |= Q(areas__lo__lte=place, areas__hi__gt=place)
        wanted |= Q(parent__areas__lo__lte=place, parent__areas__hi__gt=place)
    found = list(
        Unit.objects.filter(wanted, ended_at=None)
        .exclude(now__status=UnitState.Status.OFF)
        .select_related("parent", "now")
        .prefetch_related("areas", "parent__areas")
        .distinct()[:MOST_UNITS]
    )
    busy = {row.now.matter for row in found if _is_busy(row) and row.now.matter is not None}
    taskings = {
        tasking.matter_id: tasking
        for tasking in Tasking.objects.filter(matter__in=busy, ended_at=None)
    }
    spots = spots_of(list(Matter.objects.filter(pk__in=busy).values(*COLUMNS)))
    realms = _realms(found, at)
    return [_on_duty(row, taskings, spots, realms, at) for row in found]


def _is_busy(row: Unit) -> bool:
    now = getattr(row, "now", None)
    return row.is_sent_alone and now is not None and now.status == UnitState.Status.BUSY


def _on_duty(
    row: Unit,
    taskings: Mapping[UUID, Tasking],
    spots: Mapping[UUID, Spot],
    realms: Mapping[UUID, frozenset[str]],
    at: datetime,
) -> OnDuty:
    lon, lat = position(row)
    now, is_busy = getattr(row, "now", None), _is_busy(row)
    free_at = at
    if is_busy and now is not None:
        free_at = max(_done_at(now, taskings.get(now.matter)), at + SOON)
        lon, lat = spots.get(now.matter, (lon, lat))
    answers = _answers(row)
    unit = Sendable(
        row.pk, lon, lat, free_at, now.off_at if now else None,
        answers or (_inside(row.place),),
        realms.get(row.pk) or (realms.get(row.parent_id) if row.parent_id else None),
    )  # fmt: skip
    return OnDuty(unit, row.name, row.kind, not is_busy, row.is_sent_alone, answers)


def _realms(rows: Iterable[Unit], at: datetime) -> dict[UUID, frozenset[str]]:
    """What the people of each unit, or of the one it belongs to, may see."""
    keys = {key for row in rows for key in (row.pk, row.parent_id) if key is not None}
    found: dict[UUID, frozenset[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matters_roles_of(%s, %s)", [list(keys), at])
        for unit, role in cursor.fetchall():
            if role in ROLES:
                seen = frozenset(str(realm) for realm in ROLES[role].realms)
                found[unit] = found.get(unit, frozenset()) | seen
    return found


def _done_at(now: UnitState, tasking: Tasking | None) -> datetime:
    """When a busy unit is thought to be done."""
    if now.free_at is not None:
        return now.free_at
    there = (tasking.arrived_at or tasking.eta) if tasking else None
    return (there or now.since) + WORK


def _answers(row: Unit) -> Areas:
    """One whose areas are said goes there alone; else those of the unit that it belongs to."""
    areas = list(row.areas.all()) or (list(row.parent.areas.all()) if row.parent else [])
    return tuple(sorted((area.lo, area.hi, area.kind) for area in areas))


def _inside(place: int) -> tuple[int, int, str]:
    """One without areas goes inside the place it is of."""
    width = next(width for width in WIDTHS if place % width == 0)
    return place, place + width, ""


def waiting(
    rows: Sequence[Mapping[str, Any]], clocks: Mapping[UUID, tuple[ClockFacts, ...]]
) -> list[Waiting]:
    """Matters, given as rows of ``COLUMNS``; without those that lie nobody knows where."""
    spots = spots_of(rows)
    return [
        Waiting(
            id=row["id"],
            place=row["place"],
            kind=row["kind"],
            realm=row["realm"],
            lon=spots[row["id"]][0],
            lat=spots[row["id"]][1],
            arrive_by=by.at if (by := arrive_by(row, clocks.get(row["id"], ()))) else None,
            weight=float(WEIGHT[Urgency(row["urgency"])]),
            urgent=row["urgency"] == Urgency.RED,
        )
        for row in rows
        if row["id"] in spots
    ]


def arrive_by(row: Mapping[str, Any], clocks: Iterable[ClockFacts]) -> ArriveBy | None:
    """When somebody should be there: by a clock that arriving stops, or in time for the work."""
    kind = labels.kind_of(row["pack_id"], row["kind"])
    found = []
    for clock in clocks:
        known = kind.clock(clock.code) if kind else None
        if known is None or clock.state != ClockState.RUNNING or _stops(known) & SENDING:
            continue
        work = timedelta() if _stops(known) & ARRIVING else WORK
        found.append(ArriveBy(clock.due_at - work, known.label.here()))
    return min(found, key=lambda each: each.at, default=None)


def _stops(clock: Clock) -> set[str]:
    return {str(each) for each in (clock.stops.move, clock.stops.state) if each}


def spots_of(rows: Sequence[Mapping[str, Any]]) -> dict[UUID, Spot]:
    """Where matters lie: their point, their building, or else some building of their place."""
    found = {row["id"]: (row["lon"], row["lat"]) for row in rows if row["lon"] is not None}
    rest = [row for row in rows if row["id"] not in found]
    standing = Building.objects.filter(gone_at=None)
    houses = {row["building_id"] for row in rest if row["building_id"]}
    by_house = _positions(standing.filter(pk__in=houses), "pk") if houses else {}
    places = {row["place"] for row in rest if row["building_id"] not in by_house}
    some = standing.filter(place__in=places).order_by("place", "pk").distinct("place")
    by_place = _positions(some, "place") if places else {}
    for row in rest:
        spot = by_house.get(row["building_id"]) or by_place.get(row["place"])
        if spot is not None:
            found[row["id"]] = spot
    return found


def _positions(rows: Any, key: str) -> dict[Any, Spot]:
    return {found: (lon, lat) for found, lon, lat in rows.values_list(key, "lon", "lat")}

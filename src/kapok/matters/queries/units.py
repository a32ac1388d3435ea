"""Units: who can be sent, where they are, how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from uuid import UUID

from django.db.models import Q

from kapok.access import scope
from kapok.matters.models import ServiceArea, Unit, UnitState
from kapok.matters.queries import labels
from kapok.places.models import Area, Building

METRES_A_DEGREE = 111_195.0
DETOUR = 1.4  # a way through a town is about so much longer than the straight line
METRES_A_MINUTE = 250.0  # a light vehicle in a town
MOST_OFFERED = 12
MOST_UNITS = 500
WIDTHS = (10**13, 10**11, 10**9, 10**6, 10**3, 1)


@dataclass(frozen=True)
class UnitLine:
    """A unit, what it is, and how it stands."""

    id: UUID
    name: str
    kind: str
    place: int
    place_name: str
    parent: str
    is_sent_alone: bool
    status: str
    status_label: str
    matter: UUID | None
    since: datetime | None
    off_at: datetime | None
    lon: float | None
    lat: float | None
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A unit that could be sent: how far, how long; ``answers`` where it is responsible there."""

    id: UUID
    name: str
    kind: str
    answers: bool
    distance_m: float | None
    minutes: float | None

    @property
    def km(self) -> str:
        """The distance for people, in kilometres."""
        return kilometres(self.distance_m)

    def eta(self, at: datetime) -> datetime | None:
        """When it could be there."""
        return at + timedelta(minutes=self.minutes) if self.minutes is not None else None


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


def within(column: str) -> Q:
    """Rows whose place lies where whoever acts may act."""
    inside = Q(pk__in=[])
    for lo, hi in scope.current().ranges:
        inside |= Q(**{f"{column}__gte": lo, f"{column}__lt": hi})
    return inside


def all_units() -> tuple[UnitLine, ...]:
    """The units of one's places, with what they answer for."""
    rows = list(
        Unit.objects.filter(within("place"), ended_at=None)
        .select_related("parent", "now")
        .prefetch_related("areas")
        .order_by("kind", "name")[:MOST_UNITS]
    )
    names = labels.places(row.place for row in rows)
    spans = {(area.lo, area.hi) for row in rows for area in row.areas.all()}
    areas = {
        area.code: area.name for area in Area.objects.filter(code__in={lo for lo, _hi in spans})
    }
    return tuple(_line(row, names, areas) for row in rows)


def _line(row: Unit, names: dict[int, str], areas: dict[int, str]) -> UnitLine:
    now = getattr(row, "now", None)
    status = UnitState.Status(now.status) if now else UnitState.Status.FREE
    return UnitLine(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        place=row.place,
        place_name=names.get(row.place, str(row.place)),
        parent=row.parent.name if row.parent else "",
        is_sent_alone=row.is_sent_alone,
        status=status.value,
        status_label=str(status.label),
        matter=now.matter if now else None,
        since=now.since if now else None,
        off_at=now.off_at if now else None,
        lon=now.lon if now and now.lon is not None else row.lon,
        lat=now.lat if now and now.lat is not None else row.lat,
        areas=tuple(areas.get(area.lo, str(area.lo)) for area in row.areas.all()),
    )


def free_for(place: int, kind: str, lon: float | None, lat: float | None) -> tuple[Candidate, ...]:
    """Free units that could go, those that answer for the place first, then the nearest."""
    found = [
        _candidate(row, place, kind, lon, lat) for row in free(place) if may_go(row, place, kind)
    ]
    found.sort(key=lambda each: (not each.answers, each.distance_m is None, each.distance_m or 0.0))
    return tuple(found[:MOST_OFFERED])


def free(place: int | None = None) -> list[Unit]:
    """Units that nobody sent anywhere and that are on duty: of one's places or answering here."""
    wanted = within("place")
    if place is not None:
        wanted |= Q(areas__lo__lte=place, areas__hi__gt=place)
        wanted |= Q(parent__areas__lo__lte=place, parent__areas__hi__gt=place)
    rows = (
        Unit.objects.filter(wanted, ended_at=None)
        .filter(Q(now=None) | Q(now__status=UnitState.Status.FREE) | Q(is_sent_alone=False))
        .exclude(now__status=UnitState.Status.OFF)
        .select_related("parent", "now")
        .prefetch_related("areas", "parent__areas")
        .distinct()
    )
    return list(rows[:MOST_UNITS])


def may_go(row: Unit, place: int, kind: str) -> bool:
    """One whose areas are said goes there alone; one without goes inside the place it is of."""
    areas = _areas(row)
    if areas:
        return any(area.lo <= place < area.hi and area.kind in ("", kind) for area in areas)
    width = next(width for width in WIDTHS if row.place % width == 0)
    return row.place <= place < row.place + width


def _areas(row: Unit) -> list[ServiceArea]:
    own = list(row.areas.all())
    return own or (list(row.parent.areas.all()) if row.parent else [])


def _candidate(row: Unit, place: int, kind: str, lon: float | None, lat: float | None) -> Candidate:
    now = getattr(row, "now", None)
    at_lon, at_lat = position(row, now)
    far = distance_m(at_lon, at_lat, lon, lat)
    return Candidate(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        answers=any(area.lo <= place < area.hi for area in _areas(row)),
        distance_m=far,
        minutes=far / METRES_A_MINUTE if far is not None else None,
    )


def position(row: Unit, now: UnitState | None) -> tuple[float | None, float | None]:
    """Where a unit was last seen, or where it is based."""
    if now is not None and now.lon is not None:
        return now.lon, now.lat
    return row.lon, row.lat


def distance_m(
    lon: float | None, lat: float | None, to_lon: float | None, to_lat: float | None
) -> float | None:
    """The straight line, lengthened as streets lengthen it; ``None`` where a place is unknown."""
    if lon is None or lat is None or to_lon is None or to_lat is None:
        return None
    east = (lon - to_lon) * cos(radians(lat))
    return DETOUR * METRES_A_DEGREE * hypot(east, lat - to_lat)


def spot_of(place: int, building: UUID | None) -> tuple[float | None, float | None]:
    """Where a matter without a point lies: its building, or some building of its place."""
    rows = Building.objects.filter(gone_at=None)
    rows = rows.filter(pk=building) if building else rows.filter(place=place)
    found: Any = rows.values_list("lon", "lat").first()
    return found or (None, None)


def workers(found: Iterable[tuple[bool, UUID, UUID | None]]) -> tuple[Worker, ...]:
    """Who works at a place, by name."""
    rows = list(found)
    names = labels.accounts(account for _deputy, account, _unit in rows)
    return tuple(
        Worker(account, unit, names.get(account, ""), is_deputy)
        for is_deputy, account, unit in rows
        if account in names
    )

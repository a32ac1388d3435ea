"""Units as a list: what they are, how they stand, what they answer for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.matters.models import Unit, UnitState
from kapok.matters.queries import labels
from kapok.matters.queries.scoped import within
from kapok.places.models import Area

MOST_UNITS = 500


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
    lon, lat = position(row)
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
        lon=lon,
        lat=lat,
        areas=tuple(areas.get(area.lo, str(area.lo)) for area in row.areas.all()),
    )


def position(row: Unit) -> tuple[float | None, float | None]:
    """Where a unit was last seen, or where it is based."""
    now = getattr(row, "now", None)
    return (now.lon, now.lat) if now is not None and now.lon is not None else (row.lon, row.lat)

"""Which zones lie over a spot at a moment; the strictest of them holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from django.db import connection

from kapok.codes import WIDTH
from kapok.matters.covers import Cover
from kapok.matters.engine.facts import Spot
from kapok.zones.models import Zone
from kapok.zones.retasking import Lying, strictest

# A building is covered when it is one of the zone's; a place without a building when all of it is.
OVER = """
    SELECT asked.turn, zone.id
    FROM unnest(%(lo)s::bigint[], %(hi)s::bigint[], %(building)s::uuid[])
        WITH ORDINALITY AS asked (lo, hi, building, turn)
    JOIN zones_zone AS zone ON zone.id = ANY (%(zones)s) AND (
        zone.whole @> int8range(asked.lo, asked.hi)
        OR EXISTS (
            SELECT FROM zones_zonebuilding AS mine
            WHERE mine.zone_id = zone.id AND mine.building_id = asked.building)
        OR (asked.building IS NULL
            AND EXISTS (
                SELECT FROM places_building AS here
                JOIN zones_zonebuilding AS mine ON mine.building_id = here.id
                WHERE mine.zone_id = zone.id AND here.place >= asked.lo AND here.place < asked.hi)
            AND NOT EXISTS (
                SELECT FROM places_building AS here
                WHERE here.place >= asked.lo AND here.place < asked.hi AND here.gone_at IS NULL
                  AND NOT EXISTS (
                    SELECT FROM zones_zonebuilding AS mine
                    WHERE mine.zone_id = zone.id AND mine.building_id = here.id))))
"""


def find(spots: Sequence[Spot], at: datetime) -> list[Cover | None]:
    """For each spot the zone that holds over it: what matters ask (``kapok.matters.covers``).

    Every zone was decided in writing: without its document there is none.
    """
    held = [strictest(over) for over in lying(spots, at)]
    return [Cover(zone.zone, zone.kind, has_document=True) if zone else None for zone in held]


def lying(
    spots: Sequence[Spot], at: datetime, *, besides: UUID | None = None
) -> list[tuple[Lying, ...]]:
    """All zones in force over each spot at a moment; ``besides`` is left out."""
    zones = {zone.pk: zone for zone in in_force(at) if zone.pk != besides}
    found: list[dict[UUID, Lying]] = [{} for _spot in spots]
    if not zones or not spots:
        return [() for _spot in spots]
    for turn, key in _by_place(spots, list(zones)) + _by_shape(spots, list(zones.values())):
        found[turn][key] = line(zones[key])
    return [tuple(over.values()) for over in found]


def in_force(at: datetime) -> list[Zone]:
    """The zones that hold at a moment, anywhere: they are announced to everybody."""
    rows = Zone.objects.filter(starts_at__lte=at, ends_at__gt=at).exclude(lifted_at__lte=at)
    return list(rows.defer("picks"))


def line(zone: Zone) -> Lying:
    """A zone as the rules see it."""
    return Lying(
        zone.pk, zone.kind, zone.pack_id, zone.strictness, zone.starts_at, zone.until, zone.name
    )


def _by_place(spots: Sequence[Spot], zones: list[UUID]) -> list[tuple[int, UUID]]:
    values: dict[str, Any] = {
        "lo": [spot.place for spot in spots],
        "hi": [spot.place + _width(spot.place) for spot in spots],
        "building": [spot.building for spot in spots],
        "zones": zones,
    }
    with connection.cursor() as cursor:
        cursor.execute(OVER, values)
        return [(turn - 1, key) for turn, key in cursor.fetchall()]


def _by_shape(spots: Sequence[Spot], zones: list[Zone]) -> list[tuple[int, UUID]]:
    """Spots without a building that lie in an area that was drawn."""
    free = [
        (turn, spot.lon, spot.lat)
        for turn, spot in enumerate(spots)
        if spot.building is None and spot.lon is not None and spot.lat is not None
    ]
    found = []
    for zone in zones:
        if zone.shape is None or not free:
            continue
        inside = shapely.contains_xy(
            shapely.from_wkb(bytes(zone.shape)),
            [lon for _turn, lon, _lat in free],
            [lat for _turn, _lon, lat in free],
        )
        found += [(turn, zone.pk) for (turn, _x, _y), yes in zip(free, inside, strict=True) if yes]
    return found


def _width(place: int) -> int:
    """How many codes lie in the area of a code, by the zeros that pad it."""
    return next(width for width in WIDTH.values() if place % width == 0)

"""Zones and orders as features of the map."""

from collections.abc import Iterable
from typing import Any

import shapely

from kapok.codes import Level
from kapok.places.models import Area, Building, DrawnGrid
from kapok.zones.areas import as_geojson
from kapok.zones.models import Zone, ZoneOrder
from kapok.zones.queries import lists

Feature = dict[str, Any]
HALF_A_HOUSE_DEG = 0.0004


def features(rows: Iterable[Zone | ZoneOrder]) -> list[Feature]:
    """Zones as features of the map: what was drawn, or the areas that were picked."""
    found = []
    for row in rows:
        kind = lists.known_kind(row.pack_id, row.kind)
        said = {"id": str(row.pk), "name": row.name, "colour": kind.colour if kind else "#7a7266"}
        shapes = [as_geojson(row.shape)] if row.shape is not None else _outlines(row.picks)
        found += [
            {"type": "Feature", "properties": said, "geometry": shape} for shape in shapes if shape
        ]
    return found


def _outlines(picks: Iterable[tuple[int, str, str]]) -> list[Feature | None]:
    codes = {int(code): str(level) for code, level, _name in picks}
    areas = [code for code, level in codes.items() if level != Level.GRID]
    grids = [code for code, level in codes.items() if level == Level.GRID]
    bounds = list(Area.objects.filter(code__in=areas).values_list("boundary", flat=True))
    bounds += DrawnGrid.objects.in_force().filter(code__in=grids).values_list("shape", flat=True)
    missing = grids if not bounds else []
    return [as_geojson(each) for each in bounds if each is not None] + [
        _around(code) for code in missing
    ]


def _around(grid: int) -> Feature | None:
    """The hull of a grid's buildings, where no outline of it is known."""
    points = list(Building.objects.filter(place=grid, gone_at=None).values_list("lon", "lat"))
    if not points:
        return None
    hull = shapely.MultiPoint(points).convex_hull.buffer(HALF_A_HOUSE_DEG)
    return as_geojson(hull.wkb)

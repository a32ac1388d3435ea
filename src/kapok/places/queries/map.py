"""What the map of the desk shows, as columns and GeoJSON geometries."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import connection
from django.db.models import Q

from kapok.codes import Level, ancestor_codes, span
from kapok.places.models import Area, Barrier, Drawing, DrawnGrid, in_language
from kapok.places.queries.measures import GridLine
from kapok.places.queries.plan import covers, lines_in_force, lines_of
from kapok.places.shapes import Stored, read

Geometry = dict[str, Any]
MARGIN_DEG = 0.003
DECIMALS = 6  # about 10 cm

BUILDINGS = """
    SELECT building.id, building.name, building.lon, building.lat, building.households,
        building.place, {grid}, {footprint}
    FROM places_building AS building {join}
    WHERE building.place >= %(low)s AND building.place < %(high)s AND building.gone_at IS NULL
    ORDER BY building.place, building.source_id
"""


@dataclass(frozen=True)
class BuildingColumns:
    """Buildings, one column each.

    ``grid`` is the row in ``MapLayers.grids``, -1 where there is none; ``was`` the code in force
    (0: none) and ``now`` the code that a proposal would give, both empty for the grids in force.
    """

    id: list[str]
    name: list[str]
    lon: list[float]
    lat: list[float]
    households: list[int]
    grid: list[int]
    was: list[int]
    now: list[int]


@dataclass(frozen=True)
class Footprints:
    """Outlines of the buildings for which one is known; ``id`` is the row in the columns."""

    id: list[int]
    shape: list[Geometry]


@dataclass(frozen=True)
class MapGrid:
    """A grid on the map."""

    key: str
    code: int | None
    label: str
    households: int
    in_bounds: bool
    locked: bool
    shape: Geometry | None
    label_at: list[float] | None


@dataclass(frozen=True)
class MapLine:
    """A barrier or a main street."""

    kind: str
    name: str
    hard: bool
    shape: Geometry


@dataclass(frozen=True)
class MapArea:
    """A boundary: of an area inside the one that is shown, or around it."""

    code: int
    level: str
    name: str
    inside: bool
    shape: Geometry


@dataclass(frozen=True)
class MapLayers:
    """Everything on the map; ``extent`` is west, south, east, north."""

    extent: list[float] | None
    buildings: BuildingColumns
    footprints: Footprints
    grids: list[MapGrid]
    barriers: list[MapLine]
    areas: list[MapArea]

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)


def map_layers(
    area_code: int,
    *,
    drawing_id: UUID | None = None,
    buildings: bool = True,
    footprints: bool = True,
) -> MapLayers | None:
    """The layers of an area with its grids in force, or with those of a drawing.

    ``None`` when there is no such area or no such drawing in it. ``buildings=False`` leaves single
    buildings out, for areas that are too large to show them.
    """
    area = Area.objects.filter(code=area_code, valid_to=None).first()
    if area is None:
        return None
    drawing = None
    if drawing_id is not None:
        drawing = Drawing.objects.filter(pk=drawing_id).first()
        if drawing is None or not covers(drawing, area.code, area.level):
            return None
    low, high = span(area.code, area.level)
    lines = lines_of(drawing, (low, high)) if drawing else lines_in_force(area.code, area.level)
    rows = _building_rows(low, high, drawing, footprints) if buildings else []
    grids = _grids(lines)
    areas = _areas(area, low, high)
    extent = _extent(area, rows, grids)
    return MapLayers(
        extent=extent,
        buildings=_columns(rows, lines, drawing),
        footprints=_footprints(rows),
        grids=grids,
        barriers=_barriers(extent),
        areas=areas,
    )


def _building_rows(low: int, high: int, drawing: Drawing | None, footprints: bool) -> list[tuple]:
    """The standing buildings of an area, with their drawn grid where a drawing is shown."""
    join, grid = "", "NULL"
    if drawing is not None:
        join = (
            "LEFT JOIN places_placement AS placement ON placement.building_id = building.id "
            "AND placement.drawing_id = %(drawing)s"
        )
        grid = "placement.grid_id"
    footprint = "building.footprint" if footprints else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            BUILDINGS.format(grid=grid, footprint=footprint, join=join),
            {"low": low, "high": high, "drawing": drawing.pk if drawing else None},
        )
        return cursor.fetchall()


def _columns(rows: list[tuple], lines: list[GridLine], drawing: Drawing | None) -> BuildingColumns:
    """Buildings as columns."""
    if drawing is None:
        by_code = {line.code: index for index, line in enumerate(lines)}
        grid = [by_code.get(row[5], -1) for row in rows]
        was: list[int] = []
        now: list[int] = []
    else:
        by_id = {line.id: index for index, line in enumerate(lines)}
        grid = [by_id.get(row[6], -1) for row in rows]
        was = [row[5] if row[5] % 1000 else 0 for row in rows]
        now = [(lines[index].code or 0) if index >= 0 else 0 for index in grid]
    return BuildingColumns(
        id=[str(row[0]) for row in rows],
        name=[row[1] for row in rows],
        lon=[round(row[2], DECIMALS) for row in rows],
        lat=[round(row[3], DECIMALS) for row in rows],
        households=[row[4] for row in rows],
        grid=grid,
        was=was,
        now=now,
    )


def _footprints(rows: list[tuple]) -> Footprints:
    """Outlines by row."""
    known = [index for index, row in enumerate(rows) if row[7] is not None]
    return Footprints(known, _geometries(rows[index][7] for index in known))


def _grids(lines: list[GridLine]) -> list[MapGrid]:
    """Polygons of the grids, and where their label stands."""
    stored = DrawnGrid.objects.filter(pk__in=[line.id for line in lines], shape__isnull=False)
    wkb = dict(stored.values_list("pk", "shape"))
    keys = list(wkb)
    shapes = read(wkb.values())
    geometry = dict(zip(keys, _geometries(wkb.values()), strict=True))
    points = shapely.get_coordinates(shapely.point_on_surface(shapes)).round(DECIMALS).tolist()
    label_at = dict(zip(keys, points, strict=True))
    return [
        MapGrid(
            key=str(line.id),
            code=line.code,
            label=line.label,
            households=line.households,
            in_bounds=line.in_bounds,
            locked=line.locked,
            shape=geometry.get(line.id),
            label_at=label_at.get(line.id),
        )
        for line in lines
    ]


def _barriers(extent: list[float] | None) -> list[MapLine]:
    """Barriers and main streets whose box meets the map's."""
    if extent is None:
        return []
    west, south, east, north = extent
    rows = list(
        Barrier.objects.filter(
            west__lte=east + MARGIN_DEG,
            east__gte=west - MARGIN_DEG,
            south__lte=north + MARGIN_DEG,
            north__gte=south - MARGIN_DEG,
        )
        .order_by("-hard", "source", "source_id")
        .values_list("kind", "name", "hard", "shape")
    )
    shapes = _geometries(row[3] for row in rows)
    return [MapLine(*row[:3], shape) for row, shape in zip(rows, shapes, strict=True)]


def _areas(area: Area, low: int, high: int) -> list[MapArea]:
    """Boundaries of the areas around and inside the one shown, grids not among them."""
    around = [code for code in ancestor_codes(area.code) if code != area.code]
    rows = list(
        Area.objects.filter(Q(code__gte=low, code__lt=high) | Q(code__in=around))
        .filter(valid_to=None, boundary__isnull=False)
        .exclude(level=Level.GRID)
        .values_list("code", "level", "name_zh", "name_en", "boundary")
    )
    shapes = _geometries(row[4] for row in rows)
    return [
        MapArea(code, level, in_language(zh, en), low <= code < high, shape)
        for (code, level, zh, en, _), shape in zip(rows, shapes, strict=True)
    ]


def _extent(area: Area, rows: list[tuple], grids: list[MapGrid]) -> list[float] | None:
    """The box around what is shown: buildings, or grids, or the boundary."""
    if rows:
        points = np.array([(row[2], row[3]) for row in rows])
        return [*points.min(axis=0).tolist(), *points.max(axis=0).tolist()]
    labels = np.array([grid.label_at for grid in grids if grid.label_at])
    if len(labels):
        return [*labels.min(axis=0).tolist(), *labels.max(axis=0).tolist()]
    if area.boundary is not None:
        return list(shapely.from_wkb(bytes(area.boundary)).bounds)
    return None


def _geometries(stored: Iterable[Stored]) -> list[Geometry]:
    """Stored shapes as GeoJSON geometries, rounded to about 10 cm."""
    rounded = shapely.transform(read(stored), lambda xy: xy.round(DECIMALS))
    return [json.loads(text) for text in shapely.to_geojson(rounded)]

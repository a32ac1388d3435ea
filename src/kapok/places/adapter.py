"""From rows to arrays: the only place where buildings, barriers and areas become a town."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from kapok.codes import WIDTH, Level, span
from kapok.errors import Refused
from kapok.places import projection, shapes
from kapok.places.models import Area, Barrier
from kapok_planning import grids
from kapok_planning.grids.town import Progress, StoppingRule, never_stop, no_progress
from kapok_planning.spreading import Spread, in_threads

COMMUNITY_WIDTH = WIDTH[Level.COMMUNITY]
MARGIN_DEG = 0.005  # about 500 m: links stay in the box of their buildings, polygons reach further
HERE = in_threads(2)

BUILDINGS = """
    SELECT id, place, lon, lat, households, residents, footprint, source, source_id
    FROM places_building
    WHERE place >= %s AND place < %s AND gone_at IS NULL
    ORDER BY place - place %% 1000, source COLLATE "C", source_id COLLATE "C"
"""


@dataclass(frozen=True)
class TownRows:
    """The town of one area, and what ties its arrays to rows.

    Attributes
    ----------
    town
        The arrays that are planned with; building ``i`` is row ``building_ids[i]``.
    building_ids
        Keys of the buildings, sorted by community and source.
    residents : (n,) float array
        People in each building, NaN where unknown.
    footprints : (n,) object array of shapes in metres
        ``None`` where none is known.
    place : (n,) int64 array
        Grid in force of each building, or its community where it has none.
    communities : (n_communities,) int64 array
        Code of each community that has buildings, rising.
    barriers, streets : object arrays of shapes in metres
        What grids do not cross, and what they should not.
    boundaries : (n_communities,) object array of shapes in metres
        ``None`` where none is known.
    crs
        The metres, as PROJ writes them.
    inputs_sha256
        Changes when anything changes that a drawing starts from.
    """

    town: grids.Town
    building_ids: list[UUID]
    residents: NDArray[np.float64]
    footprints: NDArray[np.object_]
    place: NDArray[np.int64]
    communities: NDArray[np.int64]
    barriers: NDArray[np.object_]
    streets: NDArray[np.object_]
    boundaries: NDArray[np.object_]
    crs: str
    inputs_sha256: str


def load_town(area: Area, *, crs: str | None = None) -> TownRows:
    """The standing buildings of all communities of an area, and the barriers around them.

    ``crs`` is given where results must agree with an earlier drawing's.
    """
    rows = _building_rows(area)
    if not rows:
        raise Refused(
            _("There are no buildings in %(area)s yet. Import its buildings first.")
            % {"area": area.name}
        )
    ids, places, lons, lats, households, residents, footprints, *names = zip(*rows, strict=True)
    place = np.array(places, dtype=np.int64)
    lon, lat = np.array(lons), np.array(lats)
    crs = crs or projection.metres_around(lon, lat)
    communities, community = np.unique(place - place % COMMUNITY_WIDTH, return_inverse=True)
    town = grids.Town(
        xy_m=projection.to_metres(lon, lat, crs),
        households=np.array(households, dtype=np.int32),
        community=community.astype(np.int32),
    )
    barriers = _barriers(lon, lat)
    boundaries = _boundaries(communities)
    digest = hashlib.sha256()
    for values in (lon, lat, town.households, communities[community]):
        digest.update(np.ascontiguousarray(values).tobytes())
    for texts in (residents, *names):
        digest.update("\n".join(map(str, texts)).encode())
    for hard, shape in [*barriers, *((None, wkb) for wkb in (*boundaries, *footprints))]:
        digest.update(f"{hard}:".encode() + (shape or b"-"))
    return TownRows(
        town=town,
        building_ids=list(ids),
        residents=np.array(residents, dtype=np.float64),
        footprints=_shapes(footprints, crs),
        place=place,
        communities=communities,
        barriers=_shapes([shape for hard, shape in barriers if hard], crs),
        streets=_shapes([shape for hard, shape in barriers if not hard], crs),
        boundaries=_shapes(boundaries, crs),
        crs=crs,
        inputs_sha256=digest.hexdigest(),
    )


def link_town(
    rows: TownRows,
    *,
    spread: Spread = HERE,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> grids.Links:
    """Which buildings are neighbours, by the walls, barriers and main streets of the area."""
    return grids.link_buildings(
        rows.town,
        barriers=rows.barriers if len(rows.barriers) else None,
        streets=rows.streets if len(rows.streets) else None,
        footprints=rows.footprints,
        spread=spread,
        on_progress=on_progress,
        should_stop=should_stop,
    )


def polygons(rows: TownRows, grid: NDArray[np.int32]) -> NDArray[np.object_]:
    """The polygon of each grid, in longitude and latitude."""
    has_boundary = any(shape is not None for shape in rows.boundaries)
    drawn = grids.grid_polygons(
        rows.town,
        grid,
        boundaries=rows.boundaries if has_boundary else None,
        barriers=rows.barriers if len(rows.barriers) else None,
    )
    return projection.shapes_to_wgs84(drawn, rows.crs)


def _building_rows(area: Area) -> list[tuple]:
    """The buildings of an area in the one order that arrays have."""
    with connection.cursor() as cursor:
        cursor.execute(BUILDINGS, span(area.code, area.level))
        return cursor.fetchall()


def _barriers(lon: projection.FloatArray, lat: projection.FloatArray) -> list[tuple[bool, bytes]]:
    """Barriers whose box meets the box of the buildings: hard or not, and their shape."""
    near = Barrier.objects.filter(
        west__lte=lon.max() + MARGIN_DEG,
        east__gte=lon.min() - MARGIN_DEG,
        south__lte=lat.max() + MARGIN_DEG,
        north__gte=lat.min() - MARGIN_DEG,
    )
    found = near.order_by("source", "source_id").values_list("hard", "shape")
    return [(hard, bytes(shape)) for hard, shape in found]


def _boundaries(communities: NDArray[np.int64]) -> list[bytes | None]:
    """The stored boundary of each community."""
    known = Area.objects.filter(code__in=communities.tolist(), boundary__isnull=False)
    by_code = {code: shapes.as_bytes(wkb) for code, wkb in known.values_list("code", "boundary")}
    return [by_code.get(code) for code in communities.tolist()]


def _shapes(wkb: Sequence, crs: str) -> NDArray[np.object_]:
    """Stored shapes, in metres."""
    return projection.shapes_to_metres(shapes.read(wkb), crs)

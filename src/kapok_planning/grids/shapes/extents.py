"""The area of each community: its boundary, or what its buildings suggest."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kapok_planning.grids.links.barriers import Geometries
from kapok_planning.grids.shapes.spots import drawn_apart
from kapok_planning.grids.shapes.voronoi import ridges
from kapok_planning.grids.town import BoolArray, FloatArray, IntArray, Town
from kapok_planning.grids.triangulation import LIMIT, triangulate

BRIDGED_M = 300.0
"""Buildings this near each other have the land between them in common [metres]."""

MARGIN_M = 30.0
"""Land around the outermost buildings [metres]."""

PRECISION_M = 0.01
"""Corners lie on a grid of this step [metres]."""


def polygons_only(shape: shapely.Geometry | None) -> shapely.Geometry:
    """The areal part of a geometry, made valid; an empty polygon where there is none."""
    if shape is None:
        return shapely.Polygon()
    if not shapely.is_valid(shape):
        shape = shapely.make_valid(shape)
    parts = shapely.get_parts(shapely.get_parts(shape))
    areal = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    joined: shapely.Geometry = shapely.MultiPolygon(list(areal))
    return joined


def community_areas(town: Town, boundaries: Sequence[object] | Geometries | None) -> Geometries:
    """Area of each community.

    A community without a boundary gets the land around its buildings: what lies between
    neighbours up to 300 metres apart, and a margin of 30 metres; but what is nearer to a building
    of another community is that one's.

    Parameters
    ----------
    town
        Buildings and their communities.
    boundaries : (n_communities,) object array, optional
        Polygons, None where unknown [metres]; broken ones are repaired.

    Returns
    -------
    (n_communities,) object array
        Multipolygons, empty for a community with neither boundary nor buildings.

    Raises
    ------
    ValueError
        When the number of boundaries is less than that of the communities, or one is no polygon.

    Examples
    --------
    >>> town = Town(np.array([[0.0, 0.0], [40.0, 0.0]]), np.array([9, 9]), np.array([0, 1]))
    >>> [round(area.bounds[2]) for area in community_areas(town, None)]
    [20, 70]
    """
    areas = np.empty(town.n_communities, dtype=object)
    areas[:] = shapely.Polygon()
    if boundaries is not None:
        if len(boundaries) < town.n_communities:
            raise ValueError(
                f"{len(boundaries)} boundaries are given for {town.n_communities} communities."
            )
        for c in range(town.n_communities):
            shape = boundaries[c]
            if shape is not None and not isinstance(shape, shapely.Geometry):
                raise ValueError("boundaries must hold Shapely polygons or None.")
            areas[c] = polygons_only(shape)
            if shape is not None and not shapely.is_empty(shape) and shapely.is_empty(areas[c]):
                raise ValueError(f"The boundary of community {c} is no polygon.")
    here = np.unique(town.community)
    unknown = here[shapely.area(areas[here]) <= 0]
    if len(unknown):
        areas[unknown] = _settled_land(town, unknown)
    return areas


def _settled_land(town: Town, communities: IntArray) -> Geometries:
    """Land around the buildings of some communities, shared out to the nearest building."""
    xy, community = drawn_apart(np.asarray(town.xy_m, dtype=np.float64), town.community)
    low, high = xy.min(axis=0) - 2 * MARGIN_M, xy.max(axis=0) + 2 * MARGIN_M
    ends, sides = ridges(xy, community.astype(np.int32), (low[0], low[1], high[0], high[1]))
    lines: Geometries = np.asarray(shapely.linestrings(ends), dtype=object)
    rims = _by_community(np.concatenate([lines, lines]), community[sides.T.ravel()], town)
    places = _by_community(np.arange(len(xy)), community, town)
    tree = cKDTree(xy)
    land = np.empty(len(communities), dtype=object)
    for at, c in enumerate(communities):
        settled = _around(xy[places[c]])
        part = _nearest_part(settled, rims[c], tree, community, int(c))
        land[at] = settled if shapely.is_empty(part) else part
    return land


def _by_community(
    things: NDArray[Any], community: NDArray[np.int64], town: Town
) -> list[NDArray[Any]]:
    """Things gathered by community."""
    order = np.argsort(community, kind="stable")
    starts = np.searchsorted(community[order], np.arange(1, town.n_communities))
    return np.split(things[order], starts)


def _around(xy: FloatArray) -> shapely.Geometry:
    """Buildings, the land between those near each other, and a margin."""
    low = xy.min(axis=0)
    step = max(PRECISION_M, float((xy - low).max()) / LIMIT)
    spots = np.unique(np.round((xy - low) / step).astype(np.int64), axis=0)
    corner, twin, _ = triangulate(spots[:, 0], spots[:, 1])
    places = spots * step + low
    if not len(corner):  # all on one line
        ends = np.stack([places[:-1], places[1:]], axis=1)
        return _widened(places, ends[_lengths(ends) <= BRIDGED_M], np.empty((0, 4, 2)))
    three = corner.reshape(-1, 3)
    ends = places[np.stack([corner, np.roll(three, -1, axis=1).ravel()], axis=1)]
    short = np.less_equal(_lengths(ends), BRIDGED_M)
    filled: BoolArray = np.asarray(short.reshape(-1, 3).all(axis=1))
    bare = short & ~np.repeat(filled, 3) & ~((twin >= 0) & filled[twin // 3])
    return _widened(places, ends[bare], places[three[filled][:, [0, 1, 2, 0]]])


def _lengths(ends: FloatArray) -> FloatArray:
    """Length of each line [metres]; ends have the shape (k, 2, 2)."""
    length: FloatArray = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    return length


def _widened(places: FloatArray, ends: FloatArray, triangles: FloatArray) -> shapely.Geometry:
    """Triangles, lines and lonely places with the margin around them."""
    surface = shapely.coverage_union_all(np.asarray(shapely.polygons(triangles), dtype=object))
    lonely = places
    if len(ends) or len(triangles):
        used = np.concatenate([ends.reshape(-1, 2), triangles.reshape(-1, 2)])
        lonely = places[cKDTree(used).query(places)[0] > 0]
    lines, points = shapely.MultiLineString(list(ends)), shapely.MultiPoint(lonely)
    together = shapely.GeometryCollection([surface, lines, points])
    return shapely.buffer(together, MARGIN_M, quad_segs=4)


def _nearest_part(
    settled: shapely.Geometry,
    rim: Geometries,
    tree: cKDTree,
    community: NDArray[np.int64],
    c: int,
) -> shapely.Geometry:
    """The part of some land whose nearest building is of community ``c``."""
    inside = rim[shapely.intersects(rim, settled)] if len(rim) else rim
    if not len(inside):
        return polygons_only(settled)
    lines = np.concatenate([inside, [shapely.boundary(settled)]])
    pieces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.union_all(lines, grid_size=PRECISION_M)))
    )
    places = shapely.get_coordinates(shapely.point_on_surface(pieces))
    shapely.prepare(settled)
    own = (community[tree.query(places)[1]] == c) & shapely.contains_xy(settled, places)
    return polygons_only(shapely.coverage_union_all(pieces[own]))

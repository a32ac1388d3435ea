"""Grids as areas on a map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kapok_planning.grids.links.barriers import Geometries, lines_of
from kapok_planning.grids.shapes.extents import PRECISION_M, community_areas, polygons_only
from kapok_planning.grids.shapes.spots import drawn_apart, is_crowded
from kapok_planning.grids.shapes.voronoi import ridges
from kapok_planning.grids.town import BoolArray, FloatArray, IntArray, Town

_INSIDE_M = 2.0


@dataclass(frozen=True)
class _Barriers:
    """Lines that split communities, and water that is nobody's."""

    lines: shapely.STRtree
    water: shapely.STRtree


def grid_polygons(
    town: Town,
    grid: IntArray,
    *,
    boundaries: Sequence[object] | Geometries | None = None,
    barriers: Sequence[object] | Geometries | None = None,
) -> Geometries:
    """Draw the area of each grid, for people to look at.

    A community is first split along its barriers; in each face every place belongs to the grid of
    the nearest building there. Pieces without a building go to the neighbour with the longest
    common edge, across a barrier only if there is no other. So the grids of a community cover it
    without gaps or overlaps, and neighbours share their corners, which lie on a grid of one
    centimetre. Polygons among the barriers are water: they are left out.

    Buildings on one spot but in several grids are drawn a little apart; buildings outside of their
    boundary (or in the water) count at the nearest place inside.

    Parameters
    ----------
    town
        Buildings and their communities.
    grid : (n,) int array
        Grid of each building, ``0 .. n_grids - 1``.
    boundaries : (n_communities,) object array, optional
        Polygon of each community [metres], None where unknown: then the land around its buildings
        is taken (see :func:`~kapok_planning.grids.shapes.extents.community_areas`).
    barriers : (b,) object array, optional
        Shapely lines and polygons, as for ``link_buildings`` [metres].

    Returns
    -------
    (n_grids,) object array
        Polygons or multipolygons [metres]; a grid number that no building has is an empty polygon,
        and so may be one of several grids crowded on a strip of land under four metres wide.

    Raises
    ------
    ValueError
        When ``grid`` has another shape or negative numbers, or boundaries or barriers are not of
        their kind.

    Examples
    --------
    Two grids side by side in a square of 100 metres.

    >>> town = Town(np.array([[25.0, 50.0], [75.0, 50.0]]), np.array([9, 9]), np.array([0, 0]))
    >>> square = np.array([shapely.box(0, 0, 100, 100)])
    >>> west, east = grid_polygons(town, np.array([0, 1]), boundaries=square)
    >>> west.bounds, east.area
    ((0.0, 0.0, 50.0, 100.0), 5000.0)
    """
    if grid.shape != (town.n,):
        raise ValueError(f"grid has shape {grid.shape}, expected ({town.n},).")
    if (grid < 0).any():
        raise ValueError("grid must not be negative: every building is in a grid.")
    shapes = np.empty(int(grid.max()) + 1 if town.n else 0, dtype=object)
    shapes[:] = shapely.Polygon()
    hard = _sorted_barriers(barriers)
    areas = community_areas(town, boundaries)
    order = np.argsort(town.community, kind="stable")
    starts = np.searchsorted(town.community[order], np.arange(town.n_communities + 1))
    for c in range(town.n_communities):
        members = order[starts[c] : starts[c + 1]]
        if not len(members):
            continue
        found, labels = _divide(town.xy_m[members], grid[members], areas[c], hard)
        for shape, label in zip(found, labels, strict=True):
            before = shapes[label]
            shapes[label] = shape if shapely.is_empty(before) else shapely.union(before, shape)
    return shapes


def _sorted_barriers(barriers: Sequence[object] | Geometries | None) -> _Barriers:
    """Barriers told apart into lines and water."""
    shapes: Geometries = np.empty(0, dtype=object)
    if barriers is not None:
        lines_of(barriers, name="barriers")
        shapes = np.array([shape for shape in barriers if shape is not None], dtype=object)
        shapes = shapely.get_parts(shapely.get_parts(shapes))
    areal = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    water = shapes[areal]
    broken = ~shapely.is_valid(water)
    water[broken] = shapely.make_valid(water[broken])
    return _Barriers(shapely.STRtree(shapes[~areal]), shapely.STRtree(water))


def _divide(
    xy: FloatArray, grid: IntArray, area: shapely.Geometry, hard: _Barriers
) -> tuple[Geometries, NDArray[np.int64]]:
    """Polygons of the grids of one community, and which grid each is."""
    wet = hard.water.geometries[hard.water.query(area, predicate="intersects")]
    if len(wet):
        land = polygons_only(shapely.difference(area, shapely.union_all(wet)))
        area = area if shapely.is_empty(land) else land
    cuts = hard.lines.geometries[hard.lines.query(area, predicate="intersects")]
    cuts = shapely.intersection(cuts, area)

    rim = shapely.boundary(shapely.get_parts(area))
    faces = shapely.get_parts(area)
    if len(cuts):
        rim = shapely.get_parts(
            shapely.union_all(np.concatenate([rim, cuts]), grid_size=PRECISION_M)
        )
        faces = _inside(shapely.get_parts(shapely.polygonize(rim)), area)
    xy, label = drawn_apart(_moved_inside(xy, area, is_crowded(xy, grid)), grid)
    face = _face_of(xy, label, faces)
    lines = [rim]
    for f in np.unique(face):
        lines.append(_clipped_ridges(xy[face == f], label[face == f], faces[f]))
    noded = shapely.union_all(np.concatenate(lines), grid_size=PRECISION_M)
    pieces = _inside(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), area)
    return _dissolve(pieces, _labels(pieces, xy, label, cuts))


def _points(xy: FloatArray) -> Geometries:
    """Places as geometries."""
    return np.asarray(shapely.points(xy), dtype=object)


def _inside(pieces: Geometries, area: shapely.Geometry) -> Geometries:
    """The pieces that lie in an area."""
    shapely.prepare(area)
    inside: Geometries = pieces[shapely.contains_properly(area, shapely.point_on_surface(pieces))]
    return inside


def _moved_inside(xy: FloatArray, area: shapely.Geometry, crowded: BoolArray) -> FloatArray:
    """Positions with those outside of the area moved to the nearest place two metres inside.

    Crowds too near to the rim to be drawn apart move as well.
    """
    shapely.prepare(area)
    misplaced = ~shapely.intersects_xy(area, xy)
    if not (misplaced | crowded).any():
        return xy
    inner = shapely.buffer(area, -_INSIDE_M)
    target = shapely.point_on_surface(area) if shapely.is_empty(inner) else inner
    misplaced[crowded] = ~shapely.intersects_xy(target, xy[crowded])
    moved = xy.copy()
    ways = shapely.shortest_line(_points(xy[misplaced]), target)
    moved[misplaced] = shapely.get_coordinates(shapely.get_point(ways, 1))
    return moved


def _face_of(xy: FloatArray, label: NDArray[np.int64], faces: Geometries) -> NDArray[np.int64]:
    """Face of each point; one on a border goes where most of its grid is."""
    if len(faces) == 1:
        return np.zeros(len(xy), dtype=np.int64)
    point, face = shapely.STRtree(faces).query(_points(xy), predicate="intersects")
    together = label[point] * len(faces) + face
    _, where, count = np.unique(together, return_inverse=True, return_counts=True)
    order = np.lexsort((face, -count[where], point))
    point, face = point[order], face[order]
    missing = np.setdiff1d(np.arange(len(xy)), point)
    nearest = shapely.STRtree(faces).nearest(_points(xy[missing]))
    found = np.empty(len(xy), dtype=np.int64)
    found[point[::-1]] = face[::-1]
    found[missing] = nearest
    return found


def _clipped_ridges(xy: FloatArray, label: NDArray[np.int64], face: shapely.Geometry) -> Geometries:
    """Lines between the grids of one face."""
    x0, y0, x1, y1 = shapely.bounds(face).tolist()
    ends, _ = ridges(xy, label.astype(np.int32), (x0, y0, x1, y1))
    if not len(ends):
        return np.empty(0, dtype=object)
    lines = shapely.clip_by_rect(shapely.MultiLineString(list(ends)), x0, y0, x1, y1)
    return np.array([shapely.intersection(lines, face)], dtype=object)


def _surface_points(pieces: Geometries) -> FloatArray:
    """A place inside each piece."""
    places: FloatArray = shapely.get_coordinates(shapely.point_on_surface(pieces))
    return places


def _labels(
    pieces: Geometries, xy: FloatArray, label: NDArray[np.int64], cuts: Geometries
) -> NDArray[np.int64]:
    """Grid of each piece: that of the buildings in it, else that of a neighbour."""
    points = _points(xy)
    piece, point = shapely.STRtree(points).query(pieces, predicate="intersects")
    kinds, kind = np.unique(label, return_inverse=True)
    votes = np.bincount(piece * len(kinds) + kind[point], minlength=len(pieces) * len(kinds))
    votes = votes.reshape(len(pieces), len(kinds))
    found = np.where(votes.any(axis=1), kinds[votes.argmax(axis=1)], -1)
    bare = np.flatnonzero(found < 0)
    if len(bare):
        nearest = label[cKDTree(xy).query(_surface_points(pieces[bare]))[1]]
        landless = ~np.isin(nearest, found)
        found[bare[landless]] = nearest[landless]
        _ask_neighbours(found, pieces, cuts)
        found[bare] = np.where(found[bare] < 0, nearest, found[bare])
    return found


def _ask_neighbours(found: NDArray[np.int64], pieces: Geometries, cuts: Geometries) -> None:
    """Give pieces without a grid that of the neighbour with the longest common edge, in place."""
    one, other, length, barred = _common_edges(pieces, cuts)
    for usable in (~barred, np.ones(len(barred), dtype=bool)):
        while True:
            ready = usable & (found[one] < 0) & (found[other] >= 0)
            if not ready.any():
                break
            kinds, kind = np.unique(found[other[ready]], return_inverse=True)
            together = one[ready] * len(kinds) + kind
            keys, where = np.unique(together, return_inverse=True)
            total = np.bincount(where, weights=length[ready])
            best = np.lexsort((keys, total))
            found[keys[best] // len(kinds)] = kinds[keys[best] % len(kinds)]


def _common_edges(
    pieces: Geometries, cuts: Geometries
) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray, BoolArray]:
    """Straight edges between two pieces, in both directions: lengths, and whether on a barrier."""
    rings, owner = shapely.get_rings(pieces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    start, end, piece = xy[:-1][same], xy[1:][same], owner[ring[:-1][same]]
    swap = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(swap[:, None], np.hstack([end, start]), np.hstack([start, end]))
    order = np.lexsort(ends.T)
    twice = np.flatnonzero((ends[order[1:]] == ends[order[:-1]]).all(axis=1))
    one, other = piece[order[twice]], piece[order[twice + 1]]
    ends = ends[order[twice]]
    length = np.hypot(*(ends[:, 2:] - ends[:, :2]).T)
    barred = np.zeros(len(ends), dtype=bool)
    if len(cuts):
        middle = _points((ends[:, :2] + ends[:, 2:]) / 2)
        near = shapely.STRtree(cuts).query(middle, predicate="dwithin", distance=2 * PRECISION_M)
        barred[near[0]] = True
    return (
        np.concatenate([one, other]),
        np.concatenate([other, one]),
        np.concatenate([length, length]),
        np.concatenate([barred, barred]),
    )


def _dissolve(pieces: Geometries, found: NDArray[np.int64]) -> tuple[Geometries, NDArray[np.int64]]:
    """One valid polygon or multipolygon for each grid."""
    order = np.argsort(found, kind="stable")
    labels, first = np.unique(found[order], return_index=True)
    shapes = np.empty(len(labels), dtype=object)
    for k, group in enumerate(np.split(pieces[order], first[1:])):
        shapes[k] = group[0] if len(group) == 1 else shapely.coverage_union_all(group)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes, labels

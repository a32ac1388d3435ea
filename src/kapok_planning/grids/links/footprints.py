"""Which buildings touch, told from their footprints."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from kapok_planning.grids.links.barriers import Geometries
from kapok_planning.grids.town import IntArray

GAP_M = 0.1
"""Walls this near each other count as one [metres]: drawings seldom meet exactly."""

WALL_M = 0.5
"""So much of a wall must lie within :data:`GAP_M` of the other's [metres]: corners do not."""

_SHARES_WALL = "****1****"
_OVERLAPS = "2********"


def touching_pairs(
    footprints: Sequence[object] | Geometries, community: IntArray
) -> NDArray[np.int32]:
    """Pairs of buildings of one community whose footprints touch along a wall.

    Touching means a common stretch of outline, an overlap, or a gap of at most :data:`GAP_M` along
    at least :data:`WALL_M`. Meeting at a corner alone is no touch, so parcels that tile the plane
    are linked as the rook moves.

    Parameters
    ----------
    footprints : (n,) object array
        Shapely polygon or multipolygon of each building [metres]; None or empty where unknown.
    community : (n,) int array
        Community of each building.

    Returns
    -------
    (k, 2) int array
        Pairs ``i < j``, each once, sorted.

    Raises
    ------
    ValueError
        When the number of footprints differs, or one is neither polygon nor None.

    Examples
    --------
    >>> row = [shapely.box(0, 0, 5, 9), shapely.box(5, 0, 9, 9), shapely.box(9, 9, 12, 12)]
    >>> touching_pairs(row, np.zeros(3, dtype=np.int32))
    array([[0, 1]], dtype=int32)
    """
    shapes = np.asarray(footprints, dtype=object)
    if shapes.shape != community.shape:
        raise ValueError(f"footprints has shape {shapes.shape}, expected {community.shape}.")
    missing = np.array([shape is None for shape in shapes], dtype=bool)
    if not shapely.is_geometry(shapes[~missing]).all():
        raise ValueError("footprints must hold Shapely geometries or None.")
    known = np.flatnonzero(~missing & ~shapely.is_empty(shapes)).astype(np.int32)
    shapes = shapes[known]
    kind = shapely.get_type_id(shapes)
    if not np.isin(kind, [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON]).all():
        raise ValueError("footprints must be polygons.")
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])

    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="dwithin", distance=GAP_M)
    once = (left < right) & (community[known[left]] == community[known[right]])
    left, right = left[once], right[once]
    shapely.prepare(shapes)
    a, b = shapes[left], shapes[right]
    apart = shapely.disjoint(a, b)
    touching = np.zeros(len(a), dtype=bool)
    touching[~apart] = shapely.relate_pattern(
        a[~apart], b[~apart], _SHARES_WALL
    ) | shapely.relate_pattern(a[~apart], b[~apart], _OVERLAPS)
    wall = shapely.intersection(shapely.boundary(a[apart]), shapely.buffer(b[apart], GAP_M))
    touching[apart] = shapely.length(wall) >= WALL_M
    pairs = np.stack([known[left[touching]], known[right[touching]]], axis=1)
    return np.unique(np.sort(pairs, axis=1), axis=0)

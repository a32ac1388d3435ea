"""What lies between two points: rivers, railways and main roads as segments in a grid of cells.

Polygons (water, parks) stand for their outlines: whoever crosses a river crosses a bank. A link
crosses a segment when its ends lie on different sides and the segment's ends lie on different
sides of it; touching counts as lying on the left, so that a line that is crossed exactly at one
of its corners is crossed once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from kapok_planning.grids.town import BoolArray, FloatArray, IntArray

ON_LINE_M = 1e-6
"""A building this near a barrier stands on it [metres]."""

_MOST_CELLS = 1 << 22
_MOST_STREETS = 255

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Segments:
    """Lines cut into straight segments, and which of them touch each cell of a square grid.

    Attributes
    ----------
    ends : (s, 4) float array
        ``x0, y0, x1, y1`` of each segment [metres].
    owner : (s,) int array
        Index of the geometry that each segment is part of.
    origin : (2,) float array
        Lower left corner of the cells [metres].
    cell_m : float
        Side of a cell [metres].
    shape : (int, int)
        Columns and rows of cells.
    cell_start, cell_segments : int arrays
        Segments of cell ``c`` are ``cell_segments[cell_start[c]:cell_start[c + 1]]``.
    """

    ends: FloatArray
    owner: IntArray
    origin: FloatArray
    cell_m: float
    shape: tuple[int, int]
    cell_start: NDArray[np.int64]
    cell_segments: IntArray


def lines_of(
    geometries: Sequence[object] | Geometries, *, name: str
) -> tuple[Geometries, IntArray]:
    """Lines and outlines of geometries, and which geometry each came from.

    Parameters
    ----------
    geometries : (g,) object array
        Shapely lines, rings, polygons and collections of them; None and empty ones are left out.
    name
        What the caller calls them, for the sentence of an error.

    Returns
    -------
    lines : (l,) object array
        LineStrings and LinearRings. Outlines of polygons run with the inside on their right, so
        that whoever stands exactly on a bank stands outside of the water.
    owner : (l,) int array
        Index into ``geometries``.

    Raises
    ------
    ValueError
        When an item is no geometry, a point, or has a coordinate that is not finite.

    Examples
    --------
    >>> lines, owner = lines_of([shapely.box(0, 0, 1, 1), None], name="barriers")
    >>> lines[0].geom_type, lines[0].is_ccw, owner.tolist()
    ('LinearRing', False, [0])
    """
    parts = np.asarray(geometries, dtype=object)
    if parts.ndim != 1:
        raise ValueError(f"{name} has shape {parts.shape}, expected one dimension.")
    empty = np.array([part is None for part in parts], dtype=bool)
    if not shapely.is_geometry(parts[~empty]).all():
        raise ValueError(f"{name} must hold Shapely geometries.")
    owner = np.flatnonzero(~empty & ~shapely.is_empty(parts)).astype(np.int32)
    parts = parts[owner]
    while len(parts) and (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts, source = shapely.get_parts(parts, return_index=True)
        owner = owner[source]
    kind = shapely.get_type_id(parts)
    if (kind == shapely.GeometryType.POINT).any():
        raise ValueError(f"{name} holds points; give lines or polygons.")
    areal = kind == shapely.GeometryType.POLYGON
    rings, source = shapely.get_rings(
        shapely.orient_polygons(parts[areal], exterior_cw=True), return_index=True
    )
    lines = np.concatenate([parts[~areal], rings])
    if not np.isfinite(shapely.get_coordinates(lines)).all():
        raise ValueError(f"{name} must have finite coordinates.")
    return lines, np.concatenate([owner[~areal], owner[areal][source]])


def segments_of(geometries: Sequence[object] | Geometries, *, name: str = "barriers") -> Segments:
    """Cut lines into segments and sort them into cells, ready for :func:`count_crossings`.

    Parameters
    ----------
    geometries : (g,) object array
        Shapely lines, polygons and collections of them [metres].
    name
        What the caller calls them, for the sentence of an error.

    Returns
    -------
    Segments

    Raises
    ------
    ValueError
        As :func:`lines_of`.

    Examples
    --------
    >>> segments_of([shapely.LineString([(0, 0), (9, 0), (9, 9)])]).ends
    array([[0., 0., 9., 0.],
           [9., 0., 9., 9.]])
    """
    lines, owner = lines_of(geometries, name=name)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = (line[1:] == line[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    ends = np.ascontiguousarray(np.hstack([xy[:-1], xy[1:]])[same])
    owners = owner[line[:-1][same]].astype(np.int32)
    if not len(ends):
        start = np.zeros(2, dtype=np.int64)
        return Segments(ends, owners, np.zeros(2), 1.0, (1, 1), start, np.empty(0, dtype=np.int32))
    low, high = xy.min(axis=0), xy.max(axis=0)
    span = np.maximum(high - low, 1.0)
    n_cells = min(_MOST_CELLS, 4 * len(ends) + 64)
    cell_m = max(float(np.sqrt(span[0] * span[1] / n_cells)), float(span.max()) / n_cells, 10.0)
    columns, rows = (int(extent // cell_m) + 1 for extent in span)
    start, found = _sort_into_cells(ends, low, cell_m, columns, rows)
    return Segments(ends, owners, low, cell_m, (columns, rows), start, found)


def count_crossings(
    from_xy: FloatArray, to_xy: FloatArray, segments: Segments
) -> NDArray[np.uint8]:
    """How many of the geometries behind ``segments`` each straight link crosses.

    Parameters
    ----------
    from_xy, to_xy : (k, 2) float arrays
        Ends of the links [metres].
    segments
        From :func:`segments_of`.

    Returns
    -------
    (k,) uint8 array
        Geometries crossed, each once however often it winds; 255 stands for 255 or more.

    Examples
    --------
    >>> road = segments_of([shapely.LineString([(5, -9), (5, 9)])])
    >>> start, end = np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[9.0, 1.0], [4.0, 1.0]])
    >>> count_crossings(start, end, road)
    array([1, 0], dtype=uint8)
    """
    if from_xy.shape != to_xy.shape or from_xy.shape[1:] != (2,):
        raise ValueError(f"Shapes differ: {from_xy.shape}, {to_xy.shape}.")
    crossed: NDArray[np.uint8] = _count(
        np.ascontiguousarray(from_xy, dtype=np.float64),
        np.ascontiguousarray(to_xy, dtype=np.float64),
        segments.ends,
        segments.owner,
        segments.origin,
        segments.cell_m,
        segments.shape[0],
        segments.shape[1],
        segments.cell_start,
        segments.cell_segments,
    )
    return crossed


def stands_on(xy: FloatArray, segments: Segments) -> BoolArray:
    """Whether each point lies on a segment, to within :data:`ON_LINE_M`; shape (k,)."""
    found: BoolArray = _stands_on(
        np.ascontiguousarray(xy, dtype=np.float64),
        segments.ends,
        segments.origin,
        segments.cell_m,
        segments.shape[0],
        segments.shape[1],
        segments.cell_start,
        segments.cell_segments,
    )
    return found


@njit(cache=True, nogil=True)
def _columns_in_row(
    x0: float, y0: float, x1: float, y1: float, bottom: float, top: float
) -> tuple[float, float]:
    """West and east end of the part of a segment between two heights."""
    if y0 > y1:
        x0, y0, x1, y1 = x1, y1, x0, y0
    west, east = x0, x1
    if y0 < bottom and y0 < y1:
        west = x0 + (x1 - x0) * (min(bottom - y0, y1 - y0) / (y1 - y0))
    if y1 > top and y0 < y1:
        east = x0 + (x1 - x0) * (max(top - y0, 0.0) / (y1 - y0))
    return min(west, east), max(west, east)


@njit(cache=True, nogil=True)
def _cell(value: float, n_cells: int) -> int:
    """Index of a cell, held inside the grid."""
    return min(max(math.floor(value), 0), n_cells - 1)


@njit(cache=True, nogil=True)
def _sort_into_cells(
    ends: FloatArray, origin: FloatArray, cell_m: float, columns: int, rows: int
) -> tuple[NDArray[np.int64], IntArray]:
    """Count, then fill: which segments touch which cell (with a millimetre to spare)."""
    slack = 1e-3 / cell_m
    start = np.zeros(columns * rows + 1, np.int64)
    found = np.empty(0, np.int32)
    for turn in range(2):
        if turn == 1:
            for c in range(columns * rows):
                start[c + 1] += start[c]
            found = np.empty(start[-1], np.int32)
            start[1:] = start[:-1].copy()
            start[0] = 0
        for s in range(len(ends)):
            x0, y0 = (ends[s, 0] - origin[0]) / cell_m, (ends[s, 1] - origin[1]) / cell_m
            x1, y1 = (ends[s, 2] - origin[0]) / cell_m, (ends[s, 3] - origin[1]) / cell_m
            for row in range(
                _cell(min(y0, y1) - slack, rows), _cell(max(y0, y1) + slack, rows) + 1
            ):
                west, east = _columns_in_row(x0, y0, x1, y1, row - slack, row + 1 + slack)
                for column in range(_cell(west - slack, columns), _cell(east + slack, columns) + 1):
                    c = row * columns + column
                    if turn == 1:
                        found[start[c + 1]] = s
                    start[c + 1] += 1
    return start, found


@njit(cache=True, nogil=True)
def _left(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> bool:
    """Whether p lies left of, or on, the line a → b."""
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax) >= 0.0


@njit(cache=True, nogil=True)
def _count(
    from_xy: FloatArray,
    to_xy: FloatArray,
    ends: FloatArray,
    owner: IntArray,
    origin: FloatArray,
    cell_m: float,
    columns: int,
    rows: int,
    cell_start: NDArray[np.int64],
    cell_segments: IntArray,
) -> NDArray[np.uint8]:
    """Walk each link through its cells and test the segments there."""
    crossed = np.zeros(len(from_xy), np.uint8)
    seen = np.empty(_MOST_STREETS, np.int32)
    for k in range(len(from_xy)):
        px, py, qx, qy = from_xy[k, 0], from_xy[k, 1], to_xy[k, 0], to_xy[k, 1]
        x0, y0 = (px - origin[0]) / cell_m, (py - origin[1]) / cell_m
        x1, y1 = (qx - origin[0]) / cell_m, (qy - origin[1]) / cell_m
        if max(x0, x1) < 0 or max(y0, y1) < 0 or min(x0, x1) > columns or min(y0, y1) > rows:
            continue
        n_seen = 0
        for row in range(_cell(min(y0, y1), rows), _cell(max(y0, y1), rows) + 1):
            west, east = _columns_in_row(x0, y0, x1, y1, row, row + 1)
            for column in range(_cell(west, columns), _cell(east, columns) + 1):
                c = row * columns + column
                for j in range(cell_start[c], cell_start[c + 1]):
                    s = cell_segments[j]
                    ax, ay, bx, by = ends[s, 0], ends[s, 1], ends[s, 2], ends[s, 3]
                    if _left(ax, ay, bx, by, px, py) == _left(ax, ay, bx, by, qx, qy):
                        continue
                    if _left(px, py, qx, qy, ax, ay) == _left(px, py, qx, qy, bx, by):
                        continue
                    known = False
                    for i in range(n_seen):
                        known = known or seen[i] == owner[s]
                    if not known and n_seen < _MOST_STREETS:
                        seen[n_seen] = owner[s]
                        n_seen += 1
        crossed[k] = n_seen
    return crossed


@njit(cache=True, nogil=True)
def _stands_on(
    xy: FloatArray,
    ends: FloatArray,
    origin: FloatArray,
    cell_m: float,
    columns: int,
    rows: int,
    cell_start: NDArray[np.int64],
    cell_segments: IntArray,
) -> BoolArray:
    """Measure to the segments of the cell, which reach a millimetre over its edge."""
    found = np.zeros(len(xy), np.bool_)
    for k in range(len(xy)):
        x, y = xy[k, 0], xy[k, 1]
        column, row = (x - origin[0]) / cell_m, (y - origin[1]) / cell_m
        if column < -1 or row < -1 or column > columns + 1 or row > rows + 1:
            continue
        c = _cell(row, rows) * columns + _cell(column, columns)
        for j in range(cell_start[c], cell_start[c + 1]):
            s = cell_segments[j]
            ax, ay = ends[s, 0], ends[s, 1]
            dx, dy = ends[s, 2] - ax, ends[s, 3] - ay
            share = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)
            share = min(max(share, 0.0), 1.0)
            if math.hypot(x - ax - share * dx, y - ay - share * dy) <= ON_LINE_M:
                found[k] = True
                break
    return found

"""Where road lines meet: at vertices that they share, at ends that touch, and at crossings."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from kapok_planning.streets.network import BoolArray, FloatArray, IntArray

TOUCH_M = 0.05  # nearer than this is the same spot


class Stops(NamedTuple):
    """Spots along lines, sorted by line and then by their way along it.

    ``line`` (k,); ``along_m`` (k,) [metres from the line's start]; ``xy_m`` (k, 2).
    """

    line: IntArray
    along_m: FloatArray
    xy_m: FloatArray


class _Segments(NamedTuple):
    """Straight pieces of all lines: ``a`` and ``b`` (s, 2), ``line``, ``along_m`` of ``a``.

    ``a_is_end`` and ``b_is_end`` tell the ends of whole lines.
    """

    a: FloatArray
    b: FloatArray
    line: IntArray
    along_m: FloatArray
    length_m: FloatArray
    a_is_end: BoolArray
    b_is_end: BoolArray


class _Meetings(NamedTuple):
    """Spots ``xy_m`` (k, 2) that lie a share ``part`` along ``segment`` (k,)."""

    segment: NDArray[np.int64]
    part: FloatArray
    xy_m: FloatArray


def stops_of(lines: NDArray[np.object_], level: IntArray) -> Stops:
    """All vertices of lines, and the spots where other lines meet them.

    Lines of different ``level`` (r,), as a bridge and the road below, meet where one ends on
    the other, but do not meet where they cross.
    """
    segments = _segments(lines)
    vertices = _Meetings(
        np.concatenate([np.arange(len(segments.a)), np.flatnonzero(segments.b_is_end)]),
        np.concatenate([np.zeros(len(segments.a)), np.ones(int(segments.b_is_end.sum()))]),
        np.concatenate([segments.a, segments.b[segments.b_is_end]]),
    )
    found = [vertices, *_meetings(segments, level)]
    segment = np.concatenate([m.segment for m in found])
    along = (
        segments.along_m[segment]
        + np.concatenate([m.part for m in found]) * (segments.length_m[segment])
    )
    order = np.lexsort((along, segments.line[segment]))
    xy = np.concatenate([m.xy_m for m in found])
    return Stops(segments.line[segment][order], along[order], xy[order])


def weld(xy_m: FloatArray) -> IntArray:
    """Number spots (k, 2) from 0 so that those within a touch of each other are one, (k,)."""
    unique, which = np.unique(xy_m, axis=0, return_inverse=True)
    pairs = cKDTree(unique).query_pairs(TOUCH_M, output_type="ndarray")
    ones = np.ones(len(pairs), np.int8)
    near = csr_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(unique), len(unique)))
    spot: IntArray = connected_components(near, directed=False)[1].astype(np.int32)
    return spot[which.ravel()]


def _segments(lines: NDArray[np.object_]) -> _Segments:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    fresh = np.ones(len(xy), np.bool_)  # a vertex that stands twice in a row is one
    fresh[1:] = (line[1:] != line[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)
    xy, line = xy[fresh], line[fresh]
    here = np.flatnonzero(line[1:] == line[:-1])
    a, b, line = xy[here], xy[here + 1], line[here]
    length = np.hypot(*(b - a).T)
    before = np.cumsum(length) - length
    first = np.ones(len(line), np.bool_)
    first[1:] = line[1:] != line[:-1]
    last = np.roll(first, -1)
    along = before - before[first][np.cumsum(first) - 1]
    return _Segments(a, b, line.astype(np.int32), along, length, first, last)


def _meetings(segments: _Segments, level: IntArray) -> list[_Meetings]:
    """Where pairs of segments meet."""
    shapes = np.asarray(shapely.linestrings(np.stack([segments.a, segments.b], axis=1)))
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M)
    p, q = pairs[:, pairs[0] < pairs[1]]
    same = level[segments.line[p]] == level[segments.line[q]]
    found = list(_crossings(segments, p[same], q[same]))
    for one, other, joins in ((p, q, same), (q, p, same)):
        for ends, is_end in (
            (segments.a, segments.a_is_end),
            (segments.b, segments.b_is_end),
        ):
            wanted = joins | is_end[one]
            found.append(_touching(segments, ends[one[wanted]], other[wanted]))
    return found


def _crossings(
    segments: _Segments, p: NDArray[np.int64], q: NDArray[np.int64]
) -> tuple[_Meetings, _Meetings]:
    """Crossings of segments ``p`` with ``q`` (k,), as spots on both."""
    r, s = segments.b[p] - segments.a[p], segments.b[q] - segments.a[q]
    gap = segments.a[q] - segments.a[p]
    turn = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (gap[:, 0] * s[:, 1] - gap[:, 1] * s[:, 0]) / turn
        u = (gap[:, 0] * r[:, 1] - gap[:, 1] * r[:, 0]) / turn
    crossed = (turn != 0) & (t > 0) & (t < 1) & (u > 0) & (u < 1)
    spot = segments.a[p[crossed]] + t[crossed, None] * r[crossed]
    return (
        _Meetings(p[crossed], t[crossed], spot),
        _Meetings(q[crossed], u[crossed], spot),
    )


def _touching(segments: _Segments, spot: FloatArray, other: NDArray[np.int64]) -> _Meetings:
    """Spots (k, 2) that lie on the segments ``other`` (k,), as spots of these."""
    part, away_m = projected(spot, segments.a[other], segments.b[other])
    touches = away_m <= TOUCH_M
    return _Meetings(other[touches], part[touches], spot[touches])


def projected(xy: FloatArray, a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nearest spot on each segment a–b: share of its length (k,), and distance (k,) [metres]."""
    way = b - a
    square = np.maximum((way**2).sum(axis=1), 1e-300)
    part = np.clip(((xy - a) * way).sum(axis=1) / square, 0.0, 1.0)
    return part, np.hypot(*(a + part[:, None] * way - xy).T)

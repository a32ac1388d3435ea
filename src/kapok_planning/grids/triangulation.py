"""Delaunay triangulations of whole-millimetre points, by Qhull.

Qhull refuses points on one line and leaves out points that rounding cannot tell from a triangle's
plane; both are said, so that nobody loses a neighbour.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError

from kapok_planning.grids.town import IntArray

LIMIT = 2**25
"""Coordinates lie in ``0 .. LIMIT``, so that their squares are whole in floating point."""


class Triangles(NamedTuple):
    """A triangulation as half-edges.

    Attributes
    ----------
    corner : (3 t,) int32 array
        Corners of the triangles, three by three, counter-clockwise. Empty where all points lie
        on one line.
    twin : (3 t,) int32 array
        Half-edge ``e`` runs from ``corner[e]`` to the next corner of its triangle; ``twin[e]`` is
        the same edge in the neighbouring triangle, -1 on the hull.
    left_out : (k, 2) int32 array
        Points that are no corner, each with the corner next to it.
    """

    corner: IntArray
    twin: IntArray
    left_out: IntArray


_NONE = Triangles(np.empty(0, np.int32), np.empty(0, np.int32), np.empty((0, 2), np.int32))


def triangulate(x: NDArray[np.int64], y: NDArray[np.int64]) -> Triangles:
    """Delaunay triangulation of distinct points with whole coordinates.

    Parameters
    ----------
    x, y : (n,) int64 arrays
        Coordinates in ``0 .. LIMIT``; no two points alike.

    Examples
    --------
    >>> triangles = triangulate(np.array([0, 9, 0]), np.array([0, 0, 9]))
    >>> sorted(triangles.corner.tolist()), triangles.twin.tolist()
    ([0, 1, 2], [-1, -1, -1])
    """
    if len(x) < 3:
        return _NONE
    try:
        found = Delaunay(np.stack([x - x.mean(), y - y.mean()], axis=1))
    except QhullError:  # all on one line, to within rounding
        return _NONE
    return Triangles(
        found.simplices.ravel().astype(np.int32),
        _twins(found.neighbors),
        found.coplanar[:, [0, 2]].astype(np.int32),
    )


def _twins(neighbours: NDArray[np.int32]) -> IntArray:
    """The other half of each half-edge; ``neighbours`` (t, 3) lie opposite of the corners."""
    across = np.roll(neighbours, -2, axis=1)  # of half-edge j, opposite of corner j + 2
    triangle = np.arange(len(neighbours))[:, None, None]
    back = (neighbours[across] == triangle).argmax(axis=2)
    twin = np.where(across < 0, -1, 3 * across + (back + 1) % 3)
    return twin.ravel().astype(np.int32)

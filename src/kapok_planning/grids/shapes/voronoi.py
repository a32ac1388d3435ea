"""Lines halfway between points of different kinds."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kapok_planning.grids.town import FloatArray, IntArray
from kapok_planning.grids.triangulation import LIMIT, triangulate

_STEP_M = 1e-3
_FAR = 4.0


def ridges(
    xy: FloatArray, label: IntArray, bounds: tuple[float, float, float, float]
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Edges of the Voronoi diagram that separate points of different labels.

    Inside ``bounds`` they part all places whose nearest points have different labels [1]_.

    Parameters
    ----------
    xy : (n, 2) float array
        Points [metres]. Of points on the same millimetre the first counts.
    label : (n,) int array
        Kind of each point.
    bounds
        ``x0, y0, x1, y1`` of what is to be divided [metres]; edges reach far beyond.

    Returns
    -------
    ends : (k, 2, 2) float array
        The two ends of each edge [metres].
    sides : (k, 2) int array
        The points on its two sides.

    References
    ----------
    .. [1] Aurenhammer, F. (1991). Voronoi diagrams: a survey of a fundamental geometric data
           structure. *ACM Computing Surveys*, 23, 345-405.

    Examples
    --------
    >>> xy, label = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 3.0]]), np.array([1, 2, 2])
    >>> ends, sides = ridges(xy, label, (0.0, 0.0, 9.0, 9.0))
    >>> sides.tolist()
    [[0, 1], [0, 2]]
    >>> ends[0, :, 0].round(2)
    array([4., 4.])
    """
    if not len(xy) or (label == label[0]).all():
        return np.empty((0, 2, 2)), np.empty((0, 2), dtype=np.int64)
    low = np.minimum(xy.min(axis=0), bounds[:2])
    high = np.maximum(xy.max(axis=0), bounds[2:])
    centre, reach = (low + high) / 2, max(float(np.hypot(*(high - low))) / 2, 1.0)
    # Four points so far out that no place inside the bounds is nearest to them close the diagram.
    far = centre + _FAR * reach * np.array([[-1.1, -1.0], [1.0, -1.1], [1.1, 1.0], [-1.0, 1.1]])
    step = max(_STEP_M, 3 * _FAR * reach / LIMIT)
    origin = centre - 1.25 * _FAR * reach
    column, row = np.round((np.concatenate([xy, far]) - origin) / step).astype(np.int64).T
    kept = np.sort(np.unique(column * (2 * LIMIT) + row, return_index=True)[1])
    kinds = np.concatenate([label, np.full(4, -1)])[kept].astype(np.int64)
    x, y = column[kept], row[kept]
    corner, twin, _ = triangulate(x, y)
    ends, sides = _ridges(x, y, corner, twin, kinds, int((kept < len(xy)).sum()))
    return ends * step + origin, kept[sides]


@njit(cache=True, nogil=True)
def _centres(x: NDArray[np.int64], y: NDArray[np.int64], corner: IntArray) -> FloatArray:
    """Centre of the circle through the corners of each triangle."""
    centres = np.empty((len(corner) // 3, 2))
    for t in range(len(centres)):
        a, b, c = corner[3 * t], corner[3 * t + 1], corner[3 * t + 2]
        bx, by = float(x[b] - x[a]), float(y[b] - y[a])
        cx, cy = float(x[c] - x[a]), float(y[c] - y[a])
        twice = 2.0 * (bx * cy - by * cx)
        b2, c2 = bx * bx + by * by, cx * cx + cy * cy
        centres[t, 0] = x[a] + (cy * b2 - by * c2) / twice
        centres[t, 1] = y[a] + (bx * c2 - cx * b2) / twice
    return centres


@njit(cache=True, nogil=True)
def _ridges(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    corner: IntArray,
    twin: IntArray,
    label: NDArray[np.int64],
    n: int,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Edges between the first ``n`` points, the others being the far ones."""
    centres = _centres(x, y, corner)
    ends = np.empty((len(corner) // 2, 2, 2))
    sides = np.empty((len(corner) // 2, 2), np.int64)
    size = 0
    for e in range(len(corner)):
        a, b = corner[e], corner[e - e % 3 + (e + 1) % 3]
        if twin[e] > e and a < n and b < n and label[a] != label[b]:
            ends[size, 0], ends[size, 1] = centres[e // 3], centres[twin[e] // 3]
            sides[size, 0], sides[size, 1] = min(a, b), max(a, b)
            size += 1
    order = np.argsort(sides[:size, 0] * n + sides[:size, 1])
    return ends[order], sides[order]

"""The number of each grid inside its community."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kapok_planning.grids.town import FloatArray, IntArray


def number_grids(centres_xy: FloatArray, community: IntArray) -> IntArray:
    """Number the grids of each community like lines of text: west to east, north to south.

    The northernmost grid opens a row; all grids less than one typical grid's height south of it
    belong to the row and are numbered from west to east; then the next row opens. The typical
    height is the square root of the community's extent per grid. Grids at the very same place are
    numbered in the order given.

    Parameters
    ----------
    centres_xy : (g, 2) float array
        Centre of each grid, x to the east, y to the north [metres].
    community : (g,) int array
        Community of each grid, not negative.

    Returns
    -------
    (g,) int array
        Numbers from 1 in each community.

    Raises
    ------
    ValueError
        When shapes disagree, or a centre is not finite.

    Examples
    --------
    Two rows, the northern one slightly askew, and a grid of another community.

    >>> centres = np.array([[400.0, 10.0], [0.0, 0.0], [10.0, 390.0], [390.0, 410.0], [5.0, 5.0]])
    >>> number_grids(centres, np.array([0, 0, 0, 0, 1]))
    array([4, 3, 1, 2, 1], dtype=int32)
    """
    n = len(community)
    if centres_xy.shape != (n, 2):
        raise ValueError(f"centres_xy has shape {centres_xy.shape}, expected ({n}, 2).")
    if not np.isfinite(centres_xy).all():
        raise ValueError("centres_xy must be finite.")
    x, y = centres_xy[:, 0], centres_xy[:, 1]
    from_north = np.lexsort((-y, community))
    row = np.empty(n, dtype=np.int64)
    row[from_north] = _rows(x[from_north], y[from_north], community[from_north])
    in_order = np.lexsort((x, row, community))
    first = np.searchsorted(community[in_order], community[in_order], side="left")
    number = np.empty(n, dtype=np.int32)
    number[in_order] = np.arange(n) - first + 1
    return number


@njit(cache=True, nogil=True)
def _rows(x: FloatArray, y: FloatArray, community: IntArray) -> NDArray[np.int64]:
    """Row of each grid; grids are sorted by community, then from north to south."""
    row = np.zeros(len(x), np.int64)
    begin = 0
    while begin < len(x):
        end = begin
        west, east = x[begin], x[begin]
        while end < len(x) and community[end] == community[begin]:
            west, east = min(west, x[end]), max(east, x[end])
            end += 1
        height_m = np.sqrt((east - west) * (y[begin] - y[end - 1]) / (end - begin))
        top = y[begin]
        for i in range(begin + 1, end):
            row[i] = row[i - 1]
            if top - y[i] >= height_m and top > y[i]:
                row[i] += 1
                top = y[i]
        begin = end
    return row

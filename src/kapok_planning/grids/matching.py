"""Which new grid goes on from which former one."""

import numpy as np

from kapok_planning.grids.town import FloatArray, IntArray


def match_grids(previous: IntArray, grid: IntArray, households: IntArray | FloatArray) -> IntArray:
    """Which former grid each new grid goes on from: pairs sharing most households come first.

    Parameters
    ----------
    previous : (n,) int array
        Former grid of each building, -1 where there was none.
    grid : (n,) int array
        New grid of each building, ``0 .. n_grids - 1``.
    households : (n,) int array
        Households in each building.

    Returns
    -------
    (n_grids,) int array
        Former grid, each at most once; -1 for a new grid that goes on from none.

    Examples
    --------
    >>> match_grids(np.array([7, 7, 8, 8]), np.array([0, 1, 1, 1]), np.array([5, 1, 9, 9]))
    array([7, 8], dtype=int32)
    """
    match = np.full(int(grid.max(initial=-1)) + 1, -1, np.int32)
    known = previous >= 0
    pairs, index = np.unique(
        grid[known].astype(np.int64) << 32 | previous[known], return_inverse=True
    )
    shared = np.bincount(index, households[known], len(pairs))
    taken: set[int] = set()
    for pair in pairs[np.lexsort((pairs, -shared))].tolist():
        new, former = pair >> 32, pair & 0xFFFFFFFF
        if match[new] < 0 and former not in taken:
            match[new] = former
            taken.add(former)
    return match

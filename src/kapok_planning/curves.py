"""Orders that keep neighbours near each other."""

import numpy as np
from numpy.typing import NDArray

BITS = 24


def along_a_curve(xy: NDArray[np.float64], *, cell: float) -> NDArray[np.int64]:
    """Order positions (n, 2) along Morton's curve through cells of one size.

    Loops that look at neighbours find them near each other in memory then.

    Examples
    --------
    >>> along_a_curve(np.array([[0.0, 0.0], [9.0, 9.0], [1.0, 0.0]]), cell=1.0)
    array([0, 2, 1])
    """
    if not len(xy):
        return np.zeros(0, np.int64)
    cells = np.minimum((xy - xy.min(axis=0)) / cell, 2.0**BITS - 1).astype(np.uint64)
    code = np.zeros(len(cells), np.uint64)
    for bit in range(BITS):
        for axis in (0, 1):
            one = (cells[:, axis] >> np.uint64(bit)) & np.uint64(1)
            code |= one << np.uint64(2 * bit + axis)
    return np.argsort(code, kind="stable")

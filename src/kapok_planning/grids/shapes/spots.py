"""Several kinds of building on one spot, told apart for drawing."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kapok_planning.grids.town import BoolArray, FloatArray, IntArray

_SPOT_M = 0.05
_CIRCLE_M = 1.0


def drawn_apart(xy: FloatArray, label: IntArray) -> tuple[FloatArray, NDArray[np.int64]]:
    """One point for each label on each spot; several labels of a spot stand on a small circle.

    Parameters
    ----------
    xy : (n, 2) float array
        Positions [metres]; within some five centimetres they are one spot.
    label : (n,) int array
        Grid or community of each.

    Returns
    -------
    xy : (k, 2) float array
        Places, no two alike [metres].
    label : (k,) int array

    Examples
    --------
    >>> xy, label = drawn_apart(np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 0.0]]), np.array([4, 5, 6]))
    >>> xy.round(3).tolist(), label.tolist()
    ([[0.0, 0.0], [10.0, 0.0], [8.0, 0.0]], [4, 5, 6])
    """
    corner = xy.min(axis=0)
    spot, kept = _spots(xy, label)
    xy = corner + _SPOT_M * np.round((xy[kept] - corner) / _SPOT_M)
    _, first, where, count = np.unique(
        spot[kept], return_index=True, return_inverse=True, return_counts=True
    )
    crowd = count[where]
    if (crowd > 1).any():
        gap = np.full(len(first), np.inf)
        if len(first) > 1:
            gap = np.asarray(cKDTree(xy[first]).query(xy[first], k=[2])[0])[:, 0]
        radius = np.minimum(0.3 * gap[where], np.maximum(_CIRCLE_M, 0.02 * crowd))
        turn = 2 * np.pi * (np.arange(len(kept)) - first[where]) / crowd
        around = radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
        xy = xy + np.where(crowd[:, None] > 1, around, 0.0)
    return xy, label[kept].astype(np.int64)


def is_crowded(xy: FloatArray, label: IntArray) -> BoolArray:
    """Whether each position is a spot of several labels; shape (n,)."""
    spot, kept = _spots(xy, label)
    spots, count = np.unique(spot[kept], return_counts=True)
    return np.isin(spot, spots[count > 1])


def _spots(xy: FloatArray, label: IntArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number of the spot of each position, and one position for each spot and label."""
    column, row = np.round((xy - xy.min(axis=0)) / _SPOT_M).astype(np.int64).T
    spot = column * (1 << 32) + row
    order = np.lexsort((label, spot))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(spot[order]) != 0) | (np.diff(label[order]) != 0)
    return spot, order[fresh]

"""Why a grid is outside its bounds."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kapok_planning.grids.drawing.cuts import count_fits
from kapok_planning.grids.town import (
    BoolArray,
    Bounds,
    GridException,
    IntArray,
    Links,
    Reason,
    Town,
)


def link_pieces(links: Links, keep: BoolArray | None = None) -> IntArray:
    """Connected piece of each building along links, (n,); between ``keep`` (n,) only, if given."""
    n = len(links.indptr) - 1
    data = np.ones(len(links.indices), np.int8)
    if keep is not None:
        rows = np.repeat(np.arange(n), np.diff(links.indptr))
        data = (keep[rows] & keep[links.indices]).astype(np.int8)
    graph = csr_array((data, links.indices, links.indptr), shape=(n, n), copy=True)
    graph.eliminate_zeros()
    piece: IntArray = connected_components(graph, directed=False)[1].astype(np.int32)
    return piece


def name_exceptions(
    town: Town,
    links: Links,
    grid: IntArray,
    *,
    bounds: Bounds,
    proven: BoolArray | None = None,
    locked: BoolArray | None = None,
) -> tuple[GridException, ...]:
    """Name the grids outside the bounds, each with the first reason that holds.

    Parameters
    ----------
    town, links
        The buildings and their neighbours.
    grid : (n,) int array
        Grid of each building, from 0.
    bounds
        Wanted households per grid.
    proven : (n,) bool array, optional
        Buildings for which every cut was tried.
    locked : (n,) bool array, optional
        Buildings of grids that had to stay as they were.

    Returns
    -------
    tuple of GridException
        In the order of the grids.
    """
    load = np.bincount(grid, town.households).astype(np.int64)
    size = np.bincount(grid)
    outside = np.flatnonzero((size > 0) & ((load < bounds.low) | (load > bounds.high)))
    if not len(outside):
        return ()
    finder = _Finder(town, links, bounds, proven, locked)
    affected = np.flatnonzero(np.isin(grid, outside))
    order = affected[np.argsort(grid[affected], kind="stable")]
    firsts = np.searchsorted(grid[order], outside)
    lasts = np.searchsorted(grid[order], outside, side="right")
    return tuple(
        GridException(int(g), int(load[g]), finder.reason(order[first:last], int(load[g])))
        for g, first, last in zip(outside, firsts, lasts, strict=True)
    )


class _Finder:
    """Totals of communities and pieces, looked up for one grid after another."""

    def __init__(
        self,
        town: Town,
        links: Links,
        bounds: Bounds,
        proven: BoolArray | None,
        locked: BoolArray | None,
    ) -> None:
        none = np.zeros(town.n, np.bool_)
        self._town, self._bounds = town, bounds
        self._locked = none if locked is None else locked
        self._proven = none if proven is None else proven
        self._community_total = np.bincount(town.community, town.households)
        self._piece = link_pieces(links)
        self._piece_total = np.bincount(self._piece, town.households)
        # Pieces between buildings that are too large for any grid, with and without the locked.
        fitting = town.households <= bounds.high
        self._open_piece = link_pieces(links, fitting)
        self._open_total = np.bincount(self._open_piece, town.households * fitting)
        self._has_locked = np.bincount(self._open_piece, self._locked) > 0
        free = fitting & ~self._locked
        self._free_piece = link_pieces(links, free)
        self._free_total = np.bincount(self._free_piece, town.households * free)

    def reason(self, members: NDArray[np.int64], load: int) -> Reason:
        """Why the grid of these buildings, with ``load`` households, is outside the bounds."""
        first, bounds = members[0], self._bounds
        if self._locked[first]:
            return Reason.LOCKED
        if load > bounds.high and self._town.households[members].max() > bounds.high:
            return Reason.LARGE_BUILDING
        if self._community_total[self._town.community[first]] < bounds.low:
            return Reason.SMALL_COMMUNITY
        if self._piece_total[self._piece[first]] < bounds.low:
            return Reason.ISOLATED
        if not count_fits(int(self._open_total[self._open_piece[first]]), bounds):
            return Reason.NO_CUT_EXISTS
        proven = self._proven[first] or not count_fits(
            int(self._free_total[self._free_piece[first]]), bounds
        )
        if not proven:
            return Reason.NO_CUT_FOUND
        locks = self._has_locked[self._open_piece[first]]
        return Reason.LOCKED if locks else Reason.NO_CUT_EXISTS

"""The last resort for pieces outside the bounds: try every cut, or prove that none fits."""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.grids.drawing.cuts import CutSearch, OutOfSteps, count_fits
from kapok_planning.grids.drawing.kernels import Local
from kapok_planning.grids.drawing.mending import link_masks, movable_pieces
from kapok_planning.grids.drawing.work import Work
from kapok_planning.grids.town import Bounds

SMALL_ENOUGH = 160  # buildings in a piece that is worth a search


def prove_or_cut(work: Work, max_steps: int) -> None:
    """Search the pieces that are left outside the bounds; write down cuts and proofs."""
    bounds = Bounds(int(work.wishes.low), int(work.wishes.high))
    for c in np.flatnonzero(work.over > 0).tolist():
        at = work.gathered(c)
        for piece in movable_pieces(at, bounds):
            _search_piece(work, c, at, piece, bounds, max_steps)


def _search_piece(
    work: Work, c: int, at: Local, piece: NDArray[np.int64], bounds: Bounds, max_steps: int
) -> None:
    """Search one piece, if it needs it and if it is small enough."""
    nodes = work.nodes(c)
    if _is_in_bounds(at, work.label[nodes], piece, bounds):
        return
    households = at.w[piece].astype(np.int64)
    if not count_fits(int(households.sum()), bounds):
        work.proven[nodes[piece]] = True
        return
    if len(piece) > SMALL_ENOUGH:
        return
    search = CutSearch(link_masks(at, piece), households.tolist(), bounds, max_steps)
    try:
        grids = search.cut()
    except OutOfSteps:
        return
    if grids is None:
        work.proven[nodes[piece]] = True
        return
    for grid in grids:
        members = piece[[bit for bit in range(len(piece)) if grid >> bit & 1]]
        work.label[nodes[members]] = work.n_labels[c]
        work.n_labels[c] += 1


def _is_in_bounds(
    at: Local, label: NDArray[np.int32], piece: NDArray[np.int64], bounds: Bounds
) -> bool:
    """Whether every grid that has a building of ``piece`` is within the bounds."""
    load = np.bincount(label, at.w)[np.unique(label[piece])]
    return bool(((load >= bounds.low) & (load <= bounds.high)).all())

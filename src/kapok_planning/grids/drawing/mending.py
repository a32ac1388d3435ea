"""Mend what annealing leaves outside the bounds: cut a few neighbouring grids anew, by search."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kapok_planning.grids.drawing.cuts import CutSearch, OutOfSteps, count_fits
from kapok_planning.grids.drawing.kernels import Local, pieces
from kapok_planning.grids.town import Bounds, IntArray

REGION_GRIDS = 4  # a grid outside the bounds and up to three others around it
REGION_BUILDINGS = 60
REGION_STEPS = 1_500


def link_masks(at: Local, nodes: NDArray[np.int64]) -> list[int]:
    """Bit mask of the neighbours of each of ``nodes`` among them."""
    place = {int(i): bit for bit, i in enumerate(nodes)}
    return [
        sum(
            1 << place[j]
            for j in at.indices[at.indptr[i] : at.indptr[i + 1]].tolist()
            if j in place
        )
        for i in nodes
    ]


def movable_pieces(at: Local, bounds: Bounds) -> list[NDArray[np.int64]]:
    """Connected pieces of the buildings that may change grid: not fixed, not too large for one."""
    chosen = np.where(at.fixed | (at.w > bounds.high), -1, 0).astype(np.int32)
    piece, scratch = np.empty_like(chosen), np.empty_like(chosen)
    found = pieces(at.indptr, at.indices, chosen, piece, scratch)
    return [np.flatnonzero(piece == p) for p in range(found)]


def mend(at: Local, label: IntArray, n_labels: int, bounds: Bounds, max_steps: int) -> int:
    """Cut regions around grids outside the bounds anew, in place; return the number of labels.

    Pieces whose total no number of grids fits are left alone.
    """
    hopeful = np.zeros(len(label), np.bool_)
    for piece in movable_pieces(at, bounds):
        hopeful[piece] = count_fits(int(at.w[piece].sum()), bounds)
    for grid in _grids_outside(at, label, hopeful, bounds):
        for region in _regions(at, label, hopeful, grid):
            if max_steps <= 0:
                return n_labels
            nodes = np.flatnonzero(hopeful & np.isin(label, region))
            parts, steps = _cut(at, nodes, bounds, min(REGION_STEPS, max_steps))
            max_steps -= steps
            if parts is not None:
                n_labels = _relabel(label, nodes, parts, n_labels)
                break
    return n_labels


def _cut(
    at: Local, nodes: NDArray[np.int64], bounds: Bounds, max_steps: int
) -> tuple[list[int] | None, int]:
    """A partition of ``nodes`` within the bounds, or None, and the steps it took."""
    if not 1 < len(nodes) <= REGION_BUILDINGS or not count_fits(int(at.w[nodes].sum()), bounds):
        return None, 0
    households = at.w[nodes].astype(np.int64).tolist()
    search = CutSearch(link_masks(at, nodes), households, bounds, max_steps)
    try:
        return search.cut(), search.steps
    except OutOfSteps:
        return None, search.steps


def _grids_outside(
    at: Local, label: IntArray, hopeful: NDArray[np.bool_], bounds: Bounds
) -> Iterator[int]:
    """Grids outside the bounds that may be mended, least outside first; each asked for once."""
    asked: set[int] = set()
    while True:
        load = np.bincount(label, at.w)
        over = np.maximum(bounds.low - load, load - bounds.high)
        waiting = [int(g) for g in np.unique(label[hopeful]) if over[g] > 0 and g not in asked]
        if not waiting:
            return
        grid = min(waiting, key=lambda g: (over[g], g))
        asked.add(grid)
        yield grid


def _regions(
    at: Local, label: IntArray, hopeful: NDArray[np.bool_], grid: int
) -> Iterator[list[int]]:
    """Connected sets of two and more grids that contain ``grid``, small ones first."""
    neighbours: dict[int, list[int]] = {}

    def around(g: int) -> list[int]:
        if g not in neighbours:
            nodes = np.flatnonzero((label == g) & hopeful)
            found = {
                int(label[j])
                for i in nodes
                for j in at.indices[at.indptr[i] : at.indptr[i + 1]]
                if hopeful[j]
            }
            neighbours[g] = sorted(found - {g})
        return neighbours[g]

    level, seen = [frozenset([grid])], {frozenset([grid])}
    for _ in range(REGION_GRIDS - 1):
        following = []
        for region in level:
            for g in sorted({g for member in sorted(region) for g in around(member)} - region):
                larger = region | {g}
                if larger not in seen:
                    seen.add(larger)
                    following.append(larger)
                    yield sorted(larger)
        level = following


def _relabel(label: IntArray, nodes: NDArray[np.int64], parts: list[int], n_labels: int) -> int:
    """Give each part a label, former ones of the region first; return the number of labels."""
    inside = np.bincount(label[nodes], minlength=n_labels)
    free = np.flatnonzero(
        (inside > 0) & (inside == np.bincount(label, minlength=n_labels))
    ).tolist()
    for part in parts:
        name = free.pop() if free else n_labels
        n_labels = max(n_labels, name + 1)
        label[nodes[[bit for bit in range(len(nodes)) if part >> bit & 1]]] = name
    return n_labels

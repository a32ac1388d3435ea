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
SEARCHED_BUILDINGS = 100  # pieces up to here are worth a search through every cut


class Mender:
    """Searches one community's plans for cuts within the bounds, and remembers what has none.

    Parameters
    ----------
    region_steps, piece_steps
        Steps of search for the surroundings of bad grids in each plan, and for each whole piece.
    """

    def __init__(self, at: Local, bounds: Bounds, region_steps: int, piece_steps: int) -> None:
        self._at, self._bounds = at, bounds
        self._region_steps, self._piece_steps = region_steps, piece_steps
        self._pieces = _movable_pieces(at, bounds)
        self._hopeless = [not count_fits(int(at.w[p].sum()), bounds) for p in self._pieces]
        self._searched = [len(piece) > SEARCHED_BUILDINGS for piece in self._pieces]

    @property
    def unavoidable(self) -> int:
        """Grids that must be outside the bounds: too large a building, a piece without a cut."""
        too_large = (self._at.w > self._bounds.high) & ~self._at.fixed
        return int(too_large.sum()) + sum(self._hopeless)

    @property
    def hopeless(self) -> NDArray[np.bool_]:
        """Buildings of pieces that cannot be cut within the bounds, by proof, (n,)."""
        nodes = np.zeros(len(self._at.x), np.bool_)
        for piece, hopeless in zip(self._pieces, self._hopeless, strict=True):
            nodes[piece] = hopeless
        return nodes

    def mend(self, label: IntArray, n_labels: int) -> int:
        """Cut what is outside the bounds anew, in place; return the number of labels."""
        n_labels = self._mend_regions(label, n_labels)
        for p, piece in enumerate(self._pieces):
            if self._searched[p] or self._hopeless[p] or self._is_in_bounds(label, piece):
                continue
            self._searched[p] = True
            parts, _, proven = _cut(self._at, piece, self._bounds, self._piece_steps)
            self._hopeless[p] = proven and parts is None
            if parts is not None:
                n_labels = _relabel(label, piece, parts, n_labels)
        return n_labels

    def _mend_regions(self, label: IntArray, n_labels: int) -> int:
        """Cut a bad grid and a few around it anew, wherever that helps."""
        at, bounds, steps_left = self._at, self._bounds, self._region_steps
        hopeful = ~at.fixed & (at.w <= bounds.high) & ~self.hopeless
        for grid in _grids_outside(at, label, hopeful, bounds):
            for region in _regions(at, label, hopeful, grid):
                if steps_left <= 0:
                    return n_labels
                nodes = np.flatnonzero(hopeful & np.isin(label, region))
                if len(nodes) > REGION_BUILDINGS or not count_fits(int(at.w[nodes].sum()), bounds):
                    continue
                parts, steps, _ = _cut(at, nodes, bounds, min(REGION_STEPS, steps_left))
                steps_left -= steps
                if parts is not None:
                    n_labels = _relabel(label, nodes, parts, n_labels)
                    break
        return n_labels

    def _is_in_bounds(self, label: IntArray, piece: NDArray[np.int64]) -> bool:
        """Whether every grid that has a building of ``piece`` is within the bounds."""
        load = np.bincount(label, self._at.w)[np.unique(label[piece])]
        return bool(((load >= self._bounds.low) & (load <= self._bounds.high)).all())


def _link_masks(at: Local, nodes: NDArray[np.int64]) -> list[int]:
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


def _movable_pieces(at: Local, bounds: Bounds) -> list[NDArray[np.int64]]:
    """Connected pieces of the buildings that may change grid: not fixed, not too large for one."""
    chosen = np.where(at.fixed | (at.w > bounds.high), -1, 0).astype(np.int32)
    piece, scratch = np.empty_like(chosen), np.empty_like(chosen)
    found = pieces(at.indptr, at.indices, chosen, piece, scratch)
    return [np.flatnonzero(piece == p) for p in range(found)]


def _cut(
    at: Local, nodes: NDArray[np.int64], bounds: Bounds, max_steps: int
) -> tuple[list[int] | None, int, bool]:
    """A cut of ``nodes`` within the bounds or None, the steps it took, whether that is proven."""
    households = at.w[nodes].astype(np.int64).tolist()
    search = CutSearch(_link_masks(at, nodes), households, bounds, max_steps)
    try:
        return search.cut(), search.steps, True
    except OutOfSteps:
        return None, search.steps, False


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

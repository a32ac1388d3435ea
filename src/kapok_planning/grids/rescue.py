"""The last resort for pieces outside the bounds: try every cut, or prove that none fits."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kapok_planning.grids.annealing import Schedule, anneal, seeded, units
from kapok_planning.grids.cuts import CutSearch, OutOfSteps, count_fits
from kapok_planning.grids.kernels import Local
from kapok_planning.grids.town import Bounds, IntArray
from kapok_planning.grids.work import Work

SMALL_ENOUGH = 160  # buildings in a piece that is worth a search
POLISH = Schedule(60, 0.05, 0.002, True)


def rescue_by_search(work: Work, max_steps: int) -> None:
    """Search the pieces that annealing left outside the bounds; write down plans and proofs."""
    bounds = Bounds(int(work.wishes.low), int(work.wishes.high))
    for c in np.flatnonzero(work.over > 0):
        at = work.gathered(int(c))
        ones = np.ones(len(at.indices), np.int8)
        whole = csr_array((ones, at.indices, at.indptr), (len(at.x),) * 2)
        movable = np.flatnonzero(~at.fixed & (at.w <= bounds.high))
        _, piece = connected_components(whole[movable][:, movable], directed=False)
        for p in range(piece.max(initial=-1) + 1):
            _search_piece(work, int(c), whole, movable[piece == p], bounds, max_steps)


def _search_piece(
    work: Work, c: int, whole: csr_array, local: NDArray[np.int64], bounds: Bounds, max_steps: int
) -> None:
    """Search one piece, if it needs it and if it is small enough."""
    nodes = work.nodes(c)[local]
    households = work.town.w[nodes].astype(np.int64)
    if _is_in_bounds(work, c, nodes, bounds):
        return
    if not count_fits(int(households.sum()), bounds):
        work.proven[nodes] = True
        return
    if len(nodes) > SMALL_ENOUGH:
        return
    graph = whole[local][:, local]
    masks = [
        sum(1 << int(j) for j in graph.indices[graph.indptr[i] : graph.indptr[i + 1]])
        for i in range(len(local))
    ]
    try:
        grids = CutSearch(masks, households.tolist(), bounds, max_steps).cut()
    except OutOfSteps:
        return
    if grids is None:
        work.proven[nodes] = True
        return
    label = np.zeros(len(local), np.int32)
    for name, grid in enumerate(grids):
        label[[i for i in range(len(local)) if grid >> i & 1]] = name
    work.label[nodes] = work.n_labels[c] + _polished(work, nodes, graph, label, bounds)
    work.n_labels[c] += len(grids)


def _is_in_bounds(work: Work, c: int, nodes: NDArray[np.int64], bounds: Bounds) -> bool:
    """Whether every grid that has a building among ``nodes`` is within the bounds."""
    community = work.nodes(c)
    load = np.bincount(work.label[community], work.town.w[community])
    mine = load[np.unique(work.label[nodes])]
    return bool(((mine >= bounds.low) & (mine <= bounds.high)).all())


def _polished(
    work: Work, nodes: NDArray[np.int64], graph: csr_array, label: IntArray, bounds: Bounds
) -> IntArray:
    """The plan of the search made more compact, unless that leads out of the bounds."""
    x, y, w = work.town.x[nodes], work.town.y[nodes], work.town.w[nodes]
    n, n_labels = len(nodes), int(label.max()) + 1
    at = Local(
        x - x.mean(), y - y.mean(), w,
        graph.indptr.astype(np.int32), graph.indices.astype(np.int32),
        np.zeros(len(graph.indices), np.uint8), np.zeros(n, np.bool_), np.full(n, -1, np.int32),
    )  # fmt: skip
    better, unit = label.copy(), units(at, label, n_labels)
    state = np.uint64(seeded(np.uint64(work.seed), np.uint64(nodes[0])))
    anneal(at, better, n_labels, work.wishes, POLISH, 0, POLISH.sweeps, unit, state)
    load = np.bincount(better, w, n_labels)
    return better if ((load >= bounds.low) & (load <= bounds.high)).all() else label

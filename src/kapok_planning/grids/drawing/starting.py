"""A first plan for one community: how many grids, where they were before, and cuts by lines."""

import numpy as np

from kapok_planning.compiled import jit
from kapok_planning.grids.drawing.annealing import Wishes
from kapok_planning.grids.drawing.kernels import Local, Nodes, bisect, pieces, reconnect
from kapok_planning.grids.town import FloatArray, IntArray


@jit
def grid_counts(total: float, wishes: Wishes) -> tuple[int, int]:
    """Fewest and most grids that ``total`` households allow inside the bounds.

    Where no count fits, both are the one that leaves the fewest households outside.
    """
    fewest, most = int(np.ceil(total / wishes.high)), int(total // wishes.low)
    if most < 1:
        return 1, 1
    if fewest > most:
        over, under = total - most * wishes.high, fewest * wishes.low - total
        return (most, most) if over <= under else (fewest, fewest)
    return fewest, most


@jit
def grid_count(total: float, wishes: Wishes, turn: int) -> int:
    """How many grids to draw for ``total`` households; turns 1, 2, … try other possible counts."""
    fewest, most = grid_counts(total, wishes)
    best = fewest
    for k in range(fewest, most + 1):
        if abs(total / k - wishes.aim) < abs(total / best - wishes.aim):
            best = k
    step = (turn + 1) // 2
    k = best + step if turn % 2 else best - step
    return int(min(max(k, fewest), most))


@jit
def _cut_piece(
    at: Local,
    nodes: Nodes,
    turn: int,
    by_links: bool,
    wishes: Wishes,
    first: int,
    label: IntArray,
) -> int:
    """Label the buildings of one piece from ``first`` on; return the next free label.

    A building over the upper bound starts as a grid of its own.
    """
    rest = np.empty(len(nodes), np.int64)
    n_rest, total = 0, 0.0
    for i in nodes:
        if at.w[i] > wishes.high:
            label[i] = first
            first += 1
        else:
            rest[n_rest] = i
            n_rest += 1
            total += at.w[i]
    if n_rest == 0:
        return first
    k = min(grid_count(total, wishes, turn), n_rest)
    bisect(at, rest[:n_rest], k, first, by_links, wishes.low, wishes.high, label)
    return first + k


@jit
def _sorted_by_piece(piece: IntArray, found: int) -> tuple[Nodes, Nodes]:
    """Buildings with a piece in the order of the pieces, and where each piece begins."""
    begins = np.zeros(found + 1, np.int64)
    for p in piece:
        if p >= 0:
            begins[p + 1] += 1
    begins = np.cumsum(begins)
    place, nodes = begins.copy(), np.empty(begins[found], np.int64)
    for i in range(len(piece)):
        if piece[i] >= 0:
            nodes[place[piece[i]]] = i
            place[piece[i]] += 1
    return nodes, begins


@jit
def _pieces_where(at: Local, chosen: IntArray) -> tuple[Nodes, Nodes]:
    """Connected pieces of the buildings where ``chosen`` is 0 (and not -1), sorted by piece."""
    piece, scratch = np.empty(len(chosen), np.int32), np.empty(len(chosen), np.int32)
    found = pieces(at.indptr, at.indices, chosen, piece, scratch)
    return _sorted_by_piece(piece, found)


@jit
def _cut_unlabelled(
    at: Local, turn: int, by_links: bool, wishes: Wishes, first: int, label: IntArray
) -> int:
    """Cut every connected piece of buildings without a label (-1); return the next free label."""
    nodes, begins = _pieces_where(at, np.where(label < 0, 0, -1).astype(np.int32))
    for p in range(len(begins) - 1):
        piece = nodes[begins[p] : begins[p + 1]]
        first = _cut_piece(at, piece, turn, by_links, wishes, first, label)
    return first


@jit
def _lightest_and_heaviest(
    label: IntArray, nodes: Nodes, n_labels: int, load: FloatArray
) -> tuple[int, int, int]:
    """Number of grids among ``nodes``, the lightest, and the heaviest of two buildings or more."""
    members = np.zeros(n_labels, np.int32)
    for i in nodes:
        members[label[i]] += 1
    lightest, heaviest = -1, -1
    for g in range(n_labels):
        if members[g] and (lightest < 0 or load[g] < load[lightest]):
            lightest = g
        if members[g] > 1 and (heaviest < 0 or load[g] > load[heaviest]):
            heaviest = g
    return int((members > 0).sum()), lightest, heaviest


@jit
def _fit_counts(at: Local, wishes: Wishes, n_labels: int, load: FloatArray, label: IntArray) -> int:
    """Dissolve or halve former grids of each piece until their count allows the bounds."""
    all_nodes, begins = _pieces_where(at, np.where(at.fixed, -1, 0).astype(np.int32))
    for p in range(len(begins) - 1):
        nodes = all_nodes[begins[p] : begins[p + 1]]
        total = 0.0
        for i in nodes:
            total += at.w[i]
        fewest, most = grid_counts(total, wishes)
        for _ in range(len(nodes)):
            kept, lightest, heaviest = _lightest_and_heaviest(label, nodes, n_labels, load)
            if kept > most:
                for i in nodes:
                    if label[i] == lightest:
                        label[i] = -1
            elif kept < fewest and heaviest >= 0:
                halves = np.flatnonzero(label == heaviest)
                bisect(at, halves, 2, n_labels, True, wishes.low, wishes.high, label)
                for i in halves:
                    label[i] = heaviest if label[i] == n_labels else n_labels
                n_labels += 1
            else:
                break
            reconnect(at, label, n_labels, load, wishes.high)
    return n_labels


@jit
def start(
    at: Local,
    former: IntArray,
    n_former: int,
    turn: int,
    by_links: bool,
    wishes: Wishes,
    label: IntArray,
) -> tuple[int, float]:
    """Fill ``label`` with a first contiguous plan; return the number of labels.

    Returns also the share of households that cuts tore off their grids, to be joined to others.

    Former grids (``former``, -1 for none) go on; other buildings join a neighbouring grid, or are
    cut anew where no neighbour has one. ``turn`` tries other numbers of grids; ``by_links`` cuts
    across the longest way along the links instead of the longest spread.
    """
    load = np.zeros(2 * len(label) + n_former + 2)
    label[:] = former
    n_labels, loose = n_former, 0.0
    if n_former:
        reconnect(at, label, n_labels, load, wishes.high)
    if (label < 0).any():
        n_labels = _cut_unlabelled(at, turn, by_links, wishes, n_labels, label)
        loose = reconnect(at, label, n_labels, load, wishes.high)
    if n_former:
        n_labels = _fit_counts(at, wishes, n_labels, load, label)
    return n_labels, loose / max(at.w.sum(), 1.0)

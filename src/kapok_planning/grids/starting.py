"""A first plan for one community: how many grids, where they were before, and cuts by lines."""

import numpy as np

from kapok_planning.grids.kernels import bisect, jit, pieces, reconnect


@jit
def grid_counts(total, wishes):
    """Fewest and most grids that ``total`` households allow inside the bounds (fewest > most: none)."""
    return int(np.ceil(total / wishes.high)), int(total // wishes.low)


@jit
def grid_count(total, wishes, turn):
    """How many grids to draw for ``total`` households; ``turn`` 1, 2, … tries other counts.

    Where no count fits the bounds, the one that leaves the fewest households outside them.
    """
    fewest, most = grid_counts(total, wishes)
    if most < 1:
        return 1
    if fewest > most:
        return most if total - most * wishes.high <= fewest * wishes.low - total else fewest
    best = 1
    for k in range(fewest, most + 1):
        if abs(total / k - wishes.aim) < abs(total / best - wishes.aim) or best < fewest:
            best = k
    if turn == 0 or fewest == most:
        return best
    step = (turn + 1) // 2
    k = best + step if turn % 2 else best - step
    return min(max(k, fewest), most)


@jit
def _cut_piece(x, y, w, nodes, turn, wishes, first, label):
    """Label the buildings of one piece from ``first`` on; return the next free label.

    A building over the upper bound starts as a grid of its own.
    """
    rest = np.empty(len(nodes), np.int64)
    n_rest, total = 0, 0.0
    for i in nodes:
        if w[i] > wishes.high:
            label[i] = first
            first += 1
        else:
            rest[n_rest] = i
            n_rest += 1
            total += w[i]
    if n_rest == 0:
        return first
    k = min(grid_count(total, wishes, turn), n_rest)
    bisect(x, y, w, rest[:n_rest], k, first, wishes.low, wishes.high, label)
    return first + k


@jit
def cut_unlabelled(x, y, w, indptr, indices, turn, wishes, first, label):
    """Cut every connected piece of buildings without a label (-1); return the next free label."""
    n = len(label)
    open_ = np.empty(n, np.int32)
    for i in range(n):
        open_[i] = 0 if label[i] < 0 else -1
    piece, nodes = np.empty(n, np.int32), np.empty(n, np.int32)
    found = pieces(indptr, indices, open_, piece, nodes)
    counts = np.zeros(found + 1, np.int64)
    for i in range(n):
        if piece[i] >= 0:
            counts[piece[i] + 1] += 1
    for p in range(found):
        counts[p + 1] += counts[p]
    place = counts.copy()
    for i in range(n):
        if piece[i] >= 0:
            nodes[place[piece[i]]] = i
            place[piece[i]] += 1
    for p in range(found):
        first = _cut_piece(x, y, w, nodes[counts[p] : counts[p + 1]], turn, wishes, first, label)
    return first


@jit
def _fit_counts(x, y, w, indptr, indices, fixed, wishes, n_labels, load, label):
    """Merge or split former grids of each piece until their count allows the bounds."""
    n = len(label)
    free = np.empty(n, np.int32)
    for i in range(n):
        free[i] = -1 if fixed[i] else 0
    piece, scratch = np.empty(n, np.int32), np.empty(n, np.int32)
    found = pieces(indptr, indices, free, piece, scratch)
    for p in range(found):
        for _ in range(n):
            total = 0.0
            members = np.zeros(n_labels, np.int32)
            for i in range(n):
                if piece[i] == p:
                    total += w[i]
                    members[label[i]] += 1
            kept = (members > 0).sum()
            fewest, most = grid_counts(total, wishes)
            if most < 1 or fewest > most:
                fewest = most = grid_count(total, wishes, 0)
            lightest, heaviest = -1, -1
            for g in range(n_labels):
                if members[g] and (lightest < 0 or load[g] < load[lightest]):
                    lightest = g
                if members[g] > 1 and (heaviest < 0 or load[g] > load[heaviest]):
                    heaviest = g
            if kept > most and kept > 1:
                for i in range(n):
                    if piece[i] == p and label[i] == lightest:
                        label[i] = -1
            elif kept < fewest and heaviest >= 0 and n_labels < len(load):
                half = np.flatnonzero((label == heaviest) & (piece == p))
                bisect(x, y, w, half, 2, n_labels, wishes.low, wishes.high, label)
                for i in half:
                    if label[i] == n_labels:
                        label[i] = heaviest
                    else:
                        label[i] = n_labels
                n_labels += 1
            else:
                break
            reconnect(indptr, indices, w, fixed, label, n_labels, load, wishes.high)
    return n_labels


@jit
def start(x, y, w, indptr, indices, fixed, previous, n_previous, turn, wishes, label, load):
    """Fill ``label`` with a first contiguous plan; return the number of labels.

    Former grids go on where ``previous`` names them; other buildings join a neighbouring grid,
    or are cut anew where no neighbour has one. ``load`` must hold ``n + n_previous + 2`` entries.
    """
    label[:] = previous
    n_labels = n_previous
    if n_previous:
        reconnect(indptr, indices, w, fixed, label, n_labels, load, wishes.high)
    if (label < 0).any():
        n_labels = cut_unlabelled(x, y, w, indptr, indices, turn, wishes, n_labels, label)
        reconnect(indptr, indices, w, fixed, label, n_labels, load, wishes.high)
    if n_previous:
        n_labels = _fit_counts(
            x, y, w, indptr, indices, fixed, wishes, n_labels, load, label
        )
    return n_labels

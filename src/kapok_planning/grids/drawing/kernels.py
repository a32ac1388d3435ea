"""The inner loops of drawing, compiled: pieces, cutting by lines, reconnection, contiguity.

All work on one community at a time, in local indices, so that its arrays stay in the cache. Nothing
here draws from a global random state, and there is no fast-math: equal inputs give equal plans on
every machine.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import jit
from kapok_planning.grids.town import BoolArray, FloatArray, IntArray

Nodes = NDArray[np.int64] | IntArray


class Local(NamedTuple):
    """One community in local order.

    ``x``, ``y`` [metres from its middle] and ``w`` [households] (n,); links in compressed rows:
    ``indptr`` (n + 1,), ``indices`` and ``streets`` (m,); ``fixed`` (n,) bool; ``former`` (n,) grid
    that a building was in, from 0, or -1.
    """

    x: FloatArray
    y: FloatArray
    w: FloatArray
    indptr: Nodes
    indices: IntArray
    streets: NDArray[np.uint8]
    fixed: BoolArray
    former: IntArray


@jit
def pieces(
    indptr: Nodes, indices: IntArray, label: IntArray, piece: IntArray, stack: IntArray
) -> int:
    """Number the connected pieces of equal ``label``; -1 where the label is negative.

    Fills ``piece`` (n,) and returns how many there are. ``stack`` is scratch (n,).
    """
    piece[:] = -1
    found = 0
    for start in range(len(label)):
        if label[start] < 0 or piece[start] >= 0:
            continue
        piece[start] = found
        stack[0] = start
        top = 1
        while top:
            top -= 1
            i = stack[top]
            for e in range(indptr[i], indptr[i + 1]):
                j = indices[e]
                if piece[j] < 0 and label[j] == label[start]:
                    piece[j] = found
                    stack[top] = j
                    top += 1
        found += 1
    return found


@jit
def _along_axis(at: Local, nodes: Nodes) -> FloatArray:
    """Coordinate of each of ``nodes`` along their longest spread, weighted by households."""
    total, mx, my = 0.0, 0.0, 0.0
    for i in nodes:
        w = at.w[i] + 1e-6
        total += w
        mx += w * at.x[i]
        my += w * at.y[i]
    mx /= total
    my /= total
    xx, xy, yy = 0.0, 0.0, 0.0
    for i in nodes:
        w, dx, dy = at.w[i] + 1e-6, at.x[i] - mx, at.y[i] - my
        xx += w * dx * dx
        xy += w * dx * dy
        yy += w * dy * dy
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    ax, ay = np.cos(angle), np.sin(angle)
    along = np.empty(len(nodes))
    for t in range(len(nodes)):
        along[t] = ax * at.x[nodes[t]] + ay * at.y[nodes[t]]
    return along


@jit
def _distances(at: Local, root: int, inside: BoolArray) -> FloatArray:
    """Length of the shortest way from ``root`` along links ``inside`` [metres]; inf for none."""
    n = len(at.x)
    far, waiting = np.full(n, np.inf), np.zeros(n, np.bool_)
    queue = np.empty(n + 1, np.int64)
    queue[0], head, tail = root, 0, 1
    far[root] = 0.0
    while head != tail:
        i = queue[head]
        head = (head + 1) % (n + 1)
        waiting[i] = False
        for e in range(at.indptr[i], at.indptr[i + 1]):
            j = at.indices[e]
            way = far[i] + np.hypot(at.x[i] - at.x[j], at.y[i] - at.y[j])
            if inside[j] and way < far[j]:
                far[j] = way
                if not waiting[j]:
                    waiting[j] = True
                    queue[tail] = j
                    tail = (tail + 1) % (n + 1)
    return far


@jit
def _along_links(at: Local, nodes: Nodes) -> FloatArray:
    """Distance of each of ``nodes`` along the links from the one farthest from the first."""
    inside = np.zeros(len(at.x), np.bool_)
    for i in nodes:
        inside[i] = True
    root, farthest = nodes[0], 0.0
    from_first = _distances(at, root, inside)
    for i in nodes:
        if farthest < from_first[i] < np.inf:
            root, farthest = i, from_first[i]
    from_root = _distances(at, root, inside)
    along = np.empty(len(nodes))
    for t in range(len(nodes)):
        along[t] = from_root[nodes[t]]
    return along


@jit
def _cut_at(at: Local, block: Nodes, left: int, parts: int, low: float, high: float) -> int:
    """How many of the sorted ``block`` make up ``left`` of ``parts`` parts, as evenly as can be."""
    total = 0.0
    for i in block:
        total += at.w[i]
    wanted = total * left / parts
    least = max(left * low, total - (parts - left) * high)
    most = min(left * high, total - (parts - left) * low)
    cut, best, run = left, np.inf, 0.0
    for t in range(len(block) - (parts - left)):
        run += at.w[block[t]]
        off = abs(run - wanted)
        if run < least or run > most:
            off += total
        if off < best and t + 1 >= left:
            best, cut = off, t + 1
    return cut


@jit
def bisect(
    at: Local,
    nodes: Nodes,
    k: int,
    first: int,
    by_links: bool,
    low: float,
    high: float,
    label: IntArray,
) -> None:
    """Cut ``nodes`` into ``k <= len(nodes)`` parts of about equal weight.

    Cuts go across the longest spread, or ``by_links`` across the longest way along the links.
    Writes labels ``first .. first + k - 1`` and sorts ``nodes``. The parts need not be contiguous.
    """
    stack = np.empty((2 * k + 2, 4), np.int64)
    stack[0] = (0, len(nodes), k, first)
    top = 1
    while top:
        top -= 1
        start, stop, parts, name = stack[top]
        block = nodes[start:stop]
        if parts == 1:
            for i in block:
                label[i] = name
            continue
        along = _along_links(at, block) if by_links else _along_axis(at, block)
        block[:] = block[np.argsort(along, kind="mergesort")]
        left = parts // 2
        cut = _cut_at(at, block, left, parts, low, high)
        stack[top] = (start, start + cut, left, name)
        stack[top + 1] = (start + cut, stop, parts - left, name + left)
        top += 2


@jit
def _drop_loose_pieces(at: Local, label: IntArray, n_labels: int, load: FloatArray) -> None:
    """Take the label (-1) from all but the heaviest piece of each grid; sum up what stays."""
    n = len(label)
    piece, stack = np.empty(n, np.int32), np.empty(n, np.int32)
    found = pieces(at.indptr, at.indices, label, piece, stack)
    weight, size = np.zeros(found), np.zeros(found, np.int32)
    home = np.empty(found, np.int32)
    for i in range(n):
        if piece[i] >= 0:
            weight[piece[i]] += at.w[i]
            size[piece[i]] += 1
            home[piece[i]] = label[i]
    main = np.full(n_labels, -1, np.int32)
    for p in range(found):
        best = main[home[p]]
        if best < 0 or (weight[p], size[p]) > (weight[best], size[best]):
            main[home[p]] = p
    load[:] = 0.0
    for i in range(n):
        if label[i] < 0:
            continue
        if at.fixed[i] or main[label[i]] == piece[i]:
            load[label[i]] += at.w[i]
        else:
            label[i] = -1


@jit
def reconnect(at: Local, label: IntArray, n_labels: int, load: FloatArray, high: float) -> float:
    """Give every building outside its grid's heaviest piece to a neighbouring grid.

    Buildings labelled -1 are given away too; they stay -1 where no neighbour can take them.
    Returns the households of all that were to be given away.
    ``load`` (at least n_labels) is recomputed. Grids of fixed buildings neither give nor take.
    """
    _drop_loose_pieces(at, label, n_labels, load)
    waiting = np.flatnonzero(label < 0)
    loose = float(at.w[waiting].sum())
    top, moved = len(waiting), True
    while top and moved:
        left, moved = 0, False
        for t in range(top):
            i = waiting[t]
            best, room = -1, -np.inf
            for e in range(at.indptr[i], at.indptr[i + 1]):
                j = at.indices[e]
                g = label[j]
                if g >= 0 and not at.fixed[j] and high - load[g] > room:
                    best, room = g, high - load[g]
            if best >= 0:
                label[i] = best
                load[best] += at.w[i]
                moved = True
            else:
                waiting[left] = i
                left += 1
        top = left
    return loose


@jit
def stays_connected(
    indptr: Nodes,
    indices: IntArray,
    label: IntArray,
    i: int,
    mark: IntArray,
    stamp: int,
    queue: IntArray,
    far: bool,
) -> bool:
    """Whether the grid of ``i`` holds together without ``i``; False where ``i`` is alone in it.

    Looks at the neighbours of ``i`` alone (enough in almost every triangulation); where ``far`` it
    also follows the rest of the grid, so that the answer is exact. ``mark`` (n,) holds stamps:
    ``stamp`` for "to be reached", ``stamp + 1`` for "reached".
    """
    a, wanted, first = label[i], 0, -1
    for e in range(indptr[i], indptr[i + 1]):
        j = indices[e]
        if label[j] == a:
            mark[j] = stamp
            wanted += 1
            first = j
    if wanted <= 1:
        return wanted == 1
    mark[first] = stamp + 1
    queue[0] = first
    top, reached = 1, 1
    while top:  # over the neighbours of i alone
        top -= 1
        u = queue[top]
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if mark[v] == stamp:
                mark[v] = stamp + 1
                reached += 1
                if reached == wanted:
                    return True
                queue[top] = v
                top += 1
    if not far:
        return False
    return _reaches_all(indptr, indices, label, i, mark, stamp, queue, wanted - reached)


@jit
def _reaches_all(
    indptr: Nodes,
    indices: IntArray,
    label: IntArray,
    i: int,
    mark: IntArray,
    stamp: int,
    queue: IntArray,
    missing: int,
) -> bool:
    """Whether the neighbours already reached lead to the ``missing`` others without ``i``."""
    mark[i] = stamp + 1
    top = 0
    for e in range(indptr[i], indptr[i + 1]):
        j = indices[e]
        if label[j] == label[i] and mark[j] == stamp + 1:
            queue[top] = j
            top += 1
    while top:
        top -= 1
        u = queue[top]
        for e in range(indptr[u], indptr[u + 1]):
            v = indices[e]
            if label[v] == label[i] and mark[v] != stamp + 1:
                missing -= mark[v] == stamp
                if missing == 0:
                    return True
                mark[v] = stamp + 1
                queue[top] = v
                top += 1
    return False

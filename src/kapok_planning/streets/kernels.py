"""Quickest ways from one node to all others, compiled.

Nodes wait in buckets of equal width by their time so far (Dial, 1969, *Communications of the ACM*
12, 632-633); within a bucket they are looked at again where a quicker way turns up, so that the
width need not be smaller than the shortest edge (Denardo and Fox, 1979, *Operations Research* 27,
161-186). The result is exact.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import jit
from kapok_planning.streets.network import FloatArray, IntArray

NONE = -1
OUT = -2


class Arcs(NamedTuple):
    """Directed arcs in compressed rows: ``indptr`` (n + 1,), ``head``, ``minutes``, ``metres``.

    ``width`` of a bucket [minutes]; ``n_buckets``, a power of two, span more than the longest
    arc.
    """

    indptr: NDArray[np.int64]
    head: IntArray
    minutes: FloatArray
    metres: FloatArray
    width: float
    n_buckets: int


class Doors(NamedTuple):
    """How places reach the nodes at both ends of their edges, all (k, 2).

    ``node`` (NONE where there is no way), ``minutes`` and ``metres`` from place to node or back.
    """

    node: IntArray
    minutes: FloatArray
    metres: FloatArray


class Waiting(NamedTuple):
    """Scratch: nodes waiting in buckets, as doubly linked lists, and the ways known so far.

    ``first`` (n_buckets,); ``after``, ``before``, ``bucket``, ``minutes``, ``metres`` (n,).
    """

    first: IntArray
    after: IntArray
    before: IntArray
    bucket: IntArray
    minutes: FloatArray
    metres: FloatArray


@jit
def scratch(n_nodes: int, n_buckets: int) -> Waiting:
    """Empty buckets."""
    return Waiting(
        np.full(n_buckets, NONE, np.int32),
        np.empty(n_nodes, np.int32),
        np.empty(n_nodes, np.int32),
        np.full(n_nodes, OUT, np.int32),
        np.full(n_nodes, np.inf),
        np.full(n_nodes, np.inf),
    )


@jit
def _leave(first: IntArray, after: IntArray, before: IntArray, bucket: IntArray, node: int) -> None:
    """Take a node out of its bucket."""
    behind, ahead = after[node], before[node]
    if ahead == NONE:
        first[bucket[node]] = behind
    else:
        after[ahead] = behind
    if behind != NONE:
        before[behind] = ahead
    bucket[node] = OUT


@jit
def _enter(
    first: IntArray, after: IntArray, before: IntArray, bucket: IntArray, node: int, into: int
) -> None:
    """Put a node into a bucket."""
    head = first[into]
    after[node] = head
    before[node] = NONE
    if head != NONE:
        before[head] = node
    first[into] = node
    bucket[node] = into


@jit
def _begin(arcs: Arcs, doors: Doors, source: int, waiting: Waiting) -> tuple[int, int]:
    """Let the nodes at the source's edge wait; return how many, and the first turn."""
    waiting.minutes[:] = np.inf
    n_waiting, turn = 0, 0
    for side in range(2):
        node, minutes = doors.node[source, side], doors.minutes[source, side]
        if node == NONE or minutes >= waiting.minutes[node]:
            continue
        if n_waiting > 0 and waiting.bucket[node] != OUT:  # both ends are one node
            _leave(waiting.first, waiting.after, waiting.before, waiting.bucket, node)
            n_waiting -= 1
        here = int(minutes / arcs.width)
        turn = here if n_waiting == 0 else min(turn, here)
        into = here & (arcs.n_buckets - 1)
        _enter(waiting.first, waiting.after, waiting.before, waiting.bucket, node, into)
        waiting.minutes[node] = minutes
        waiting.metres[node] = doors.metres[source, side]
        n_waiting += 1
    return n_waiting, turn


@jit
def spread(arcs: Arcs, doors: Doors, source: int, cutoff_min: float, waiting: Waiting) -> None:
    """Fill the minutes and metres of all nodes from one place; beyond the cut-off they may miss."""
    n_waiting, turn = _begin(arcs, doors, source, waiting)
    first, after, before = waiting.first, waiting.after, waiting.before
    bucket, minutes, metres = waiting.bucket, waiting.minutes, waiting.metres
    per_min = 1.0 / arcs.width
    last = arcs.n_buckets - 1
    here = turn & last
    while n_waiting > 0:
        node = first[here]
        if node == NONE:
            here = (here + 1) & last
            continue
        _leave(first, after, before, bucket, node)
        n_waiting -= 1
        if minutes[node] > cutoff_min:
            continue
        for arc in range(arcs.indptr[node], arcs.indptr[node + 1]):
            head, total = arcs.head[arc], minutes[node] + arcs.minutes[arc]
            if total >= minutes[head]:
                continue
            minutes[head] = total
            metres[head] = metres[node] + arcs.metres[arc]
            into = int(total * per_min) & last
            if bucket[head] == into:
                continue
            if bucket[head] == OUT:
                n_waiting += 1
            else:
                _leave(first, after, before, bucket, head)
            _enter(first, after, before, bucket, head, into)


@jit
def ways(
    arcs: Arcs, arriving: Doors, cutoff_min: float, leaving: Doors
) -> tuple[FloatArray, FloatArray]:
    """Minutes and metres of the quickest ways by nodes, (s, t), from each place to each other."""
    shape = len(leaving.node), len(arriving.node)
    minutes, metres = np.full(shape, np.inf), np.full(shape, np.inf)
    waiting = scratch(len(arcs.indptr) - 1, arcs.n_buckets)
    for source in range(shape[0]):
        spread(arcs, leaving, source, cutoff_min, waiting)
        for target in range(shape[1]):
            for side in range(2):
                node = arriving.node[target, side]
                if node == NONE:
                    continue
                total = waiting.minutes[node] + arriving.minutes[target, side]
                if total < minutes[source, target]:
                    minutes[source, target] = total
                    metres[source, target] = waiting.metres[node] + arriving.metres[target, side]
    return minutes, metres

"""A day at stations where all are served in the order in which they come, compiled.

Each station is a recursion over its visitors: who comes is served as soon as fewer are busy than
work there. Those served leave in the order of a heap of departures, which is the order in which
they reach the next station, so that nothing is ever sorted.
"""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WITHOUT_LIMIT = 1_000_000_000
NOBODY, ONE = np.uint64(0), np.uint64(1)  # what is never negative is looked up a third quicker


@inlined
def _merge(
    time: FloatArray, order: IntArray, n_served: int, by: IntArray, n_by: int, others: IntArray
) -> None:
    """Put who walked by among those served, who stand in front in ``order``, by time."""
    others[:n_served] = order[:n_served]
    a, b = 0, 0
    for position in range(n_served + n_by):
        if b >= n_served or (a < n_by and time[by[a]] <= time[others[b]]):
            order[position] = by[a]
            a += 1
        else:
            order[position] = others[b]
            b += 1


@jit
def pass_station(
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    came: FloatArray,
    left: FloatArray,
    order: IntArray,
    start: FloatArray,
    ends: FloatArray,
    by: IntArray,
    others: IntArray,
) -> None:
    """Serve all who stop at a station, first come first served.

    ``service`` (n,) is negative for who walks by; ``at_min``, ``number`` (c,) are steps of
    capacity. ``came`` (n,) when each comes, and ``left`` when each leaves; ``order`` (n,) people by
    that time, before and after; ``start`` (n,) is filled. The others are scratch of (n,). ``ends``
    and the front of ``order``, which has been read by then, keep departures sorted; those from
    ``head`` on are still to come.
    """
    n_steps, step, n_by, last = len(at_min), 0, 0, 0.0
    head, tail, there = NOBODY, NOBODY, np.uint64(number[0])
    after = at_min[1] if n_steps > 1 else np.inf
    for position in range(len(order)):
        p = np.uint64(order[position])
        needed = service[p]
        if needed < 0.0:
            start[p] = left[p] = came[p]
            by[n_by] = p
            n_by += 1
            continue
        t = max(came[p], last)
        while after <= t:
            step += 1
            there = np.uint64(number[step])
            after = at_min[step + 1] if step + 1 < n_steps else np.inf
        while tail - head >= there:
            if head < tail and ends[head] < after:
                t = max(t, ends[head])
                head += ONE
            elif after < np.inf:
                t = max(t, after)
                step += 1
                there = np.uint64(number[step])
                after = at_min[step + 1] if step + 1 < n_steps else np.inf
            else:
                t = np.inf
                break
        end = t + needed
        i = tail
        while i > head and ends[i - ONE] > end:
            ends[i], order[i] = ends[i - ONE], order[i - ONE]
            i -= ONE
        ends[i], order[i] = end, p
        tail += ONE
        start[p], left[p], last = t, end, t
    if n_by > 0:
        _merge(left, order, len(order) - n_by, by, n_by, others)


@jit
def pass_days(
    first: IntArray,
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    came: FloatArray,
    left: FloatArray,
    order: IntArray,
    start: FloatArray,
) -> None:
    """One station on several days, one after another; ``first`` (d + 1,) begins of days."""
    most = 0
    for d in range(len(first) - 1):
        most = max(most, first[d + 1] - first[d])
    ends, by, others = np.empty(most), np.empty(most, np.int64), np.empty(most, np.int64)
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        pass_station(
            service[a:b],
            at_min,
            number,
            came[a:b],
            left[a:b],
            order[a:b],
            start[a:b],
            ends,
            by,
            others,
        )


@jit
def walk_days(
    first: IntArray,
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    start: FloatArray,
    order: IntArray,
) -> None:
    """All stations on several days, day by day.

    ``time`` (k + 1, n): when people reach each station, and leave the last; its first row is given.
    ``start`` (k, n) of each visit; ``order`` (n,) each day's people as they leave in the end.
    """
    most = 0
    for d in range(len(first) - 1):
        most = max(most, first[d + 1] - first[d])
    ends, by, others = np.empty(most), np.empty(most, np.int64), np.empty(most, np.int64)
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        for i in range(a, b):
            order[i] = i - a
        for k in range(len(service)):
            pass_station(
                service[k, a:b],
                at_min[k],
                number[k],
                time[k, a:b],
                time[k + 1, a:b],
                order[a:b],
                start[k, a:b],
                ends,
                by,
                others,
            )


@jit
def walk_on(
    first: IntArray,
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    since: int,
    time: FloatArray,
    order: IntArray,
    waited: FloatArray,
) -> None:
    """Stations from ``since`` on, each from the row of what was before it into the next.

    ``time``, ``order`` and ``waited`` (k + 1, n): when people reach each station, in which order,
    and how long they have waited by then.
    """
    n_stations, n = service.shape
    start = np.empty(n)
    for k in range(since, n_stations):
        order[k + 1, :] = order[k]
        pass_days(
            first, service[k], at_min[k], number[k], time[k], time[k + 1], order[k + 1], start
        )
        for i in range(n):
            waited[k + 1, i] = waited[k, i]
            if service[k, i] >= 0.0:
                waited[k + 1, i] += start[i] - time[k, i] if start[i] < np.inf else np.inf

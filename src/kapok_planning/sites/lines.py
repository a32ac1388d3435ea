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


@inlined
def _merge(
    time: FloatArray, some: IntArray, n_some: int, others: IntArray, n_others: int, out: IntArray
) -> None:
    """Two orders by time as one."""
    a, b = 0, 0
    for position in range(n_some + n_others):
        if b >= n_others or (a < n_some and time[some[a]] <= time[others[b]]):
            out[position] = some[a]
            a += 1
        else:
            out[position] = others[b]
            b += 1


@jit
def pass_station(
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    order: IntArray,
    start: FloatArray,
    ends: FloatArray,
    who: IntArray,
    by: IntArray,
) -> None:
    """Serve all who stop at a station, first come first served.

    ``service`` (n,) is negative for who walks by; ``at_min``, ``number`` (c,) are steps of
    capacity. ``time`` (n,) when each comes, then when each leaves; ``order`` (n,) people by that
    time, before and after; ``start`` (n,) is filled for who stops. The others are scratch of (n,):
    ``ends`` and ``who`` keep departures sorted, those from ``head`` on still to come.
    """
    n_steps, step, head, tail, n_by, last = len(at_min), 0, 0, 0, 0, 0.0
    for position in range(len(order)):
        p = order[position]
        needed = service[p]
        if needed < 0.0:
            start[p] = time[p]
            by[n_by] = p
            n_by += 1
            continue
        t = max(time[p], last)
        while step + 1 < n_steps and at_min[step + 1] <= t:
            step += 1
        while tail - head >= number[step]:
            after = at_min[step + 1] if step + 1 < n_steps else np.inf
            if head < tail and ends[head] < after:
                t = max(t, ends[head])
                head += 1
            elif after < np.inf:
                t = max(t, after)
                step += 1
            else:
                t = np.inf
                break
        end = t + needed
        i = tail
        while i > head and ends[i - 1] > end:
            ends[i], who[i] = ends[i - 1], who[i - 1]
            i -= 1
        ends[i], who[i] = end, p
        tail += 1
        start[p], time[p], last = t, end, t
    _merge(time, by, n_by, who, tail, order)


@jit
def pass_days(
    first: IntArray,
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    order: IntArray,
    start: FloatArray,
) -> None:
    """One station on several days, one after another; ``first`` (d + 1,) begins of days."""
    most = 0
    for d in range(len(first) - 1):
        most = max(most, first[d + 1] - first[d])
    ends, who, by = np.empty(most), np.empty(most, np.int64), np.empty(most, np.int64)
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        pass_station(service[a:b], at_min, number, time[a:b], order[a:b], start[a:b], ends, who, by)


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
    ends, who, by = np.empty(most), np.empty(most, np.int64), np.empty(most, np.int64)
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        for i in range(a, b):
            order[i] = i - a
        for k in range(len(service)):
            time[k + 1, a:b] = time[k, a:b]
            pass_station(
                service[k, a:b],
                at_min[k],
                number[k],
                time[k + 1, a:b],
                order[a:b],
                start[k, a:b],
                ends,
                who,
                by,
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
        time[k + 1, :] = time[k]
        order[k + 1, :] = order[k]
        pass_days(first, service[k], at_min[k], number[k], time[k + 1], order[k + 1], start)
        for i in range(n):
            waited[k + 1, i] = waited[k, i]
            if service[k, i] >= 0.0:
                waited[k + 1, i] += start[i] - time[k, i] if start[i] < np.inf else np.inf

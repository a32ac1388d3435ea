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
def _before(time_a: float, seq_a: int, time_b: float, seq_b: int) -> bool:
    """Whether one departure is before another; equal ones go by who was served first."""
    return bool(time_a < time_b or (time_a == time_b and seq_a < seq_b))


@inlined
def _sink(times: FloatArray, seqs: IntArray, size: int, time: float, seq: int) -> None:
    """Put a departure in place of the first of a heap."""
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _before(
            times[child + 1], seqs[child + 1], times[child], seqs[child]
        ):
            child += 1
        if _before(time, seq, times[child], seqs[child]):
            break
        times[at], seqs[at] = times[child], seqs[child]
        at = child
    times[at], seqs[at] = time, seq


@inlined
def _rise(times: FloatArray, seqs: IntArray, size: int, time: float, seq: int) -> None:
    """Add a departure to a heap of ``size``."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if not _before(time, seq, times[parent], seqs[parent]):
            break
        times[at], seqs[at] = times[parent], seqs[parent]
        at = parent
    times[at], seqs[at] = time, seq


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
def _without_limit(
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    order: IntArray,
    start: FloatArray,
    who: IntArray,
    gone: IntArray,
) -> bool:
    """Pass a station that nobody waits for, if all leave it in the order in which they came."""
    if number[0] < WITHOUT_LIMIT or at_min[0] > 0.0:
        return False
    by, left, last = 0, 0, -np.inf
    for position in range(len(order)):
        p = order[position]
        if service[p] >= 0.0:
            end = max(time[p], 0.0) + service[p]
            if end < last:
                return False
            last = end
    for position in range(len(order)):
        p = order[position]
        if service[p] < 0.0:
            who[by] = p
            by += 1
        else:
            start[p] = max(time[p], 0.0)
            time[p] = start[p] + service[p]
            gone[left] = p
            left += 1
    _merge(time, who, by, gone, left, order)
    return True


@inlined
def _finish(
    times: FloatArray,
    seqs: IntArray,
    size: int,
    who: IntArray,
    gone: IntArray,
    left: int,
    time: FloatArray,
    order: IntArray,
    by: int,
) -> None:
    """Let all leave who are still served, and put who walked by between them."""
    while size > 0:
        gone[left] = who[seqs[0]]
        left += 1
        size -= 1
        _sink(times, seqs, size, times[size], seqs[size])
    who[:by] = order[:by]
    _merge(time, who, by, gone, left, order)


@jit
def pass_station(
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    order: IntArray,
    start: FloatArray,
    times: FloatArray,
    seqs: IntArray,
    who: IntArray,
    gone: IntArray,
) -> None:
    """Serve all who stop at a station, first come first served.

    ``service`` (n,) is negative for who walks by; ``at_min``, ``number`` (c,) are steps of
    capacity. ``time`` (n,) when each comes, then when each leaves; ``order`` (n,) people by that
    time, before and after; ``start`` (n,) is filled for who stops. The others are scratch of (n,).
    """
    if _without_limit(service, at_min, number, time, order, start, who, gone):
        return
    n, n_steps = len(order), len(at_min)
    step, size, seen, left, by, last = 0, 0, 0, 0, 0, 0.0
    for position in range(n):
        p = order[position]
        needed = service[p]
        if needed < 0.0:
            order[by] = p  # those who walk by keep their order, at the front for now
            by += 1
            continue
        t = max(time[p], last)
        while step + 1 < n_steps and at_min[step + 1] <= t:
            step += 1
        waits_for_nobody = False
        while size >= number[step]:
            after = at_min[step + 1] if step + 1 < n_steps else np.inf
            if size > 0 and times[0] < after:
                t = max(t, times[0])
                gone[left] = who[seqs[0]]
                left += 1
                if size == number[step]:
                    waits_for_nobody = True
                    break
                size -= 1
                _sink(times, seqs, size, times[size], seqs[size])
            elif after < np.inf:
                t = max(t, after)
                step += 1
            else:
                t = np.inf
                break
        if waits_for_nobody:
            _sink(times, seqs, size, t + needed, seen)
        else:
            _rise(times, seqs, size, t + needed, seen)
            size += 1
        start[p] = t
        time[p] = t + needed
        last = t
        who[seen] = p
        seen += 1
    _finish(times, seqs, size, who, gone, left, time, order, by)


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
    times, seqs = np.empty(most + 1), np.empty(most + 1, np.int64)
    who, gone = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64)
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        pass_station(
            service[a:b],
            at_min,
            number,
            time[a:b],
            order[a:b],
            start[a:b],
            times,
            seqs,
            who,
            gone,
        )


@jit
def walk_days(
    first: IntArray,
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    arrival: FloatArray,
    came: FloatArray,
    start: FloatArray,
    done: FloatArray,
    order: IntArray,
) -> None:
    """All stations on several days: ``came``, ``start`` and ``done`` (k, n) of each visit.

    ``order`` (n,) is filled with each day's people in the order in which they leave in the end.
    """
    n_stations = len(service)
    time = arrival.copy()
    for d in range(len(first) - 1):
        for i in range(first[d], first[d + 1]):
            order[i] = i - first[d]
    for k in range(n_stations):
        came[k, :] = time
        pass_days(first, service[k], at_min[k], number[k], time, order, start[k])
        done[k, :] = time


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

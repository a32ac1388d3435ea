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


@jit
def pass_station(
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    order: IntArray,
    wait: FloatArray,
    times: FloatArray,
    seqs: IntArray,
    who: IntArray,
    gone: IntArray,
) -> None:
    """Serve all who stop at a station, first come first served.

    ``service`` (n,) is negative for who walks by; ``at_min``, ``number`` (c,) are steps of
    capacity. ``time`` (n,) when each comes, then when each leaves; ``order`` (n,) people by that
    time, before and after; ``wait`` (n,) is filled for who stops. The others are scratch of (n,).
    """
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
        wait[p] = t - time[p] if t < np.inf else np.inf
        time[p] = t + needed
        last = t
        who[seen] = p
        seen += 1
    while size > 0:
        gone[left] = who[seqs[0]]
        left += 1
        size -= 1
        _sink(times, seqs, size, times[size], seqs[size])
    if by == 0:
        order[:] = gone[:n]
        return
    who[:by] = order[:by]
    _merge(time, who, by, gone, left, order)


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
def pass_days(
    first: IntArray,
    service: FloatArray,
    at_min: FloatArray,
    number: IntArray,
    time: FloatArray,
    order: IntArray,
    wait: FloatArray,
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
            wait[a:b],
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
) -> None:
    """All stations on several days: ``came``, ``start`` and ``done`` (k, n) of each visit."""
    n_stations, n = service.shape
    time, order, wait = arrival.copy(), np.empty(n, np.int64), np.empty(n)
    for d in range(len(first) - 1):
        for i in range(first[d], first[d + 1]):
            order[i] = i - first[d]
    for k in range(n_stations):
        came[k, :] = time
        pass_days(first, service[k], at_min[k], number[k], time, order, wait)
        for i in range(n):
            start[k, i] = came[k, i] + wait[i]
        done[k, :] = time

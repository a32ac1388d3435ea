"""Counting simulated visits by station and slot, compiled."""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CAME, WAITED, DONE, QUEUED, AT_WORK, HELD_UP = 0, 1, 2, 3, 4, 5
N_TALLIES = 6
P95 = 0.95


@inlined
def _spread(row: FloatArray, begin: float, end: float, slot: float) -> None:
    """Add the minutes between two moments to the slots in which they lie; the last has no end."""
    last = len(row) - 1
    t = max(begin, 0.0)
    while t < end:
        h = min(int(t / slot), last)
        to = end if h == last else min(end, (h + 1) * slot)
        if to <= t:  # rounding at the border of a slot
            h = min(h + 1, last)
            to = end if h == last else min(end, (h + 1) * slot)
        row[h] += to - t
        t = to


@inlined
def _kth(values: FloatArray, low: int, high: int, k: int) -> float:
    """The value that stands at ``k`` once those from ``low`` to ``high`` are in order."""
    while low < high:
        middle, i, j = values[k], low, high
        while i <= j:
            while values[i] < middle:
                i += 1
            while middle < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if j < k:
            low = i
        if k < i:
            high = j
    return float(values[k])


@jit
def wait_of(
    service: FloatArray, came: FloatArray, start: FloatArray, begun: NDArray[np.bool_]
) -> FloatArray:
    """Wait before each station, (k, n); 0 where one walks by, or was at the desk already."""
    n_stations, n = service.shape
    wait = np.empty((n_stations, n))
    for k in range(n_stations):
        for i in range(n):
            stays = service[k, i] >= 0.0 and came[k, i] < np.inf
            wait[k, i] = start[k, i] - came[k, i] if stays else 0.0
    for i in range(n):
        if begun[i]:
            k = 0
            while k < n_stations - 1 and service[k, i] < 0.0:
                k += 1
            wait[k, i] = 0.0
    return wait


@jit
def tally(
    first: IntArray,
    service: FloatArray,
    visits: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    wait: FloatArray,
    slot: float,
    out: FloatArray,
    last: FloatArray,
) -> None:
    """Fill ``out`` (6, d, k, h): who came, minutes waited by them, who was served, minutes of
    queue, of work, and of desks held up; and ``last`` (d,) with when the last one leaves. A visit
    came, began, was done and left.
    """
    n_days, n_stations, n_slots = out.shape[1:]
    came, start, done, left = visits
    for d in range(n_days):
        latest = 0.0
        for k in range(n_stations):
            for i in range(first[d], first[d + 1]):
                t = start[k, i]
                if service[k, i] < 0.0 or t == np.inf:
                    continue
                h = min(max(int(came[k, i] / slot), 0), n_slots - 1)
                out[CAME, d, k, h] += 1.0
                out[WAITED, d, k, h] += wait[k, i]
                end = done[k, i]
                out[DONE, d, k, min(int(end / slot), n_slots - 1)] += 1.0
                if came[k, i] < t:
                    _spread(out[QUEUED, d, k], came[k, i], t, slot)
                _spread(out[AT_WORK, d, k], t, end, slot)
                if left[k, i] > end:
                    _spread(out[HELD_UP, d, k], end, left[k, i], slot)
                if left[k, i] < np.inf:
                    latest = max(latest, left[k, i])
        last[d] = latest


@inlined
def _slot_of(came: float, slot: float, n_slots: int) -> int:
    return min(max(int(came / slot), 0), n_slots - 1)


@inlined
def _of_most(some: FloatArray, begin: int, end: int, n_none: int, n: int) -> float:
    """What 95 of 100 wait at most among ``n_none`` who do not and those from begin to end."""
    rank = int(np.ceil(P95 * n)) - 1 - n_none
    return _kth(some, begin, end - 1, begin + rank) if rank >= 0 else 0.0


@inlined
def _group(
    service: FloatArray,
    came: FloatArray,
    wait: FloatArray,
    slot: float,
    some: FloatArray,
    ends: IntArray,
    none: IntArray,
) -> None:
    """Put waits over 0 slot by slot into ``some``, ``ends`` of each; count the others."""
    n_slots = len(none)
    ends[:] = 0
    none[:] = 0
    for i in range(len(came)):
        if service[i] >= 0.0 and came[i] < np.inf:
            h = _slot_of(came[i], slot, n_slots)
            if wait[i] > 0.0:
                ends[h + 1] += 1
            else:
                none[h] += 1
    for h in range(n_slots):
        ends[h + 1] += ends[h]
    for i in range(len(came)):
        if wait[i] > 0.0:
            h = _slot_of(came[i], slot, n_slots)
            some[ends[h]] = wait[i]
            ends[h] += 1


@jit
def longest_of_most(
    first: IntArray,
    service: FloatArray,
    came: FloatArray,
    wait: FloatArray,
    slot: float,
    by_slot: FloatArray,
    by_station: FloatArray,
) -> None:
    """Fill ``by_slot`` (d, k, h) and ``by_station`` (d, k) with what 95 of 100 wait at most.

    Only who waits at all is looked through; the others come before them.
    """
    n_days, n_stations, n_slots = by_slot.shape
    most = 1
    for d in range(n_days):
        most = max(most, first[d + 1] - first[d])
    some, ends = np.empty(most), np.empty(n_slots + 1, np.int64)
    none = np.empty(n_slots, np.int64)
    for d in range(n_days):
        a, b = first[d], first[d + 1]
        for k in range(n_stations):
            _group(service[k, a:b], came[k, a:b], wait[k, a:b], slot, some, ends, none)
            begin = 0
            for h in range(n_slots):
                n = none[h] + ends[h] - begin
                if n > 0:
                    by_slot[d, k, h] = _of_most(some, begin, ends[h], none[h], n)
                begin = ends[h]
            n = none.sum() + begin
            if n > 0:
                by_station[d, k] = _of_most(some, 0, begin, n - begin, n)


@jit
def most_at_once(begins: FloatArray, ends: FloatArray) -> int:
    """The most between begin and end at one moment, both sorted; what ends first makes room.

    Infinite begins do not count.
    """
    a, b, most = 0, 0, 0
    while a < len(begins) and begins[a] < np.inf:
        while b < len(ends) and ends[b] <= begins[a]:
            b += 1
        a += 1
        most = max(most, a - b)
    return most

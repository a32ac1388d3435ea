"""Counting simulated visits by station and slot, compiled."""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

CAME, WAITED, DONE, QUEUED, AT_WORK, HELD_UP = 0, 1, 2, 3, 4, 5
N_TALLIES = 6


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


@jit
def tally(
    first: IntArray,
    stops: NDArray[np.bool_],
    visits: FloatArray,
    wait: FloatArray,
    slot: float,
    out: FloatArray,
) -> None:
    """Fill ``out`` (6, d, k, h): who came, minutes waited by them, who was served, minutes of
    queue, of work, and of desks held up. ``visits`` (4, k, n): came, start, done, left.
    """
    n_days, n_stations, n_slots = out.shape[1:]
    for d in range(n_days):
        for k in range(n_stations):
            for i in range(first[d], first[d + 1]):
                came, start = visits[0, k, i], visits[1, k, i]
                if not stops[k, i] or start == np.inf:
                    continue
                h = min(max(int(came / slot), 0), n_slots - 1)
                out[CAME, d, k, h] += 1.0
                out[WAITED, d, k, h] += wait[k, i]
                done, left = visits[2, k, i], visits[3, k, i]
                out[DONE, d, k, min(int(done / slot), n_slots - 1)] += 1.0
                _spread(out[QUEUED, d, k], came, start, slot)
                _spread(out[AT_WORK, d, k], start, done, slot)
                if left > done:
                    _spread(out[HELD_UP, d, k], done, left, slot)


@jit
def longest(begins: FloatArray, ends: FloatArray) -> int:
    """The most that are between their begin and end at one moment; what ends first makes room."""
    a, b = np.sort(begins), np.sort(ends)
    most, now, j = 0, 0, 0
    for i in range(len(a)):
        while j < len(b) and b[j] <= a[i]:
            now -= 1
            j += 1
        now += 1
        most = max(most, now)
    return most

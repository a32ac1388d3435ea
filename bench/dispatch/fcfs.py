"""What a desk without a plan does: the nearest free unit, first come first served."""

import heapq

import numpy as np
from numpy.typing import NDArray

from bench.dispatch.instances import Rush

Labels = NDArray[np.int32]


def first_come(rush: Rush, *, urgent_first: bool) -> tuple[Labels, Labels]:
    """Simulate the desk: unit and position of each matter.

    From the moment of the dispatch on, the matter that waits longest goes to the nearest unit that
    is free and can do it; where none is free, it waits, and the next is looked at. With
    ``urgent_first`` the urgent matters go ahead of all others. A unit stays where it worked.
    """
    matters, units = rush.matters, rush.units
    queue = np.lexsort(
        (rush.reported_min, ~matters.urgent if urgent_first else np.zeros(matters.n))
    )
    waiting = queue.tolist()
    able = (matters.skills[None, :] & ~units.skills[:, None]) == 0
    unit, position = np.full(matters.n, -1, np.int32), np.full(matters.n, -1, np.int32)
    where = np.full(units.n, -1)
    load = np.zeros(units.n, np.int32)
    events = [(max(free, 0.0), u) for u, free in enumerate(units.free_min.tolist())]
    heapq.heapify(events)
    idle = np.zeros(units.n, np.bool_)
    while events:
        now, u = heapq.heappop(events)
        idle[u] = True
        while events and events[0][0] <= now:
            idle[heapq.heappop(events)[1]] = True
        left = []
        for at, i in enumerate(waiting):
            if not idle.any():
                left += waiting[at:]
                break
            sent = _nearest(rush, i, now, np.flatnonzero(idle & able[:, i]), where)
            if sent is None:
                left.append(i)
                continue
            u, done = sent
            unit[i], position[i] = u, load[u]
            load[u] += 1
            idle[u] = False
            where[u] = i
            if load[u] < units.capacity[u]:
                heapq.heappush(events, (done, u))
        waiting = left
    return unit, position


def _nearest(
    rush: Rush, i: int, now: float, free: NDArray[np.int64], where: NDArray[np.int64]
) -> tuple[int, float] | None:
    """The nearest of the free units that is done before its shift ends, and when it is done."""
    if not len(free):
        return None
    ways = np.where(
        where[free] < 0,
        rush.times.first.minutes[free, i],
        rush.times.between.minutes[where[free], i],
    )
    done = now + ways + rush.matters.service_min[i]
    fits = np.flatnonzero(done <= rush.units.shift_end_min[free])
    if not len(fits):
        return None
    best = fits[int(ways[fits].argmin())]
    return int(free[best]), float(done[best])

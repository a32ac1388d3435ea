"""Plans tried on the same days again and again: only what a change touches is walked anew."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.capacity import steps_of
from kapok_planning.sites.days import Days
from kapok_planning.sites.lines import WITHOUT_LIMIT, walk_on
from kapok_planning.sites.running import Front, Run, simulate, walk_front, walk_on_from
from kapok_planning.sites.site import Goal, Site

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
DAYS_IN_PART = 8


@dataclass
class _Part:
    """Some of the days: what is kept of the plan in hand, and of the one that is tried."""

    days: Days
    service: FloatArray
    kept: tuple[FloatArray, IntArray, FloatArray]
    tried: tuple[FloatArray, IntArray, FloatArray]


class Sample:
    """A few days on which plans are compared, seats without limit.

    Where no room can fill, a change at one station leaves all before it as it was. Who goes ahead
    of others does so in :meth:`with_seats` and in every proof, not in :meth:`shares`, which is then
    near, not exact.
    """

    def __init__(self, site: Site, days: Days, goal: Goal) -> None:
        self.site, self.days, self.goal = site, days, goal
        self.n_tried = 0
        self._is_plain = all(s.room is None or s.is_seats for s in site.stations)
        self.is_exact = not any(s.first for s in site.stations)
        self._last = max(k for k, s in enumerate(site.stations) if not s.is_seats)
        self._steps: dict[tuple[int, bytes], tuple[FloatArray, IntArray]] = {}
        self._parts = self._new_parts() if self._is_plain else []
        self._front: tuple[bytes, Front] | None = None

    def _new_parts(self) -> list[_Part]:
        edges = [*range(0, self.days.n, DAYS_IN_PART), self.days.n]
        return [self._part(self.days.some(a, b)) for a, b in pairwise(edges)]

    def _part(self, days: Days) -> _Part:
        rows, n = self._last + 2, len(days.arrival_min)
        first = days.first
        order = np.concatenate([np.arange(b - a) for a, b in pairwise(first.tolist())])

        def state() -> tuple[FloatArray, IntArray, FloatArray]:
            time, orders = np.empty((rows, n)), np.empty((rows, n), np.int64)
            time[0], orders[0] = days.arrival_min, order
            return time, orders, np.zeros((rows, n))

        service = np.ascontiguousarray(days.service_min[: self._last + 1])
        return _Part(days, service, state(), state())

    def shares(
        self, staff: IntArray, since: int = 0, *, keep: bool = False, few: bool = False
    ) -> FloatArray:
        """Share in time of each day under a plan that differs from the kept one from ``since`` on.

        With ``keep`` it becomes the kept one; ``few`` looks at the first days only.
        """
        self.n_tried += 1
        if not self._is_plain:
            return self._all_anew(staff)
        at, number = self._capacity(staff)
        found = []
        for part in self._parts[:1] if few else self._parts:
            kept, tried = part.kept, part.tried
            for a, b in zip(kept, tried, strict=True):
                b[since] = a[since]
            walk_on(part.days.first, part.service, at, number, since, *tried)
            if keep:
                for a, b in zip(kept, tried, strict=True):
                    a[since + 1 :] = b[since + 1 :]
            found.append(_daily(part.days, tried[2][-1], self.goal))
        return np.concatenate(found)

    def _capacity(self, staff: IntArray) -> tuple[FloatArray, IntArray]:
        """Steps of all stations up to the last with staff, one width for all."""
        rows = []
        for k in range(self._last + 1):
            if self.site.stations[k].is_seats:
                rows.append((np.zeros(1), np.full(1, WITHOUT_LIMIT)))
                continue
            key = (k, staff[k].tobytes())
            if key not in self._steps:
                steps = steps_of(self.site, k, staff[k].tolist())
                self._steps[key] = (
                    np.array([at for at, _ in steps]),
                    np.array([n for _, n in steps], np.int64),
                )
            rows.append(self._steps[key])
        width = max(len(at) for at, _ in rows)
        at_min = np.full((len(rows), width), np.inf)
        number = np.zeros((len(rows), width), np.int64)
        for k, (at, n) in enumerate(rows):
            at_min[k, : len(at)], number[k, : len(n)] = at, n
            number[k, len(n) :] = n[-1]
        return at_min, number

    def _all_anew(self, staff: IntArray) -> FloatArray:
        staff = staff.copy()
        staff[self.site.seats] = WITHOUT_LIMIT
        return self.with_seats(staff)

    def with_seats(self, staff: IntArray) -> FloatArray:
        """Share in time of each day with the seats of ``staff``.

        The stations before those that seats can hold up are walked once for the same staff.
        """
        site = self.site.with_staff(staff)
        desks = np.delete(staff, self.site.seats, axis=0).tobytes()
        if self._front is None or self._front[0] != desks:
            front = walk_front(site, self.days)
            if any(k < front.n for k in self.site.seats):
                return in_time(walk_on_from(front, site, self.days), self.goal)
            self._front = desks, front
        return in_time(walk_on_from(self._front[1], site, self.days), self.goal)


def in_time(run: Run, goal: Goal) -> FloatArray:
    """Share of each day's people whose wait is within the goal, (d,)."""
    return _daily(run.days, run.total_wait_min, goal)


def _daily(days: Days, wait: FloatArray, goal: Goal) -> FloatArray:
    """Share of each day's people whose wait is within the goal."""
    good = np.concatenate([[0], np.cumsum(wait <= goal.wait_min)])
    n = np.diff(days.first)
    return np.asarray(np.where(n > 0, np.diff(good[days.first]) / np.maximum(n, 1), 1.0))


def offered(site: Site, days: Days) -> FloatArray:
    """Work that comes to each station in each slot if nobody waits, in desks, (k, h)."""
    unlimited = site.with_staff(np.full((site.n, site.n_slots), WITHOUT_LIMIT))
    run = simulate(unlimited, days)
    found = np.zeros((site.n, site.n_slots))
    for k in range(site.n):
        here = run.stops[k] & np.isfinite(run.came[k])
        slot = np.clip(run.came[k][here] / site.slot_min, 0, site.n_slots - 1).astype(int)
        work = np.bincount(slot, days.service_min[k][here], site.n_slots)
        found[k] = work / site.slot_min / max(days.n, 1)
    return found

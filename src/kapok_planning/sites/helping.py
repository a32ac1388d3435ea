"""Where the next person helps most, and what cannot keep up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.capacity import capacity_of
from kapok_planning.sites.days import Days
from kapok_planning.sites.measuring import Estimate, estimate
from kapok_planning.sites.running import Run, simulate
from kapok_planning.sites.sampling import offered
from kapok_planning.sites.site import Goal, Site

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
P95 = 0.95


@dataclass(frozen=True)
class Help:
    """What one person more (or some seats) at one station would do, on the same days.

    Attributes
    ----------
    station, slot
        Where; ``slot`` is -1 for all day.
    added
        People or seats.
    saved_min, saved_p95_min
        Minutes off the mean, and off the 95th percentile, of a person's total wait.
    share_gain
        What it adds to the share of people in time.
    """

    station: int
    slot: int
    added: int
    saved_min: Estimate
    saved_p95_min: Estimate
    share_gain: Estimate


def next_person(
    site: Site, days: Days, goal: Goal, *, seats: int = 10, n_threads: int = 1
) -> tuple[Help, ...]:
    """Try one person more at each station for the whole day, and some more seats.

    Parameters
    ----------
    site
        The plan in hand.
    days
        The same for all, so that differences are due to the one person.
    goal
        Its ``wait_min`` counts.
    seats
        How many more to try.
    n_threads
        The result is the same for any number.

    Returns
    -------
    tuple of Help
        What saves most first.
    """
    base = _figures(simulate(site, days, n_threads=n_threads), goal)
    found = []
    for k, station in enumerate(site.stations):
        added = seats if station.is_seats else 1
        staff = site.staff.copy()
        staff[k] += added
        found.append(_help(site, days, goal, staff, base, (k, -1, added), n_threads))
    return tuple(sorted(found, key=lambda h: -float(h.saved_min.mean)))


def best_slots(
    site: Site, days: Days, goal: Goal, station: int, *, n_threads: int = 1
) -> tuple[Help, ...]:
    """Try one person more at one station in each slot; what saves most first."""
    base = _figures(simulate(site, days, n_threads=n_threads), goal)
    found = []
    for h in range(site.n_slots):
        staff = site.staff.copy()
        staff[station, h] += 1
        found.append(_help(site, days, goal, staff, base, (station, h, 1), n_threads))
    return tuple(sorted(found, key=lambda h: -float(h.saved_min.mean)))


def _help(
    site: Site,
    days: Days,
    goal: Goal,
    staff: IntArray,
    base: FloatArray,
    what: tuple[int, int, int],
    n_threads: int,
) -> Help:
    after = _figures(simulate(site.with_staff(staff), days, n_threads=n_threads), goal)
    with np.errstate(invalid="ignore"):
        saved = base - after
    return Help(
        station=what[0],
        slot=what[1],
        added=what[2],
        saved_min=estimate(saved[0]),
        saved_p95_min=estimate(saved[1]),
        share_gain=estimate(-saved[2]),
    )


def _figures(run: Run, goal: Goal) -> FloatArray:
    """Mean wait, its 95th percentile, and share in time, of each day, (3, d)."""
    total, rows = run.total_wait_min, []
    for a, b in zip(run.days.first[:-1].tolist(), run.days.first[1:].tolist(), strict=True):
        waits = total[a:b]
        if a == b:
            rows.append((0.0, 0.0, 1.0))
            continue
        rank = int(np.ceil(P95 * len(waits))) - 1
        p95 = float(np.partition(waits, rank)[rank])
        rows.append((float(waits.mean()), p95, float((waits <= goal.wait_min).mean())))
    return np.array(rows).T


@dataclass(frozen=True)
class Overload:
    """A station to which more work comes than it can do: in one slot, or (-1) over the day.

    ``offered`` and ``staff`` are desks' worth of work, and desks at work, in the mean.
    """

    station: int
    slot: int
    offered: float
    staff: float

    @property
    def utilisation(self) -> float:
        """Work over desks."""
        return self.offered / self.staff if self.staff > 0 else np.inf

    @property
    def missing(self) -> float:
        """Desks whose work is not done."""
        return self.offered - self.staff


def overloads(site: Site, days: Days) -> tuple[Overload, ...]:
    """Stations that cannot keep up, over the whole day first, then in single slots.

    A site that is behind over the whole day works on after closing; one that is behind in a slot
    catches up later.
    """
    work, there = offered(site, days), _there(site)
    whole = [
        Overload(k, -1, float(work[k].mean()), float(there[k].mean()))
        for k in range(site.n)
        if work[k].sum() >= there[k].sum() and work[k].sum() > 0
    ]
    single = [
        Overload(k, h, float(work[k, h]), float(there[k, h]))
        for k in range(site.n)
        for h in range(site.n_slots)
        if work[k, h] >= there[k, h] and work[k, h] > 0
    ]
    return (*whole, *single)


def _there(site: Site) -> FloatArray:
    """Desks at work in each slot in the mean, breaks taken off, (k, h)."""
    steps, edges = capacity_of(site), np.arange(site.n_slots + 1) * site.slot_min
    found = np.zeros((site.n, site.n_slots))
    for k in range(site.n):
        moments = np.append(steps.at_min[k], np.inf)
        for c in range(len(moments) - 1):
            begins = np.clip(moments[c], edges[:-1], edges[1:])
            ends = np.clip(moments[c + 1], edges[:-1], edges[1:])
            found[k] += steps.n[k, c] * np.maximum(ends - begins, 0.0)
    return np.asarray(found / site.slot_min)

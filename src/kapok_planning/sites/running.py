"""Simulated days: when everybody came, was served and left at each station."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.capacity import Capacity, capacity_of
from kapok_planning.sites.days import Days
from kapok_planning.sites.lines import WITHOUT_LIMIT, walk_days
from kapok_planning.sites.rooms import walk_rooms
from kapok_planning.sites.site import Site
from kapok_planning.sites.tallies import wait_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Run:
    """What became of the people of some days under one plan.

    Visits are (k, n) arrays of stations by people [minutes from opening]; they are infinite where
    somebody was never served, and mean nothing where somebody walks by.

    Attributes
    ----------
    days
        Who came.
    came
        When each was done with the station before, or arrived.
    start, done
        When each was served.
    left
        When the desk was free again: later than ``done`` where the next room was full.
    """

    days: Days
    came: FloatArray
    start: FloatArray
    done: FloatArray
    left: FloatArray

    @property
    def stops(self) -> NDArray[np.bool_]:
        """Who stops where, (k, n)."""
        return np.asarray(self.days.service_min >= 0)

    @cached_property
    def wait_min(self) -> FloatArray:
        """Wait before each station, (k, n), with that at a desk held up; 0 where one walks by."""
        return wait_of(self.days.service_min, self.came, self.start, self.days.begun)

    @cached_property
    def total_wait_min(self) -> FloatArray:
        """Wait of each person at all stations together, (n,)."""
        return np.asarray(self.wait_min.sum(axis=0))


def _in_parts(first: IntArray, n_threads: int, work: Callable[[IntArray], None]) -> None:
    """Work on equal parts of the days; each writes its own people, so the parts change nothing."""
    n_days = len(first) - 1
    n_parts = max(1, min(n_threads, n_days))
    edges = [round(i * n_days / n_parts) for i in range(n_parts + 1)]
    parts = [first[a : b + 1] for a, b in pairwise(edges)]
    if n_parts == 1:
        work(parts[0])
        return
    with ThreadPoolExecutor(n_parts) as pool:
        for _ in pool.map(work, parts):
            pass


def simulate(site: Site, days: Days, *, n_threads: int = 1) -> Run:
    """Let the people of some days walk through a site.

    The days hold all chance; the same days under two plans differ by the plans alone (common random
    numbers). Stations are a recursion each, up to where somebody goes ahead or is held up by a full
    room; from there on the day is played event by event.

    Parameters
    ----------
    site
        Stations with their staff and seats.
    days
        Who comes, and how long each takes where.
    n_threads
        The result is the same for any number.

    Returns
    -------
    Run
    """
    if days.service_min.shape[0] != site.n:
        raise ValueError(f"The days are of {days.service_min.shape[0]} stations, not {site.n}.")
    steps, n_plain = capacity_of(site), n_in_lines(site, days)
    n = len(days.arrival_min)
    time, start = np.empty((n_plain + 1, n)), np.empty((n_plain, n))
    time[0] = days.arrival_min
    order, service = np.empty(n, np.int64), days.service_min[:n_plain]

    def walk(first: IntArray) -> None:
        walk_days(first, service, steps.at_min[:n_plain], steps.n[:n_plain], time, start, order)

    _in_parts(days.first, n_threads, walk)
    if n_plain == site.n:
        return Run(days, time[:-1], start, time[1:], time[1:])
    visits = np.empty((4, site.n, n))
    visits[0, :n_plain], visits[1, :n_plain] = time[:-1], start
    visits[2, :n_plain] = visits[3, :n_plain] = time[1:]
    _play_rooms(site, days, steps, (time[-1], order), n_plain, visits, n_threads)
    return Run(days, visits[0], visits[1], visits[2], visits[3])


def n_in_lines(site: Site, days: Days) -> int:
    """How many stations from the entrance on are plain: no later station holds them up."""
    ends = [site.n]
    for j, station in enumerate(site.stations):
        if station.first:
            ends.append(j)
        if station.room is not None:
            ends.append(_first_before(days, j))
    return min(ends)


def _first_before(days: Days, j: int) -> int:
    """The first station from which somebody goes straight to station ``j``."""
    stops = days.service_min[: j + 1] >= 0
    for u in range(j):
        if (stops[u] & stops[j] & ~stops[u + 1 : j].any(axis=0)).any():
            return u
    return j


def _play_rooms(
    site: Site,
    days: Days,
    steps: Capacity,
    reached: tuple[FloatArray, IntArray],
    since: int,
    visits: FloatArray,
    n_threads: int,
) -> None:
    """Let people go on from station ``since``, in the order in which they reach it."""
    people = reached[1] + np.repeat(days.first[:-1], np.diff(days.first))
    arrival = reached[0][people]
    service = np.ascontiguousarray(days.service_min[since:, people])
    ahead = np.ascontiguousarray(days.ahead[since:, people])
    room = [WITHOUT_LIMIT if s.room is None else s.room for s in site.stations[since:]]
    found = np.empty((4, *service.shape))
    rooms, at_min, number = np.array(room, np.int64), steps.at_min[since:], steps.n[since:]

    def walk(first: IntArray) -> None:
        walk_rooms(first, service, ahead, rooms, at_min, number, arrival, found)

    _in_parts(days.first, n_threads, walk)
    visits[:, since:, people] = found

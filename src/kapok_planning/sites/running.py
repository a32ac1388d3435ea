"""Simulated days: when everybody came, was served and left at each station."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.capacity import capacity_of
from kapok_planning.sites.days import Days
from kapok_planning.sites.lines import WITHOUT_LIMIT, walk_days
from kapok_planning.sites.rooms import walk_rooms
from kapok_planning.sites.site import Site
from kapok_planning.sites.tallies import wait_of
from kapok_planning.spreading import Spread, in_turn

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
VISITS_IN_PART = 500_000


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


@dataclass(frozen=True)
class Front:
    """The stations from the entrance on at which nobody goes ahead and no room holds up a desk.

    ``time`` (k + 1, n) when people reach each and leave the last, ``start`` (k, n), and ``order``
    (n,) each day's people as they leave in the end.
    """

    time: FloatArray
    start: FloatArray
    order: IntArray

    @property
    def n(self) -> int:
        """Number of stations."""
        return len(self.start)


def simulate(site: Site, days: Days, *, spread: Spread = in_turn) -> Run:
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
    spread
        Who works on parts of the days; the result is the same for any.

    Returns
    -------
    Run
    """
    if days.service_min.shape[0] != site.n:
        raise ValueError(f"The days are of {days.service_min.shape[0]} stations, not {site.n}.")
    if spread is in_turn:
        return _part(site, days)
    per_day = max(1, days.service_min.size // max(days.n, 1))
    step = max(1, VISITS_IN_PART // per_day)
    parts = [days.some(a, min(a + step, days.n)) for a in range(0, days.n, step)]
    found = np.empty((4, *days.service_min.shape))
    end = 0
    for run in spread(partial(_part, site), parts):
        begin, end = end, end + len(run.days.arrival_min)
        for row, ours in zip(found, (run.came, run.start, run.done, run.left), strict=True):
            row[:, begin:end] = ours
    return Run(days, found[0], found[1], found[2], found[3])


def _part(site: Site, days: Days) -> Run:
    return walk_on_from(walk_front(site, days), site, days)


def walk_front(site: Site, days: Days) -> Front:
    """The first stations of some days, as long as they are plain."""
    steps, n_plain, n = capacity_of(site), n_in_lines(site, days), len(days.arrival_min)
    time, start = np.empty((n_plain + 1, n)), np.empty((n_plain, n))
    time[0] = days.arrival_min
    order, service = np.empty(n, np.int64), days.service_min[:n_plain]
    walk_days(days.first, service, steps.at_min[:n_plain], steps.n[:n_plain], time, start, order)
    return Front(time, start, order)


def walk_on_from(front: Front, site: Site, days: Days) -> Run:
    """The rest of the days whose first stations were walked, with the same staff there."""
    time, start = front.time, front.start
    if front.n == site.n:
        return Run(days, time[:-1], start, time[1:], time[1:])
    visits = np.empty((4, *days.service_min.shape))
    visits[0, : front.n], visits[1, : front.n] = time[:-1], start
    visits[2, : front.n] = visits[3, : front.n] = time[1:]
    _play_rooms(site, days, front, visits)
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


def _play_rooms(site: Site, days: Days, front: Front, visits: FloatArray) -> None:
    """Let people go on from the front, in the order in which they leave it."""
    steps, since = capacity_of(site), front.n
    people = front.order + np.repeat(days.first[:-1], np.diff(days.first))
    service = np.ascontiguousarray(days.service_min[since:, people])
    ahead = (days.ahead[since:, people] << np.arange(site.n - since)[:, None]).sum(axis=0)
    room = [WITHOUT_LIMIT if s.room is None else s.room for s in site.stations[since:]]
    found = np.empty((4, *service.shape))
    walk_rooms(
        days.first,
        service,
        ahead,
        np.array(room, np.int64),
        steps.at_min[since:],
        steps.n[since:],
        front.time[-1][people],
        found,
    )
    visits[:, since:, people] = found

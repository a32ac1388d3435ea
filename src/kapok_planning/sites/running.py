"""Simulated days: when everybody came, was served and left at each station."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.days import Days
from kapok_planning.sites.lines import walk_days
from kapok_planning.sites.rooms import walk_rooms
from kapok_planning.sites.site import WITHOUT_LIMIT, Site, capacity_of

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

    @property
    def wait_min(self) -> FloatArray:
        """Wait before each station, (k, n), with that at a desk held up; 0 where one walks by."""
        waits = np.zeros_like(self.start)
        stops = self.stops
        with np.errstate(invalid="ignore"):
            waits[stops] = (self.start - self.came)[stops]
        waits[np.isnan(waits)] = 0.0  # who never came to a station does not wait there
        if self.days.begun.any():
            waits[stops.argmax(axis=0), np.arange(len(self.days.begun))] *= ~self.days.begun
        return waits

    @property
    def total_wait_min(self) -> FloatArray:
        """Wait of each person at all stations together, (n,)."""
        return np.asarray(self.wait_min.sum(axis=0))


def in_parts(days: Days, n_threads: int, work: Callable[[Days], object]) -> list[object]:
    """Work on equal parts of the days, in order; the parts change no result."""
    n_parts = max(1, min(n_threads, days.n))
    edges = [round(i * days.n / n_parts) for i in range(n_parts + 1)]
    parts = [days.some(a, b) for a, b in zip(edges[:-1], edges[1:], strict=True)]
    if n_parts == 1:
        return [work(parts[0])]
    with ThreadPoolExecutor(n_parts) as pool:
        return list(pool.map(work, parts))


def simulate(site: Site, days: Days, *, n_threads: int = 1) -> Run:
    """Let the people of some days walk through a site.

    The days hold all chance; the same days under two plans differ by the plans alone (common random
    numbers). Plain sites are a recursion by station; where somebody goes ahead, or a room can fill,
    the day is played event by event.

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
    play = _lines if site.is_plain else _rooms
    parts = [_visits(part) for part in in_parts(days, n_threads, lambda some: play(site, some))]
    came, start, done, left = np.concatenate(parts, axis=2)
    return Run(days, came, start, done, left)


def _visits(part: object) -> FloatArray:
    assert isinstance(part, np.ndarray)
    return part


def _lines(site: Site, days: Days) -> FloatArray:
    steps = capacity_of(site)
    visits = np.empty((4, *days.service_min.shape))
    walk_days(
        days.first,
        np.ascontiguousarray(days.service_min),
        steps.at_min,
        steps.n,
        days.arrival_min,
        visits[0],
        visits[1],
        visits[2],
    )
    visits[3] = visits[2]
    return visits


def _rooms(site: Site, days: Days) -> FloatArray:
    steps = capacity_of(site)
    room = [WITHOUT_LIMIT if s.room is None else s.room for s in site.stations]
    visits = np.empty((4, *days.service_min.shape))
    walk_rooms(
        days.first,
        days.service_min,
        days.ahead,
        np.array(room, np.int64),
        steps.at_min,
        steps.n,
        days.arrival_min,
        visits,
    )
    return visits

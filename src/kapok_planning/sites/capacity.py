"""Who is at work when, breaks taken off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.site import Break, Site

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Capacity:
    """How many can be served at once, as steps in time.

    Attributes
    ----------
    at_min, n : (k, c) arrays
        From each moment on, so many; rows are filled up with moments that never come.
    """

    at_min: FloatArray
    n: IntArray


def capacity_of(site: Site) -> Capacity:
    """Who is at work when, breaks taken off.

    Breaks are taken in turn: so many are out at once that all have had theirs in the end.
    """
    rows = [steps_of(site, k, site.staff[k].tolist()) for k in range(site.n)]
    width = max(len(row) for row in rows)
    at = np.full((site.n, width), np.inf)
    n = np.zeros((site.n, width), np.int64)
    for k, row in enumerate(rows):
        at[k, : len(row)] = [moment for moment, _ in row]
        n[k, : len(row)] = [number for _, number in row]
        n[k, len(row) :] = row[-1][1]
    return Capacity(at, n)


def steps_of(site: Site, k: int, staff: list[int]) -> list[tuple[float, int]]:
    """Moments from which so many are at work at a station with so much staff by slot."""
    station = site.stations[k]
    moments = {h * site.slot_min for h in range(site.n_slots)}
    for pause in station.breaks:
        turns = int((pause.to_min - pause.from_min) / pause.minutes + 1e-9)
        moments |= {pause.from_min + i * pause.minutes for i in range(turns + 1)}
    steps: list[tuple[float, int]] = []
    for moment in sorted(m for m in moments if m >= 0):
        there = staff[min(int(moment / site.slot_min + 1e-9), site.n_slots - 1)]
        number = max(0, there - sum(_away(pause, moment, there) for pause in station.breaks))
        if not steps or steps[-1][1] != number:
            steps.append((moment, number))
    return steps


def _away(pause: Break, moment: float, staff: int) -> int:
    """How many have their break: an even share of ``staff`` in each turn, the rest in the first."""
    turns = int((pause.to_min - pause.from_min) / pause.minutes + 1e-9)
    turn = int(np.floor((moment - pause.from_min) / pause.minutes + 1e-9))
    if not 0 <= turn < turns:
        return 0
    return staff // turns + (turn < staff % turns)


def minutes_at_work(site: Site, until_min: FloatArray) -> FloatArray:
    """Minutes that people (or seats) are there in each slot, breaks taken off, (d, k, h).

    The last slot of day ``d`` lasts until ``until_min[d]``, or until the site closes.
    """
    steps = capacity_of(site)
    edges = np.tile(np.arange(site.n_slots + 1) * site.slot_min, (len(until_min), 1, 1))
    edges[:, 0, -1] = np.maximum(site.end_min, until_min)
    found = np.zeros((len(until_min), site.n, site.n_slots))
    moments = np.column_stack([steps.at_min, np.full(site.n, np.inf)])
    for c in range(steps.n.shape[1]):
        begins = np.clip(moments[:, c, None], edges[..., :-1], edges[..., 1:])
        ends = np.clip(moments[:, c + 1, None], edges[..., :-1], edges[..., 1:])
        found += steps.n[:, c, None] * (ends - begins)
    return found

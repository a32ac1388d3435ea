"""What each simulated day was like, in few numbers, so that days may be counted anywhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.capacity import minutes_at_work
from kapok_planning.sites.running import Run
from kapok_planning.sites.site import Goal, Site
from kapok_planning.sites.tallies import (
    AT_WORK,
    CAME,
    DONE,
    HELD_UP,
    N_TALLIES,
    P95,
    QUEUED,
    WAITED,
    longest_of_most,
    most_at_once,
    tally,
)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Daily:
    """Days, by the names of :class:`~kapok_planning.sites.Measured`; the first axis is days."""

    people: FloatArray
    unserved: FloatArray
    came: FloatArray
    served: FloatArray
    wait_min: FloatArray
    wait_p95_min: FloatArray
    queue: FloatArray
    occupancy: FloatArray
    held_up_min: FloatArray
    station_wait_min: FloatArray
    station_p95_min: FloatArray
    queue_most: FloatArray
    total_wait_min: FloatArray
    total_p95_min: FloatArray
    share_in_time: FloatArray
    outside_most: FloatArray
    seats_most: FloatArray
    last_leaves_min: FloatArray


def count_days(site: Site, run: Run, goal: Goal) -> Daily:
    """Count simulated days, each apart."""
    first, service, wait = run.days.first, run.days.service_min, run.wait_min
    n_days = run.days.n
    out, last = np.zeros((N_TALLIES, n_days, site.n, site.n_slots)), np.zeros(n_days)
    visits = (run.came, run.start, run.done, run.left)
    tally(first, service, visits, wait, site.slot_min, out, last)
    by_slot, by_station = np.full(out.shape[1:], np.nan), np.full(out.shape[1:3], np.nan)
    longest_of_most(first, service, run.came, wait, site.slot_min, by_slot, by_station)
    there = minutes_at_work(site, last)
    with np.errstate(invalid="ignore", divide="ignore"):
        used = np.where(there > 0, (out[AT_WORK] + out[HELD_UP]) / there, np.nan)
        mean_wait = out[WAITED] / out[CAME]
        station_wait = out[WAITED].sum(axis=2) / out[CAME].sum(axis=2)
    people, unserved, mean, p95, share = _totals(run, goal)
    waiting, outside, busy = _most(site, run, wait)
    return Daily(
        people=people,
        unserved=unserved,
        came=out[CAME],
        served=out[DONE],
        wait_min=mean_wait,
        wait_p95_min=by_slot,
        queue=out[QUEUED] / site.slot_min,
        occupancy=used,
        held_up_min=out[HELD_UP].sum(axis=2),
        station_wait_min=station_wait,
        station_p95_min=by_station,
        queue_most=waiting,
        total_wait_min=mean,
        total_p95_min=p95,
        share_in_time=share,
        outside_most=outside,
        seats_most=busy,
        last_leaves_min=last,
    )


def _totals(run: Run, goal: Goal) -> FloatArray:
    """People, unserved, mean wait, what 95 of 100 wait at most, and share in time, (5, d)."""
    total = run.total_wait_min
    rows = []
    for a, b in zip(run.days.first[:-1].tolist(), run.days.first[1:].tolist(), strict=True):
        waits = total[a:b]
        known = waits[waits < np.inf]
        mean = float(known.mean()) if len(known) else np.nan
        share = float((waits <= goal.wait_min).mean()) if len(waits) else 1.0
        rows.append((len(known), len(waits) - len(known), mean, most_wait(waits), share))
    return np.array(rows, float).reshape(-1, 5).T


def most_wait(waits: FloatArray) -> float:
    """The smallest wait that 95 of 100 do not pass; infinite where it is somebody unserved."""
    if not len(waits):
        return np.nan
    rank = int(np.ceil(P95 * len(waits))) - 1
    return float(np.partition(waits, rank)[rank])


def _most(site: Site, run: Run, wait: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of each day: longest queues (d, k), the one outside (d,), and most who are served (d, k)."""
    n_days, stops, stage = run.days.n, run.stops, site.stations[0].stage
    lanes = [k for k, s in enumerate(site.stations) if k == 0 or (stage and s.stage == stage)]
    queues, served = np.zeros((n_days, site.n)), np.zeros((n_days, site.n))
    outside = np.zeros(n_days)
    for d in range(n_days):
        day = slice(int(run.days.first[d]), int(run.days.first[d + 1]))
        for k in range(site.n):
            start = run.start[k, day]
            queues[d, k] = _at_once(run.came[k, day], start, wait[k, day] > 0)
            served[d, k] = _at_once(start, run.left[k, day], stops[k, day])
        outside[d] = queues[d, 0] if len(lanes) == 1 else _longest_of(run, wait, lanes, day)
    return queues, outside, served


def _longest_of(run: Run, wait: FloatArray, lanes: list[int], day: slice) -> int:
    """Longest queue before lanes together."""
    return _at_once(run.came[lanes, day], run.start[lanes, day], wait[lanes, day] > 0)


def _at_once(begins: FloatArray, ends: FloatArray, some: NDArray[np.bool_]) -> int:
    """The most of ``some`` between begin and end at one moment."""
    if some.all():
        return most_at_once(np.sort(begins.ravel()), np.sort(ends.ravel()))
    return most_at_once(np.sort(begins[some]), np.sort(ends[some]))

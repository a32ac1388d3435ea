"""What a plan is worth: waits, queues and throughput, with the confidence of so many days."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kapok_planning.sites.capacity import capacity_of
from kapok_planning.sites.running import Run
from kapok_planning.sites.site import Goal, Site
from kapok_planning.sites.tallies import (
    AT_WORK,
    CAME,
    DONE,
    HELD_UP,
    N_TALLIES,
    QUEUED,
    WAITED,
    longest,
    tally,
)

FloatArray = NDArray[np.float64]
P95 = 0.95
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """Means over days, and half the width of their 95 % confidence intervals."""

    mean: FloatArray
    half: FloatArray

    @property
    def one(self) -> tuple[float, float]:
        """Mean and half width of a single figure."""
        return float(self.mean), float(self.half)


def estimate(by_day: FloatArray) -> Estimate:
    """Mean over the first axis, which are days; days on which there is nothing do not count.

    With one day there is no confidence: the half width is infinite.
    """
    n = np.asarray(np.isfinite(by_day).sum(axis=0))
    known = np.where(np.isfinite(by_day), by_day, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = known.sum(axis=0) / n
        spread = np.where(np.isfinite(by_day), (by_day - mean) ** 2, 0.0).sum(axis=0)
        half = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * np.sqrt(spread / (n - 1) / n)
    return Estimate(np.asarray(mean), np.asarray(np.where(n > 1, half, np.inf)))


@dataclass(frozen=True)
class Measured:
    """What days under a plan were like.

    Attributes
    ----------
    people
        Served in a day.
    unserved
        People in a day whom nobody serves any more, for want of staff.
    came, served : (k, h)
        People who come to a station in a slot, and who are done there.
    wait_min, wait_p95_min : (k, h)
        Wait of who comes in a slot; NaN where nobody does.
    queue : (k, h)
        Mean length of the queue.
    occupancy : (k, h)
        Share of the time of desks and seats that is used, or held up by a full room.
    held_up_min : (k,)
        Minutes in which somebody served could not leave a desk.
    station_wait_min, station_p95_min : (k,)
        Over the day.
    queue_most : (k,)
        Longest queue of a day.
    total_wait_min, total_p95_min
        Wait of a person at all stations together.
    share_in_time
        Share of people whose total wait is within the goal.
    outside_most
        Longest queue of a day before the first stage.
    outside_enough
        Places outside that are enough on 95 of 100 days.
    seats_most : (k,)
        Most desks or seats in use at once.
    last_leaves_min
        When the last person leaves.
    daily_share : (d,) float array
        Share in time of each day.
    """

    people: Estimate
    unserved: Estimate
    came: Estimate
    served: Estimate
    wait_min: Estimate
    wait_p95_min: Estimate
    queue: Estimate
    occupancy: Estimate
    held_up_min: Estimate
    station_wait_min: Estimate
    station_p95_min: Estimate
    queue_most: Estimate
    total_wait_min: Estimate
    total_p95_min: Estimate
    share_in_time: Estimate
    outside_most: Estimate
    outside_enough: int
    seats_most: Estimate
    last_leaves_min: Estimate
    daily_share: FloatArray


def measure(site: Site, run: Run, goal: Goal) -> Measured:
    """Measure simulated days.

    Parameters
    ----------
    site
        The plan that was simulated.
    run
        The days.
    goal
        Its ``wait_min`` counts.

    Returns
    -------
    Measured
    """
    stops, wait, n_days = run.stops, run.wait_min, run.days.n
    visits = np.stack([run.came, run.start, run.done, run.left])
    out = np.zeros((N_TALLIES, n_days, site.n, site.n_slots))
    tally(run.days.first, stops, visits, wait, site.slot_min, out)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_wait = out[WAITED] / out[CAME]
        station_wait = out[WAITED].sum(axis=2) / out[CAME].sum(axis=2)
    total = run.total_wait_min
    days = _by_day(run)
    share = np.array([_share(total[day], goal.wait_min) for day in days])
    outside = np.array([_longest_outside(site, run, day) for day in days])
    return Measured(
        people=estimate(np.array([float(np.isfinite(total[day]).sum()) for day in days])),
        unserved=estimate(np.array([float((~np.isfinite(total[day])).sum()) for day in days])),
        came=estimate(out[CAME]),
        served=estimate(out[DONE]),
        wait_min=estimate(mean_wait),
        wait_p95_min=estimate(_p95_by_slot(site, run, wait, days)),
        queue=estimate(out[QUEUED] / site.slot_min),
        occupancy=estimate(_occupancy(site, run, out, days)),
        held_up_min=estimate(out[HELD_UP].sum(axis=2)),
        station_wait_min=estimate(station_wait),
        station_p95_min=estimate(_p95_by_station(run, wait, days)),
        queue_most=estimate(_most(run, days, run.came, run.start)),
        total_wait_min=estimate(np.array([_mean(total[day]) for day in days])),
        total_p95_min=estimate(np.array([_p95(total[day]) for day in days])),
        share_in_time=estimate(share),
        outside_most=estimate(outside),
        outside_enough=int(np.ceil(np.quantile(outside, P95))) if n_days else 0,
        seats_most=estimate(_most(run, days, run.start, run.left)),
        last_leaves_min=estimate(np.array([_last(run, day) for day in days])),
        daily_share=share,
    )


def _by_day(run: Run) -> list[slice]:
    first = run.days.first.tolist()
    return [slice(a, b) for a, b in pairwise(first)]


def _mean(values: FloatArray) -> float:
    """Mean of the finite values."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def _p95(values: FloatArray) -> float:
    """The smallest value that 95 of 100 do not pass; infinite where it is somebody unserved."""
    if not len(values):
        return np.nan
    rank = int(np.ceil(P95 * len(values))) - 1
    return float(np.partition(values, rank)[rank])


def _share(values: FloatArray, most: float) -> float:
    return float((values <= most).mean()) if len(values) else 1.0


def _last(run: Run, day: slice) -> float:
    left = np.where(run.stops[:, day] & np.isfinite(run.left[:, day]), run.left[:, day], 0.0)
    return float(left.max(initial=0.0))


def _p95_by_station(run: Run, wait: FloatArray, days: list[slice]) -> FloatArray:
    rows = [[_p95(wait[k, day][run.stops[k, day]]) for k in range(len(run.came))] for day in days]
    return np.array(rows)


def _p95_by_slot(site: Site, run: Run, wait: FloatArray, days: list[slice]) -> FloatArray:
    """P95 of the wait of who comes in each slot, (d, k, h)."""
    found = np.full((len(days), site.n, site.n_slots), np.nan)
    for d, day in enumerate(days):
        for k in range(site.n):
            here = run.stops[k, day] & np.isfinite(run.came[k, day])
            slot = np.clip(run.came[k, day][here] / site.slot_min, 0, site.n_slots - 1).astype(int)
            order = np.argsort(slot, kind="stable")
            waits = wait[k, day][here][order]
            ends = np.searchsorted(slot[order], np.arange(site.n_slots + 1))
            found[d, k] = [_p95(waits[a:b]) for a, b in pairwise(ends)]
    return found


def _most(run: Run, days: list[slice], begin: FloatArray, end: FloatArray) -> FloatArray:
    """The most who are between two moments at once, (d, k)."""
    rows = []
    for day in days:
        row = []
        for k in range(len(begin)):
            here = run.stops[k, day] & np.isfinite(begin[k, day])
            row.append(float(longest(begin[k, day][here], end[k, day][here])))
        rows.append(row)
    return np.array(rows)


def _longest_outside(site: Site, run: Run, day: slice) -> float:
    """Longest queue before the stage at the entrance, whatever lanes it has."""
    stage = site.stations[0].stage
    lanes = [k for k, s in enumerate(site.stations) if k == 0 or (stage and s.stage == stage)]
    begins, ends = [], []
    for k in lanes:
        here = run.stops[k, day] & np.isfinite(run.came[k, day])
        begins.append(run.came[k, day][here])
        ends.append(run.start[k, day][here])
    begin, end = np.concatenate(begins), np.concatenate(ends)
    waits = end > begin
    return float(longest(begin[waits], end[waits]))


def _occupancy(site: Site, run: Run, out: FloatArray, days: list[slice]) -> FloatArray:
    """Used minutes over minutes at work, (d, k, h); the last slot lasts until the last leaves."""
    steps = capacity_of(site)
    edges = np.arange(site.n_slots + 1) * site.slot_min
    found = np.full(out.shape[1:], np.nan)
    for d, day in enumerate(days):
        edges[-1] = max(site.end_min, _last(run, day))
        for k in range(site.n):
            moments = np.append(steps.at_min[k], np.inf)
            there = np.zeros(site.n_slots)
            for c in range(len(moments) - 1):
                begins = np.clip(moments[c], edges[:-1], edges[1:])
                ends = np.clip(moments[c + 1], edges[:-1], edges[1:])
                there += steps.n[k, c] * np.maximum(ends - begins, 0.0)
            used = out[AT_WORK, d, k] + out[HELD_UP, d, k]
            found[d, k] = np.divide(used, there, out=np.full(len(there), np.nan), where=there > 0)
    return found

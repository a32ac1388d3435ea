"""What a plan is worth: waits, queues and throughput, with the confidence of so many days."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kapok_planning.sites.counting import Daily, count_days
from kapok_planning.sites.running import Run
from kapok_planning.sites.site import Goal, Site

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


def measured(parts: Sequence[Daily]) -> Measured:
    """Means over days that were counted in one part or in several."""
    days = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _NAMES}
    outside = days["outside_most"]
    return Measured(
        **{name: estimate(by_day) for name, by_day in days.items()},
        outside_enough=int(np.ceil(np.quantile(outside, P95))) if len(outside) else 0,
        daily_share=days["share_in_time"],
    )


_NAMES = [field.name for field in fields(Daily)]


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
    return measured([count_days(site, run, goal)])

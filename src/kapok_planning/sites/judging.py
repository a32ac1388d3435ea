"""What a plan is worth on many days: each part of them is drawn, walked, checked and counted apart.

Only the situation and numbers of days travel to whoever does a part, and only counts come back.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.checking import broken_rules
from kapok_planning.sites.counting import Daily, count_days
from kapok_planning.sites.days import draw_days
from kapok_planning.sites.measuring import Measured, measured
from kapok_planning.sites.running import simulate
from kapok_planning.sites.sampling import in_time
from kapok_planning.sites.site import Goal, Situation
from kapok_planning.spreading import Spread, in_turn

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
PEOPLE_IN_PART = 100_000


@dataclass(frozen=True)
class Judged:
    """What days under a plan were like, and which rules they break by the second opinion."""

    measured: Measured
    broken: tuple[str, ...]


def parts_of(situation: Situation, numbers: range) -> list[range]:
    """Days in parts of about equal work, the same whoever does them."""
    step = max(1, int(PEOPLE_IN_PART / max(situation.arrivals.expected, 1.0)))
    return [numbers[at : at + step] for at in range(0, len(numbers), step)]


def judge(
    situation: Situation, goal: Goal, *, seed: int, numbers: range, spread: Spread = in_turn
) -> Judged:
    """Simulate, check and measure a plan.

    Parameters
    ----------
    situation
        The plan is the staff of its site.
    goal
        Its ``wait_min`` counts.
    seed, numbers
        Which days; at least one.
    spread
        Who works on parts of the days; the result is the same for any.

    Returns
    -------
    Judged
    """
    if not numbers:
        raise ValueError("A plan is judged on at least one day.")
    work = partial(_judged, situation, goal, seed)
    parts = list(spread(work, parts_of(situation, numbers)))
    broken = [sentence for _, told in parts for sentence in told]
    return Judged(measured([daily for daily, _ in parts]), tuple(broken))


def _judged(situation: Situation, goal: Goal, seed: int, numbers: range) -> tuple[Daily, list[str]]:
    run = simulate(situation.site, draw_days(situation, seed=seed, numbers=numbers))
    broken = broken_rules(situation.site, run, first_day=numbers[0])
    return count_days(situation.site, run, goal), broken


def shares_in_time(
    situation: Situation,
    staff: IntArray,
    goal: Goal,
    *,
    seed: int,
    numbers: range,
    spread: Spread = in_turn,
) -> FloatArray:
    """Share of people whose wait is within the goal, on each day, (d,)."""
    work = partial(_shares, situation, staff, goal, seed)
    return np.concatenate(list(spread(work, parts_of(situation, numbers))))


def _shares(
    situation: Situation, staff: IntArray, goal: Goal, seed: int, numbers: range
) -> FloatArray:
    days = draw_days(situation, seed=seed, numbers=numbers)
    return in_time(simulate(situation.site.with_staff(staff), days), goal)

"""Least staff by station and slot, and least seats, for a goal; proven by simulation."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.days import draw_days
from kapok_planning.sites.judging import shares_in_time
from kapok_planning.sites.sampling import Sample, offered
from kapok_planning.sites.search import STEP, Rules, Search, StoppingRule, surely_over
from kapok_planning.sites.site import Goal, Situation
from kapok_planning.spreading import Spread, in_turn

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[int, int], None]

CHECKS_FROM = 1_000_000  # numbers of days on which plans are proven, apart from those they fit
MOST_REPAIRS = 8


class Budget(StrEnum):
    """How many plans to try before the one in hand is taken."""

    FAST = "fast"
    NORMAL = "normal"
    LONG = "long"


MOST_TRIED = {Budget.FAST: 120, Budget.NORMAL: 160, Budget.LONG: 6_000}


@dataclass(frozen=True)
class Sizing:
    """Least staff and seats, and how sure that is.

    Attributes
    ----------
    staff : (k, h) int array
        People by station and slot; seats where the station is seats.
    person_slots
        People times slots, seats not counted.
    share
        Share of people in time on days that the plan had not seen.
    surely
        Lower end of its one-sided confidence interval.
    is_verified
        Whether ``surely`` reaches the goal.
    is_proven
        Whether every plan with fewer people, and every one with as many and fewer seats, was tried
        on the same days, and failed.
    seats_floor
        Seats below which no number of desks would do; 0 without seats.
    n_tried
        Plans tried.
    finished
        False when it was stopped before its end.
    """

    staff: IntArray
    person_slots: int
    share: float
    surely: float
    is_verified: bool
    is_proven: bool
    seats_floor: int
    n_tried: int
    finished: bool


def least_staff(
    situation: Situation,
    goal: Goal,
    *,
    seed: int,
    budget: Budget = Budget.NORMAL,
    least: int = 1,
    n_days: int = 24,
    n_check_days: int = 100,
    spread: Spread = in_turn,
    on_progress: Progress = lambda done, total: None,
    should_stop: StoppingRule = lambda: False,
) -> Sizing:
    """Find the fewest people by station and slot, and then the fewest seats, that meet a goal.

    Plans are compared on the same days (common random numbers). A first plan has a margin over the
    offered work that grows with its square root; people are then taken away one by one, and
    exchanged one for two, as long as the goal holds with the confidence that the proof will ask
    for. Where there are few enough cheaper plans, all of them are tried. The plan in hand is then
    proven on other days, and mended where it fails.

    Parameters
    ----------
    situation
        Site and arrivals; the site's staff does not count.
    goal
        What must hold.
    seed
        Equal inputs and seeds give equal plans.
    budget
        How much work to spend.
    least
        People at each station in each slot, at least.
    n_days, n_check_days
        Days to plan on, and to prove on.
    spread
        Who works on the days of the proof; the plan is the same for any.
    on_progress
        Is told steps done and steps in all.
    should_stop
        Is asked now and then; the best plan so far is returned, proven or not.

    Returns
    -------
    Sizing

    Raises
    ------
    ValueError
        When not even any number of people would meet the goal.
    """
    days = draw_days(situation, seed=seed, numbers=range(n_days))
    sample = Sample(situation.site, days, goal)
    rules = Rules(goal, least, n_check_days, MOST_TRIED[budget], should_stop)
    search = Search(sample, rules)
    staff = search.first_plan(offered(situation.site, days))
    on_progress(1, 4)
    staff, proven = search.enumerated(search.exchanged(search.descended(staff)))
    on_progress(2, 4)
    floor = search.seats_floor()
    staff = search.seated(search.grounded(staff), floor)
    if proven:
        staff = search.rearranged(staff)
    on_progress(3, 4)
    for attempt in range(MOST_REPAIRS):
        begin = CHECKS_FROM + attempt * n_check_days
        numbers = range(begin, begin + n_check_days)
        daily = shares_in_time(situation, staff, goal, seed=seed, numbers=numbers, spread=spread)
        share, surely = float(daily.mean()), surely_over(daily, goal.confidence)
        if surely >= goal.share or should_stop():
            break
        proven = False
        search.asks_more(goal.share - surely + STEP)
        staff = search.seated(search.grounded(search.mended(staff)), floor)
    on_progress(4, 4)
    return Sizing(
        staff=staff,
        person_slots=int(np.delete(staff, situation.site.seats, axis=0).sum()),
        share=share,
        surely=surely,
        is_verified=surely >= goal.share,
        is_proven=proven and surely >= goal.share,
        seats_floor=floor,
        n_tried=sample.n_tried,
        finished=not should_stop(),
    )

"""Least staff by station and slot, and least seats, for a goal; proven by simulation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kapok_planning.sites.days import draw_days
from kapok_planning.sites.sampling import Sample, offered
from kapok_planning.sites.site import WITHOUT_LIMIT, Goal, Site, Situation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[int, int], None]
StoppingRule = Callable[[], bool]
Cell = tuple[int, int]

CHECKS_FROM = 1_000_000  # numbers of days on which plans are proven, apart from those they fit
MOST_ENUMERATED = 20_000
MOST_REPAIRS = 8
N_HALVINGS = 7
HIGHEST_BETA = 6.0


class Budget(StrEnum):
    """How many plans to try before the one in hand is taken."""

    FAST = "fast"
    NORMAL = "normal"
    LONG = "long"


MOST_TRIED = {Budget.FAST: 120, Budget.NORMAL: 240, Budget.LONG: 6_000}


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
        Whether every cheaper plan was tried on the same days, and failed.
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
    n_days: int = 16,
    n_check_days: int = 100,
    n_threads: int = 1,
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
        Equal inputs and seeds give equal plans, on any number of threads.
    budget
        How much work to spend.
    least
        People at each station in each slot, at least.
    n_days, n_check_days
        Days to plan on, and to prove on.
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
    with Sample(situation.site, days, goal, n_threads) as sample:
        rules = _Rules(goal, least, n_check_days, MOST_TRIED[budget], should_stop)
        search = _Search(sample, rules)
        staff = search.first_plan(offered(situation.site, days))
        on_progress(1, 4)
        staff, proven = search.enumerated(search.exchanged(search.descended(staff)))
        on_progress(2, 4)
        floor = search.seats_floor()
        staff = search.seated(staff, floor)
        on_progress(3, 4)
        for attempt in range(MOST_REPAIRS):
            share, surely = _proof(situation, staff, goal, seed, attempt, n_check_days, n_threads)
            if surely >= goal.share or should_stop():
                break
            proven = False
            search.margin += goal.share - surely + 1e-4
            staff = search.seated(search.mended(staff), floor)
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


def surely_over(daily: FloatArray, confidence: float, n: int | None = None) -> float:
    """Lower end of the one-sided confidence interval of a mean over days."""
    if len(daily) < 2:
        return -np.inf
    n = n or len(daily)
    quantile = float(stats.t.ppf(confidence, n - 1))
    return float(daily.mean() - quantile * daily.std(ddof=1) / np.sqrt(n))


def _proof(
    situation: Situation,
    staff: IntArray,
    goal: Goal,
    seed: int,
    attempt: int,
    n: int,
    n_threads: int,
) -> tuple[float, float]:
    """Share in time on days that no plan has seen, and its lower bound."""
    begin = CHECKS_FROM + attempt * n
    days = draw_days(situation, seed=seed, numbers=range(begin, begin + n))
    daily = Sample(situation.site, days, goal, n_threads).with_seats(staff)
    return float(daily.mean()), surely_over(daily, goal.confidence)


@dataclass(frozen=True)
class _Rules:
    """What the search is to heed."""

    goal: Goal
    least: int
    n_check: int
    most_tried: int
    should_stop: StoppingRule


class _Search:
    """The steps of the search, on one sample of days."""

    def __init__(self, sample: Sample, rules: _Rules) -> None:
        self.sample, self.rules = sample, rules
        self.goal, self.least = rules.goal, rules.least
        self.margin = 0.0
        self.site: Site = sample.site
        self.staffed = [k for k, s in enumerate(self.site.stations) if not s.is_seats]
        self.cells = [(k, h) for k in self.staffed for h in range(self.site.n_slots)]
        self.load = np.zeros((self.site.n, self.site.n_slots))

    def holds(self, daily: FloatArray) -> bool:
        """Whether a plan would be proven, by what is known of it."""
        return surely_over(daily, self.goal.confidence, self.rules.n_check) >= self.wanted

    def is_over(self) -> bool:
        """Whether the budget is spent, or somebody said stop."""
        return self.sample.n_tried >= self.rules.most_tried or self.rules.should_stop()

    @property
    def wanted(self) -> float:
        """Share that is asked for; more after a proof has failed."""
        return min(self.goal.share + self.margin, 1.0)

    def first_plan(self, load: FloatArray) -> IntArray:
        """The smallest margin that is enough, the same for all stations and slots."""
        self.load = load
        low, high = -1.0, HIGHEST_BETA
        if not self.holds(self.sample.shares(self._with_margin(high))):
            share = float(self.sample.shares(np.full_like(self._with_margin(0), 10_000)).mean())
            if share < self.wanted:
                raise ValueError(
                    f"With any number of people only {share:.1%} wait at most "
                    f"{self.goal.wait_min:g} minutes; the rooms between the stations are too small."
                )
            while not self.holds(self.sample.shares(self._with_margin(high))) and high < 1e6:
                high *= 2
        for _ in range(N_HALVINGS):
            middle = (low + high) / 2
            if self.holds(self.sample.shares(self._with_margin(middle))):
                high = middle
            else:
                low = middle
        return self._with_margin(high)

    def _with_margin(self, beta: float) -> IntArray:
        staff = np.ceil(self.load + beta * np.sqrt(self.load) - 1e-9)
        return np.maximum(staff, self.least).astype(np.int64)

    def descended(self, staff: IntArray) -> IntArray:
        """Take people away one by one, where there is most slack; one failure and a cell is left."""
        staff = staff.copy()
        self.sample.shares(staff, keep=True)
        left = {cell for cell in self.cells if staff[cell] > self.least}
        while left and not self.is_over():
            cell = max(left, key=lambda c: (self._slack(staff, c), c))
            staff[cell] -= 1
            if self.holds(self.sample.shares(staff, cell[0])):
                self.sample.shares(staff, cell[0], keep=True)
                if staff[cell] <= self.least:
                    left.discard(cell)
            else:
                staff[cell] += 1
                left.discard(cell)
        return staff

    def _slack(self, staff: IntArray, cell: Cell) -> float:
        return float((staff[cell] - 1 - self.load[cell]) / np.sqrt(self.load[cell] + 0.25))

    def exchanged(self, staff: IntArray) -> IntArray:
        """Give one more here for two fewer there, where what each means says that it may do."""
        better: IntArray | None = staff
        while better is not None and not self.is_over():
            staff = better
            better = self._one_for_two(staff)
        return staff

    def _one_for_two(self, staff: IntArray) -> IntArray | None:
        now = float(self.sample.shares(staff, keep=True).mean())
        gain = self._changes(staff, 1, now)
        loss = self._changes(staff, -1, now)
        slack = now - self.wanted
        pairs = sorted(
            (loss[a] + loss[b] - gain[c], c, a, b)
            for c in sorted(gain, key=lambda c: -gain[c])[:6]
            for a, b in combinations(sorted(loss, key=lambda c: loss[c])[:8], 2)
            if c not in (a, b)
        )
        for cost, c, a, b in pairs[:8]:
            if cost > slack:
                break
            trial = staff.copy()
            trial[c] += 1
            trial[a] -= 1
            trial[b] -= 1
            if self.holds(self.sample.shares(trial, min(c[0], a[0], b[0]))):
                return self.descended(trial)
        return None

    def _changes(self, staff: IntArray, by: int, now: float) -> dict[Cell, float]:
        """What one person more or less in each cell does to the share in time."""
        found = {}
        for cell in self.cells:
            if staff[cell] + by < self.least:
                continue
            trial = staff.copy()
            trial[cell] += by
            found[cell] = by * (float(self.sample.shares(trial, cell[0]).mean()) - now)
        return found

    def mended(self, staff: IntArray) -> IntArray:
        """Add people where they help most until the raised goal holds."""
        staff = staff.copy()
        daily = self.sample.shares(staff, keep=True)
        while not self.holds(daily) and not self.rules.should_stop():
            gain = self._changes(staff, 1, float(daily.mean()))
            cell = max(gain, key=lambda c: (gain[c], c))
            staff[cell] += 1
            daily = self.sample.shares(staff, cell[0], keep=True)
        return staff

    def enumerated(self, staff: IntArray) -> tuple[IntArray, bool]:
        """Try every cheaper plan, where there are few enough; whether that was done."""
        n, floor = len(self.cells), self.least * len(self.cells)
        spare = int(sum(staff[cell] for cell in self.cells)) - floor
        if spare > 0 and comb(spare - 1 + n, n) > MOST_ENUMERATED:
            return staff, False
        for total in range(spare):
            for extra in _shared_out(total, n):
                trial = staff.copy()
                for cell, more in zip(self.cells, extra, strict=True):
                    trial[cell] = self.least + more
                if self.holds(self.sample.shares(trial)):
                    return trial, True
        return staff, True

    def seats_floor(self) -> int:
        """Seats that even any number of desks needs."""
        if not self.site.seats:
            return 0
        return self._fewest_seats(np.full((self.site.n, self.site.n_slots), WITHOUT_LIMIT), 0)

    def seated(self, staff: IntArray, floor: int) -> IntArray:
        """The plan with the fewest seats."""
        if not self.site.seats:
            return staff
        n = self._fewest_seats(staff, max(floor - 1, 0))
        staff = staff.copy()
        staff[self.site.seats] = n
        return staff

    def _fewest_seats(self, staff: IntArray, low: int) -> int:
        """Fewest seats with which the goal holds, over ``low``; as many as are used at most."""
        high = max(int(self.load[self.site.seats].max()), 1)
        trial = staff.copy()
        while True:
            trial[self.site.seats] = high
            if high > low and self.holds(self.sample.with_seats(trial)):
                break
            low, high = max(low, high), high + max(high // 8, 4)
            if high > WITHOUT_LIMIT:
                raise ValueError("No number of seats is enough.")
        while high - low > 1:
            middle = (low + high) // 2
            trial[self.site.seats] = middle
            if self.holds(self.sample.with_seats(trial)):
                high = middle
            else:
                low = middle
        return high


def _shared_out(total: int, n: int) -> Iterator[tuple[int, ...]]:
    """All ways to share ``total`` out to ``n``."""
    if n == 1:
        yield (total,)
        return
    for mine in range(total + 1):
        for others in _shared_out(total - mine, n - 1):
            yield (mine, *others)

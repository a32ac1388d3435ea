"""The steps of the search for the least staff, on one sample of days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kapok_planning.sites.lines import WITHOUT_LIMIT
from kapok_planning.sites.sampling import Sample
from kapok_planning.sites.site import Goal, Site

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
StoppingRule = Callable[[], bool]
Cell = tuple[int, int]

MOST_ENUMERATED = 20_000
N_HALVINGS = 7
HIGHEST_BETA = 6.0
MANY = 10_000
STEP = 1e-3
N_TIGHT = 12


def surely_over(daily: FloatArray, confidence: float, n: int | None = None) -> float:
    """Lower end of the one-sided confidence interval of a mean over days."""
    if len(daily) < 2:
        return -np.inf
    n = n or len(daily)
    quantile = float(stats.t.ppf(confidence, n - 1))
    return float(daily.mean() - quantile * daily.std(ddof=1) / np.sqrt(n))


@dataclass(frozen=True)
class Rules:
    """What the search is to heed."""

    goal: Goal
    least: int
    n_check: int
    most_tried: int
    should_stop: StoppingRule


class Search:
    """The steps of the search, on one sample of days."""

    def __init__(self, sample: Sample, rules: Rules) -> None:
        self.sample, self.rules = sample, rules
        self.goal, self.least = rules.goal, rules.least
        self.margin = 0.0
        self.proof_margin = 0.0
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
            share = float(self.sample.shares(np.full_like(self._with_margin(0), MANY)).mean())
            if share < self.wanted:
                raise ValueError(
                    f"With any number of people only {share:.1%} wait at most "
                    f"{self.goal.wait_min:g} minutes: too many have waited longer already."
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
        """Take people away one by one, where there is most slack; a cell that fails is left."""
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
        gain = self._changes(staff, 1, self.cells, few=True)
        loss = self._changes(staff, -1, self.cells, few=True)
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

    def _changes(
        self, staff: IntArray, by: int, cells: list[Cell], *, few: bool
    ) -> dict[Cell, float]:
        """What one person more or less in each cell does to the share in time, on a few days."""
        found, now = {}, float(self.sample.shares(staff, few=few).mean())
        for cell in cells:
            if staff[cell] + by < self.least:
                continue
            trial = staff.copy()
            trial[cell] += by
            found[cell] = by * (float(self.sample.shares(trial, cell[0], few=few).mean()) - now)
        return found

    def asks_more(self, by: float) -> None:
        """Raise what is asked for, after a proof has failed by so much."""
        self.margin += by
        self.proof_margin += by

    def mended(self, staff: IntArray) -> IntArray:
        """Add people where they help most until the raised goal holds."""
        staff = staff.copy()
        daily = self.sample.shares(staff, keep=True)
        while not self.holds(daily) and not self.rules.should_stop():
            tight = sorted(self.cells, key=lambda c: (self._slack(staff, c), c))[:N_TIGHT]
            some = tight if self.sample.is_exact else self.cells
            gain = self._changes(staff, 1, some, few=False)
            cell = max(gain, key=lambda c: (gain[c], c))
            staff[cell] += 1
            daily = self.sample.shares(staff, cell[0], keep=True)
        return staff

    def enumerated(self, staff: IntArray) -> tuple[IntArray, bool]:
        """Try every cheaper plan, where there are few enough; whether that was done."""
        if not self.sample.is_exact:
            return staff, False
        spare = self._over_least(staff)
        if spare > 0 and comb(spare - 1 + len(self.cells), len(self.cells)) > MOST_ENUMERATED:
            return staff, False
        for total in range(spare):
            for trial in self._with_over_least(staff, total):
                if self.holds(self.sample.shares(trial)):
                    return trial, True
        return staff, True

    def rearranged(self, staff: IntArray) -> IntArray:
        """Of all plans with as many people, where each was tried, one with the fewest seats."""
        if not self.site.seats:
            return staff
        for trial in self._with_over_least(staff, self._over_least(staff)):
            if not self.holds(self.sample.shares(trial)):
                continue
            trial[self.site.seats] = staff[self.site.seats] - 1
            while trial[self.site.seats].min() > 0 and self._spare(trial) >= 0:
                staff = trial.copy()
                trial[self.site.seats] -= 1
        return staff

    def _over_least(self, staff: IntArray) -> int:
        return int(sum(staff[cell] - self.least for cell in self.cells))

    def _with_over_least(self, staff: IntArray, total: int) -> Iterator[IntArray]:
        """Every plan with so many people more than the least."""
        for extra in _shared_out(total, len(self.cells)):
            trial = staff.copy()
            for cell, more in zip(self.cells, extra, strict=True):
                trial[cell] = self.least + more
            yield trial

    def seats_floor(self) -> int:
        """Seats that even any number of desks needs."""
        if not self.site.seats:
            return 0
        return self._fewest_seats(np.full((self.site.n, self.site.n_slots), WITHOUT_LIMIT), 0)

    def grounded(self, staff: IntArray) -> IntArray:
        """The plan, mended until the goal holds with those in front who go ahead of others."""
        while not self.sample.is_exact and not self.rules.should_stop():
            trial = staff.copy()
            trial[self.site.seats] = WITHOUT_LIMIT
            surely = surely_over(
                self.sample.with_seats(trial), self.goal.confidence, self.rules.n_check
            )
            if surely >= self.goal.share + self.proof_margin:
                break
            self.margin += self.goal.share + self.proof_margin - surely + STEP
            staff = self.mended(staff)
        return staff

    def seated(self, staff: IntArray, floor: int) -> IntArray:
        """The plan with the fewest seats."""
        if not self.site.seats:
            return staff
        n = self._fewest_seats(staff, max(floor - 1, 0))
        staff = staff.copy()
        staff[self.site.seats] = n
        return staff

    def _spare(self, staff: IntArray) -> float:
        """By how much a plan with its seats would be proven; negative where it would not."""
        daily = self.sample.with_seats(staff)
        surely = surely_over(daily, self.goal.confidence, self.rules.n_check)
        return surely - min(self.goal.share + self.proof_margin, 1.0)

    def _fewest_seats(self, staff: IntArray, low: int) -> int:
        """Fewest seats with which the goal holds, over ``low``; as many as are used at most."""
        high = max(int(self.load[self.site.seats].max()), low + 1)
        trial, under = staff.copy(), -1.0
        while True:
            trial[self.site.seats] = high
            over = self._spare(trial)
            if over >= 0:
                break
            low, under, high = high, over, high + max(high // 16, 4)
            if high > 2 * len(self.sample.days.arrival_min) + low:
                raise ValueError("No number of seats is enough; the goal is out of reach.")
        by_halves = False
        while high - low > 1:
            middle = (low + high) // 2
            if not by_halves and over > under:
                guess = low + (high - low) * -under / (over - under)
                middle = min(max(round(guess), low + 1), high - 1)
            by_halves = not by_halves
            trial[self.site.seats] = middle
            spare = self._spare(trial)
            if spare >= 0:
                high, over = middle, spare
            else:
                low, under = middle, spare
        return high


def _shared_out(total: int, n: int) -> Iterator[tuple[int, ...]]:
    """All ways to share ``total`` out to ``n``."""
    if n == 1:
        yield (total,)
        return
    for mine in range(total + 1):
        for others in _shared_out(total - mine, n - 1):
            yield (mine, *others)

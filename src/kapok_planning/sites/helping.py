"""Where the next person helps most, and what cannot keep up."""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.capacity import minutes_at_work
from kapok_planning.sites.counting import most_wait
from kapok_planning.sites.days import Days, draw_days
from kapok_planning.sites.judging import parts_of
from kapok_planning.sites.measuring import Estimate, estimate
from kapok_planning.sites.running import Run, simulate
from kapok_planning.sites.sampling import offered
from kapok_planning.sites.site import Goal, Site, Situation
from kapok_planning.spreading import Spread, in_turn

FloatArray = NDArray[np.float64]
ALL_DAY = -1


@dataclass(frozen=True)
class Help:
    """What one person more (or some seats) at one station would do, on the same days.

    Attributes
    ----------
    station, slot
        Where; ``slot`` is -1 for all day.
    added
        People or seats.
    saved_min, saved_p95_min
        Minutes off the mean, and off the 95th percentile, of a person's total wait.
    share_gain
        What it adds to the share of people in time.
    """

    station: int
    slot: int
    added: int
    saved_min: Estimate
    saved_p95_min: Estimate
    share_gain: Estimate


def next_person(
    situation: Situation,
    goal: Goal,
    *,
    seed: int,
    numbers: range,
    seats: int = 10,
    spread: Spread = in_turn,
) -> tuple[Help, ...]:
    """Try one person more at each station for the whole day, and some more seats.

    Parameters
    ----------
    situation
        The plan in hand, and who comes.
    goal
        Its ``wait_min`` counts.
    seed, numbers
        Days, the same for all, so that differences are due to the one person.
    seats
        How many more to try.
    spread
        Who works on parts of the days; the result is the same for any.

    Returns
    -------
    tuple of Help
        What saves most first.
    """
    stations = situation.site.stations
    tried = [(k, ALL_DAY, seats if s.is_seats else 1) for k, s in enumerate(stations)]
    return _tried(situation, goal, seed, numbers, tried, spread)


def best_slots(
    situation: Situation,
    goal: Goal,
    station: int,
    *,
    seed: int,
    numbers: range,
    spread: Spread = in_turn,
) -> tuple[Help, ...]:
    """Try one person more at one station in each slot; what saves most first."""
    tried = [(station, h, 1) for h in range(situation.site.n_slots)]
    return _tried(situation, goal, seed, numbers, tried, spread)


def _tried(
    situation: Situation,
    goal: Goal,
    seed: int,
    numbers: range,
    tried: list[tuple[int, int, int]],
    spread: Spread,
) -> tuple[Help, ...]:
    work = partial(_part, situation, goal, seed, tried)
    figures = np.concatenate(list(spread(work, parts_of(situation, numbers))), axis=2)
    with np.errstate(invalid="ignore"):
        saved = figures[0] - figures[1:]
    found = [
        Help(k, h, added, estimate(one[0]), estimate(one[1]), estimate(-one[2]))
        for (k, h, added), one in zip(tried, saved, strict=True)
    ]
    return tuple(sorted(found, key=lambda h: -float(h.saved_min.mean)))


def _part(
    situation: Situation,
    goal: Goal,
    seed: int,
    tried: list[tuple[int, int, int]],
    numbers: range,
) -> FloatArray:
    """Figures of some days as they are, and with each change, (1 + changes, 3, d)."""
    site, days = situation.site, draw_days(situation, seed=seed, numbers=numbers)
    found = [_figures(simulate(site, days), goal)]
    for station, slot, added in tried:
        staff = site.staff.copy()
        staff[station, slot if slot != ALL_DAY else slice(None)] += added
        found.append(_figures(simulate(site.with_staff(staff), days), goal))
    return np.stack(found)


def _figures(run: Run, goal: Goal) -> FloatArray:
    """Mean wait, its 95th percentile, and share in time, of each day, (3, d)."""
    total, rows = run.total_wait_min, []
    for a, b in pairwise(run.days.first.tolist()):
        waits = total[a:b]
        if a == b:
            rows.append((0.0, 0.0, 1.0))
            continue
        share = float((waits <= goal.wait_min).mean())
        rows.append((float(waits.mean()), most_wait(waits), share))
    return np.array(rows).reshape(-1, 3).T


@dataclass(frozen=True)
class Overload:
    """A station to which more work comes than it can do: in one slot, or (-1) over the day.

    ``offered`` and ``staff`` are desks' worth of work, and desks at work, in the mean.
    """

    station: int
    slot: int
    offered: float
    staff: float

    @property
    def utilisation(self) -> float:
        """Work over desks."""
        return self.offered / self.staff if self.staff > 0 else np.inf

    @property
    def missing(self) -> float:
        """Desks whose work is not done."""
        return self.offered - self.staff


def overloads(site: Site, days: Days) -> tuple[Overload, ...]:
    """Stations that cannot keep up, over the whole day first, then in single slots.

    A site that is behind over the whole day works on after closing; one that is behind in a slot
    catches up later.
    """
    work = offered(site, days)
    there = minutes_at_work(site, np.zeros(1))[0] / site.slot_min
    whole = [
        Overload(k, -1, float(work[k].mean()), float(there[k].mean()))
        for k in range(site.n)
        if work[k].sum() >= there[k].sum() and work[k].sum() > 0
    ]
    single = [
        Overload(k, h, float(work[k, h]), float(there[k, h]))
        for k in range(site.n)
        for h in range(site.n_slots)
        if work[k, h] >= there[k, h] and work[k, h] > 0
    ]
    return (*whole, *single)

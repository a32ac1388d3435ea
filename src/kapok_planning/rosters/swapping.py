"""Workers who exchange duties: checked before anybody agrees, and proposed."""

from dataclasses import dataclass

import numpy as np

from kapok_planning.rosters.checking import Broken, broken_rules, measure_roster
from kapok_planning.rosters.kernels import row_cost
from kapok_planning.rosters.problem import FREE, OFF, IntArray, Problem
from kapok_planning.rosters.search import as_data

MOST_PROPOSED = 10


@dataclass(frozen=True)
class Swap:
    """Somebody gives a day's duty to another, and takes one of theirs or none.

    Attributes
    ----------
    person, day
        Who gives, and which day's duty.
    other
        Who takes it.
    other_day
        The day of the duty that ``person`` takes instead; -1 for none.
    """

    person: int
    day: int
    other: int
    other_day: int = -1


@dataclass(frozen=True)
class Judged:
    """What comes of a swap: the rules that it would break, and how much dearer the roster is."""

    swap: Swap
    broken: tuple[Broken, ...]
    dearer: float

    @property
    def allowed(self) -> bool:
        """Whether no rule stands against it."""
        return not self.broken


def swapped(duty: IntArray, swap: Swap) -> IntArray:
    """The duties after a swap.

    Raises
    ------
    ValueError
        When there is nothing to give, or the other cannot take it because of another duty.
    """
    found = duty.copy()
    given = duty[swap.person, swap.day]
    if swap.person == swap.other:
        raise ValueError("Somebody cannot swap with themselves.")
    if given == OFF:
        raise ValueError("There is no duty to give on that day.")
    found[swap.person, swap.day] = OFF
    if swap.other_day >= 0:
        taken = duty[swap.other, swap.other_day]
        if taken == OFF:
            raise ValueError("The other has no duty to give on that day.")
        found[swap.other, swap.other_day] = OFF
        if found[swap.person, swap.other_day] != OFF:
            raise ValueError("Whoever takes a duty must be off on that day.")
        found[swap.person, swap.other_day] = taken
    if found[swap.other, swap.day] != OFF:
        raise ValueError("Whoever takes a duty must be off on that day.")
    found[swap.other, swap.day] = given
    return found


def judge_swap(problem: Problem, duty: IntArray, swap: Swap) -> Judged:
    """Say which rules a swap would break that hold now, and what it would cost."""
    return _judged(problem, duty, swap, measure_roster(problem, duty).price)


def _judged(problem: Problem, duty: IntArray, swap: Swap, price: float) -> Judged:
    """Of all people only two have other duties, so only theirs are looked at one by one."""
    after, both = swapped(duty, swap), (swap.person, swap.other)
    before = set(broken_rules(problem, duty, people=both))
    broken = tuple(b for b in broken_rules(problem, after, people=both) if b not in before)
    return Judged(swap, broken, measure_roster(problem, after).price - price)


def propose_swaps(
    problem: Problem, duty: IntArray, person: int, day: int, *, most: int = MOST_PROPOSED
) -> tuple[Judged, ...]:
    """Find who could take a duty, or exchange it for another, without a rule broken.

    Cheapest first, one for each other person; each is verified by the checker.

    Parameters
    ----------
    problem, duty
        The roster as it runs.
    person, day
        Whose duty of which day is given.
    most
        How many to propose.
    """
    data = as_data(problem)
    given = duty[person, day]
    free = problem.people.fixed == FREE
    if given == OFF or not free[person, day]:
        return ()
    role, shift = divmod(int(given), problem.calendar.n_shifts)
    takers = problem.able[:, role] & problem.people.available[:, day, shift]
    takers &= (duty[:, day] == OFF) & free[:, day]
    takers[person] = False
    now = row_cost(data, person, duty[person])
    found: list[tuple[float, Swap]] = []
    for other in np.flatnonzero(takers).tolist():
        base = now + row_cost(data, other, duty[other])
        best: tuple[float, Swap] | None = None
        days = np.flatnonzero((duty[other] != OFF) & (duty[person] == OFF) & free[other]
                              & free[person])  # fmt: skip
        for other_day in [-1, *days.tolist()]:
            mine, theirs = duty[person].copy(), duty[other].copy()
            mine[day], theirs[day] = OFF, given
            if other_day >= 0:
                mine[other_day], theirs[other_day] = theirs[other_day], OFF
            cost = row_cost(data, person, mine) + row_cost(data, other, theirs)
            if np.isfinite(cost) and (best is None or cost - base < best[0]):
                best = (cost - base, Swap(person, day, other, other_day))
        if best is not None:
            found.append(best)
    found.sort(key=lambda item: (item[0], item[1].other))
    price = measure_roster(problem, duty).price
    judged = (_judged(problem, duty, swap, price) for _, swap in found[:most])
    return tuple(item for item in judged if item.allowed)


def propose_takers(
    problem: Problem, duty: IntArray, day: int, code: int, *, most: int = MOST_PROPOSED
) -> tuple[tuple[int, float], ...]:
    """Find who is off and could fill an empty seat without a rule broken: (person, dearer).

    Cheapest first; ``dearer`` is below zero, as an empty seat is dear.
    """
    data = as_data(problem)
    role, shift = divmod(code, problem.calendar.n_shifts)
    able = problem.able[:, role] & problem.people.available[:, day, shift]
    able &= (duty[:, day] == OFF) & (problem.people.fixed[:, day] == FREE)
    found = []
    for person in np.flatnonzero(able).tolist():
        row = duty[person].copy()
        row[day] = code
        cost = row_cost(data, person, row) - row_cost(data, person, duty[person])
        if np.isfinite(cost):
            found.append((person, float(cost - problem.roles.price[role])))
    found.sort(key=lambda item: (item[1], item[0]))
    return tuple(found[:most])

"""Needs that cannot be met: the smallest set of rules that stand against them, and what to ease."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from kapok_planning.rosters.checking import filled
from kapok_planning.rosters.exact import build, solver_of
from kapok_planning.rosters.modelling import ALL, Family, TooLarge
from kapok_planning.rosters.problem import BoolArray, IntArray, Problem
from kapok_planning.rosters.shares import parts

WORK = 4.0  # deterministic time of each question
MOST_WEEKS, MOST_QUESTIONS = 60, 40
EASED_FIRST = (
    Family.OVERTIME, Family.WEEK, Family.NIGHTS, Family.DAYS, Family.REACH, Family.SKILLS,
    Family.REST, Family.LEAVE,
)  # fmt: skip


@dataclass(frozen=True)
class Relaxation:
    """Rules that are eased, and how many seats then still stay empty."""

    families: tuple[Family, ...]
    n_empty: int


@dataclass(frozen=True)
class Conflict:
    """What stands against the needs of some days.

    Attributes
    ----------
    days
        The days that were looked at; duties of other days stand.
    n_empty
        Seats that must stay empty on those days under all rules.
    families
        A smallest set of rules in conflict: dropping any one of them would let all seats be
        filled, or, where no rules are enough, empty: there are too few people.
    proven
        Whether every question was answered within the work; otherwise the set of rules may not
        be the smallest. How many seats must stay empty is always proven.
    relaxations
        What easing one rule would do, best first; of equal ones that which asks least of people.
    """

    days: tuple[int, ...]
    n_empty: int
    families: tuple[Family, ...]
    proven: bool
    relaxations: tuple[Relaxation, ...]


def conflicts(
    problem: Problem, duty: IntArray, *, work: float = WORK, seed: int = 0, most: int = MOST_WEEKS
) -> tuple[Conflict, ...]:
    """Find what stands against needs that are not met, week by week and part by part.

    Parameters
    ----------
    problem, duty
        A roster with empty seats; it may break no rule.
    work
        CP-SAT's deterministic time for each question.
    seed
        Of CP-SAT.
    most
        Weeks (of a part) that are looked at, those with most empty seats first.

    Returns
    -------
    tuple of Conflict
        One for each week and part with seats that stay empty under all rules, most empty first;
        weeks of which that cannot be proven within the work, or too large, are left out.
    """
    empty = np.maximum(0, problem.needs - filled(problem, duty))
    people, roles = parts(problem)
    asked: list[tuple[int, Question]] = []
    for part in np.unique(roles[empty.any(axis=(0, 1))]).tolist():
        n_empty = empty[:, :, roles == part].sum(axis=(1, 2))
        for week in np.unique(problem.calendar.week[n_empty > 0]).tolist():
            days = problem.calendar.week == week
            movable = (people == part)[:, None] & days[None, :]
            its = tuple(np.flatnonzero(roles == part).tolist())
            told = tuple(np.flatnonzero(days).tolist())
            question = Question(problem, duty, movable, its, told, work, seed)
            asked.append((int(n_empty[days].sum()), question))
    found = []
    for _, question in sorted(asked, key=lambda item: -item[0])[:most]:
        try:
            answer = question.conflict()
        except TooLarge:
            continue
        if answer is not None:
            found.append(answer)
    return tuple(sorted(found, key=lambda c: (-c.n_empty, c.days)))


@dataclass(frozen=True)
class Question:
    """One part in one week: how many seats must stay empty under some rules."""

    problem: Problem
    duty: IntArray
    movable: BoolArray
    roles: tuple[int, ...]
    days: tuple[int, ...]
    work: float
    seed: int

    def least_empty(self, families: Collection[Family]) -> tuple[int, bool]:
        """The fewest empty seats under some rules, and whether that is proven."""
        model = build(
            self.problem, movable=self.movable, around=self.duty, families=families, priced=False
        )
        its, days = set(self.roles), set(self.days)
        seats = [
            empty for (day, _, role), empty in model.empty.items() if role in its and day in days
        ]
        model.cp.minimize(cp_model.LinearExpr.sum(seats))
        if set(families) == ALL:
            for (person, day, code), variable in model.duty.items():
                model.cp.add_hint(variable, bool(self.duty[person, day] == code))
        solver = solver_of(self.work, self.seed)
        status = solver.solve(model.cp)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return len(seats), False
        return round(solver.objective_value), status == cp_model.OPTIMAL

    def conflict(self) -> Conflict | None:
        """What stands against the needs; None where all can be met, or it cannot be told."""
        n_empty, proven = self.least_empty(ALL)
        if n_empty == 0 or not proven:
            return None
        eased = []
        for family in EASED_FIRST:
            left, sure = self.least_empty(ALL - {family})
            eased.append(Relaxation((family,), left))
            proven &= sure
        against, sure = self._smallest([r.families[0] for r in eased if r.n_empty < n_empty])
        return Conflict(
            days=self.days,
            n_empty=n_empty,
            families=against,
            proven=proven and sure,
            relaxations=tuple(
                sorted((r for r in eased if r.n_empty < n_empty), key=lambda r: r.n_empty)
            ),
        )

    def _smallest(self, likely: list[Family]) -> tuple[tuple[Family, ...], bool]:
        """The fewest families under which, alone, seats must stay empty."""
        order = [*likely, *(f for f in EASED_FIRST if f not in likely)]
        proven, n_asked = True, 0
        for size in range(len(order) + 1):
            for families in combinations(order, size):
                n_asked += 1
                if n_asked > MOST_QUESTIONS:
                    return tuple(likely), False
                n_empty, sure = self.least_empty(families)
                if n_empty and sure:
                    return families, proven
                proven &= sure
        return tuple(order), False

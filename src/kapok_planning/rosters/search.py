"""Making a roster: a first one within seconds, then better ones within a budget of moves."""

import numpy as np

from kapok_planning.rosters.checking import Broken, broken_rules, measure_roster
from kapok_planning.rosters.exact import build, solve
from kapok_planning.rosters.grouping import near_groups, whole_parts
from kapok_planning.rosters.kernels import Data
from kapok_planning.rosters.problem import (
    FREE,
    FloatArray,
    IntArray,
    Problem,
    Progress,
    StoppingRule,
    never_stop,
    no_progress,
)
from kapok_planning.rosters.result import Budget, Roster
from kapok_planning.rosters.rounds import Annealing
from kapok_planning.rosters.shares import bands
from kapok_planning.rosters.starting import MOST_ROLES, first_duties
from kapok_planning.spreading import Spread, in_turn

MOVES = {Budget.FIRST: 0, Budget.FAST: 300, Budget.NORMAL: 8_000, Budget.LONG: 40_000}  # per cell
LOCALS = 16  # people who are told as near to a role
SMALL, SMALL_WORK = 2_000, 1.0  # duties that could be, and work, of a roster that is solved exactly


class RosterIsWrong(AssertionError):
    """A roster that breaks a rule was about to be returned: a bug, never a result."""

    def __init__(self, broken: list[Broken]) -> None:
        super().__init__(f"{len(broken)} rules broken, first: {broken[0]}.")


def make_roster(
    problem: Problem,
    *,
    budget: Budget = Budget.NORMAL,
    seed: int = 0,
    start: IntArray | None = None,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
    spread: Spread = in_turn,
) -> Roster:
    """Make a roster that breaks no rule and is as cheap as the budget allows.

    Rules are never broken: where they leave a seat without anybody, it stays empty at its price.
    The first roster lets everybody follow a cyclic line of shifts; then two people at a time (or a
    person and nobody) exchange duties of some days, by simulated annealing, in rounds of pieces
    that share neither people nor seats; each round cuts other pieces of near posts.

    Parameters
    ----------
    problem
        What is needed, and who there is.
    budget
        Work, in moves for each day of each person: the same plan on any machine.
    seed
        Equal seeds give equal rosters.
    start : (p, d) int array, optional
        A roster to begin with, which must break no rule.
    on_progress, should_stop
        Called between pieces of about a second.
    spread
        How pieces are worked on; the roster is the same.

    Returns
    -------
    Roster
        Checked by :func:`broken_rules`, which shares no code with the search.

    Raises
    ------
    ValueError
        When ``start`` breaks a rule.
    """
    data = as_data(problem)
    groups = near_groups(problem, data, MOST_ROLES)
    if start is None:
        start = first_duties(problem, data, [group for part in groups for group in part])
    elif broken := broken_rules(problem, start):
        raise ValueError(f"The roster to begin with breaks a rule: {broken[0]}.")
    duty, finished = start.copy(), True
    if MOVES[budget]:
        parts = whole_parts(groups)
        annealing = Annealing(problem, data, parts, MOVES[budget], MOST_ROLES, seed)
        duty, finished = annealing.improve(duty, spread, on_progress, should_stop)
        duty = _proven(problem, duty, seed) if finished else duty
    return checked(problem, duty, finished=finished)


def _proven(problem: Problem, duty: IntArray, seed: int) -> IntArray:
    """For a small problem: the best roster there is, or the given one where it is as good."""
    if problem.people.n * int((problem.needs > 0).sum()) > SMALL:
        return duty
    everything = np.full_like(duty, True, np.bool_)
    model = build(problem, movable=everything, around=duty)
    found = solve(problem, model, duty, everything, work=SMALL_WORK, seed=seed, hint=duty)
    if found is None or broken_rules(problem, found.duty):
        return duty
    better = measure_roster(problem, found.duty).price < measure_roster(problem, duty).price - 1e-6
    return found.duty if better else duty


def checked(problem: Problem, duty: IntArray, *, finished: bool = True) -> Roster:
    """A roster with its figures, once the checker has found no rule broken."""
    if broken := broken_rules(problem, duty):
        raise RosterIsWrong(broken)
    return Roster(duty, measure_roster(problem, duty), finished=finished)


def as_data(problem: Problem) -> Data:
    """A problem as the kernels take it."""
    people, calendar = problem.people, problem.calendar
    km = (people.km * problem.prices.km)[:, problem.roles.post]
    wishes = people.wishes.astype(np.float32)
    wishes[:, :, :-1][~people.available] = np.inf
    length = calendar.length_min
    marks = (calendar.night[None, :], calendar.weekend[:, None], calendar.holiday[:, None])
    limits = (people.week_min, people.week_most_min, people.overtime_most_min,
              people.nights_most, people.days_most)  # fmt: skip
    return Data(
        price=np.where(problem.able, km, np.inf).astype(np.float32),
        wishes=wishes,
        free=people.fixed == FREE,
        follows=problem.follows,
        times=np.stack(
            [length, *(np.broadcast_to(mark, length.shape) for mark in marks)], axis=2
        ).astype(np.int32),
        last=np.append(np.diff(calendar.week) > 0, True),
        limits=np.hstack([np.stack(limits, axis=1), bands(problem).reshape(people.n, -1)]).astype(
            np.int32
        ),
        empty=problem.roles.price.astype(np.float64),
        nearest=_nearest(problem, km),
        overtime=problem.prices.overtime_h / 60,
        unfair=float(problem.prices.unfair),
    )


def _nearest(problem: Problem, km: FloatArray) -> IntArray:
    """The people who have the shortest ways to each role, (r, k)."""
    price = np.where(problem.able, km, np.inf)
    order = np.argsort(price, axis=0, kind="stable")[:LOCALS].T
    reached = np.isfinite(np.take_along_axis(price.T, order, axis=1))
    return np.where(reached, order, -1).astype(np.int32)

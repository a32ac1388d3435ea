"""Mending a running roster when somebody falls ill, with as few changes as can be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from kapok_planning.rosters.checking import filled
from kapok_planning.rosters.exact import build, solve
from kapok_planning.rosters.modelling import Model, TooLarge
from kapok_planning.rosters.problem import FREE, OFF, BoolArray, IntArray, Problem
from kapok_planning.rosters.result import Roster
from kapok_planning.rosters.search import checked
from kapok_planning.rosters.shares import parts

WORK = 8.0  # deterministic time of each step
DAYS_AROUND = 6  # how far from an empty seat others may be moved


@dataclass(frozen=True)
class Absence:
    """Somebody cannot come from a day on, for some days."""

    person: int
    first_day: int
    n_days: int


@dataclass(frozen=True)
class Repair:
    """A mended roster.

    Attributes
    ----------
    roster
        The roster, checked.
    problem
        The problem with the absences, and what has been as it was: what ``roster`` answers.
    changes
        (person, day) of everybody else whose duty is another than before.
    fewest
        Whether it is proven that no roster with as few empty seats changes less.
    """

    roster: Roster
    problem: Problem
    changes: tuple[tuple[int, int], ...]
    fewest: bool


def repair(
    problem: Problem, duty: IntArray, absences: Sequence[Absence], *, today: int = 0, seed: int = 0
) -> Repair:
    """Fill the seats of people who fall ill, changing as little as possible for the others.

    First the fewest (by price) seats stay empty, then the fewest days of others change, then the
    roster is as cheap as can be. Nothing before ``today`` changes. It is first tried to let people
    who are off come in, one change for each seat, which is proven to be the least; only where seats
    are empty then are others moved, within six days.

    Parameters
    ----------
    problem, duty
        The roster as it runs; it may break no rule.
    absences
        Who cannot come, and when.
    today
        The first day that may change.
    seed
        Equal seeds give equal rosters.

    Returns
    -------
    Repair
        Its roster is verified by the checker.

    Raises
    ------
    ValueError
        When an absence lies outside the roster.
    """
    mended, standing = without(problem, duty, absences, today)
    lost = np.maximum(0, problem.needs - filled(problem, standing))
    lost -= np.maximum(0, problem.needs - filled(problem, duty))
    days = np.flatnonzero(lost.any(axis=(1, 2)))
    if not len(days):
        return Repair(checked(mended, standing), mended, (), True)
    callable_ = _may_come_in(mended, standing, lost)
    found, _ = _least(mended, standing, callable_, lost, seed)
    if _n_empty(mended, found) == 0:
        return _told(mended, standing, found, True)
    wide = _around(mended, standing, days, lost, today)
    try:
        better, proven = _least(mended, standing, wide, lost, seed, hint=found)
    except TooLarge:
        return _told(mended, standing, found, False)
    able = wide.any(axis=1)  # people of other parts can help in no way
    everything = bool((wide[able] == _future(mended, today)[able]).all())
    if _empty_price(mended, better) >= _empty_price(mended, found):
        better = found if _changed(standing, found) <= _changed(standing, better) else better
    return _told(mended, standing, better, proven and everything)


def without(
    problem: Problem, duty: IntArray, absences: Sequence[Absence], today: int
) -> tuple[Problem, IntArray]:
    """The problem and the roster without those who cannot come; what is past stands.

    Raises
    ------
    ValueError
        When an absence lies outside the roster.
    """
    people, days = problem.people, problem.calendar.n_days
    available, standing = people.available.copy(), duty.copy()
    fixed = people.fixed.copy()
    fixed[:, :today] = duty[:, :today]
    for absence in absences:
        last = absence.first_day + absence.n_days
        if not (0 <= absence.person < people.n and today <= absence.first_day < last <= days):
            raise ValueError(
                f"An absence of person {absence.person} from day {absence.first_day} for "
                f"{absence.n_days} days does not lie within days {today} .. {days - 1}."
            )
        away = slice(absence.first_day, last)
        available[absence.person, away] = False
        standing[absence.person, away] = OFF
        fixed[absence.person, away] = OFF
    mended = replace(problem, people=replace(people, available=available, fixed=fixed))
    return mended, standing


def _may_come_in(problem: Problem, standing: IntArray, lost: IntArray) -> BoolArray:
    """Days of people who are off and able to fill a seat that was lost."""
    wanted = lost > 0
    off = (standing == OFF) & (problem.people.fixed == FREE)
    found = np.zeros_like(off)
    for day in np.flatnonzero(wanted.any(axis=(1, 2))).tolist():
        able = problem.able @ wanted[day].T  # (p, s)
        found[:, day] = off[:, day] & (able & problem.people.available[:, day]).any(axis=1)
    return np.asarray(found)


def _future(problem: Problem, today: int) -> BoolArray:
    free = problem.people.fixed == FREE
    free[:, :today] = False
    return np.asarray(free)


def _around(
    problem: Problem, standing: IntArray, days: IntArray, lost: IntArray, today: int
) -> BoolArray:
    """Days of people of the same parts, near the days of lost seats."""
    people, roles = parts(problem)
    touched = np.unique(roles[lost.any(axis=(0, 1))])
    near = np.abs(np.arange(standing.shape[1])[:, None] - days[None, :]).min(axis=1) <= DAYS_AROUND
    return np.asarray(_future(problem, today) & near[None, :] & np.isin(people, touched)[:, None])


def _least(
    problem: Problem,
    standing: IntArray,
    movable: BoolArray,
    lost: IntArray,
    seed: int,
    hint: IntArray | None = None,
) -> tuple[IntArray, bool]:
    """Fewest empty seats, then fewest changes, then least price; and whether that is proven."""
    found, proven = standing if hint is None else hint, True
    goals: list[tuple[str, int]] = []
    for goal in ("empty", "changes", "price"):
        model = build(problem, movable=movable, around=standing, priced=goal == "price")
        measures = {"empty": _empty(model, problem), "changes": _changes(model, standing)}
        for name, value in goals:
            model.cp.add(measures[name] <= value)
        if goal != "price":
            model.costs = [measures[goal]]
        solved = solve(problem, model, standing, movable, work=WORK, seed=seed, hint=found)
        if solved is None:
            return found, False
        found = solved.duty
        if goal != "price":
            proven &= solved.proven
            goals.append((goal, _value(problem, standing, movable, found, goal)))
    return found, proven


def _empty(model: Model, problem: Problem) -> cp_model.LinearExpr:
    prices = np.round(problem.roles.price * 1000).astype(int)
    return cp_model.LinearExpr.sum(
        [empty * int(prices[role]) for (_, _, role), empty in model.empty.items()]
    )


def _changes(model: Model, standing: IntArray) -> cp_model.LinearExpr:
    terms: list[cp_model.LinearExpr | int] = []
    for (person, day), cell in model.cells.items():
        before = standing[person, day]
        if before == OFF:
            terms += list(cell.values())
        elif before in cell:
            terms.append(1 - cell[before])
    return cp_model.LinearExpr.sum(terms)


def _value(
    problem: Problem, standing: IntArray, movable: BoolArray, duty: IntArray, goal: str
) -> int:
    if goal == "changes":
        return int((duty != standing).sum())
    return _empty_price(problem, duty)


def _empty_price(problem: Problem, duty: IntArray) -> int:
    """What seats without anybody cost, in thousandths, as the model counts it."""
    empty = np.maximum(0, problem.needs - filled(problem, duty))
    return int((empty.sum(axis=(0, 1)) * np.round(problem.roles.price * 1000)).sum())


def _n_empty(problem: Problem, duty: IntArray) -> int:
    return int(np.maximum(0, problem.needs - filled(problem, duty)).sum())


def _changed(standing: IntArray, duty: IntArray) -> int:
    return int((standing != duty).sum())


def _told(problem: Problem, standing: IntArray, duty: IntArray, fewest: bool) -> Repair:
    changes = tuple((int(p), int(d)) for p, d in np.argwhere(duty != standing))
    return Repair(checked(problem, duty), problem, changes, fewest)

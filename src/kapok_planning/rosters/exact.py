"""A roster as a model of constraints (CP-SAT): for small ones, for repairs, for rules in conflict.

Every rule is a sentence of its own, so that a family of rules can be left out, or made to depend on
a literal that says whether it is in force.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from kapok_planning.rosters.checking import filled
from kapok_planning.rosters.modelling import ALL, SCALE, Family, Model, Rules, TooLarge
from kapok_planning.rosters.problem import FREE, OFF, BoolArray, IntArray, Problem
from kapok_planning.rosters.shares import bands

MOST_VARIABLES = 400_000


def build(
    problem: Problem,
    *,
    movable: BoolArray,
    around: IntArray,
    families: Collection[Family] = ALL,
    switches: Mapping[Family, cp_model.IntVar] | None = None,
    cp: cp_model.CpModel | None = None,
    priced: bool = True,
) -> Model:
    """Put a roster as a model.

    Parameters
    ----------
    problem
        What is needed, and who there is.
    movable : (p, d) bool array
        Which days of whom are decided; the others stand as in ``around``.
    around : (p, d) int array
        The roster around them.
    families
        The rules that are in force; party, one duty a day and suits always are.
    switches
        Literals by which families are put in force; without one a family always is.
    cp
        A model to add to.
    priced
        Whether wishes, ways, overtime and shares cost anything.

    Raises
    ------
    TooLarge
        When there would be more than 400,000 variables.
    """
    cp = cp_model.CpModel() if cp is None else cp
    movable = movable & (problem.people.fixed == FREE)
    model = Model(cp, _variables(problem, cp, movable, families, switches), {})
    _one_a_day(model, problem, movable)
    _cover(model, problem, movable, around)
    for person in np.flatnonzero(movable.any(axis=1)).tolist():
        Rules(model, problem, person, around[person], movable[person], switches or {}).put(families)
    if priced:
        _prices(model, problem, movable, around)
    return model


def _variables(
    problem: Problem,
    cp: cp_model.CpModel,
    movable: BoolArray,
    families: Collection[Family],
    switches: Mapping[Family, cp_model.IntVar] | None,
) -> dict[tuple[int, int, int], cp_model.IntVar]:
    people, roles, shifts = problem.people, problem.roles, problem.calendar.n_shifts
    party = (roles.parties[None, :] >> people.party[:, None].astype(np.int64)) & 1 == 1
    skilled = (roles.skills[None, :] & ~people.skills[:, None]) == 0
    near = np.isfinite(people.km[:, roles.post])
    found: dict[tuple[int, int, int], cp_model.IntVar] = {}
    wanted = [np.argwhere(problem.needs[day] > 0) for day in range(problem.calendar.n_days)]
    for person, day in np.argwhere(movable).tolist():
        for shift, role in wanted[day].tolist():
            against = [
                family
                for family, holds in (
                    (Family.SKILLS, skilled[person, role]),
                    (Family.REACH, near[person, role]),
                    (Family.LEAVE, people.available[person, day, shift]),
                )
                if not holds and family in families
            ]
            given = [switches[f] for f in against if switches and f in switches]
            if not party[person, role] or len(given) < len(against):
                continue
            variable = cp.new_bool_var("")
            found[person, day, role * shifts + shift] = variable
            for switch in given:
                cp.add_implication(switch, variable.negated())
    if len(found) > MOST_VARIABLES:
        raise TooLarge(f"{len(found):,} variables are more than {MOST_VARIABLES:,}.")
    return found


def _one_a_day(model: Model, problem: Problem, movable: BoolArray) -> None:
    for person, day in np.argwhere(movable).tolist():
        cell = model.of(person, day)
        if len(cell) > 1:
            model.cp.add_at_most_one(cell.values())


def _cover(
    model: Model,
    problem: Problem,
    movable: BoolArray,
    around: IntArray,
) -> None:
    """Each seat has a person or is empty."""
    standing = np.where(movable, OFF, around)
    left = np.maximum(0, problem.needs - filled(problem, standing))
    fill: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    for (_, day, code), variable in model.duty.items():
        fill.setdefault((day, code), []).append(variable)
    shifts = problem.calendar.n_shifts
    for day, shift, role in np.argwhere(problem.needs > 0).tolist():
        n = int(left[day, shift, role])
        there = fill.get((day, role * shifts + shift), [])
        empty = model.cp.new_int_var(0, n, "")
        model.empty[day, shift, role] = empty
        model.cp.add(cp_model.LinearExpr.sum(there) + empty == n)


def _prices(
    model: Model,
    problem: Problem,
    movable: BoolArray,
    around: IntArray,
) -> None:
    people, shifts = problem.people, problem.calendar.n_shifts
    for (person, day, code), variable in model.duty.items():
        role, shift = divmod(code, shifts)
        wish = people.wishes[person, day]
        km = people.km[person, problem.roles.post[role]]
        far = float(km) * problem.prices.km if np.isfinite(km) else 0.0
        model.costs.append(variable * round((far + float(wish[shift] - wish[-1])) * SCALE))
    model.costs.append(round(float(people.wishes[:, :, -1][movable].sum()) * SCALE))
    for (_, _, role), empty in model.empty.items():
        model.costs.append(empty * round(float(problem.roles.price[role]) * SCALE))
    _shares(model, problem, movable, around)


def _shares(
    model: Model,
    problem: Problem,
    movable: BoolArray,
    around: IntArray,
) -> None:
    calendar, shifts = problem.calendar, problem.calendar.n_shifts
    band = bands(problem)
    price = round(problem.prices.unfair * SCALE)
    for person in np.flatnonzero(movable.any(axis=1)).tolist():
        for kind in range(3):
            terms: list[cp_model.IntVar] = []
            standing = 0
            for day in range(calendar.n_days):
                counts = (calendar.night, [calendar.weekend[day]] * shifts,
                          [calendar.holiday[day]] * shifts)[kind]  # fmt: skip
                if movable[person, day]:
                    cell = model.of(person, day)
                    terms += [v for code, v in cell.items() if counts[code % shifts]]
                elif around[person, day] != OFF:
                    standing += int(counts[around[person, day] % shifts])
            least, most = (int(x) - standing for x in band[person, kind])
            outside = model.cp.new_int_var(0, calendar.n_days, "")
            total = cp_model.LinearExpr.sum(terms)
            model.cp.add(outside >= total - most)
            model.cp.add(outside >= least - total)
            model.costs.append(outside * price)


@dataclass(frozen=True)
class Solved:
    """A solved model: the roster, and whether it is proven to be the best."""

    duty: IntArray
    proven: bool
    bound: float


def solve(
    problem: Problem,
    model: Model,
    around: IntArray,
    movable: BoolArray,
    *,
    work: float,
    seed: int = 0,
    hint: IntArray | None = None,
) -> Solved | None:
    """Solve a model within ``work`` (CP-SAT's deterministic time); None where nothing was found."""
    solver = solver_of(work, seed)
    if hint is not None:
        for (person, day, code), variable in model.duty.items():
            model.cp.add_hint(variable, bool(hint[person, day] == code))
    if model.costs:
        model.cp.minimize(cp_model.LinearExpr.sum(model.costs))
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    duty = np.where(movable & (problem.people.fixed == FREE), OFF, around).astype(np.int32)
    for (person, day, code), variable in model.duty.items():
        if solver.boolean_value(variable):
            duty[person, day] = code
    bound = solver.best_objective_bound / SCALE if model.costs else 0.0
    return Solved(duty, status == cp_model.OPTIMAL, bound)


def solver_of(work: float, seed: int) -> cp_model.CpSolver:
    """A solver that gives the same answer on any machine: one worker, counted work."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    return solver

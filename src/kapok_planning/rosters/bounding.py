"""How cheap a roster could be at best: a bound that any prices of seats and rules prove."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from ortools.pdlp import solvers_pb2  # type: ignore[import-untyped]
from ortools.pdlp.python import pdlp  # type: ignore[import-untyped]
from scipy.sparse import csc_matrix

from kapok_planning.rosters.checking import filled
from kapok_planning.rosters.grouping import near_groups
from kapok_planning.rosters.linear import Window
from kapok_planning.rosters.problem import (
    OFF,
    FloatArray,
    IntArray,
    Problem,
    Progress,
    StoppingRule,
    never_stop,
    no_progress,
)
from kapok_planning.rosters.search import as_data
from kapok_planning.rosters.shares import bands, parts
from kapok_planning.rosters.starting import MOST_ROLES
from kapok_planning.spreading import Spread, in_turn

NEAREST = 10  # roles of a person in the linear program; those beyond are priced afterwards
PRECISION, MOST_STEPS = 5e-4, 6_000


def lower_bound(
    problem: Problem,
    *,
    spread: Spread = in_turn,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> float:
    """A price below which no roster of this problem can be; -inf where it was stopped.

    For each group of near posts a linear program (PDLP) over everybody's duties of all days, people
    in fractions: one duty a day, rest, days and nights in a row, hours with overtime, shares. Its
    dual prices need not be exact, nor know the other groups: with any prices of seats and of rules,
    what everybody's best day earns at all posts of the part is taken off, and what is left is a
    bound (Lagrange).
    """
    total, seats_of = _standing(problem), _seats_left(problem)
    found: dict[tuple[int, int], Priced] = {}
    groups = list(_groups(problem, seats_of))
    for done, priced in enumerate(spread(_priced, (group for _, group in groups)), start=1):
        found[groups[done - 1][0]] = priced
        on_progress(done, len(groups))
        if should_stop():
            return -np.inf
    people, roles = parts(problem)
    for role in np.flatnonzero(~np.isin(roles, people)):
        total += float(seats_of[:, :, role].sum() * problem.roles.price[role])
    for part in np.unique(people).tolist():
        mine = [priced for (its, _), priced in found.items() if its == part]
        its = np.flatnonzero(roles == part)
        price = np.zeros(seats_of.shape)
        for priced in mine:
            price[:, :, priced.roles] = priced.seats
        for priced in mine:
            total += priced.value - _earned(problem, priced, seats_of, price, its)
    return total


@dataclass(frozen=True)
class Group:
    """People and the near roles that they are thought of for."""

    problem: Problem
    people: IntArray
    roles: IntArray
    left: IntArray
    price: FloatArray
    band: IntArray


@dataclass(frozen=True)
class Priced:
    """What a group's program says.

    Attributes
    ----------
    people, roles
        The group's.
    value
        What the dual prices prove, before what people earn by them is taken off.
    seats : (d, s, roles) float array
        What a seat adds to a duty's cost: mostly below zero, as its being empty is dear.
    duties : (people, d, s) float array
        What a duty costs somebody by the rules and their wishes, without way and seat; infinite
        where it cannot be.
    """

    people: IntArray
    roles: IntArray
    value: float
    seats: FloatArray
    duties: FloatArray


def _standing(problem: Problem) -> float:
    """What duties that stand cost already, and days off of all others."""
    people, shifts = problem.people, problem.calendar.n_shifts
    person, day = np.nonzero(people.fixed >= 0)
    role, shift = np.divmod(people.fixed[person, day], shifts)
    km = float(people.km[person, problem.roles.post[role]].sum()) * problem.prices.km
    wishes = people.wishes[:, :, -1].astype(np.float64)
    wishes[person, day] = people.wishes[person, day, shift]
    return km + float(wishes.sum())


def _seats_left(problem: Problem) -> IntArray:
    standing = np.where(problem.people.fixed >= 0, problem.people.fixed, OFF)
    left: IntArray = np.maximum(0, problem.needs - filled(problem, standing))
    return left


def _groups(problem: Problem, left: IntArray) -> Iterator[tuple[tuple[int, int], Group]]:
    data, band = as_data(problem), bands(problem)
    for part, groups in enumerate(near_groups(problem, data, MOST_ROLES)):
        for number, (people, roles) in enumerate(groups):
            if not len(people) and not len(roles):
                continue
            inside = np.zeros(problem.roles.n, np.bool_)
            inside[roles] = True
            price = np.where(inside, data.price[people], np.inf).astype(np.float64)
            far = np.argsort(price, axis=1, kind="stable")[:, NEAREST:]
            np.put_along_axis(price, far, np.inf, axis=1)
            its = np.where(inside, left, 0)
            yield (part, number), Group(problem, people, roles, its, price, band[people])


def _priced(group: Group) -> Priced:
    """Solve a group's program, more or less, and make its prices prove a bound."""
    window = _window(group, group.left, group.price)
    program = window.program
    cost, limit = np.concatenate(program.cost), np.concatenate(program.limits)
    upper, matrix = np.concatenate(program.upper), csc_matrix(program.matrix())
    dual = np.minimum(0.0, _solved(cost, matrix, limit, upper))
    reduced = cost - matrix.T @ dual
    value = float(limit @ dual)
    others = np.ones(program.n, np.bool_)
    others[window.columns] = False
    value += float((upper * np.minimum(0.0, reduced))[others].sum())
    seats = np.zeros(group.left.shape)
    there = np.nonzero(group.left > 0)
    least, most = np.split(dual[window.first_seat_row :], 2)
    seats[there] = least - most
    return Priced(
        group.people, group.roles, value, seats[:, :, group.roles], _duties(group, window, dual)
    )


def _window(group: Group, left: IntArray, price: FloatArray) -> Window:
    return Window(
        group.problem, group.people, group.problem.people.fixed[group.people], left, price,
        group.band,
    )  # fmt: skip


def _solved(
    cost: FloatArray, matrix: csc_matrix, limit: FloatArray, upper: FloatArray
) -> FloatArray:
    """Dual prices of the rows, about the best; the same on every machine: one thread."""
    program = pdlp.QuadraticProgram()
    program.objective_vector, program.constraint_matrix = cost, matrix
    program.constraint_lower_bounds = np.full(len(limit), -np.inf)
    program.constraint_upper_bounds = limit
    program.variable_lower_bounds, program.variable_upper_bounds = np.zeros(len(cost)), upper
    how = solvers_pb2.PrimalDualHybridGradientParams(num_threads=1)
    how.termination_criteria.iteration_limit = MOST_STEPS
    how.termination_criteria.simple_optimality_criteria.eps_optimal_relative = PRECISION
    found = pdlp.primal_dual_hybrid_gradient(program, how)
    return np.asarray(found.dual_solution, np.float64)


def _duties(group: Group, window: Window, dual: FloatArray) -> FloatArray:
    """What each duty costs by the rules about people, (k, d, s), as if on every shift."""
    calendar = group.problem.calendar
    left = np.zeros_like(group.left)
    left[:, :, :1] = 1
    price = np.full_like(group.price, np.inf)
    price[:, 0] = 0.0
    plain = _window(group, left, price)
    rows = plain.program.matrix()[: plain.first_seat_row]
    cost = np.concatenate(plain.program.cost)
    reduced = cost - rows.T @ dual[: window.first_seat_row]
    found = np.full((len(group.people), *calendar.length_min.shape), np.inf)
    found[plain.person, plain.day, plain.shift] = reduced[plain.columns]
    return found


def _earned(
    problem: Problem, priced: Priced, left: IntArray, seats: FloatArray, roles: IntArray
) -> float:
    """What everybody's best day earns, summed over days, at all roles of the part."""
    way = np.where(
        problem.able[np.ix_(priced.people, roles)],
        problem.people.km[np.ix_(priced.people, problem.roles.post[roles])] * problem.prices.km,
        np.inf,
    )
    seat = np.where(left > 0, seats, np.inf)[:, :, roles]
    total = 0.0
    for person in range(len(priced.people) if len(roles) else 0):
        least = (way[person] + seat).min(axis=2) + priced.duties[person]
        total -= float(np.minimum(0.0, least.min(axis=1)).sum())
    return total

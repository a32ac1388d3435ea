"""How cheap a roster could be at best: a bound by a linear program for each part."""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from kapok_planning.rosters.problem import FREE, BoolArray, FloatArray, IntArray, Problem
from kapok_planning.rosters.shares import bands, parts

NEAREST = 20  # roles of a person that are told apart; the others are priced as the next one


def lower_bound(problem: Problem) -> float:
    """A price below which no roster of this problem can be.

    For each part a linear program (HiGHS): people in fractions, a day's duties of everybody at
    most one, hours of the week with overtime, shares of nights, weekends and holidays, and how
    often each works in each role; the order of shifts, and which day a role is worked on, are left
    out. Fixed duties count as open to all, wherever that can only be cheaper.
    """
    people, roles = parts(problem)
    band = bands(problem)
    total = 0.0
    for part in np.unique(np.concatenate([people, roles])):
        who, its = np.flatnonzero(people == part), np.flatnonzero(roles == part)
        total += _bound_of(problem, who, its, band)
    return total


@dataclass
class Program:
    """A linear program, row by row and column by column: least cost x, A x <= b."""

    cost: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    limits: list[FloatArray] = field(default_factory=list)
    n: int = 0
    m: int = 0

    def columns(self, cost: FloatArray, upper: float = np.inf) -> IntArray:
        """New columns, and their numbers in the shape of their costs."""
        numbers = np.arange(self.n, self.n + cost.size).reshape(cost.shape)
        self.cost.append(cost.ravel().astype(float))
        self.upper.append(np.full(cost.size, upper))
        self.n += cost.size
        return numbers.astype(np.int32)

    def rows(self, limits: FloatArray) -> IntArray:
        """New rows ``<= limits``, and their numbers."""
        numbers = np.arange(self.m, self.m + limits.size).reshape(limits.shape)
        self.limits.append(limits.ravel().astype(float))
        self.m += limits.size
        return numbers.astype(np.int32)

    def put(self, rows: IntArray, columns: IntArray, values: "FloatArray | float") -> None:
        """Entries of the matrix; shapes are broadcast."""
        one, other, value = np.broadcast_arrays(rows, columns, np.asarray(values, float))
        self.entries.append((one.ravel(), other.ravel(), value.ravel()))

    def solve(self) -> float:
        """The least cost."""
        row, column, value = (np.concatenate(list(x)) for x in zip(*self.entries, strict=True))
        matrix = coo_array((value, (row, column)), shape=(self.m, self.n)).tocsr()
        found = linprog(  # type: ignore[call-overload]
            np.concatenate(self.cost),
            A_ub=matrix,
            b_ub=np.concatenate(self.limits),
            bounds=np.stack([np.zeros(self.n), np.concatenate(self.upper)], axis=1),
            method="highs-ipm",
        )
        return float(found.fun) if found.status == 0 else 0.0


def _bound_of(problem: Problem, who: "IntArray", roles: "IntArray", band: IntArray) -> float:
    needs = problem.needs[:, :, roles]
    prices = problem.roles.price[roles]
    wishes = problem.people.wishes[who].astype(float)
    fixed = problem.people.fixed[who] != FREE
    wishes[fixed] = 0.0
    if not len(who) or not len(roles):
        return float((needs.sum(axis=(0, 1)) * prices).sum() + wishes[:, :, -1].sum())
    used = np.asarray(needs.any(axis=(0, 2)))
    program = Program()
    free = problem.people.available[who][:, :, used] | fixed[:, :, None]
    off = wishes[:, :, -1:]
    works = program.columns(wishes[:, :, :-1][:, :, used] - off)
    program.put(program.rows(np.ones(works.shape[:2]))[:, :, None], works, 1.0)
    closed = program.rows(np.zeros(1))
    program.put(closed, works[~free], 1.0)
    seats = needs[:, used].sum(axis=2)
    empty = program.columns(np.zeros(seats.shape))
    covered = program.rows(-seats.astype(float))
    program.put(covered[None], works, -1.0)
    program.put(covered, empty, -1.0)
    _hours(program, problem, who, works, used)
    _shares(program, problem, band[who], works, used)
    _ways(program, problem, who, roles, needs, works, empty, fixed)
    return program.solve() + float(off.sum())


def _hours(
    program: Program, problem: Problem, who: IntArray, works: IntArray, used: BoolArray
) -> None:
    calendar, people = problem.calendar, problem.people
    weeks = np.unique(calendar.week)
    length = calendar.length_min[:, used]
    price = np.full((len(who), len(weeks)), problem.prices.overtime_h / 60)
    overtime = program.columns(price)
    row = program.rows(np.repeat(people.week_min[who][:, None], len(weeks), axis=1).astype(float))
    week = np.searchsorted(weeks, calendar.week)
    program.put(row[:, week][:, :, None], works, length[None].astype(float))
    program.put(row, overtime, -1.0)


def _shares(
    program: Program, problem: Problem, band: IntArray, works: IntArray, used: BoolArray
) -> None:
    calendar = problem.calendar
    shape = calendar.length_min[:, used].shape
    marks = (calendar.night[None, used], calendar.weekend[:, None], calendar.holiday[:, None])
    for kind, mark in enumerate(marks):
        where = np.broadcast_to(mark, shape)
        outside = program.columns(np.full((len(band), 2), float(problem.prices.unfair)))
        least = program.rows(-band[:, kind, 0].astype(float))
        most = program.rows(band[:, kind, 1].astype(float))
        program.put(least[:, None], works[:, where], -1.0)
        program.put(most[:, None], works[:, where], 1.0)
        program.put(np.stack([least, most], axis=1), outside, -1.0)


def _ways(
    program: Program, problem: Problem, who: IntArray, roles: IntArray, needs: IntArray,
    works: IntArray, empty: IntArray, fixed: BoolArray,
) -> None:  # fmt: skip
    """How often each works in each role, at the price of the way; the far ones at the nearest's."""
    able = problem.able[np.ix_(who, roles)]
    km = problem.people.km[np.ix_(who, problem.roles.post[roles])] * problem.prices.km
    km = np.where(able, km, np.inf)
    km[fixed.any(axis=1)] = 0.0
    order = np.argsort(km, axis=1, kind="stable")
    near = order[:, :NEAREST]
    price = np.take_along_axis(km, near, axis=1)
    person, place = np.nonzero(np.isfinite(price))
    at = program.columns(price[person, place])
    role = near[person, place]
    total = program.rows(np.zeros(len(who)))  # not less ways than days of work
    program.put(total[:, None], works.reshape(len(who), -1), 1.0)
    program.put(total[person], at, -1.0)
    seats = program.rows(-needs.sum(axis=(0, 1)).astype(float))
    program.put(seats[role], at, -1.0)
    nobody = program.columns(problem.roles.price[roles])
    program.put(seats, nobody, -1.0)
    as_empty = program.rows(np.zeros(1))  # what is empty by the clock is empty at some role
    program.put(as_empty, empty.ravel(), 1.0)
    program.put(as_empty, nobody, -1.0)
    if able.shape[1] > NEAREST:
        beyond = np.take_along_axis(km, order[:, NEAREST : NEAREST + 1], axis=1)[:, 0]
        far = np.flatnonzero(np.isfinite(beyond))
        elsewhere = program.columns(beyond[far])
        program.put(total[far], elsewhere, -1.0)
        by_others = program.columns(np.zeros(len(roles)))
        program.put(seats, by_others, -1.0)
        shared = program.rows(np.zeros(1))
        program.put(shared, by_others, 1.0)
        program.put(shared, elsewhere, -1.0)

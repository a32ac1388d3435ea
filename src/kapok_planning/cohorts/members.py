"""Who is in which cohort: posts' needs, a leader and a medic in each, and families."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from kapok_planning.cohorts.rota import Rota

SHORT_PRICE, APART_PRICE = 10_000, 1_000
WORK = 8.0


@dataclass(frozen=True)
class Staff:
    """The people who may be in cohorts.

    Attributes
    ----------
    roles : (p, r) bool array
        Who can stand for what (leader, medic, guard, …); everybody counts for all of theirs.
    least : (r,) int array
        How many of each role a cohort needs, so that every post has its minimum at every hour.
    apart, together
        Pairs that must not be shut in at once (two parents of a small child), and that want to be
        in one cohort.
    at_home : (p, d) int array
        Price of each day of the calendar on which somebody is shut in; 0 where it is all one.

    Raises
    ------
    ValueError
        When shapes disagree or a pair names nobody.
    """

    roles: NDArray[np.bool_]
    least: NDArray[np.int32]
    apart: tuple[tuple[int, int], ...]
    together: tuple[tuple[int, int], ...]
    at_home: NDArray[np.int32]

    def __post_init__(self) -> None:
        n = len(self.roles)
        if self.roles.ndim != 2 or self.least.shape != (self.roles.shape[1],):
            raise ValueError(f"least has shape {self.least.shape}, roles {self.roles.shape}.")
        if self.least.size and self.least.min() < 0:
            raise ValueError("least must not be negative.")
        if self.at_home.ndim != 2 or len(self.at_home) != n or (self.at_home < 0).any():
            raise ValueError("at_home needs a row for each person, of prices not negative.")
        for one, other in (*self.apart, *self.together):
            if not (0 <= one < n and 0 <= other < n) or one == other:
                raise ValueError(f"The pair {one}, {other} is not of two of the {n} people.")


@dataclass(frozen=True)
class Short:
    """A cohort that has too few of a role."""

    cohort: int
    role: int
    n: int


@dataclass(frozen=True)
class Members:
    """Who is in which cohort.

    Attributes
    ----------
    cohort : (p,) int array
        Cohort of each.
    short
        Roles of which cohorts have too few.
    not_apart, not_together
        Pairs whose need is not met.
    home_price
        What days at home that are not given cost.
    proven
        Whether no better split exists.
    """

    cohort: NDArray[np.int32]
    short: tuple[Short, ...]
    not_apart: tuple[tuple[int, int], ...]
    not_together: tuple[tuple[int, int], ...]
    home_price: int
    proven: bool


def split(
    rota: Rota,
    staff: Staff,
    *,
    seed: int = 0,
    work: float = WORK,
    fixed: NDArray[np.int32] | None = None,
) -> Members:
    """Split people into cohorts of nearly one size.

    First no cohort is short of any role, then families' needs are met, then wishes for days at
    home. Sizes differ by one at most. What cannot be met is named, never passed over.

    Parameters
    ----------
    rota
        The calendar, which says who is shut in when.
    staff
        The people.
    seed, work
        Of CP-SAT, with its deterministic time: equal seeds give equal splits.
    fixed : (p,) int array
        Cohort of those who stay where they are, -1 for all others. Sizes may then differ by more.

    Raises
    ------
    ValueError
        When there are fewer people than cohorts, or somebody stays in a cohort that is not there.
    """
    n, cohorts = len(staff.roles), rota.n_cohorts
    if n < cohorts:
        raise ValueError(f"{n} people cannot be split into {cohorts} cohorts.")
    cp = cp_model.CpModel()
    x = [[cp.new_bool_var("") for _ in range(cohorts)] for _ in range(n)]
    for row in x:
        cp.add_exactly_one(row)
    stays = np.full(n, -1, np.int32) if fixed is None else fixed
    if stays.shape != (n,) or stays.max(initial=-1) >= cohorts:
        raise ValueError(f"fixed must name cohorts below {cohorts} for {n} people.")
    for person in np.flatnonzero(stays >= 0).tolist():
        cp.add_bool_and([x[person][int(stays[person])]])
    _sizes(cp, x, stays, cohorts)
    costs = _roles(cp, x, staff, cohorts)
    costs += _families(cp, x, rota, staff)
    home = _home_prices(rota, staff)
    costs += [x[p][c] * int(home[p, c]) for p, c in np.argwhere(home > 0).tolist()]
    cp.minimize(cp_model.LinearExpr.sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    begun = _dealt(staff, stays, cohorts)
    for person, row in enumerate(x):
        for cohort in range(cohorts):
            cp.add_hint(row[cohort], begun[person] == cohort)
    status = solver.solve(cp)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        found = np.array([[solver.boolean_value(v) for v in row] for row in x]).argmax(axis=1)
    else:
        found = begun
    return judged(rota, staff, found.astype(np.int32), proven=status == cp_model.OPTIMAL)


def _dealt(staff: Staff, stays: NDArray[np.int32], cohorts: int) -> NDArray[np.int32]:
    """People dealt out like cards, those of equal roles one after another: what a search begins at.

    It is also the answer where the work is too little to find any other.
    """
    found = stays.copy()
    free = np.flatnonzero(stays < 0)
    order = free[np.lexsort(staff.roles[free].T)]
    found[order] = np.arange(len(order)) % cohorts
    return found


def _sizes(
    cp: cp_model.CpModel, x: list[list[cp_model.IntVar]], stays: NDArray[np.int32], cohorts: int
) -> None:
    """Cohorts of one size, or nearly; larger only where so many stay."""
    n = len(x)
    least, most = n // cohorts, -(-n // cohorts)
    if (stays >= 0).any():
        least, most = 0, max(most, int(np.bincount(stays[stays >= 0]).max()))
    for cohort in range(cohorts):
        size = cp_model.LinearExpr.sum([row[cohort] for row in x])
        cp.add_linear_constraint(size, least, most)


def _roles(
    cp: cp_model.CpModel, x: list[list[cp_model.IntVar]], staff: Staff, cohorts: int
) -> list[cp_model.LinearExpr]:
    costs: list[cp_model.LinearExpr] = []
    for role, least in enumerate(staff.least.tolist()):
        who = np.flatnonzero(staff.roles[:, role]).tolist()
        for cohort in range(cohorts):
            short = cp.new_int_var(0, least, "")
            there = cp_model.LinearExpr.sum([x[p][cohort] for p in who])
            cp.add(there + short >= least)
            costs.append(short * SHORT_PRICE)
    return costs


def meets(rota: Rota) -> NDArray[np.bool_]:
    """Which two cohorts are shut in on one day at least, (c, c)."""
    closed = rota.is_closed.astype(np.int64)
    return np.asarray(closed @ closed.T > 0)


def _families(
    cp: cp_model.CpModel, x: list[list[cp_model.IntVar]], rota: Rota, staff: Staff
) -> list[cp_model.LinearExpr]:
    together = meets(rota)
    days = rota.is_closed.astype(np.int64) @ rota.is_closed.astype(np.int64).T
    costs: list[cp_model.LinearExpr] = []
    for one, other in staff.apart:
        for a, b in np.argwhere(together).tolist():
            both = cp.new_bool_var("")
            cp.add_bool_or([x[one][a].negated(), x[other][b].negated(), both])
            costs.append(both * int(APART_PRICE + days[a, b]))
    for one, other in staff.together:
        for cohort in range(rota.n_cohorts):
            parted = cp.new_bool_var("")
            cp.add_bool_or([x[one][cohort].negated(), x[other][cohort], parted])
            costs.append(parted * APART_PRICE)
    return costs


def _home_prices(rota: Rota, staff: Staff) -> NDArray[np.int64]:
    """What each person's days shut in cost in each cohort, (p, c)."""
    width = min(staff.at_home.shape[1], rota.phase.shape[1])
    closed = rota.is_closed[:, :width].astype(np.int64)
    return np.asarray(staff.at_home[:, :width].astype(np.int64) @ closed.T)


def judged(rota: Rota, staff: Staff, cohort: NDArray[np.int32], *, proven: bool) -> Members:
    """What a split lacks, counted anew from who is where."""
    short = []
    for c in range(rota.n_cohorts):
        there = staff.roles[cohort == c].sum(axis=0)
        short += [
            Short(c, role, int(least - there[role]))
            for role, least in enumerate(staff.least.tolist())
            if there[role] < least
        ]
    closed = rota.is_closed

    def shut_in_at_once(one: int, other: int) -> bool:
        return bool((closed[cohort[one]] & closed[cohort[other]]).any())

    home = _home_prices(rota, staff)
    return Members(
        cohort=cohort,
        short=tuple(short),
        not_apart=tuple(pair for pair in staff.apart if shut_in_at_once(*pair)),
        not_together=tuple(p for p in staff.together if cohort[p[0]] != cohort[p[1]]),
        home_price=int(home[np.arange(len(cohort)), cohort].sum()),
        proven=proven,
    )

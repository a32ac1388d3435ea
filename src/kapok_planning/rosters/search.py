"""Making a roster: a first one within seconds, then better ones within a budget of moves."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np

from kapok_planning.rosters.checking import Broken, broken_rules, filled, measure_roster
from kapok_planning.rosters.exact import build, solve
from kapok_planning.rosters.grouping import near_groups
from kapok_planning.rosters.kernels import Data, anneal, row_costs
from kapok_planning.rosters.problem import (
    FREE,
    OFF,
    BoolArray,
    FloatArray,
    IntArray,
    Problem,
    Progress,
    StoppingRule,
    never_stop,
    no_progress,
)
from kapok_planning.rosters.result import Budget, Roster
from kapok_planning.rosters.settling import settle_posts
from kapok_planning.rosters.shares import bands
from kapok_planning.rosters.starting import MOST_ROLES, first_duties

MOVES = {Budget.FIRST: 0, Budget.FAST: 300, Budget.NORMAL: 8_000, Budget.LONG: 40_000}  # per cell
LOCALS = 16  # people who are told as near to a role
SLICE = 1 << 17
HOT, COLD = 1.5, 0.05
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
    n_threads: int = 1,
) -> Roster:
    """Make a roster that breaks no rule and is as cheap as the budget allows.

    Rules are never broken: where they leave a seat without anybody, it stays empty at its price.
    The first roster lets everybody follow a cyclic line of shifts; then two people at a time (or a
    person and nobody) exchange duties of some days, by simulated annealing. Parts that share
    neither people nor seats are planned apart, with draws of their own.

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
        Called between slices of a tenth of a second, never twice at once.
    n_threads
        Parts that are worked on at once; the roster is the same.

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
        members = [_joined(people for people, _ in part) for part in groups]
        duty, finished = _improved(problem, data, duty, members, budget, seed, on_progress,
                                   should_stop, n_threads)  # fmt: skip
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


def _joined(arrays: Iterable[IntArray]) -> IntArray:
    return np.concatenate(list(arrays)).astype(np.int32)


def _improved(
    problem: Problem,
    data: Data,
    duty: IntArray,
    parts: list[IntArray],
    budget: Budget,
    seed: int,
    on_progress: Progress,
    should_stop: StoppingRule,
    n_threads: int,
) -> tuple[IntArray, bool]:
    """The cheapest roster found, and whether the budget was used up.

    Parts are annealed side by side, each with draws of its own: threads change nothing but time.
    """
    able, lock = problem.able, Lock()
    total = sum(n_moves(problem, part, budget) for part in parts)
    done, stopped = 0, False

    def spend(moves: int) -> bool:
        nonlocal done, stopped
        with lock:
            done += moves
            on_progress(min(done, total), total)
            stopped = stopped or should_stop()
            return stopped

    def better(number: int) -> IntArray:
        members = parts[number]
        rows, nobodies = _with_nobodies(problem, duty, np.asarray(able[members].any(axis=0)))
        rng = np.random.default_rng([seed, number])
        moves = n_moves(problem, members, budget)
        _anneal_part(data, rows, members, nobodies, moves, rng, spend)
        return rows[members]

    found = duty.copy()
    with ThreadPoolExecutor(n_threads) as pool:
        for members, rows in zip(parts, pool.map(better, range(len(parts))), strict=True):
            found[members] = rows
    return found, not stopped


def n_moves(problem: Problem, members: IntArray, budget: Budget) -> int:
    """Moves that a budget means for some people."""
    return MOVES[budget] * len(members) * problem.calendar.n_days


def _with_nobodies(problem: Problem, duty: IntArray, roles: BoolArray) -> tuple[IntArray, IntArray]:
    """The rows of people, and below them as many rows of nobody as empty seats ask for."""
    empty = np.maximum(0, problem.needs - filled(problem, duty))[:, :, roles]
    role_of = np.flatnonzero(roles)
    n = int(empty.sum(axis=(1, 2)).max())
    rows = np.full((n, duty.shape[1]), OFF, np.int32)
    for day in range(len(empty)):
        shift, role = np.nonzero(empty[day])
        codes = role_of[role] * problem.calendar.n_shifts + shift
        codes = np.repeat(codes, empty[day][shift, role])
        rows[: len(codes), day] = codes
    nobodies = np.arange(len(duty), len(duty) + n, dtype=np.int32)
    return np.ascontiguousarray(np.vstack([duty, rows])), nobodies


def _anneal_part(
    data: Data,
    rows: IntArray,
    members: IntArray,
    nobodies: IntArray,
    moves: int,
    rng: np.random.Generator,
    spend: Callable[[int], bool],
) -> bool:
    """Anneal one part in place, keeping the cheapest roster met at the ends of slices."""
    if len(members) < 2 and not len(nobodies):
        return spend(moves)
    state = rng.integers(1, 2**63, size=1).astype(np.uint64)
    cost = row_costs(data, rows)
    best, best_cost = rows.copy(), cost.sum()
    n_slices = max(1, -(-moves // SLICE))
    heats = HOT * (COLD / HOT) ** (np.arange(n_slices + 1) / n_slices)
    is_member = np.zeros(len(data.limits), np.bool_)
    is_member[members] = True
    stopped = False
    for i in range(n_slices):
        step = min(SLICE, moves - i * SLICE)
        anneal(data, rows, cost, members, nobodies, state, step, heats[i], heats[i + 1])
        settle_posts(data, rows, is_member, len(data.limits))
        cost = row_costs(data, rows)
        if cost.sum() < best_cost - 1e-9:
            best, best_cost = rows.copy(), cost.sum()
        stopped = spend(step)
        if stopped:
            break
    rows[:] = best
    return stopped

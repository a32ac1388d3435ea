"""Improve a dispatch by taking neighbouring matters out and putting them back better.

Slack induction by string removals after Christiaens and Vanden Berghe (2020), *Transportation
Science* 54, 417-433, under simulated annealing. Every plan on the way is one that may be carried
out; equal seeds and budgets give equal plans.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import jit
from kapok_planning.dispatch.kernels import (
    DUE,
    N_FACTS,
    NONE,
    SPENT,
    WEIGHT,
    Case,
    Look,
    Plan,
    best_place,
    insert,
    price_of,
    walk,
)
from kapok_planning.dispatch.problem import FloatArray, IntArray

MOST_OUT = 40  # matters taken out in a round
USUAL_OUT = 8.0
LONGEST_STRING = 8
N_SORTS, START = 4, 4
LEFT_OUT_EVERY = 4  # rounds


class Work(NamedTuple):
    """Scratch of a search.

    ``out`` matters taken out and ``key`` to sort them by; ``touched`` units changed in this round,
    ``mark`` (u,) the round in which they were, and what they were before: ``old_order``,
    ``old_length``, ``old_facts``, ``old_plain``, by their turn. ``counts``:
    0 matters out, 1 units touched; ``random`` (1,) state; ``look`` for a place.
    """

    out: IntArray
    key: FloatArray
    touched: IntArray
    mark: NDArray[np.int64]
    old_order: IntArray
    old_length: IntArray
    old_facts: FloatArray
    old_plain: IntArray
    counts: NDArray[np.int64]
    random: NDArray[np.uint64]
    look: Look


def new_work(n_matters: int, n_units: int, longest: int, seed: int) -> Work:
    """Scratch for a search with a seed."""
    state = np.random.default_rng(seed).integers(1, 2**63, 1, dtype=np.uint64)
    rows = n_units
    return Work(
        out=np.empty(n_matters + 1, np.int32),
        key=np.empty(n_matters + 1),
        touched=np.empty(rows, np.int32),
        mark=np.full(n_units, -1, np.int64),
        old_order=np.empty((rows, longest), np.int32),
        old_length=np.empty(rows, np.int32),
        old_facts=np.empty((rows, longest, N_FACTS)),
        old_plain=np.empty(rows, np.int32),
        counts=np.zeros(2, np.int64),
        random=state,
        look=Look(
            units=np.empty(n_units, np.int32),
            seen=np.zeros(n_units, np.int64),
            turn=np.zeros(1, np.int64),
            skip=np.zeros(1, np.int64),
            place=np.empty(2, np.int32),
        ),
    )


@jit
def _chance(random: NDArray[np.uint64]) -> float:
    """The next random number in [0, 1) (xorshift64)."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return np.float64(x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@jit
def _touch(plan: Plan, work: Work, u: int, turn: int) -> None:
    """Remember a unit's order before its first change in this round."""
    if work.mark[u] == turn:
        return
    work.mark[u] = turn
    k = work.counts[1]
    n = plan.length[u]
    work.touched[k] = u
    work.old_length[k] = n
    work.old_plain[k] = plan.plain[u]
    for at in range(n):
        work.old_order[k, at] = plan.order[u, at]
        for fact in range(N_FACTS):
            work.old_facts[k, at, fact] = plan.facts[u, at, fact]
    work.counts[1] = k + 1


@jit
def _undo(plan: Plan, work: Work) -> None:
    """Go back to the plan before this round."""
    for k in range(work.counts[0]):
        plan.unit[work.out[k]] = NONE
    for k in range(work.counts[1]):
        u = work.touched[k]
        plan.length[u] = work.old_length[k]
        plan.plain[u] = work.old_plain[k]
        for at in range(work.old_length[k]):
            plan.order[u, at] = work.old_order[k, at]
            for fact in range(N_FACTS):
                plan.facts[u, at, fact] = work.old_facts[k, at, fact]
            plan.unit[work.old_order[k, at]] = u


@jit
def _cut(case: Case, plan: Plan, work: Work, i: int, longest: int, turn: int) -> None:
    """Take a string of matters that holds ``i`` out of its unit's order."""
    u = plan.unit[i]
    _touch(plan, work, u, turn)
    n, at = plan.length[u], 0
    while plan.order[u, at] != i:
        at += 1
    size = min(1 + int(_chance(work.random) * min(longest, n)), MOST_OUT - work.counts[0])
    low, high = max(0, at - size + 1), min(at, n - size)
    start = low + int(_chance(work.random) * (high - low + 1))
    for k in range(start, start + size):
        j = plan.order[u, k]
        plan.unit[j] = NONE
        work.out[work.counts[0]] = j
        work.counts[0] += 1
    for k in range(start + size, n):
        plan.order[u, k - size] = plan.order[u, k]
    plan.length[u] = n - size
    walk(case, plan, u, start)


@jit
def _centre(plan: Plan, work: Work, turn: int) -> int:
    """A matter drawn at random; now and then the next one that is left out, where there is any."""
    n = len(plan.unit)
    drawn = int(_chance(work.random) * n)
    if turn % LEFT_OUT_EVERY == 0:
        for k in range(n):
            if plan.unit[(drawn + k) % n] == NONE:
                return (drawn + k) % n
    return drawn


@jit
def _take_out(case: Case, plan: Plan, work: Work, turn: int) -> float:
    """Take strings out of the orders of units around a matter.

    Matters there that are left out come along; returns what leaving them out costs.
    """
    centre = _centre(plan, work, turn)
    longest = 1 + int(_chance(work.random) * LONGEST_STRING)
    strings = 1 + int(_chance(work.random) * (4.0 * USUAL_OUT / (1.0 + longest)))
    cuts, owed = 0, 0.0
    for k in range(-1, case.near.shape[1]):
        i = centre if k < 0 else case.near[centre, k]
        if i == NONE or cuts >= strings or work.counts[0] >= MOST_OUT:
            break
        u = plan.unit[i]
        if u == NONE:
            if not (work.out[: work.counts[0]] == i).any():
                work.out[work.counts[0]] = i
                work.counts[0] += 1
                owed += case.left_out[i]
        elif work.mark[u] != turn:
            _cut(case, plan, work, i, longest, turn)
            cuts += 1
    return owed


@jit
def _sort(case: Case, work: Work, way: int) -> None:
    """Order what is out: urgent first, then at random, by due time, weight, or the nearest unit.

    ``START``: by due time, after what few units can do.
    """
    n = work.counts[0]
    for k in range(n):
        i = work.out[k]
        if way == 0:
            key = _chance(work.random)
        elif way == 1 or way == START:
            key = min(case.about[i, DUE], 1e9)
            if way == START and case.near_units[i, -1] == NONE:
                key -= 1e10
        elif way == 2:
            key = -case.about[i, WEIGHT]
        else:
            u = case.near_units[i, 0]
            key = 0.0 if u == NONE else -np.float64(case.from_unit[i, u, 0])
        work.key[k] = key - (1e12 if case.urgent[i] and way > 0 else 0.0)
    sorted_ = np.argsort(work.key[:n])
    work.out[:n] = work.out[:n][sorted_]


@jit
def put_back(case: Case, plan: Plan, work: Work, turn: int) -> float:
    """Put what is out where it costs least, one by one; the price of what stays out."""
    lost, look = 0.0, work.look
    for k in range(work.counts[0]):
        i = work.out[k]
        look.skip[0] = np.int64(_chance(work.random) * 0x3FFFFFFF)
        price = best_place(case, plan, i, look)
        if look.place[0] == NONE:
            lost += price
        else:
            _touch(plan, work, look.place[0], turn)
            insert(case, plan, look.place[0], i, look.place[1])
    return lost


@jit
def start(case: Case, plan: Plan, work: Work) -> None:
    """Put all matters where they cost least: urgent ones, what few units can do, by due time."""
    work.counts[:2] = 0
    for i in range(len(case.left_out)):
        work.out[i] = i
    work.counts[0] = len(case.left_out)
    _sort(case, work, START)
    put_back(case, plan, work, 0)


@jit
def total(case: Case, plan: Plan) -> float:
    """Price of a plan."""
    price = 0.0
    for u in range(len(case.free)):
        price += price_of(plan, u)
    for i in range(len(case.left_out)):
        if plan.unit[i] == NONE:
            price += case.left_out[i]
    return price


@jit
def _change(case: Case, plan: Plan, work: Work, turn: int) -> float:
    """Take matters out and put them back; how much the price rises by it."""
    work.counts[:2] = 0
    owed = _take_out(case, plan, work, turn)
    _sort(case, work, int(_chance(work.random) * N_SORTS))
    change = put_back(case, plan, work, turn) - owed
    for k in range(work.counts[1]):
        u = work.touched[k]
        n = work.old_length[k]
        change += price_of(plan, u) - (work.old_facts[k, n - 1, SPENT] if n > 0 else 0.0)
    return change


@jit
def improve(
    case: Case, plan: Plan, best: IntArray, prices: FloatArray, work: Work, rounds: IntArray
) -> None:
    """Work from round ``rounds[0]`` to ``rounds[1]`` of ``rounds[2]``.

    ``prices``: 0 of the plan, 1 of the best so far, 2 and 3 first and last heat. ``best`` (u, c)
    holds the orders of the best plan, -1 behind their ends.
    """
    cooling = np.log(prices[3] / prices[2]) / max(rounds[2], 1)
    for turn in range(rounds[0] + 1, rounds[1] + 1):
        heat = prices[2] * np.exp(cooling * turn)
        change = _change(case, plan, work, turn)
        if not change < -heat * np.log(1e-300 + _chance(work.random)):
            _undo(plan, work)
            continue
        prices[0] += change
        if prices[0] < prices[1] - 1e-9:
            prices[1] = prices[0]
            keep(plan, best)


@jit
def keep(plan: Plan, best: IntArray) -> None:
    """Copy the orders, -1 behind their ends."""
    for u in range(len(plan.length)):
        for k in range(best.shape[1]):
            best[u, k] = plan.order[u, k] if k < plan.length[u] else NONE

"""A plan as orders of matters, and what a change of it would cost, compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit
from kapok_planning.dispatch.problem import (
    TOLERANCE_MIN,
    BoolArray,
    FloatArray,
    IntArray,
    SkillArray,
)

SingleArray = NDArray[np.float32]

NONE = -1
SERVICE, DUE, WEIGHT = 0, 1, 2
DONE, SPENT, WAY_MIN, WAY_PRICE, SLACK = 0, 1, 2, 3, 4
N_FACTS = 5


class Case(NamedTuple):
    """All that does not change while searching.

    Of matters: ``about`` (m, 3) service, due, weight; ``urgent``, ``preferred``, ``left_out``
    (price) (m,); ``needs`` (m, w) words of skills; ``near`` (m, k) matters and ``near_units``
    (m, k) units, nearest first, -1 where there are no more. Of units: ``free``, ``end``,
    ``capacity`` (u,); ``has`` (u, w).
    Ways, minutes and price beside each other: ``from_unit`` (m, u, 2), ``from_matter`` and
    ``to_matter`` (m, m, 2), the row being the matter that one asks about.
    """

    about: FloatArray
    urgent: BoolArray
    needs: SkillArray
    preferred: IntArray
    left_out: FloatArray
    near: IntArray
    near_units: IntArray
    free: FloatArray
    end: FloatArray
    has: SkillArray
    capacity: IntArray
    from_unit: SingleArray
    from_matter: SingleArray
    to_matter: SingleArray
    other_unit: float


class Plan(NamedTuple):
    """Orders of all units, and what is known along them.

    ``order`` (u, c) matters; ``length`` (u,); ``facts`` (u, c, 5) at each place: when the matter
    is done, the price up to and with it, minutes and price of the way there, and how much later
    everything from there on may be before anything is late; ``plain`` (u,) place of the first
    matter that is not urgent, or the length; ``unit`` (m,) unit of each matter or -1.
    """

    order: IntArray
    length: IntArray
    facts: FloatArray
    plain: IntArray
    unit: IntArray


class Look(NamedTuple):
    """Scratch of a look for a place.

    ``units`` (u,) to look at; ``seen`` (u,) the turn in which each was listed; ``turn`` (1,);
    ``skip`` (1,) random bits; ``place`` (2,) unit and position found.
    """

    units: IntArray
    seen: NDArray[np.int64]
    turn: NDArray[np.int64]
    skip: NDArray[np.int64]
    place: IntArray


@inlined
def _at_work(case: Case, u: int, i: int, arrival: float, behind_plain: bool) -> tuple[float, float]:
    """Do matter ``i``: its price but for the way, and when it is done.

    The price is infinite where it may not be: after the shift's end, or where an urgent matter is
    late ``behind_plain``, behind one that is not.
    """
    done = arrival + case.about[i, SERVICE]
    if not done <= case.end[u] + TOLERANCE_MIN or done == np.inf:
        return np.inf, done
    price = 0.0
    late = arrival - case.about[i, DUE]
    if late > 0.0:
        price = case.about[i, WEIGHT] * late
        if late > TOLERANCE_MIN and behind_plain and case.urgent[i]:
            price = np.inf
    if case.preferred[i] != NONE and case.preferred[i] != u:
        price += case.other_unit
    return price, done


@inlined
def lacks(case: Case, u: int, i: int) -> bool:
    """Whether a unit lacks a skill that a matter needs."""
    missing = 0
    for word in range(case.needs.shape[1]):
        missing |= case.needs[i, word] & ~case.has[u, word]
    return missing != 0


@inlined
def price_of(plan: Plan, u: int) -> float:
    """Price of a unit's order."""
    n = plan.length[u]
    return plan.facts[u, n - 1, SPENT] if n > 0 else 0.0


@inlined
def _tail(
    case: Case, plan: Plan, u: int, start: int, delay: float, price: float, behind_plain: bool
) -> float:
    """Price of an order whose part from place ``start`` on is done ``delay`` later.

    ``price`` is that of all before, and of the way to ``start``.
    """
    for k in range(start, plan.length[u]):
        i = plan.order[u, k]
        arrival = plan.facts[u, k, DONE] + delay - case.about[i, SERVICE]
        more, _ = _at_work(case, u, i, arrival, behind_plain)
        price += more
        if k > start:
            price += plan.facts[u, k, WAY_PRICE]
        behind_plain = behind_plain or not case.urgent[i]
    return price


@inlined
def _price_with(case: Case, plan: Plan, u: int, i: int, at: int, most: float) -> float:
    """Price of unit ``u``'s order with ``i`` at place ``at``; infinite if surely over ``most``."""
    n = plan.length[u]
    if at == 0:
        leave, price = case.free[u], 0.0
        way_min = np.float64(case.from_unit[i, u, 0])
        way_price = np.float64(case.from_unit[i, u, 1])
    else:
        leave, price = plan.facts[u, at - 1, DONE], plan.facts[u, at - 1, SPENT]
        before = plan.order[u, at - 1]
        way_min = np.float64(case.to_matter[i, before, 0])
        way_price = np.float64(case.to_matter[i, before, 1])
    behind_plain = plan.plain[u] < at
    more, done = _at_work(case, u, i, leave + way_min, behind_plain)
    price += way_price + more
    if at == n:
        return price
    spent = plan.facts[u, at - 1, SPENT] if at > 0 else 0.0
    rest: float = plan.facts[u, n - 1, SPENT] - spent - plan.facts[u, at, WAY_PRICE]
    if not price + rest <= most:  # what comes later never costs less for that
        return np.inf
    after = plan.order[u, at]
    price += case.from_matter[i, after, 1]
    delay = done + case.from_matter[i, after, 0] - leave - plan.facts[u, at, WAY_MIN]
    if not plan.facts[u, n - 1, DONE] + delay <= case.end[u] + TOLERANCE_MIN:
        return np.inf
    with_rest: float = price + rest
    if max(delay, 0.0) <= plan.facts[u, at, SLACK]:
        return with_rest
    if not with_rest <= most:
        return np.inf
    return _tail(case, plan, u, at, delay, price, behind_plain or not case.urgent[i])


@jit
def walk(case: Case, plan: Plan, u: int, start: int) -> None:
    """Renew what is known along a unit's order, from place ``start`` on."""
    n = plan.length[u]
    plain = plan.plain[u] if plan.plain[u] < start else n
    now, price = case.free[u], 0.0
    if start > 0:
        now, price = plan.facts[u, start - 1, DONE], plan.facts[u, start - 1, SPENT]
    for k in range(start, n):
        i = plan.order[u, k]
        if k == 0:
            way_min = np.float64(case.from_unit[i, u, 0])
            way_price = np.float64(case.from_unit[i, u, 1])
        else:
            before = plan.order[u, k - 1]
            way_min = np.float64(case.to_matter[i, before, 0])
            way_price = np.float64(case.to_matter[i, before, 1])
        more, done = _at_work(case, u, i, now + way_min, plain < k)
        price += way_price + more
        plan.facts[u, k, DONE], plan.facts[u, k, SPENT] = done, price
        plan.facts[u, k, WAY_MIN], plan.facts[u, k, WAY_PRICE] = way_min, way_price
        plan.facts[u, k, SLACK] = case.about[i, DUE] - (now + way_min)
        now = done
        if not case.urgent[i] and plain > k:
            plain = k
    plan.plain[u] = plain
    for k in range(n - 2, -1, -1):
        own = case.about[plan.order[u, k], DUE]
        own -= plan.facts[u, k, DONE] - case.about[plan.order[u, k], SERVICE]
        plan.facts[u, k, SLACK] = min(own, plan.facts[u, k + 1, SLACK])


@jit
def insert(case: Case, plan: Plan, u: int, i: int, at: int) -> None:
    """Put matter ``i`` at place ``at`` of unit ``u``'s order."""
    for k in range(plan.length[u], at, -1):
        plan.order[u, k] = plan.order[u, k - 1]
    plan.order[u, at] = i
    plan.length[u] += 1
    plan.unit[i] = u
    walk(case, plan, u, at)


@jit
def scan(case: Case, plan: Plan, i: int, look: Look, n: int, most: float) -> float:
    """Find the cheapest place of matter ``i`` at the first ``n`` listed units.

    Fills ``look.place`` and returns the price where it is under ``most``. One place in 128, drawn
    by the bits of ``look.skip``, is not looked at, so that not all rounds end alike.
    """
    best, skip = most, look.skip[0]
    for k in range(n):
        u = look.units[k]
        if plan.length[u] >= case.capacity[u] or lacks(case, u, i):
            continue
        old = price_of(plan, u)
        if old == np.inf:  # what was cut out leaves a way round that takes too long
            continue
        for at in range(plan.length[u] + 1):
            skip = (skip * 1103515245 + 12345) & 0x7FFFFFFF
            if (skip >> 16) & 127 == 0:
                continue
            price = _price_with(case, plan, u, i, at, old + best) - old
            if price < best:
                best = price
                look.place[0], look.place[1] = u, at
    look.skip[0] = skip
    return best


@jit
def best_place(case: Case, plan: Plan, i: int, look: Look) -> float:
    """Find the cheapest place of a matter at units near it, or else at any.

    Fills ``look.place`` with unit and position; returns the price, or that of leaving it out.
    """
    look.place[0] = NONE
    look.turn[0] += 1
    turn, n = look.turn[0], 0
    for k in range(case.near_units.shape[1] + case.near.shape[1]):
        if k < case.near_units.shape[1]:
            u = case.near_units[i, k]
        else:
            j = case.near[i, k - case.near_units.shape[1]]
            u = plan.unit[j] if j != NONE else NONE
        if u != NONE and look.seen[u] != turn:
            look.seen[u] = turn
            look.units[n] = u
            n += 1
    best = scan(case, plan, i, look, n, case.left_out[i])
    if look.place[0] == NONE:
        n = 0
        for u in range(len(case.free)):
            if look.seen[u] != turn:
                look.units[n] = u
                n += 1
        best = scan(case, plan, i, look, n, best)
    return best

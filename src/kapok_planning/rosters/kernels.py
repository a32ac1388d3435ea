"""The inner loops of the search: what a person's duties cost, and exchanging them.

Whoever has a number above the people's is nobody: a row that holds the seats that stay empty.
Exchanging duties with nobody fills a seat or empties it, so that one kind of move does everything
and no seat is ever lost or filled twice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit
from kapok_planning.rosters.problem import (
    OFF,
    BoolArray,
    FloatArray,
    IntArray,
    PriceArray,
)

LONGEST = 7  # days that are exchanged at once, at most
WITH_NOBODY = 0.15
TO_NEIGHBOUR = 0.5  # how often a duty goes to somebody who lives near it
GIVE_BACK = 0.6  # how often a day that somebody takes over is given back on another


class Data(NamedTuple):
    """A problem as the kernels take it.

    Every look at an array of this tuple is counted as a use; so a kernel takes its rows out once.
    """

    price: PriceArray  # (p, r) way and price; infinite where not able
    wishes: PriceArray  # (p, d, s + 1); infinite where not available; the last for a day off
    free: BoolArray  # (p, d) still to be planned
    follows: BoolArray  # (d, s, s)
    times: IntArray  # (d, s, 4): minutes, night, weekend day, holiday, each 1 for yes
    last: BoolArray  # (d,) last day of its week
    limits: IntArray  # (p, 11), see LIMITS
    empty: FloatArray  # (r,) price of an empty seat
    nearest: IntArray  # (r, k) people with the shortest ways to each role; -1 for none
    overtime: float  # price of a minute
    unfair: float


WEEK, WEEK_MOST, OVERTIME_MOST, NIGHTS_MOST, DAYS_MOST, BAND = range(6)  # columns of limits


@inlined
def outside(value: int, least: int, most: int) -> int:
    """How far a value lies outside its band."""
    return max(least - value, value - most, 0)


@jit
def cost_of_row(  # noqa: C901  # one pass over the days; parts of it would be calls
    price: PriceArray,
    wishes: PriceArray,
    free: BoolArray,
    limits: IntArray,
    follows: BoolArray,
    times: IntArray,
    last: BoolArray,
    row: IntArray,
    overtime_price: float,
    unfair_price: float,
) -> float:
    """What a person's duties cost; infinite where a rule is broken."""
    days, shifts = times.shape[0], times.shape[1]
    cost, before, before_free = 0.0, -1, False
    in_row, nights, minutes, overtime = 0, 0, 0, 0
    row_free, night_free, week_free, any_free = False, False, False, False
    n_nights, n_weekend, n_holiday = 0, 0, 0
    for d in range(days):
        code = row[d]
        if code < 0:
            before, in_row, nights, row_free, night_free = -1, 0, 0, False, False
            if free[d]:
                cost += wishes[d, shifts]
        else:
            role = code // shifts
            s = code - role * shifts
            planned = free[d]
            if planned:
                cost += price[role] + wishes[d, s]
            if before >= 0 and not follows[d, before, s] and (planned or before_free):
                return np.inf
            before, before_free = s, planned
            in_row += 1
            row_free, week_free = row_free or planned, week_free or planned
            if in_row > limits[4] and row_free:
                return np.inf
            if times[d, s, 1]:
                nights, n_nights, night_free = nights + 1, n_nights + 1, night_free or planned
                if nights > limits[3] and night_free:
                    return np.inf
            else:
                nights, night_free = 0, False
            minutes += times[d, s, 0]
            n_weekend += times[d, s, 2]
            n_holiday += times[d, s, 3]
        if last[d]:
            if minutes > limits[1] and week_free:
                return np.inf
            overtime += max(0, minutes - limits[0])
            any_free = any_free or week_free
            minutes, week_free = 0, False
    if overtime > limits[2] and any_free:
        return np.inf
    unfair = outside(n_nights, limits[5], limits[6])
    unfair += outside(n_weekend, limits[7], limits[8])
    unfair += outside(n_holiday, limits[9], limits[10])
    return cost + overtime * overtime_price + unfair * unfair_price


@inlined
def drawn(state: "NDArray[np.uint64]") -> float:
    """The next number in [0, 1) of a splitmix64 generator."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@jit
def row_cost(data: Data, p: int, row: IntArray) -> float:
    """What one row costs: a person's, or nobody's."""
    if p < len(data.limits):
        return cost_of_row(
            data.price[p], data.wishes[p], data.free[p], data.limits[p],
            data.follows, data.times, data.last, row, data.overtime, data.unfair,
        )  # fmt: skip
    empty, shifts, cost = data.empty, data.times.shape[1], 0.0
    for d in range(len(row)):
        if row[d] != OFF:
            cost += empty[row[d] // shifts]
    return cost


@jit
def row_costs(data: Data, duty: IntArray) -> FloatArray:
    """What each row costs, (rows,)."""
    found = np.zeros(len(duty))
    for p in range(len(duty)):
        found[p] = row_cost(data, p, duty[p])
    return found


@jit
def takes(
    price: PriceArray, wishes: PriceArray, free: BoolArray, mine: IntArray, theirs: IntArray,
    day: int, end: int,
) -> bool:  # fmt: skip
    """Whether a person may take over another row's duties by what can be seen day by day."""
    shifts = wishes.shape[1] - 1
    for d in range(day, end):
        code = theirs[d]
        if code == mine[d]:
            continue
        if not free[d]:
            return False
        if code >= 0:
            role = code // shifts
            if price[role] == np.inf or wishes[d, code - role * shifts] == np.inf:
                return False
    return True


@jit
def may_exchange(data: Data, duty: IntArray, a: int, b: int, day: int, end: int) -> bool:
    """Whether two may take each other's duties by what can be seen day by day; cheap."""
    n = len(data.limits)
    one, other = duty[a], duty[b]
    differ = False
    for d in range(day, end):
        differ = differ or one[d] != other[d]
    if not differ:
        return False
    if a < n and not takes(data.price[a], data.wishes[a], data.free[a], one, other, day, end):
        return False
    return b >= n or takes(data.price[b], data.wishes[b], data.free[b], other, one, day, end)


@jit
def exchange(duty: IntArray, a: int, b: int, day: int, end: int) -> None:
    """Let two rows take each other's duties of some days."""
    for d in range(day, end):
        duty[a, d], duty[b, d] = duty[b, d], duty[a, d]


@jit
def day_to_give_back(one: IntArray, other: IntArray, day: int, first: int) -> int:
    """A day on which the other way round one works and one is off; -1 for none.

    Two people who exchange both keep their days, and mostly their hours and nights.
    """
    days = len(one)
    if (one[day] < 0) == (other[day] < 0):
        return -1
    for step in range(days):
        d = (first + step) % days
        if d != day and (one[d] < 0) == (other[day] < 0) and (other[d] < 0) == (one[day] < 0):
            return d
    return -1


@jit
def partner(
    data: Data, duty: IntArray, members: IntArray, nobodies: IntArray,
    state: "NDArray[np.uint64]", i: int, day: int, span: float,
) -> int:  # fmt: skip
    """With whom the person at ``i`` may exchange: nobody, who lives near the duty, or anybody."""
    if len(nobodies) and drawn(state) < WITH_NOBODY:
        return int(nobodies[int(drawn(state) * len(nobodies))])
    code = duty[members[i], day]
    if code >= 0 and drawn(state) < TO_NEIGHBOUR:
        near = data.nearest[code // data.times.shape[1]]
        found = int(near[int(drawn(state) * len(near))])
        if found >= 0:
            return found
    # as often at each distance of 1, 2 to 3, 4 to 7, … in their order
    return int(members[(i + int(np.exp(drawn(state) * span))) % len(members)])


@jit
def give_back(
    data: Data, duty: IntArray, a: int, b: int, day: int, state: "NDArray[np.uint64]"
) -> int:
    """A day that is given back for another, which both may work; -1 for none."""
    if drawn(state) >= GIVE_BACK:
        return -1
    back = day_to_give_back(duty[a], duty[b], day, int(drawn(state) * duty.shape[1]))
    if back >= 0 and may_exchange(data, duty, a, b, back, back + 1):
        return back
    return -1


@jit
def anneal(
    data: Data,
    duty: IntArray,
    cost: FloatArray,
    members: IntArray,
    nobodies: IntArray,
    state: "NDArray[np.uint64]",
    n_moves: int,
    hot: float,
    cold: float,
) -> int:
    """Exchange duties of two rows over some days, again and again; returns the moves taken.

    ``members`` lie near their neighbours. A dearer roster is taken with the probability of
    simulated annealing, between temperatures ``hot`` and ``cold``; ``duty`` and ``cost`` are
    changed in place.
    """
    n, days, taken = len(members), duty.shape[1], 0
    span = np.log(max(2.0, float(n)))
    factor = (cold / hot) ** (1.0 / max(1, n_moves // 1024))
    heat = hot
    for move in range(n_moves):
        if move % 1024 == 1023:
            heat *= factor
        i = int(drawn(state) * n)
        a = members[i]
        day = int(drawn(state) * days)
        b = partner(data, duty, members, nobodies, state, i, day, span)
        draw = drawn(state)
        end = min(days, day + 1 + int(draw * draw * draw * LONGEST))
        if a == b or not may_exchange(data, duty, a, b, day, end):
            continue
        back = give_back(data, duty, a, b, day, state) if end == day + 1 else -1
        exchange(duty, a, b, day, end)
        if back >= 0:
            exchange(duty, a, b, back, back + 1)
        for_a = row_cost(data, a, duty[a])
        if for_a < np.inf:
            for_b = row_cost(data, b, duty[b])
            change = for_a + for_b - cost[a] - cost[b]
            if change <= 0 or drawn(state) < np.exp(-change / heat):
                cost[a], cost[b] = for_a, for_b
                taken += 1
                continue
        exchange(duty, a, b, day, end)
        if back >= 0:
            exchange(duty, a, b, back, back + 1)
    return taken

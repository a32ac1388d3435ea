"""Give all open matters to units at once."""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.curves import along_a_curve
from kapok_planning.dispatch.kernels import N_FACTS, Case, Plan
from kapok_planning.dispatch.measuring import DAY_MIN, M_IN_KM, left_out_prices, measure_dispatch
from kapok_planning.dispatch.problem import (
    NOBODY,
    BoolArray,
    Budget,
    Dispatch,
    FloatArray,
    IntArray,
    Matters,
    Prices,
    Progress,
    StoppingRule,
    Times,
    Units,
    never_stop,
    no_progress,
)
from kapok_planning.dispatch.reasons import arrivals, could_go, in_words
from kapok_planning.dispatch.search import Work, improve, keep, new_work, start, total

ROUNDS_OF_A_MATTER = {Budget.FAST: 0.1, Budget.NORMAL: 0.5, Budget.LONG: 20.0}
LEAST_ROUNDS = {Budget.FAST: 250, Budget.NORMAL: 1_000, Budget.LONG: 20_000}
STEP = 250
N_NEAR, N_NEAR_UNITS = 16, 32
HOT, COLD = 0.1, 0.003  # heat at first and at last, in mean prices of a matter


def assign(
    matters: Matters,
    units: Units,
    times: Times,
    *,
    now: float,
    budget: Budget,
    seed: int,
    prices: Prices | None = None,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> Dispatch:
    """Give each matter to a unit and each unit an order, so that little is late and few drive far.

    What is minimised is the lateness of arrivals by the weights of the matters, plus the distance,
    plus the price of sending others than preferred units, at the given prices; matters are left out
    only where no plan was found that does them all. Skills, shift ends and capacities are kept, and
    no urgent matter is late behind one that is not urgent at the same unit.

    Parameters
    ----------
    matters, units, times
        What is open, who may be sent, and how long and far the ways are.
    now
        The moment from which units may set out [minutes].
    budget
        How much work to spend.
    seed
        Equal inputs, seeds and budgets give equal plans.
    prices
        What things cost; the usual ones unless given.
    on_progress
        Is told rounds done and rounds in all.
    should_stop
        Is asked now and then; the best plan so far is returned when it says yes.

    Returns
    -------
    Dispatch

    Raises
    ------
    ValueError
        When the times are not for these matters and units, or ``now`` is not finite.

    Examples
    --------
    Two units at the ends of a street take the matter near them.

    >>> from kapok_planning.dispatch import Budget, Matters, Times, Units, assign
    >>> from kapok_planning.streets import Pace, straight_between
    >>> spots, posts = np.array([[100.0, 0.0], [900.0, 0.0]]), np.array([[1000.0, 0.0], [0.0, 0.0]])
    >>> times = Times(
    ...     straight_between(posts, spots, pace=Pace()), straight_between(spots, spots, pace=Pace())
    ... )
    >>> matters = Matters(
    ...     service_min=np.full(2, 10.0), due_min=np.full(2, 5.0), weight=np.ones(2),
    ...     urgent=np.zeros(2, dtype=bool), skills=np.zeros(2, dtype=np.int64),
    ...     preferred=np.full(2, -1, dtype=np.int32),
    ... )
    >>> units = Units(
    ...     free_min=np.zeros(2), shift_end_min=np.full(2, 480.0),
    ...     skills=np.zeros(2, dtype=np.int64), capacity=np.full(2, 8, dtype=np.int32),
    ... )
    >>> assign(matters, units, times, now=0.0, budget=Budget.FAST, seed=1).unit
    array([1, 0], dtype=int32)
    """
    _check(matters, units, times, now)
    costs = Prices() if prices is None else prices
    able = could_go(matters, units, times, now)
    doable = np.flatnonzero(able.any(axis=0))
    unit = np.full(matters.n, NOBODY, np.int32)
    position = np.full(matters.n, NOBODY, np.int32)
    finished = True
    if len(doable):
        doable = _by_place(doable, times)
        case = _case(matters, units, times, able, doable, now, costs)
        orders, finished = _search(case, budget, seed, on_progress, should_stop)
        u, at = np.nonzero(orders >= 0)
        unit[doable[orders[u, at]]] = u
        position[doable[orders[u, at]]] = at
    return measure_dispatch(
        matters, units, times, unit, position, now=now, prices=costs, finished=finished
    )


def _check(matters: Matters, units: Units, times: Times, now: float) -> None:
    for name, ways, n in (("first", times.first, units.n), ("between", times.between, matters.n)):
        if ways.minutes.shape != (n, matters.n):
            raise ValueError(
                f"times.{name} has shape {ways.minutes.shape}, expected ({n}, {matters.n})."
            )
    if not np.isfinite(now):
        raise ValueError("now must be finite.")
    if matters.skills.shape[1:] != units.skills.shape[1:]:
        raise ValueError(
            f"skills of matters have shape {matters.skills.shape} and those of units "
            f"{units.skills.shape}; they need equally many words."
        )


def _case(
    matters: Matters,
    units: Units,
    times: Times,
    able: BoolArray,
    doable: NDArray[np.int64],
    now: float,
    prices: Prices,
) -> Case:
    """The matters that somebody could do, as the search takes them."""
    pairs = np.ix_(doable, doable)
    reached = np.where(able, arrivals(units, times, now), np.inf)[:, doable]
    apart = times.between.minutes[pairs]
    from_matter = _ways(apart, times.between.metres[pairs], prices)
    return Case(
        about=np.stack([matters.service_min, matters.due_min, matters.weight], axis=1)[doable],
        urgent=matters.urgent[doable],
        needs=in_words(matters.skills[doable]),
        preferred=matters.preferred[doable].astype(np.int32),
        left_out=left_out_prices(matters, prices)[doable],
        near=_nearest(np.where(np.eye(len(doable), dtype=bool), np.inf, apart), N_NEAR),
        near_units=_nearest(reached.T, N_NEAR_UNITS),
        free=np.maximum(units.free_min, now),
        end=units.shift_end_min,
        has=in_words(units.skills),
        capacity=units.capacity.astype(np.int32),
        from_unit=_ways(times.first.minutes[:, doable].T, times.first.metres[:, doable].T, prices),
        from_matter=from_matter,
        to_matter=np.ascontiguousarray(from_matter.transpose(1, 0, 2)),
        other_unit=float(prices.other_unit),
    )


def _ways(minutes: FloatArray, metres: FloatArray, prices: Prices) -> NDArray[np.float32]:
    """Minutes and prices beside each other, as they are looked up together."""
    ways = np.empty((*minutes.shape, 2), np.float32)
    ways[:, :, 0] = minutes
    ways[:, :, 1] = metres
    ways[:, :, 1] *= prices.km / M_IN_KM
    return ways


def _by_place(matters: NDArray[np.int64], times: Times) -> NDArray[np.int64]:
    """Matters in an order that keeps near ones near each other in memory.

    Their ways from two matters far apart stand for a map, along a curve through which (Morton's)
    they are sorted.
    """
    far = int(matters[np.argmax(_finite(times.between.minutes[matters[0], matters]))])
    one = _finite(times.between.minutes[far, matters])
    other = _finite(times.between.minutes[int(matters[int(one.argmax())]), matters])
    return matters[along_a_curve(np.stack([one, other], axis=1), cell=0.25)]


def _finite(minutes: FloatArray) -> FloatArray:
    """Minutes, a day for what cannot be reached."""
    return np.asarray(np.minimum(minutes, DAY_MIN))


def _nearest(apart: FloatArray, most: int) -> IntArray:
    """The ``most`` smallest columns of each row, smallest first; -1 where infinite."""
    most = min(most, apart.shape[1])
    some = np.argpartition(apart, most - 1, axis=1)[:, :most]
    some.sort(axis=1)  # of equals the first
    values = np.take_along_axis(apart, some, axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    near = np.take_along_axis(some, order, axis=1).astype(np.int32)
    near[~np.isfinite(np.take_along_axis(values, order, axis=1))] = NOBODY
    return np.ascontiguousarray(near)


def _search(
    case: Case, budget: Budget, seed: int, on_progress: Progress, should_stop: StoppingRule
) -> tuple[IntArray, bool]:
    """The best orders found, (u, c) with -1 behind their ends, and whether the budget was used."""
    n_units, n = len(case.free), len(case.left_out)
    longest = max(int(case.capacity.max(initial=0)), 1)
    plan = Plan(
        order=np.full((n_units, longest), NOBODY, np.int32),
        length=np.zeros(n_units, np.int32),
        facts=np.zeros((n_units, longest, N_FACTS)),
        plain=np.zeros(n_units, np.int32),
        unit=np.full(n, NOBODY, np.int32),
    )
    work: Work = new_work(n, n_units, longest, seed)
    start(case, plan, work)
    best = np.full((n_units, longest), NOBODY, np.int32)
    keep(plan, best)
    price = total(case, plan)
    usual = max(price / n, 1e-6)
    prices = np.array([price, price, HOT * usual, COLD * usual])
    rounds = max(int(ROUNDS_OF_A_MATTER[budget] * n), LEAST_ROUNDS[budget])
    for done in range(0, rounds, STEP):
        if should_stop():
            return best, False
        until = min(done + STEP, rounds)
        improve(case, plan, best, prices, work, np.array([done, until, rounds]))
        on_progress(until, rounds)
    return best, True

"""What a dispatch is worth, ours or another's."""

import numpy as np

from kapok_planning.dispatch.problem import (
    NOBODY,
    TOLERANCE_MIN,
    BoolArray,
    Dispatch,
    FloatArray,
    IntArray,
    Matters,
    Prices,
    Times,
    Totals,
    Units,
)
from kapok_planning.dispatch.reasons import has_skills, name_left_out

M_IN_KM = 1000.0
DAY_MIN = 1440.0


def left_out_prices(matters: Matters, prices: Prices) -> FloatArray:
    """What leaving each matter out costs, (m,)."""
    own = np.maximum(matters.weight, 1.0) * prices.left_out_min
    return np.asarray(own + max(float(matters.weight.max(initial=0.0)), 1.0) * DAY_MIN)


def measure_dispatch(
    matters: Matters,
    units: Units,
    times: Times,
    unit: IntArray,
    position: IntArray,
    *,
    now: float,
    prices: Prices,
    finished: bool = True,
) -> Dispatch:
    """Walk a dispatch through: when units arrive, what is late, what it costs.

    Parameters
    ----------
    matters, units, times
        What was dispatched.
    unit : (m,) int array
        Unit of each matter, -1 for none.
    position : (m,) int array
        Rank in its unit's order; any numbers that sort.
    now
        The moment of the dispatch [minutes].
    prices
        What things cost.
    finished
        Kept in the result.

    Returns
    -------
    Dispatch

    Raises
    ------
    ValueError
        When shapes disagree or a unit does not exist.

    Examples
    --------
    >>> from kapok_planning.dispatch import Matters, Prices, Times, Units, measure_dispatch
    >>> from kapok_planning.streets import Pace, straight_between
    >>> spot = np.array([[700.0, 0.0]])
    >>> times = Times(
    ...     straight_between(np.zeros((1, 2)), spot, pace=Pace()),
    ...     straight_between(spot, spot, pace=Pace()),
    ... )
    >>> matters = Matters(
    ...     np.array([10.0]), np.array([5.0]), np.array([2.0]), np.array([False]),
    ...     np.array([0]), np.array([-1], dtype=np.int32),
    ... )
    >>> units = Units(np.zeros(1), np.array([60.0]), np.array([0]), np.ones(1, dtype=np.int32))
    >>> zero = np.zeros(1, dtype=np.int32)
    >>> plan = measure_dispatch(matters, units, times, zero, zero, now=0.0, prices=Prices())
    >>> round(float(plan.arrival_min[0]), 2), round(plan.totals.price, 2)
    (5.88, 2.74)
    """
    if unit.shape != (matters.n,) or position.shape != (matters.n,):
        raise ValueError(f"unit and position must have shape ({matters.n},).")
    if matters.n and not NOBODY <= unit.min() <= unit.max() < units.n:
        raise ValueError(f"unit must lie in -1 .. {units.n - 1}.")
    rank, travel_min, travel_m, by_street, arrival = _walked(
        matters, units, times, unit, position, now
    )
    late = np.maximum(arrival - matters.due_min, 0.0)
    left_out = name_left_out(matters, units, times, unit, now=now)
    return Dispatch(
        unit=unit.astype(np.int32),
        position=rank,
        travel_min=travel_min,
        travel_m=travel_m,
        by_street=by_street,
        arrival_min=arrival,
        done_min=arrival + matters.service_min,
        late_min=late,
        left_out=left_out,
        totals=_totals(matters, unit, late, travel_m, prices),
        finished=finished,
    )


def _walked(
    matters: Matters,
    units: Units,
    times: Times,
    unit: IntArray,
    position: IntArray,
    now: float,
) -> tuple[IntArray, FloatArray, FloatArray, BoolArray, FloatArray]:
    """Rank, travel minutes and metres, whether by street, and arrival of each matter, (m,)."""
    n = matters.n
    rank = np.full(n, -1, np.int32)
    travel_min, travel_m, arrival = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    by_street = np.zeros(n, np.bool_)
    order = np.lexsort((position, unit))
    last, place, origin, moment = NOBODY, 0, 0, 0.0
    for i in order[unit[order] != NOBODY].tolist():
        u, ways = int(unit[i]), times.between
        if u != last:
            last, place, origin, ways = u, 0, u, times.first
            moment = max(float(units.free_min[u]), now)
        rank[i], by_street[i] = place, ways.by_street[origin, i]
        travel_min[i], travel_m[i] = ways.minutes[origin, i], ways.metres[origin, i]
        arrival[i] = moment + travel_min[i]
        moment = arrival[i] + float(matters.service_min[i])
        place, origin = place + 1, i
    return rank, travel_min, travel_m, by_street, arrival


def _totals(
    matters: Matters, unit: IntArray, late: FloatArray, travel_m: FloatArray, prices: Prices
) -> Totals:
    given = unit != NOBODY
    late_min = float((matters.weight[given] * late[given]).sum())
    metres = float(travel_m[given].sum())
    other = int((given & (matters.preferred >= 0) & (matters.preferred != unit)).sum())
    is_late = given & (np.nan_to_num(late) > TOLERANCE_MIN)
    lost = float(left_out_prices(matters, prices)[~given].sum())
    return Totals(
        price=late_min + metres / M_IN_KM * prices.km + other * prices.other_unit + lost,
        late_min=late_min,
        metres=metres,
        n_other_unit=other,
        n_left_out=int((~given).sum()),
        n_late=int(is_late.sum()),
        n_urgent_late=int((is_late & matters.urgent).sum()),
    )


def broken_rules(matters: Matters, units: Units, dispatch: Dispatch) -> list[str]:
    """What a dispatch must not do, in sentences; none for a sound one.

    Skills, shift ends and capacities are kept, and no urgent matter is late behind one that is
    not urgent at the same unit.
    """
    given = np.flatnonzero(dispatch.unit != NOBODY)
    unit = dispatch.unit[given]
    found = []
    if not has_skills(matters, units)[unit, given].all():
        found.append("A unit lacks a skill.")
    if not (dispatch.done_min[given] <= units.shift_end_min[unit] + TOLERANCE_MIN).all():
        found.append("A unit is not done when its shift ends.")
    if (np.bincount(unit, minlength=units.n) > units.capacity).any():
        found.append("A unit has more matters than it may.")
    for order in dispatch.orders.values():
        urgent = matters.urgent[order]
        behind = np.logical_or.accumulate(~urgent) & urgent
        if (behind & (dispatch.late_min[order] > TOLERANCE_MIN)).any():
            found.append("An urgent matter is late behind one that is not.")
            break
    return found

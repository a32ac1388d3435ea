"""Let no unit stand idle while a matter waits for another one."""

import numpy as np

from kapok_planning.dispatch.measuring import measure_dispatch
from kapok_planning.dispatch.problem import (
    NOBODY,
    Dispatch,
    FloatArray,
    IntArray,
    Matters,
    Prices,
    Times,
    Units,
)
from kapok_planning.dispatch.reasons import arrivals, could_go

LEAST_WEIGHT = 1e-3  # of a matter without weight, so that it too is better early than late


def without_idling(
    plan: Dispatch,
    matters: Matters,
    units: Units,
    times: Times,
    *,
    now: float,
    least_gain_min: float = 5.0,
    prices: Prices | None = None,
) -> Dispatch:
    """Give units that have nothing to do matters that would otherwise wait longer.

    What is in time is not late, so :func:`assign` may let one unit do two matters after each other
    while another one stands by, for the sake of a few hundred metres. People who wait see it
    otherwise. Nothing arrives later than before, and no rule is broken; the distance may grow.

    Parameters
    ----------
    plan
        A dispatch of these matters and units.
    matters, units, times, now, prices
        As they were given to :func:`assign`.
    least_gain_min
        How much sooner somebody must be there for it to be worth the way [minutes], over 0.

    Returns
    -------
    Dispatch

    Raises
    ------
    ValueError
        When the gain is not over 0.
    """
    if not least_gain_min > 0:
        raise ValueError(f"least_gain_min = {least_gain_min:g} is not over 0.")
    costs = Prices() if prices is None else prices
    reached = np.where(could_go(matters, units, times, now), arrivals(units, times, now), np.inf)
    while moved := _moves(plan, matters, reached, least_gain_min):
        unit, position = plan.unit.copy(), plan.position.copy()
        for idle, matter in moved:
            _move(unit, position, matter, idle)
        plan = measure_dispatch(
            matters, units, times, unit, position, now=now, prices=costs, finished=plan.finished
        )
    return plan


def _moves(
    plan: Dispatch, matters: Matters, reached: FloatArray, least_gain_min: float
) -> list[tuple[int, int]]:
    """Idle units and the matters that they take over, at most one out of each order."""
    given = np.flatnonzero(plan.unit != NOBODY)
    idle = np.setdiff1d(np.arange(len(reached)), plan.unit[given])
    if not len(idle) or not len(given):
        return []
    gain = plan.arrival_min[given][None, :] - reached[np.ix_(idle, given)]
    worth = gain * np.maximum(matters.weight[given], LEAST_WEIGHT)[None, :]
    rows, columns = np.nonzero(gain >= least_gain_min)
    order = np.lexsort((columns, rows, -worth[rows, columns]))
    taken: set[int] = set()
    touched: set[int] = set()
    moves = []
    for k in order.tolist():
        unit, matter = int(idle[rows[k]]), int(given[columns[k]])
        source = int(plan.unit[matter])
        if unit not in taken and source not in touched:
            taken.add(unit)
            touched.add(source)
            moves.append((unit, matter))
    return moves


def _move(unit: IntArray, position: IntArray, matter: int, idle: int) -> None:
    """Take a matter out of its order and make it the first and only one of an idle unit."""
    behind = (unit == unit[matter]) & (position > position[matter])
    position[behind] -= 1
    unit[matter], position[matter] = idle, 0

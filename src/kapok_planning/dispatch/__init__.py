"""Dispatch: who goes to which open matter, and in which order.

The usual way::

    times = Times(
        travel_between(streets, units_xy_m, matters_xy_m, pace=pace),
        travel_between(streets, matters_xy_m, matters_xy_m, pace=pace),
    )
    ranking = nearest(units, matters, 7, times, now=now)  # one matter
    plan = assign(matters, units, times, now=now, budget=Budget.NORMAL, seed=1)  # all of them
    plan = without_idling(plan, matters, units, times, now=now)  # where people wait
"""

from kapok_planning.dispatch.assigning import assign
from kapok_planning.dispatch.idling import without_idling
from kapok_planning.dispatch.measuring import broken_rules, measure_dispatch
from kapok_planning.dispatch.problem import (
    MOST_MATTERS_OF_A_UNIT,
    Budget,
    Dispatch,
    LeftOut,
    Matters,
    Prices,
    Times,
    Totals,
    Units,
    Why,
)
from kapok_planning.dispatch.ranking import Ranking, nearest

__all__ = [
    "MOST_MATTERS_OF_A_UNIT",
    "Budget",
    "Dispatch",
    "LeftOut",
    "Matters",
    "Prices",
    "Ranking",
    "Times",
    "Totals",
    "Units",
    "Why",
    "assign",
    "broken_rules",
    "measure_dispatch",
    "nearest",
    "without_idling",
]

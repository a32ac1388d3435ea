"""Rosters of checkpoints: who works where, when, and why a seat stays empty.

The usual way::

    problem = Problem(calendar, roles, people, needs)
    roster = make_roster(problem, budget=Budget.NORMAL, seed=1)  # checked before it is returned
    gaps = shortfalls(problem, roster.duty)  # what could not be met, and why
    helps(problem, roster.duty, gaps)  # what would help most
    repair(problem, roster.duty, [Absence(person, first_day=3, n_days=2)], today=2)
    propose_swaps(problem, roster.duty, person, day=5)
"""

from kapok_planning.rosters.bounding import lower_bound
from kapok_planning.rosters.checking import (
    Broken,
    Rule,
    broken_rules,
    counted,
    filled,
    measure_roster,
    overtime_min,
)
from kapok_planning.rosters.conflicts import Conflict, Relaxation, conflicts
from kapok_planning.rosters.modelling import Family
from kapok_planning.rosters.problem import FREE, OFF, Calendar, People, Prices, Problem, Roles
from kapok_planning.rosters.reasons import Help, Shortfall, Why, helps, shortfalls
from kapok_planning.rosters.repairing import Absence, Repair, repair, without
from kapok_planning.rosters.result import Budget, Roster, Totals
from kapok_planning.rosters.search import make_roster
from kapok_planning.rosters.shares import bands
from kapok_planning.rosters.swapping import (
    Judged,
    Swap,
    judge_swap,
    propose_swaps,
    propose_takers,
    swapped,
)

__all__ = [
    "FREE",
    "OFF",
    "Absence",
    "Broken",
    "Budget",
    "Calendar",
    "Conflict",
    "Family",
    "Help",
    "Judged",
    "People",
    "Prices",
    "Problem",
    "Relaxation",
    "Repair",
    "Roles",
    "Roster",
    "Rule",
    "Shortfall",
    "Swap",
    "Totals",
    "Why",
    "bands",
    "broken_rules",
    "conflicts",
    "counted",
    "filled",
    "helps",
    "judge_swap",
    "lower_bound",
    "make_roster",
    "measure_roster",
    "overtime_min",
    "propose_swaps",
    "propose_takers",
    "repair",
    "shortfalls",
    "swapped",
    "without",
]

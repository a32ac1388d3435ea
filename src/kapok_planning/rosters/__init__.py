from kapok_planning.rosters.checking import Broken, Rule, broken_rules, measure_roster
from kapok_planning.rosters.problem import (
    FREE,
    OFF,
    Budget,
    Calendar,
    People,
    Prices,
    Problem,
    Roles,
    Roster,
    Totals,
)
from kapok_planning.rosters.search import make_roster
__all__ = ["FREE","OFF","Budget","Calendar","People","Prices","Problem","Roles","Roster","Totals","Broken","Rule","broken_rules","measure_roster","make_roster"]

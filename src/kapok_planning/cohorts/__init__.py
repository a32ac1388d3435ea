"""Closed duty: cohorts that follow each other into a closed place, and out again.

The usual way::

    scheme = Scheme((Phase(Kind.PRE_ISOLATION, 14), Phase(Kind.CLOSED_DUTY, 14),
                     Phase(Kind.STANDBY, 14)))
    n = cohorts_within(scheme, Caps())  # or more than least_cohorts, for days at home
    rota = make_rota(scheme, n_cohorts=n, n_days=84)
    members = split(rota, staff, seed=1)
    broken_rules(rota, Caps())  # read off the calendar day by day
    freeze(rota, cohort=1, day=20, clear=27, approval=Approval("positive test", "Wang"))
"""

from kapok_planning.cohorts.checking import Broken, Rule, broken_members, broken_rules
from kapok_planning.cohorts.costs import Costs, costs_of
from kapok_planning.cohorts.freezing import (
    Approval,
    Exit,
    Extension,
    Frozen,
    extend,
    freeze,
    leave_early,
    on_duty,
    waits,
)
from kapok_planning.cohorts.members import Members, Short, Staff, judged, split
from kapok_planning.cohorts.rota import (
    HOME,
    Caps,
    Handover,
    Rota,
    closed_in_row,
    closed_of_window,
    cohorts_within,
    isolation_days,
    make_rota,
)
from kapok_planning.cohorts.scheme import Kind, Phase, Scheme

__all__ = [
    "HOME",
    "Approval",
    "Broken",
    "Caps",
    "Costs",
    "Exit",
    "Extension",
    "Frozen",
    "Handover",
    "Kind",
    "Members",
    "Phase",
    "Rota",
    "Rule",
    "Scheme",
    "Short",
    "Staff",
    "broken_members",
    "broken_rules",
    "closed_in_row",
    "closed_of_window",
    "cohorts_within",
    "costs_of",
    "extend",
    "freeze",
    "isolation_days",
    "judged",
    "leave_early",
    "make_rota",
    "on_duty",
    "split",
    "waits",
]

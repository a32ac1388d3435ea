"""Sites where people pass one station after another: vaccination, sampling.

The usual way::

    situation = Situation(Site(stations), Arrivals(booked=(500.0,) * 10))
    judged = judge(situation, Goal(), seed=1, numbers=range(100))  # waits, and a second opinion
    plan = least_staff(situation, Goal(), seed=1)  # people by station and hour, seats
    next_person(situation, Goal(), seed=1, numbers=range(40))  # where one more helps most

Step by step::

    days = draw_days(situation, seed=1, numbers=range(100))
    run = simulate(situation.site, days)
    figures = measure(situation.site, run, Goal())
    broken_rules(situation.site, run)
"""

from kapok_planning.sites.capacity import capacity_of
from kapok_planning.sites.checking import broken_rules
from kapok_planning.sites.days import Days, draw_days
from kapok_planning.sites.helping import Help, Overload, best_slots, next_person, overloads
from kapok_planning.sites.judging import Judged, judge
from kapok_planning.sites.laws import Law, Shape
from kapok_planning.sites.layout import Hall, Layout, Room, lay_out
from kapok_planning.sites.lines import WITHOUT_LIMIT
from kapok_planning.sites.measuring import Estimate, Measured, estimate, measure
from kapok_planning.sites.running import Run, simulate
from kapok_planning.sites.sampling import offered
from kapok_planning.sites.site import (
    Arrivals,
    Break,
    Goal,
    Queue,
    Site,
    Situation,
    Station,
)
from kapok_planning.sites.sizing import Budget, Sizing, least_staff

__all__ = [
    "WITHOUT_LIMIT",
    "Arrivals",
    "Break",
    "Budget",
    "Days",
    "Estimate",
    "Goal",
    "Hall",
    "Help",
    "Judged",
    "Law",
    "Layout",
    "Measured",
    "Overload",
    "Queue",
    "Room",
    "Run",
    "Shape",
    "Site",
    "Situation",
    "Sizing",
    "Station",
    "best_slots",
    "broken_rules",
    "capacity_of",
    "draw_days",
    "estimate",
    "judge",
    "lay_out",
    "least_staff",
    "measure",
    "next_person",
    "offered",
    "overloads",
    "simulate",
]

"""Hotlines: how many people must be at the phone, and what pooling them saves.

The usual way::

    calls = Calls(per_hour, handling_s, patience_s)
    plan = staff(calls, Target())  # agents of each interval
    shifts = possible_shifts(calls.n, interval_min=30, lengths_h=[4, 8], start_every_min=60)
    rota = cover(plan.rostered, shifts)
    broken_needs(calls, Target(), plan)  # a second opinion
"""

from kapok_planning.hotline.checking import broken_needs, broken_shifts
from kapok_planning.hotline.erlang import erlang_a, erlang_b, erlang_b_between, erlang_c
from kapok_planning.hotline.lines import Lines, Overflowing, overflowing
from kapok_planning.hotline.needs import (
    Calls,
    Overload,
    Staffing,
    Target,
    measure,
    overloads,
    staff,
)
from kapok_planning.hotline.pooling import (
    Overflow,
    Pooling,
    Stream,
    joined,
    load_of,
    merged,
    overflow,
    pool,
)
from kapok_planning.hotline.shifts import Shift, ShiftPlan, cover, possible_shifts

__all__ = [
    "Calls",
    "Lines",
    "Overflow",
    "Overflowing",
    "Overload",
    "Pooling",
    "Shift",
    "ShiftPlan",
    "Staffing",
    "Stream",
    "Target",
    "broken_needs",
    "broken_shifts",
    "cover",
    "erlang_a",
    "erlang_b",
    "erlang_b_between",
    "erlang_c",
    "joined",
    "load_of",
    "measure",
    "merged",
    "overflow",
    "overflowing",
    "overloads",
    "pool",
    "possible_shifts",
    "staff",
]

"""Shifts: every need covered, and no plan costs less."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok_planning.hotline import Shift, broken_shifts, cover, possible_shifts


@st.composite
def days(draw):
    n = draw(st.integers(2, 6))
    need = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    shifts = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, n - 1))
        shifts.append(Shift(start, draw(st.integers(start + 1, n))))
    return need, shifts


def at_work(n, shifts, people):
    there = np.zeros(n, int)
    for shift, count in zip(shifts, people, strict=True):
        there[shift.start : shift.end] += count
    return there


@settings(max_examples=40)
@given(days(), st.sampled_from([None, 1, 3]))
def test_no_plan_misses_less_or_costs_less(day, most):
    need, shifts = day
    plan = cover(need, shifts, most_people=most)
    assert broken_shifts(need, shifts, plan) == []
    best = min(
        (
            int(np.maximum(need - at_work(len(need), shifts, people), 0).sum()),
            sum(c * (s.end - s.start) for s, c in zip(shifts, people, strict=True)),
        )
        for people in product(range(4), repeat=len(shifts))
        if most is None or sum(people) <= most
    )
    assert (int(plan.short.sum()), plan.cost) == best
    assert plan.is_proven


def test_nobody_sits_at_the_phone_over_four_hours_without_a_break():
    for shift in possible_shifts(48, interval_min=30, lengths_h=[4, 6, 8], start_every_min=60):
        stretches, t = [], shift.start
        for begin, end in shift.breaks:
            stretches.append(begin - t)
            t = end
        assert max([*stretches, shift.end - t]) <= 8


def test_a_night_that_no_shift_reaches_is_told():
    plan = cover(np.array([1, 2, 0, 2]), [Shift(0, 2)])
    assert plan.short.tolist() == [0, 0, 0, 2]


def test_too_few_people_leave_as_little_open_as_possible():
    plan = cover(np.array([2, 2, 1]), [Shift(0, 2), Shift(1, 3)], most_people=2)
    assert plan.short.sum() == 1


@pytest.mark.parametrize(
    ("need", "shifts", "says"),
    [
        ([-1], [Shift(0, 1)], "need must not be negative"),
        ([1], [], "There is no shift"),
        ([1], [Shift(0, 2)], "does not lie within"),
        ([1, 1], [Shift(0, 2, ((1, 3),))], "A break of"),
    ],
)
def test_nonsense_is_refused_by_name(need, shifts, says):
    with pytest.raises(ValueError, match=says):
        cover(np.array(need), shifts)


def test_intervals_that_do_not_fit_shifts_are_refused():
    with pytest.raises(ValueError, match="break_min is no whole number of intervals"):
        possible_shifts(24, interval_min=60, lengths_h=[8], start_every_min=60)

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from tests.kapok_planning.dispatch.cases import (
    as_measured,
    matters_of,
    rushes,
    times_of,
    units_of,
)

from kapok_planning.dispatch import Budget, Prices, Times, assign, broken_rules


def dispatched(matters, units, times, now=0.0, seed=1, **more):
    return assign(matters, units, times, now=now, budget=Budget.FAST, seed=seed, **more)


@given(rushes())
def test_a_dispatch_breaks_no_rule(rush):
    matters, units, _ = rush
    assert broken_rules(matters, units, dispatched(*rush)) == []


@given(rushes())
def test_every_matter_has_a_unit_or_a_reason(rush):
    plan = dispatched(*rush)
    without = [item.matter for item in plan.left_out]
    assert without == np.flatnonzero(plan.unit == -1).tolist()
    assert sorted(without + [i for order in plan.orders.values() for i in order]) == list(
        range(rush[0].n)
    )


@given(rushes())
def test_equal_seeds_give_equal_plans(rush):
    one, other = dispatched(*rush), dispatched(*rush)
    np.testing.assert_array_equal(one.unit, other.unit)
    np.testing.assert_array_equal(one.position, other.position)


@given(rushes())
def test_more_work_is_never_for_worse(rush):
    def price(stop_at):
        told = []
        plan = dispatched(
            *rush,
            on_progress=lambda done, total: told.append(done),
            should_stop=lambda: len(told) >= stop_at,
        )
        return plan.totals.price

    assert price(1) <= price(0) + 1e-2


@given(rushes())
def test_what_a_plan_says_of_itself_is_measured(rush):
    plan = dispatched(*rush)
    again = as_measured(*rush, plan, now=0.0)
    assert again.totals == plan.totals
    np.testing.assert_array_equal(again.arrival_min, plan.arrival_min)


@given(rushes())
def test_nobody_is_left_out_whom_a_unit_without_work_could_help(rush):
    matters, units, times = rush
    plan = dispatched(*rush)
    idle = [u for u in range(units.n) if u not in plan.orders]
    done = np.maximum(units.free_min, 0)[:, None] + times.first.minutes + matters.service_min
    for item in plan.left_out:
        i = item.matter
        for u in idle:
            able = not matters.skills[i] & ~units.skills[u] and units.capacity[u] > 0
            assert not (able and done[u, i] < np.inf and done[u, i] <= units.shift_end_min[u])


def test_an_urgent_matter_goes_ahead_of_a_nearer_one_that_can_wait():
    matters = matters_of(2, due_min=[60, 13], urgent=[False, True])
    plan = dispatched(matters, units_of(1), times_of([0], [1, 2]))
    assert plan.orders == {0: [1, 0]}


def test_an_urgent_matter_waits_behind_another_where_that_makes_nothing_late():
    matters = matters_of(2, due_min=[60, 40], urgent=[False, True])
    plan = dispatched(matters, units_of(1), times_of([0], [1, 2]))
    assert plan.orders == {0: [0, 1]}


def test_an_urgent_matter_that_is_late_anyway_still_goes_first():
    matters = matters_of(2, due_min=[10, -30], weight=[50, 0.1], urgent=[False, True])
    plan = dispatched(matters, units_of(1), times_of([0], [1, 2]))
    assert plan.orders == {0: [1, 0]}


def test_the_heavier_matter_goes_first_where_both_cannot_be_in_time():
    matters = matters_of(2, due_min=[6, 6], weight=[1, 5])
    plan = dispatched(matters, units_of(1), times_of([0], [-1, 1]))
    assert plan.orders == {0: [1, 0]}


def test_a_detour_is_driven_only_for_lateness_that_costs_more():
    matters = matters_of(3, due_min=[np.inf, np.inf, 40.0])
    times = times_of([0], [1, 2, 3])
    assert dispatched(matters, units_of(1), times).orders == {0: [0, 1, 2]}
    hasty = matters_of(3, due_min=[np.inf, np.inf, 18.0])
    assert dispatched(hasty, units_of(1), times).orders[0][0] == 2
    far = dispatched(hasty, units_of(1), times, prices=Prices(km=100.0))
    assert far.orders == {0: [0, 1, 2]}


def test_the_preferred_unit_comes_unless_it_is_far():
    times = times_of([0, 4], [1])
    preferred = matters_of(1, preferred=[1])
    assert dispatched(preferred, units_of(2), times).unit.tolist() == [1]
    farther = times_of([0, 9], [1])
    assert dispatched(preferred, units_of(2), farther).unit.tolist() == [0]


def test_a_unit_that_is_free_later_sets_out_then():
    plan = dispatched(matters_of(1), units_of(1, free_min=[20]), times_of([0], [1]), now=5.0)
    assert plan.arrival_min.tolist() == [26.0]
    free = dispatched(matters_of(1), units_of(1, free_min=[-20]), times_of([0], [1]), now=5.0)
    assert (free.arrival_min.tolist(), free.done_min.tolist()) == ([11.0], [21.0])


@pytest.mark.parametrize(
    ("matters", "units", "km", "why"),
    [
        (matters_of(1, skills=[5]), units_of(1, skills=[4]), 1, "no_skill"),
        (matters_of(1), units_of(1), np.inf, "no_way"),
        (matters_of(1), units_of(1, shift_end_min=[15]), 1, "shift_ends"),
        (matters_of(1), units_of(1, capacity=[0]), 1, "units_full"),
    ],
)
def test_a_matter_is_left_out_with_the_reason(matters, units, km, why):
    times = times_of([0], [1])
    if km == np.inf:
        times.first.minutes[:] = times.first.metres[:] = np.inf
    plan = dispatched(matters, units, times)
    assert [(item.matter, item.why) for item in plan.left_out] == [(0, why)]


def test_units_are_full_or_out_of_time_where_others_took_the_room():
    full = dispatched(matters_of(2), units_of(1, capacity=[1]), times_of([0], [1, 1]))
    assert [item.why for item in full.left_out] == ["units_full"]
    late = dispatched(matters_of(2), units_of(1, shift_end_min=[20]), times_of([0], [1, 1]))
    assert [item.why for item in late.left_out] == ["no_time_left"]


def test_the_heavier_of_two_is_done_where_there_is_room_for_one():
    matters = matters_of(2, weight=[1, 3])
    plan = dispatched(matters, units_of(1, capacity=[1]), times_of([0], [1, 2]))
    assert plan.unit.tolist() == [-1, 0]


def test_a_unit_that_must_be_done_at_the_end_of_its_shift_may_be_done_then():
    plan = dispatched(matters_of(1), units_of(1, shift_end_min=[16]), times_of([0], [1]))
    assert (plan.unit.tolist(), plan.left_out) == ([0], ())


def test_stopping_returns_a_whole_plan_and_says_so():
    matters = matters_of(4)
    times = times_of([0], [1, 2, 3, 4])
    plan = dispatched(matters, units_of(1), times, should_stop=lambda: True)
    assert (plan.finished, plan.totals.n_left_out) == (False, 0)


def test_progress_is_told_to_the_end():
    told = []
    dispatched(
        matters_of(1), units_of(1), times_of([0], [1]), on_progress=lambda *at: told.append(at)
    )
    assert told[-1][0] == told[-1][1]


def test_without_matters_or_units_there_is_nothing_to_do():
    assert dispatched(matters_of(0), units_of(1), times_of([0], [])).unit.tolist() == []
    alone = dispatched(matters_of(1), units_of(0), times_of([], [1]))
    assert [item.why for item in alone.left_out] == ["no_skill"]


def test_times_of_another_town_are_refused():
    times = times_of([0], [1, 2])
    with pytest.raises(ValueError, match=r"times\.first has shape \(1, 2\), expected \(1, 1\)"):
        dispatched(matters_of(1), units_of(1), times)
    with pytest.raises(ValueError, match="now must be finite"):
        dispatched(matters_of(2), units_of(1), Times(times.first, times.between), now=np.nan)


@pytest.mark.parametrize(
    ("make", "wrong"),
    [
        (matters_of, {"weight": [-1]}),
        (matters_of, {"service_min": [np.inf]}),
        (matters_of, {"due_min": [np.nan]}),
        (units_of, {"capacity": [65]}),
        (units_of, {"free_min": [np.inf]}),
        (units_of, {"shift_end_min": [1, 2]}),
    ],
)
def test_values_that_make_no_sense_are_refused(make, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        make(1, **wrong)


@given(rushes())
def test_skills_in_several_words_make_the_plan_that_they_make_in_one(rush):
    matters, units, times = rush
    one = dispatched(matters, units, times)
    words = [
        dataclasses.replace(each, skills=np.stack([each.skills & 1, each.skills & ~1], axis=1))
        for each in (matters, units)
    ]
    several = dispatched(*words, times)
    np.testing.assert_array_equal(several.unit, one.unit)
    assert broken_rules(*words, several) == []


def test_skills_of_another_number_of_words_are_refused():
    matters = matters_of(1, skills=[[0, 1]])
    with pytest.raises(ValueError, match="equally many words"):
        dispatched(matters, units_of(1), times_of([0], [1]))

"""Least staff: enough on unseen days, minimal where all plans can be tried, the same on threads."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from tests.kapok_planning.sites.cases import LAWS, site_of, station, walk_ins

from kapok_planning.sites import (
    Break,
    Budget,
    Goal,
    Law,
    Queue,
    Shape,
    broken_rules,
    draw_days,
    least_staff,
    simulate,
)
from kapok_planning.sites.sampling import Sample
from kapok_planning.sites.search import surely_over
from kapok_planning.spreading import in_threads

GOAL = Goal(wait_min=5.0, share=0.9)
PROVEN = [1, 2, 4]  # seeds whose first proof holds


def small(n_slots=2, seats=False):
    stations = [station("check", law=Law(0.8, 0.5)), station("dose", law=LAWS[2])]
    if seats:
        stations.append(station("sit", law=Law(15.0), is_seats=True, room=0))
    return walk_ins(site_of(*stations, n_slots=n_slots), 60.0)


@pytest.mark.parametrize("seed", PROVEN)
def test_every_cheaper_plan_of_a_small_site_fails(seed):
    situation = small()
    plan = least_staff(situation, GOAL, seed=seed, n_days=12, n_check_days=60)
    assert plan.is_verified
    assert plan.is_proven
    days = draw_days(situation, seed=seed, numbers=range(12))
    sample = Sample(situation.site, days, GOAL)
    best = min(
        sum(cells)
        for cells in product(range(1, 6), repeat=4)
        if surely_over(sample.shares(np.array(cells).reshape(2, 2)), 0.95, 60) >= GOAL.share
    )
    assert plan.person_slots == best


def test_every_plan_of_a_small_site_with_fewer_people_or_seats_fails():
    situation = small(seats=True)
    plan = least_staff(situation, GOAL, seed=1, n_days=8, n_check_days=40)
    assert plan.is_verified
    assert plan.is_proven
    seats = int(plan.staff[2, 0])
    days = draw_days(situation, seed=1, numbers=range(8))
    sample = Sample(situation.site, days, GOAL)

    def surely(cells, seats):
        staff = np.array([*cells, seats, seats]).reshape(3, 2)
        return surely_over(sample.with_seats(staff), 0.95, 40)

    for cells in product(range(1, 4), repeat=4):
        if sum(cells) < plan.person_slots:
            assert surely(cells, 1000) < GOAL.share
        elif sum(cells) == plan.person_slots:
            assert surely(cells, seats - 1) < GOAL.share
    assert surely(plan.staff[:2].ravel(), seats) >= GOAL.share


def test_a_plan_holds_on_days_that_it_has_not_seen():
    situation = small(n_slots=5, seats=True)
    plan = least_staff(situation, GOAL, seed=3)
    assert plan.is_verified
    assert plan.surely >= GOAL.share
    site = situation.site.with_staff(plan.staff)
    days = draw_days(situation, seed=99, numbers=range(200))
    run = simulate(site, days)
    assert (run.total_wait_min <= GOAL.wait_min).mean() >= GOAL.share
    assert broken_rules(site, simulate(site, days.some(0, 3))) == []


def test_equal_seeds_give_equal_plans_however_work_is_spread():
    situation = small(n_slots=8, seats=True)  # too many plans to try them all
    one = least_staff(situation, GOAL, seed=5, n_check_days=60)
    two = least_staff(situation, GOAL, seed=5, n_check_days=60, spread=in_threads(3))
    np.testing.assert_array_equal(one.staff, two.staff)
    assert (one.share, one.n_tried) == (two.share, two.n_tried)


def test_with_fewer_seats_than_the_floor_no_number_of_desks_is_enough():
    situation = small(seats=True)
    plan = least_staff(situation, GOAL, seed=1)
    assert 0 < plan.seats_floor <= plan.staff[2, 0]
    staff = np.full_like(plan.staff, 1000)
    staff[2] = plan.seats_floor - 1
    days = draw_days(situation, seed=1, numbers=range(16))
    run = simulate(situation.site.with_staff(staff), days)
    assert surely_over(_shares(run, days), 0.95, 100) < GOAL.share


def _shares(run, days):
    good = run.total_wait_min <= GOAL.wait_min
    return np.array([good[a:b].mean() for a, b in zip(days.first, days.first[1:], strict=False)])


def test_old_people_ahead_and_breaks_are_planned_for():
    site = site_of(
        station("desk", law=Law(2.0, 0.5), first=("old",), breaks=(Break(30, 60, 120),)),
        n_slots=4,
    )
    situation = walk_ins(site, 60.0, kinds=(("old", 0.2),))
    plan = least_staff(situation, GOAL, seed=1, budget=Budget.FAST)
    assert plan.is_verified
    assert not plan.is_proven


def test_a_room_that_can_fill_is_planned_for():
    narrow = site_of(
        station("a", law=Law(0.1)), station("b", law=Law(5.0, 1.0, Shape.GAMMA), room=0), n_slots=2
    )
    assert least_staff(walk_ins(narrow, 30.0), GOAL, seed=1, budget=Budget.FAST).is_verified


def test_a_goal_that_is_missed_already_is_refused():
    late = replace(small(), now=(Queue((30.0,) * 100), Queue()))
    with pytest.raises(ValueError, match="too many have waited longer already"):
        least_staff(late, GOAL, seed=1, n_days=4)


def test_stopping_returns_a_whole_plan_and_says_so():
    plan = least_staff(small(), GOAL, seed=1, should_stop=lambda: True)
    assert not plan.finished
    assert plan.staff.min() >= 1


def test_progress_is_told_to_the_end():
    told = []
    least_staff(small(), GOAL, seed=1, on_progress=lambda *at: told.append(at))
    assert told[-1] == (4, 4)


def test_more_is_asked_of_a_stricter_goal():
    loose = least_staff(small(), GOAL, seed=1)
    strict = least_staff(small(), replace(GOAL, wait_min=1.0, share=0.99), seed=1)
    assert strict.person_slots > loose.person_slots

from dataclasses import replace

import numpy as np
import pytest
from bench.rosters.instances import Size, street
from hypothesis import given, settings
from tests.kapok_planning.rosters.cases import (
    LATE,
    NIGHT,
    calendar_of,
    cheapest,
    few,
    nobody,
    people_of,
    post_of,
    problems,
    roles_of,
)

from kapok_planning.rosters import (
    OFF,
    Budget,
    Prices,
    Problem,
    Rule,
    broken_rules,
    counted,
    filled,
    lower_bound,
    make_roster,
    measure_roster,
)
from kapok_planning.rosters.grouping import near_groups, whole_parts
from kapok_planning.rosters.kernels import row_costs
from kapok_planning.rosters.problem import never_stop, no_progress
from kapok_planning.rosters.rounds import Annealing
from kapok_planning.rosters.search import as_data
from kapok_planning.spreading import in_threads, in_turn


def made(problem, **more):
    return make_roster(problem, **{"budget": Budget.FAST, "seed": 1} | more)


@few
@given(problems())
def test_every_roster_breaks_no_rule(problem):
    roster = made(problem)
    assert broken_rules(problem, roster.duty) == []
    assert roster.totals == measure_roster(problem, roster.duty)


@few
@given(problems())
def test_the_first_roster_breaks_no_rule_either(problem):
    assert broken_rules(problem, made(problem, budget=Budget.FIRST).duty) == []


@few
@given(problems())
def test_equal_seeds_give_equal_rosters(problem):
    np.testing.assert_array_equal(made(problem).duty, made(problem).duty)


@few
@given(problems())
def test_parts_done_in_turn_or_side_by_side_give_the_same_roster(problem):
    np.testing.assert_array_equal(made(problem).duty, made(problem, spread=in_threads(2)).duty)


def test_pieces_of_many_posts_give_the_same_roster_wherever_they_are_done():
    """More posts than a piece has, several rounds: the borders lie elsewhere in each."""
    problem = street(1, Size(posts=8, police=36, health=40, community=36))
    start = made(problem, budget=Budget.FIRST).duty
    data = as_data(problem)
    parts = whole_parts(near_groups(problem, data, most_roles=5))
    rounds = Annealing(problem, data, parts, 300, most_roles=5, seed=3, piece_moves=30_000)
    told = []
    one, _ = rounds.improve(start, in_turn, lambda *done: told.append(done), never_stop)
    other, _ = rounds.improve(start, in_threads(2), no_progress, never_stop)
    np.testing.assert_array_equal(one, other)
    assert broken_rules(problem, one) == []
    assert measure_roster(problem, one).price < measure_roster(problem, start).price
    assert told[-1][0] == told[-1][1] > 3


@few
@given(problems())
def test_more_work_is_never_for_worse(problem):
    first, fast = made(problem, budget=Budget.FIRST), made(problem)
    assert fast.totals.price <= first.totals.price + 1e-2


@few
@given(problems())
def test_no_roster_is_cheaper_than_the_bound(problem):
    roster = made(problem)
    assert lower_bound(problem) <= roster.totals.price + 1e-6
    standing = problem.people.fixed.copy()
    standing[::2] = roster.duty[::2]
    with_duties = replace(problem, people=replace(problem.people, fixed=standing))
    assert lower_bound(with_duties) <= made(with_duties).totals.price + 1e-6


@few
@given(problems())
def test_the_search_and_the_checker_price_alike(problem):
    """They share no code; what a roster costs is the same by both."""
    duty = made(problem, budget=Budget.FIRST).duty
    empty = np.maximum(0, problem.needs - filled(problem, duty))
    by_search = row_costs(as_data(problem), duty).sum()
    by_search += (empty.sum(axis=(0, 1)) * problem.roles.price).sum()
    assert by_search == pytest.approx(measure_roster(problem, duty).price, abs=0.01)


@settings(max_examples=15)
@given(problems(most_people=2, most_days=3, most_roles=1, shifts=2))
def test_a_tiny_roster_is_the_best_of_all(problem):
    assert made(problem).totals.price == pytest.approx(cheapest(problem), abs=0.01)


@few
@given(problems())
def test_what_stands_already_is_kept(problem):
    duty = made(problem, budget=Budget.FIRST).duty
    fixed = problem.people.fixed.copy()
    fixed[:, ::2] = duty[:, ::2]
    again = replace(problem, people=replace(problem.people, fixed=fixed))
    np.testing.assert_array_equal(made(again, seed=2).duty[:, ::2], duty[:, ::2])


def test_five_people_hold_a_post_round_the_clock_for_four_weeks():
    problem = post_of(5, 28)
    roster = made(problem)
    assert roster.totals.n_empty == 0
    nights = counted(problem, roster.duty)[:, 0]
    assert nights.max() - nights.min() <= 1


def test_whoever_had_more_nights_before_has_fewer_now():
    had = np.zeros((6, 3), np.int32)
    had[0, 0] = 4
    roster = made(post_of(6, 28, had=had))
    nights = counted(post_of(6, 28), roster.duty)[:, 0]
    assert nights[0] <= nights[1:].min() - 2


def test_a_seat_stays_empty_rather_than_a_rule_is_broken():
    problem = post_of(1, 7)
    roster = made(problem)
    assert roster.totals.n_empty > 0
    assert broken_rules(problem, roster.duty) == []


def test_the_nearer_of_two_comes():
    problem = post_of(2, 1, needs=[1, 0, 0], km=[[5.0], [1.0]])
    assert made(problem).duty[:, 0].tolist() == [OFF, 0]


def test_a_wish_is_heard_where_it_can_be():
    wishes = np.zeros((2, 1, 4), np.float32)
    wishes[0, 0, :3] = 9
    problem = post_of(2, 1, needs=[1, 0, 0], wishes=wishes)
    assert made(problem).duty[:, 0].tolist() == [OFF, 0]


def test_overtime_is_dearer_than_sharing():
    problem = post_of(2, 7, needs=[1, 0, 0], prices=Prices(unfair=0.0))
    assert made(problem).totals.overtime_h == 0


def test_the_search_stops_when_it_is_told_to():
    roster = made(post_of(5, 28), should_stop=lambda: True)
    assert not roster.finished
    assert broken_rules(post_of(5, 28), roster.duty) == []


def test_a_start_that_breaks_a_rule_is_refused():
    problem = post_of(1, 2)
    duty = nobody(problem)
    duty[0] = [NIGHT, LATE]
    with pytest.raises(ValueError, match="rest"):
        made(problem, start=duty)


def test_a_suit_is_not_worn_longer_than_four_hours():
    with pytest.raises(ValueError, match="240 minutes; split the shift"):
        Problem(
            calendar_of(1),
            roles_of(suit=[True]),
            people_of(1, 1),
            np.ones((1, 3, 1), np.int32),
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"km": [[np.nan]]}, "must be numbers"),
        ({"km": [[-1.0]]}, "not be negative"),
        ({"party": [63]}, "party must lie"),
        ({"available": np.ones((1, 2, 3))}, "available has shape"),
    ],
)
def test_nonsense_is_refused_by_name(change, says):
    with pytest.raises(ValueError, match=says):
        post_of(1, 1, **change)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ([NIGHT, 0, OFF, OFF, OFF, OFF, OFF], Rule.REST),
        ([NIGHT] * 4 + [OFF] * 3, Rule.NIGHTS),
        ([0] * 7, Rule.DAYS),
        ([0] * 7, Rule.WEEK),
        ([99] + [OFF] * 6, Rule.UNKNOWN_DUTY),
    ],
)
def test_the_checker_names_each_broken_rule(row, rule):
    problem = post_of(1, 7)
    found = broken_rules(problem, np.array([row], np.int32))
    assert rule in {item.rule for item in found}


def test_the_checker_sees_one_too_many():
    problem = post_of(2, 1, needs=[1, 0, 0])
    assert [b.rule for b in broken_rules(problem, np.zeros((2, 1), np.int32))] == [Rule.TOO_MANY]

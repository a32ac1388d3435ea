import numpy as np
from hypothesis import given
from tests.kapok_planning.rosters.cases import NIGHT, H, few, nobody, post_of, problems

from kapok_planning.rosters import (
    Budget,
    Family,
    Why,
    conflicts,
    filled,
    helps,
    make_roster,
    shortfalls,
)


def made(problem):
    return make_roster(problem, budget=Budget.FAST, seed=1)


@few
@given(problems())
def test_every_empty_seat_is_named_with_everybody_of_its_party(problem):
    roster = made(problem)
    gaps = shortfalls(problem, roster.duty)
    assert sum(gap.n for gap in gaps) == roster.totals.n_empty
    for gap in gaps:
        of_party = (problem.roles.parties[gap.role] >> problem.people.party.astype(int)) & 1
        assert sum(gap.why.values()) == of_party.sum()


@few
@given(problems(most_people=4, most_days=7))
def test_a_roster_of_a_small_problem_leaves_no_seat_that_somebody_could_fill(problem):
    roster = made(problem)
    for gap in shortfalls(problem, roster.duty):
        price = problem.roles.price[gap.role]
        assert price > 250  # dearer than all else, so that nobody stays at home for it
        assert Why.COULD not in gap.why or roster.totals.price >= price


def test_three_nights_had_is_the_reason():
    problem = post_of(1, 4, needs=[0, 0, 1])
    duty = nobody(problem)
    duty[0, :3] = NIGHT
    (gap,) = shortfalls(problem, duty)
    assert (gap.day, gap.shift, gap.n, gap.why) == (3, NIGHT, 1, {Why.NIGHTS: 1})
    ranked = helps(problem, duty, (gap,))
    assert {(h.why, h.n_seats) for h in ranked} == {(Why.NIGHTS, 1), (None, 1)}


def test_the_smallest_set_of_rules_in_conflict_is_found_and_what_easing_does():
    problem = post_of(1, 4, needs=[0, 0, 1])
    (conflict,) = conflicts(problem, made(problem).duty)
    assert conflict.proven
    assert conflict.n_empty == 1
    assert conflict.families == (Family.NIGHTS,)
    assert conflict.relaxations[0].n_empty == 0


def test_two_rules_that_stand_against_it_each_alone_are_not_mixed_up():
    problem = post_of(
        1, 6, needs=[1, 0, 0], week_min=[16 * H], week_most_min=[16 * H], days_most=[6]
    )
    (conflict,) = conflicts(problem, made(problem).duty)
    assert conflict.families == (Family.WEEK,)
    assert conflict.n_empty == 4


def test_too_few_people_is_no_matter_of_rules():
    problem = post_of(1, 1, needs=[2, 0, 0])
    (conflict,) = conflicts(problem, made(problem).duty)
    assert conflict.families == ()
    assert conflict.relaxations == ()


def test_needs_that_are_met_have_no_conflict():
    problem = post_of(6, 7)
    roster = made(problem)
    assert (filled(problem, roster.duty) == problem.needs).all()
    assert conflicts(problem, roster.duty) == ()
    assert shortfalls(problem, roster.duty) == ()
    assert helps(problem, roster.duty, ()) == ()


def test_nobody_of_the_party_is_no_reason_of_anybody():
    problem = post_of(1, 1, party=[1])
    gaps = shortfalls(problem, nobody(problem))
    assert all(gap.why == {} for gap in gaps)
    assert np.sum([gap.n for gap in gaps]) == 3

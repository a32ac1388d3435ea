import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kapok_planning.rosters.cases import every_roster, few, post_of, problems

from kapok_planning.rosters import (
    OFF,
    Absence,
    Budget,
    broken_rules,
    filled,
    make_roster,
    repair,
)


def made(problem):
    return make_roster(problem, budget=Budget.FAST, seed=1).duty


def empty_price(problem, duty):
    empty = np.maximum(0, problem.needs - filled(problem, duty))
    return float((empty.sum(axis=(0, 1)) * problem.roles.price).sum())


@few
@given(problems(), st.data())
def test_a_mended_roster_breaks_no_rule_and_leaves_the_past(problem, data):
    duty = made(problem)
    today = data.draw(st.integers(0, problem.calendar.n_days - 1))
    person = data.draw(st.integers(0, problem.people.n - 1))
    mended = repair(problem, duty, [Absence(person, today, 1)], today=today)
    assert broken_rules(mended.problem, mended.roster.duty) == []
    np.testing.assert_array_equal(mended.roster.duty[:, :today], duty[:, :today])
    assert mended.roster.duty[person, today] == OFF
    assert all(mended.roster.duty[p, d] != duty[p, d] for p, d in mended.changes)


@settings(max_examples=12)
@given(problems(most_people=3, most_days=2, most_roles=1, shifts=2))
def test_no_roster_with_as_few_empty_seats_changes_less(problem):
    duty = made(problem)
    mended = repair(problem, duty, [Absence(0, 0, 1)])
    standing = duty.copy()
    standing[0, 0] = OFF
    rosters = [
        (empty_price(problem, other), int((other != standing).sum()))
        for other in every_roster(mended.problem)
    ]
    got = empty_price(problem, mended.roster.duty), len(mended.changes)
    if (duty[0] != OFF)[0]:
        assert got == min(rosters)
        assert mended.fewest
    else:
        assert mended.changes == ()


def test_somebody_who_is_off_comes_in_and_nobody_else_is_moved():
    problem = post_of(6, 14)
    duty = made(problem)
    ill = int(np.flatnonzero(duty[:, 5] != OFF)[0])
    mended = repair(problem, duty, [Absence(ill, 5, 1)], today=4)
    assert len(mended.changes) == 1
    assert mended.fewest
    assert mended.roster.totals.n_empty == 0


def test_an_absence_outside_the_roster_is_refused():
    problem = post_of(2, 3)
    with pytest.raises(ValueError, match="does not lie within days 1"):
        repair(problem, made(problem), [Absence(0, 0, 1)], today=1)

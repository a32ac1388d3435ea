import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok_planning.rosters.cases import NIGHT, OFF, few, nobody, post_of, problems

from kapok_planning.rosters import (
    Budget,
    Rule,
    Swap,
    broken_rules,
    judge_swap,
    make_roster,
    measure_roster,
    propose_swaps,
    swapped,
)


@few
@given(problems(), st.data())
def test_proposed_swaps_break_no_rule_and_say_their_price(problem, data):
    duty = make_roster(problem, budget=Budget.FAST, seed=1).duty
    person = data.draw(st.integers(0, problem.people.n - 1))
    day = data.draw(st.integers(0, problem.calendar.n_days - 1))
    price = measure_roster(problem, duty).price
    for proposal in propose_swaps(problem, duty, person, day):
        after = swapped(duty, proposal.swap)
        assert broken_rules(problem, after) == []
        assert measure_roster(problem, after).price - price == pytest.approx(proposal.dearer)


def test_a_swap_that_cuts_rest_is_named():
    problem = post_of(2, 2, needs=1)
    duty = nobody(problem)
    duty[0, 0], duty[1, 1] = NIGHT, 0
    judged = judge_swap(problem, duty, Swap(person=0, day=0, other=1))
    assert not judged.allowed
    assert [b.rule for b in judged.broken] == [Rule.REST]


def test_a_duty_for_a_duty():
    problem = post_of(2, 2, needs=1)
    duty = nobody(problem)
    duty[0, 0], duty[1, 1] = 0, 0
    judged = judge_swap(problem, duty, Swap(person=0, day=0, other=1, other_day=1))
    assert judged.allowed
    after = swapped(duty, judged.swap)
    assert after.tolist() == [[OFF, 0], [0, OFF]]


@pytest.mark.parametrize(
    ("swap", "says"),
    [
        (Swap(0, 1, 1), "no duty to give on that day"),
        (Swap(0, 0, 0), "with themselves"),
        (Swap(0, 0, 1, 0), "The other has no duty"),
        (Swap(0, 0, 2), "must be off"),
    ],
)
def test_swaps_that_are_none_are_refused(swap, says):
    duty = np.array([[0, OFF], [OFF, OFF], [1, OFF]], np.int32)
    with pytest.raises(ValueError, match=says):
        swapped(duty, swap)

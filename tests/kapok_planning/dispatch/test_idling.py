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

from kapok_planning.dispatch import Budget, assign, broken_rules, without_idling
from kapok_planning.dispatch.reasons import arrivals, could_go

GAIN = 5.0


def plans(rush):
    plan = assign(*rush, now=0.0, budget=Budget.FAST, seed=1)
    return plan, without_idling(plan, *rush, now=0.0, least_gain_min=GAIN)


def test_who_stands_idle_takes_what_would_wait_though_nothing_is_late():
    rush = matters_of(2), units_of(2), times_of([0, 0.1], [0, 0.1])
    before = assign(matters_of(2), units_of(2), times_of([0, 0], [0, 0.1]), now=0.0,
                    budget=Budget.FAST, seed=1)  # fmt: skip
    assert sorted(before.position.tolist()) == [0, 1]

    after = without_idling(before, *rush, now=0.0)
    assert sorted(after.unit.tolist()) == [0, 1]
    assert after.position.tolist() == [0, 0]


@given(rushes())
def test_nothing_arrives_later_and_no_rule_is_broken(rush):
    before, after = plans(rush)
    given_before = before.unit != -1
    np.testing.assert_array_equal(given_before, after.unit != -1)
    assert (after.arrival_min[given_before] <= before.arrival_min[given_before] + 1e-3).all()
    assert set(broken_rules(*rush[:2], after)) <= set(broken_rules(*rush[:2], before))
    assert as_measured(*rush, after, now=0.0).totals == after.totals


@given(rushes())
def test_no_idle_unit_could_be_much_sooner_where_somebody_waits(rush):
    _matters, units, times = rush
    _before, after = plans(rush)
    idle = np.setdiff1d(np.arange(units.n), after.unit)
    waits = np.flatnonzero(after.unit != -1)
    sooner = np.where(could_go(*rush, 0.0), arrivals(units, times, 0.0), np.inf)
    gain = after.arrival_min[waits][None, :] - sooner[np.ix_(idle, waits)]
    assert not (gain >= GAIN).any()


def test_a_gain_that_is_none_is_refused():
    rush = matters_of(1), units_of(1), times_of([0], [0])
    plan = assign(*rush, now=0.0, budget=Budget.FAST, seed=1)
    with pytest.raises(ValueError, match="is not over 0"):
        without_idling(plan, *rush, now=0.0, least_gain_min=0.0)

"""Agents by interval: the domain's reference values, laws, refusals."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kapok_planning.hotline import Calls, Target, broken_needs, measure, overloads, staff

REFERENCE = [
    # calls an hour, handling time, agents, load, service level, mean wait
    (1, 480, 1, 0.13, 0.871, 73.8),
    (4, 480, 2, 0.53, 0.894, 36.7),
    (12, 480, 4, 1.60, 0.918, 18.1),
    (40, 480, 8, 5.33, 0.802, 39.8),
    (1, 960, 2, 0.27, 0.970, 17.4),
    (4, 960, 3, 1.07, 0.898, 52.8),
    (12, 960, 6, 3.20, 0.880, 43.6),
    (40, 960, 15, 10.67, 0.857, 34.6),
]


def calls_of(per_hour, handling_s, patience_s=np.inf):
    per_hour = np.atleast_1d(np.array(per_hour, float))
    full = np.ones(len(per_hour))
    return Calls(per_hour, full * np.array(handling_s), full * np.array(patience_s))


@pytest.mark.parametrize(("per_hour", "handling", "agents", "load", "level", "wait"), REFERENCE)
def test_reference_values_of_the_domain(per_hour, handling, agents, load, level, wait):
    plan = staff(calls_of(per_hour, handling), Target())
    assert plan.agents.tolist() == [agents]
    assert round(float(plan.load[0]), 2) == load
    assert round(float(plan.service_level[0]), 3) == level
    assert round(float(plan.wait_s[0]), 1) == wait


@st.composite
def weeks(draw):
    n = draw(st.integers(1, 12))
    return Calls(
        draw(arrays(float, n, elements=st.floats(0, 300))),
        draw(arrays(float, n, elements=st.floats(30, 1800))),
        draw(arrays(float, n, elements=st.sampled_from([20.0, 120.0, 900.0, np.inf]))),
    )


targets = st.builds(
    Target,
    share=st.floats(0.3, 0.99),
    within_s=st.floats(0, 120),
    most_abandoned=st.floats(0.01, 0.5),
    most_occupancy=st.floats(0.3, 1.0),
    least=st.integers(0, 3),
)


@given(weeks(), targets)
def test_agents_are_enough_and_one_fewer_would_not_be(calls, target):
    assert broken_needs(calls, target, staff(calls, target)) == []


@given(weeks(), targets)
def test_a_plan_says_of_itself_what_is_measured(calls, target):
    plan = staff(calls, target)
    again = measure(calls, plan.agents, target)
    np.testing.assert_allclose(again.service_level, plan.service_level, atol=1e-9)
    np.testing.assert_allclose(again.wait_s, plan.wait_s, rtol=1e-6, atol=1e-9)


@given(weeks())
def test_more_agents_never_make_callers_wait_longer(calls):
    plan = staff(calls, Target())
    more = measure(calls, plan.agents + 1, Target())
    assert (more.wait_s <= plan.wait_s + 1e-9).all()
    assert (more.service_level >= plan.service_level - 1e-9).all()


def test_shrinkage_puts_more_people_on_the_roster_than_at_the_phone():
    plan = staff(calls_of(40, 960), Target(shrinkage=0.3))
    assert (plan.agents.tolist(), plan.rostered.tolist()) == ([15], [22])


def test_an_hour_without_calls_has_the_least_agents():
    plan = staff(calls_of(0, 480), Target(least=2))
    assert (plan.agents.tolist(), plan.wait_s.tolist()) == ([2], [0.0])


def test_agents_that_cannot_keep_up_are_told_with_what_is_missing():
    calls = calls_of([40, 1], 480)
    (over,) = overloads(calls, np.array([4, 1]))
    assert over.interval == 0
    assert over.missing == pytest.approx(1.333, abs=1e-3)
    assert over.utilisation == pytest.approx(1.333, abs=1e-3)
    plan = measure(calls, np.array([4, 1]), Target())
    assert np.isinf(plan.wait_s[0])
    assert plan.occupancy[0] == 1.0


def test_impatient_callers_keep_an_overloaded_queue_finite():
    plan = measure(calls_of(40, 480, 120.0), np.array([4]), Target())
    assert 0 < plan.abandoned[0] < 1
    assert np.isfinite(plan.wait_s[0])


def test_ten_thousand_intervals_take_a_moment():
    rng = np.random.default_rng(5)
    n = 10_000
    patience = np.where(rng.random(n) < 0.5, np.inf, rng.uniform(60, 600, n))
    calls = Calls(rng.uniform(0, 200, n), rng.uniform(200, 1000, n), patience)
    staff(calls, Target())
    took = []
    for _ in range(5):
        start = time.process_time()
        staff(calls, Target())
        took.append(time.process_time() - start)
    assert min(took) < 0.05


@pytest.mark.parametrize(
    ("per_hour", "handling", "patience", "says"),
    [
        (-1, 480, 60, "per_hour must be finite and not negative"),
        (1, 0, 60, "handling_s must be finite and over 0"),
        (1, -5, 60, "handling_s must be finite and over 0"),
        (1, 480, 0, "patience_s must be over 0"),
        (1, 480, 1e6, "at most a day"),
        (1e9, 480, 60, "The load must be at most"),
    ],
)
def test_nonsense_is_refused_by_name(per_hour, handling, patience, says):
    with pytest.raises(ValueError, match=says):
        calls_of(per_hour, handling, patience)


@pytest.mark.parametrize(
    "wrong", [{"share": 1.0}, {"within_s": -1}, {"shrinkage": 1.0}, {"most_occupancy": 0.0}]
)
def test_targets_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Target(**wrong)

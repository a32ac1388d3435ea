"""Erlang's formulas against sums in exact fractions, each other, and laws."""

from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok_planning.hotline import erlang_a, erlang_b, erlang_b_between, erlang_c
from kapok_planning.hotline.checking import judge

loads = st.floats(0.01, 60.0)
servers = st.integers(1, 80)


def by_sums(load, n):
    """Erlang B as it stands in books."""
    a = Fraction(load)
    return a**n / factorial(n) / sum(a**k / factorial(k) for k in range(n + 1))


@given(loads, st.integers(0, 30))
def test_lost_calls_are_those_of_the_formula_in_fractions(load, n):
    assert erlang_b(load, n) == pytest.approx(float(by_sums(load, n)), rel=1e-10)


@given(loads, servers)
def test_waiting_calls_follow_from_lost_ones(load, n):
    b = float(by_sums(load, n))
    expected = n * b / (n - load * (1 - b)) if load < n else 1.0
    assert erlang_c(load, n) == pytest.approx(expected, rel=1e-8)


@given(loads, st.floats(0.05, 60.0))
def test_lines_that_are_not_whole_obey_the_same_recursion(load, n):
    before = erlang_b_between(load, n)
    assert erlang_b_between(load, n + 1) == pytest.approx(
        load * before / (n + 1 + load * before), rel=1e-9
    )


@given(loads, servers)
def test_whole_numbers_of_lines_are_no_exception(load, n):
    assert erlang_b_between(load, n + 1e-9) == pytest.approx(erlang_b(load, n), rel=1e-6)


@pytest.mark.parametrize("load", [0.5, 1.99, 2.01, 30.0])
def test_parts_of_a_line_fit_the_integral(load):
    t = np.linspace(0, 60 / load, 2_000_001)
    values = load * np.exp(-load * t) * (1 + t) ** 0.5
    integral = float(((values[1:] + values[:-1]) / 2).sum() * (t[1] - t[0]))
    assert erlang_b_between(load, 0.5) == pytest.approx(1 / integral, rel=1e-6)


@given(loads, servers, st.floats(0.05, 20.0), st.floats(0.0, 3.0))
def test_impatient_callers_are_those_of_the_second_opinion(load, n, patience, within):
    _, served, gone, _ = erlang_a(load, n, patience, within)
    other = judge(load, n, 1 / patience, within)
    assert served == pytest.approx(other.served, abs=1e-9)
    assert gone == pytest.approx(other.abandoned, abs=1e-9)


@given(loads, servers, st.floats(0.05, 20.0))
def test_who_is_not_served_in_the_end_has_given_up(load, n, patience):
    _, served, gone, queue = erlang_a(load, n, patience, 1e4)
    assert served + gone == pytest.approx(1.0, abs=1e-9)
    assert gone == pytest.approx(queue / patience / load, abs=1e-12)


@given(st.floats(0.1, 20.0), servers)
def test_endless_patience_is_the_limit_of_long_patience(load, n):
    if load < 0.9 * n:
        waits, *_ = erlang_a(load, n, 1e5, 1.0)
        assert waits == pytest.approx(erlang_c(load, n), rel=1e-2, abs=1e-9)


def test_patience_of_one_handling_time_is_a_poisson_law():
    """With patience as long as handling, all states leave at their own number: Poisson."""
    load, n = 10.0, 10
    poisson = [exp(-load) * load**k / factorial(k) for k in range(80)]
    waits, _, gone, queue = erlang_a(load, n, 1.0, 0.1)
    assert waits == pytest.approx(sum(poisson[n:]), rel=1e-9)
    assert queue == pytest.approx(sum((k - n) * p for k, p in enumerate(poisson) if k > n))
    assert gone == pytest.approx(queue / load)


def test_large_numbers_do_not_overflow():
    assert erlang_b(100_000.0, 100_000) == pytest.approx(0.002517, rel=1e-3)
    waits, served, gone, queue = erlang_a(20_000.0, 10_000, 50.0, 1.0)
    assert (waits, gone) == (pytest.approx(1.0), pytest.approx(0.5))
    assert 0 <= served <= 1
    assert np.isfinite(queue)


@pytest.mark.parametrize("load", [-1.0, np.nan, np.inf])
def test_loads_that_make_no_sense_are_refused(load):
    with pytest.raises(ValueError, match="load"):
        erlang_b(load, 1)

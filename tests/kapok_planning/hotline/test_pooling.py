"""Pooling and overflow, against an event-by-event play of telephones."""

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok_planning.hotline import (
    Calls,
    Stream,
    Target,
    erlang_b,
    joined,
    load_of,
    merged,
    overflow,
    pool,
)


def lines_of(n, per_hour=4.0, handling=480.0):
    return Calls(np.full(n, per_hour), np.full(n, handling), np.full(n, np.inf))


@given(st.integers(1, 40), st.floats(0.1, 30))
def test_a_pool_never_needs_more_than_its_lines_alone(n, per_hour):
    assert pool(lines_of(n, per_hour), Target()).saved >= 0


def test_merging_keeps_the_load():
    calls = Calls(np.array([4.0, 12.0]), np.array([960.0, 480.0]), np.array([np.inf, 60.0]))
    assert merged(calls).load.sum() == pytest.approx(calls.load.sum())


def test_a_single_telephone_is_engaged_as_erlang_says():
    found = pool(lines_of(3), Target())
    assert found.engaged.tolist() == pytest.approx([erlang_b(4 * 480 / 3600, 1)] * 3)


def test_234_lines_alone_and_pooled():
    """15,000 calls in 24 days: domain.md reckons with about 11 seats."""
    load = load_of(15_000, 24 * 24, 960)
    calls = lines_of(234, 15_000 / 24 / 24 / 234, 960.0)
    found = pool(calls, Target(most_occupancy=0.85))
    assert load == pytest.approx(6.944, abs=1e-3)
    assert found.together.agents[0] in range(9, 13)
    assert found.alone.agents.sum() == 234
    assert found.engaged[0] == pytest.approx(0.029, abs=1e-3)


def test_what_overflows_a_single_line_is_known_exactly():
    """Riordan: mean a * B and variance over mean 1 - m + a / (n + 1 - a + m)."""
    beyond = Stream(2.0, 1.0).beyond(3)
    mean = 2.0 * erlang_b(2.0, 3)
    assert beyond.load == pytest.approx(mean)
    assert beyond.peakedness == pytest.approx(1 - mean + 2 / (3 + 1 + mean - 2))


def test_streams_join_by_mean_and_variance():
    both = joined([Stream(1.0, 1.0), Stream(3.0, 2.0)])
    assert (both.load, both.peakedness) == (4.0, 1.75)
    assert joined([]).load == 0.0


def played(load, lines, district, district_lines, city_lines, n_calls, seed):
    """Shares of calls that leave their street, their district, and are lost: telephones in turn."""
    rng = np.random.default_rng(seed)
    moments = np.cumsum(rng.exponential(1 / sum(load), n_calls))
    street = rng.choice(len(load), n_calls, p=np.array(load) / sum(load))
    lasts = rng.exponential(1.0, n_calls)
    busy = [[] for _ in range(len(load) + len(district_lines) + 1)]
    left = np.zeros(3)
    for t, s, length in zip(moments, street.tolist(), lasts, strict=True):
        d = len(load) + district[s]
        for step, (who, room) in enumerate(
            [(s, lines[s]), (d, district_lines[district[s]]), (len(busy) - 1, city_lines)]
        ):
            while busy[who] and busy[who][0] <= t:
                heapq.heappop(busy[who])
            if len(busy[who]) < room:
                heapq.heappush(busy[who], t + length)
                break
            left[step] += 1
    return left / n_calls


@pytest.mark.slow
def test_overflow_is_what_a_play_of_telephones_shows():
    load = np.array([0.3, 0.6, 0.4, 0.8, 0.5, 0.2])
    lines, district = np.ones(6, np.int64), np.array([0, 0, 0, 1, 1, 1])
    rooms = np.array([1, 2])
    found = overflow(load, lines, district, rooms, most_lost=0.01)
    shares = np.mean(
        [played(load, lines, district, rooms, found.city_lines, 150_000, s) for s in range(3)], 0
    )
    assert (load @ found.street_share) / load.sum() == pytest.approx(shares[0], rel=0.02)
    assert found.city.load / load.sum() == pytest.approx(shares[1], rel=0.03)
    assert found.lost == pytest.approx(shares[2], rel=0.3)


def test_the_city_has_the_fewest_lines_that_are_enough():
    load, street = np.full(20, 0.2), np.zeros(20, np.int64)
    found = overflow(load, street + 1, street, np.array([1]), most_lost=0.001)
    assert found.lost <= 0.001
    assert found.city.load * found.city.lost_at(found.city_lines - 1) > 0.001 * load.sum()


def test_districts_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="district must lie"):
        overflow(np.ones(1), np.ones(1, np.int64), np.array([2]), np.array([1]), most_lost=0.1)

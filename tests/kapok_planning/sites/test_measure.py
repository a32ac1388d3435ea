"""Figures against counting by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok_planning.sites.cases import days_of, site_of, situations, station

from kapok_planning.sites import (
    Arrivals,
    Goal,
    Situation,
    best_slots,
    draw_days,
    estimate,
    measure,
    next_person,
    overloads,
    simulate,
)
from kapok_planning.sites.counting import count_days


def test_one_day_counted_by_hand():
    site = site_of(station("a"), station("b"), n_slots=2, slot_min=10.0)
    run = simulate(site, days_of([0, 1, 12], [[4, 4, 4], [2, 2, -1]]))
    found = measure(site, run, Goal(wait_min=2.0))
    assert run.wait_min.tolist() == [[0, 3, 0], [0, 0, 0]]
    assert found.came.mean.tolist() == [[2, 1], [2, 0]]
    assert found.served.mean.tolist() == [[2, 1], [1, 1]]
    assert found.queue.mean[0].tolist() == [0.3, 0]
    assert found.occupancy.mean[0].tolist() == pytest.approx([0.8, 0.4])
    assert found.share_in_time.one[0] == pytest.approx(2 / 3)
    assert found.total_wait_min.one[0] == 1.0
    assert found.last_leaves_min.one[0] == 16.0
    assert found.outside_enough == 1


def test_who_waits_before_any_lane_of_the_entrance_queues_outside():
    site = site_of(station("in", stage="in"), station("in (old)", stage="in"), n_slots=1)
    run = simulate(site, days_of([0, 0, 0, 0, 1], [[9, 9, -1, -1, 9], [-1, -1, 9, 9, -1]]))
    found = measure(site, run, Goal())
    assert found.queue_most.mean.tolist() == [2, 1]
    assert found.outside_enough == 3


@given(situations(rooms=True), st.integers(0, 500))
def test_what_95_of_100_wait_is_that_of_sorting(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(2))
    site, run = situation.site, simulate(situation.site, days)
    found = count_days(site, run, Goal())
    for d in range(days.n):
        day = slice(days.first[d], days.first[d + 1])
        for k in range(site.n):
            here = run.stops[k, day]
            slot = np.clip(np.nan_to_num(run.came[k, day]) // site.slot_min, 0, site.n_slots - 1)
            for h in range(site.n_slots):
                waits = np.sort(run.wait_min[k, day][here & (slot == h)])
                expected = waits[int(np.ceil(0.95 * len(waits))) - 1] if len(waits) else np.nan
                np.testing.assert_equal(found.wait_p95_min[d, k, h], expected)


@given(situations(rooms=True), st.integers(0, 500))
def test_everybody_is_counted_once_at_each_station(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(3))
    run = simulate(situation.site, days)
    found = measure(situation.site, run, Goal())
    stops = run.stops.sum(axis=1) / days.n
    np.testing.assert_allclose(found.came.mean.sum(axis=1), stops)
    np.testing.assert_allclose(found.served.mean.sum(axis=1), stops)


@given(situations(rooms=True), st.integers(0, 500))
def test_queues_obey_littles_law(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(3))
    site = situation.site
    run = simulate(site, days)
    found = measure(site, run, Goal())
    in_queue = found.queue.mean.sum(axis=1) * site.slot_min
    np.testing.assert_allclose(in_queue, run.wait_min.sum(axis=1) / days.n, atol=1e-6)


def test_confidence_comes_from_the_days():
    found = estimate(np.array([1.0, 2.0, 3.0]))
    assert found.one == (2.0, pytest.approx(2.484, abs=1e-3))
    assert estimate(np.array([1.0])).half == np.inf


def test_the_next_person_helps_where_it_is_tight():
    site = site_of(station("wide", (5,)), station("tight", (1, 2, 2, 2)))
    situation, days = situation_of(site), range(10)
    first, second = next_person(situation, Goal(), seed=1, numbers=days)
    assert site.names[first.station] == "tight"
    assert first.saved_min.mean - first.saved_min.half > 0
    assert second.saved_min.mean == pytest.approx(0.0, abs=0.5)
    assert best_slots(situation, Goal(), 1, seed=1, numbers=days)[0].slot == 0


def situation_of(site):
    return Situation(site, Arrivals(walk_in=(80.0,) * site.n_slots))


def test_a_station_that_cannot_keep_up_is_named_with_what_is_missing():
    site = site_of(station("wide", (9,)), station("tight", (1,)))
    days = draw_days(situation_of(site), seed=1, numbers=range(10))
    found = overloads(site, days)
    assert (site.names[found[0].station], found[0].slot) == ("tight", -1)
    assert found[0].utilisation == pytest.approx(80 / 60, rel=0.05)
    assert found[0].missing == pytest.approx(0.33, abs=0.07)
    assert {o.slot for o in found[1:]} == {0, 1, 2, 3}

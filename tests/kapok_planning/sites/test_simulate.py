"""Simulated days against SimPy on the same draws, against theory, and by laws."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok_planning.sites.cases import (
    LAWS,
    days_of,
    held_up_by_simpy,
    played_by_simpy,
    site_of,
    situations,
    station,
    walk_ins,
)

from kapok_planning.hotline import erlang_c
from kapok_planning.sites import (
    Break,
    Goal,
    Law,
    Queue,
    Shape,
    broken_rules,
    capacity_of,
    draw_days,
    judge,
    judging,
    next_person,
    running,
    simulate,
)
from kapok_planning.spreading import in_threads

NEAR = 1e-9
EXPONENTIAL = Law(1.0, 1.0, Shape.GAMMA)


def constant(site):
    """The same site with the staff of its first slot all day, as SimPy has it."""
    return replace(site, stations=tuple(replace(s, staff=s.staff[:1]) for s in site.stations))


@given(situations(), st.integers(0, 1000))
def test_waits_are_those_of_simpy_on_the_same_draws(situation, seed):
    site = constant(situation.site)
    day = draw_days(situation, seed=seed, numbers=[0])
    run = simulate(site, day)
    expected = played_by_simpy(site, day)
    np.testing.assert_allclose(run.start[run.stops], expected[run.stops], atol=NEAR)


@given(st.integers(0, 1000), st.integers(1, 3), st.integers(1, 3))
def test_who_goes_ahead_does_so_as_in_simpy(seed, one, two):
    site = site_of(station("a", (one,), first=("old",)), station("b", (two,), LAWS[1]))
    situation = walk_ins(site, 60.0, kinds=(("old", 0.3),))
    day = draw_days(situation, seed=seed, numbers=[0])
    run = simulate(site, day)
    np.testing.assert_allclose(run.start, played_by_simpy(site, day), atol=NEAR)


@given(st.integers(0, 1000), st.sampled_from([0, 1, 3]), st.integers(1, 3), st.integers(1, 4))
def test_full_rooms_hold_desks_up_as_in_simpy(seed, room, one, seats):
    site = site_of(
        station("a", (2,)), station("b", (one,), LAWS[1]), station("c", (seats,), room=room)
    )
    day = draw_days(walk_ins(site, 50.0), seed=seed, numbers=[0])
    run = simulate(site, day)
    np.testing.assert_allclose(run.start, held_up_by_simpy(site, day), atol=NEAR)


@given(situations(), st.integers(0, 1000))
def test_the_recursion_and_the_play_of_events_agree(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(2))
    run = simulate(situation.site, days)
    first, *others = situation.site.stations
    wide = replace(situation.site, stations=(replace(first, room=10_000), *others))
    other = simulate(
        replace(wide, stations=tuple(replace(s, room=10_000) for s in wide.stations)), days
    )
    for name in ("came", "start", "done"):
        one, two = getattr(run, name)[run.stops], getattr(other, name)[run.stops]
        np.testing.assert_allclose(one, two, atol=NEAR)


@given(situations(rooms=True), st.integers(0, 1000))
def test_no_day_breaks_a_rule(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(2))
    assert broken_rules(situation.site, simulate(situation.site, days)) == []


@given(situations(rooms=True), st.integers(0, 1000))
def test_nobody_is_lost_and_nobody_waits_less_than_nothing(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(2))
    run = simulate(situation.site, days)
    assert np.isfinite(run.left[run.stops]).all()
    assert (run.wait_min >= 0).all()


def posted(function, items):
    """Parts as they are on another host: everything travels as bytes."""
    function = pickle.loads(pickle.dumps(function))
    return (function(pickle.loads(pickle.dumps(item))) for item in items)


def test_parts_can_be_done_on_other_hosts_and_little_travels(monkeypatch):
    monkeypatch.setattr(judging, "PEOPLE_IN_PART", 200)
    situation, numbers = walk_ins(site_of(station("a", (2,)), station("b", (2,))), 60.0), range(4)
    for work in (judge, next_person):
        here = work(situation, Goal(), seed=1, numbers=numbers)
        there = work(situation, Goal(), seed=1, numbers=numbers, spread=posted)
        assert pickle.dumps(here) == pickle.dumps(there)
    assert all(len(pickle.dumps(part)) < 100 for part in judging.parts_of(situation, numbers))


@pytest.mark.parametrize("first", [(), ("old",)])
def test_days_are_the_same_however_their_parts_are_spread(first, monkeypatch):
    monkeypatch.setattr(running, "VISITS_IN_PART", 100)
    site = site_of(station("a", (2,), first=first), station("b", (2,), LAWS[1]))
    situation = walk_ins(site, 60.0, kinds=(("old", 0.3),))
    days = draw_days(situation, seed=1, numbers=range(5))
    one = simulate(situation.site, days)
    many = simulate(situation.site, days, spread=in_threads(3))
    for name in ("came", "start", "done", "left"):
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))
    monkeypatch.setattr(judging, "PEOPLE_IN_PART", 200)
    alone = judge(situation, Goal(), seed=1, numbers=range(5))
    spread = judge(situation, Goal(), seed=1, numbers=range(5), spread=in_threads(2))
    np.testing.assert_array_equal(alone.measured.daily_share, spread.measured.daily_share)
    assert alone.broken == spread.broken == ()


@given(situations(rooms=True), st.integers(0, 1000))
def test_a_day_is_the_same_whichever_days_are_drawn_with_it(situation, seed):
    days = draw_days(situation, seed=seed, numbers=range(5))
    again = draw_days(situation, seed=seed, numbers=[3])
    a, b = days.first[3], days.first[4]
    np.testing.assert_array_equal(again.arrival_min, days.arrival_min[a:b])


@given(
    st.integers(0, 1000),
    st.lists(st.integers(0, 4), min_size=4, max_size=4),
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
)
def test_more_staff_at_one_station_never_makes_anybody_wait_longer(seed, staff, more):
    """A theorem for one queue served in order: by induction nobody starts later."""
    staff[-1] = max(staff[-1], 1)
    few = site_of(station(staff=staff))
    many = site_of(station(staff=[a + b for a, b in zip(staff, more, strict=True)]))
    day = draw_days(walk_ins(few, 90.0), seed=seed, numbers=[0])
    assert (simulate(many, day).start <= simulate(few, day).start + NEAR).all()


@given(situations(), st.integers(0, 100), st.floats(0.1, 10))
def test_minutes_or_hours_give_the_same_day(situation, seed, unit):
    site = situation.site
    day = draw_days(situation, seed=seed, numbers=[0])
    scaled = replace(
        day,
        arrival_min=day.arrival_min * unit,
        service_min=np.where(day.service_min < 0, -1.0, day.service_min * unit),
    )
    one = simulate(site, day)
    other = simulate(replace(site, slot_min=site.slot_min * unit), scaled)
    np.testing.assert_allclose(other.start[one.stops], unit * one.start[one.stops], rtol=1e-6)


def test_a_desk_that_closes_finishes_with_who_is_there():
    site = site_of(station(staff=(2, 1)), n_slots=2, slot_min=10.0)
    run = simulate(site, days_of([8, 9, 9.5, 11], [[5, 20, 1, 1]]))
    assert run.start.tolist() == [[8, 9, 29, 30]]


def test_who_comes_before_staff_waits_for_them():
    site = site_of(station(staff=(0, 1)), n_slots=2, slot_min=10.0)
    assert simulate(site, days_of([1, 2], [[3, 3]])).start.tolist() == [[10, 13]]


def test_breaks_are_taken_in_turn():
    site = site_of(station(staff=(5,), breaks=(Break(30, 60, 120),)))
    steps = capacity_of(site)
    shown = [(a, n) for a, n in zip(steps.at_min[0], steps.n[0], strict=True) if np.isfinite(a)]
    assert shown == [(0, 5), (60, 2), (90, 3), (120, 5)]


def test_who_is_there_already_is_served_first_and_has_waited():
    site = site_of(station(staff=(1,), law=Law(4.0)))
    situation = replace(walk_ins(site, 1e-9), now=(Queue((10.0, 2.0), (3.0,)),))
    run = simulate(site, draw_days(situation, seed=1, numbers=[0]))
    assert run.wait_min[0].tolist() == [0.0, 11.0, 7.0]


@pytest.mark.slow
@pytest.mark.parametrize(("c", "load"), [(1, 0.7), (3, 2.4), (10, 8.0)])
def test_mean_waits_are_those_of_erlang_c(c, load):
    rng = np.random.default_rng(7)
    n = 4_000_000
    arrival = np.cumsum(rng.exponential(1 / load, n))
    run = simulate(site_of(station(staff=(c,))), days_of(arrival, [rng.exponential(1.0, n)]))
    expected = erlang_c(load, c) / (c - load)
    assert run.wait_min.mean() == pytest.approx(expected, rel=0.01)


@pytest.mark.slow
def test_mean_waits_in_a_row_of_stations_are_those_of_jackson():
    """Exponential stations after each other are each as if alone (Burke, Jackson)."""
    rng = np.random.default_rng(11)
    n, staff, means = 4_000_000, (2, 5, 3), (1.0, 3.0, 1.6)
    arrival = np.cumsum(rng.exponential(1 / 1.3, n))
    service = np.stack([rng.exponential(mean, n) for mean in means])
    service[1, rng.random(n) < 0.2] = -1.0  # a fifth walks by the second station
    site = site_of(*(station(f"{k}", (c,)) for k, c in enumerate(staff)))
    waits = simulate(site, days_of(arrival, service))
    for k, (c, mean, share) in enumerate(zip(staff, means, (1, 0.8, 1), strict=True)):
        load = 1.3 * share * mean
        expected = mean * erlang_c(load, c) / (c - load)
        assert waits.wait_min[k][waits.stops[k]].mean() == pytest.approx(expected, rel=0.01)

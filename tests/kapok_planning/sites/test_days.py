"""Days as they are drawn: who comes, and how long things take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok_planning.sites.cases import site_of, situations, station

from kapok_planning.sites import (
    Arrivals,
    Break,
    Goal,
    Law,
    Shape,
    Situation,
    broken_rules,
    draw_days,
    measure,
    simulate,
)


@pytest.mark.parametrize(
    "law",
    [Law(2.0, 0.5), Law(2.0, 0.5, Shape.GAMMA), Law(2.0), Law.measured((1.0, 2.0, 3.0))],
)
def test_times_have_their_mean_and_spread(law):
    drawn = law.draw(np.random.default_rng(1), 400_000)
    assert drawn.mean() == pytest.approx(2.0, rel=0.01)
    assert drawn.std() == pytest.approx(2.0 * law.cv, rel=0.02, abs=1e-9)


@given(st.sampled_from([Law(2.0, 0.5), Law(2.0, 1.0, Shape.GAMMA), Law.measured((1.0, 4.0))]))
def test_what_is_left_of_a_time_and_what_has_passed_make_a_whole_one(law):
    rng = np.random.default_rng(2)
    whole = law.draw(rng, 200_000)
    longer = whole[whole > 1.5] - 1.5
    rest = law.rest(rng, np.full(20_000, 1.5))
    assert rest.mean() == pytest.approx(longer.mean(), rel=0.05)


@given(situations(), st.integers(0, 1000))
def test_people_come_in_order_after_opening(situation, seed):
    day = draw_days(situation, seed=seed, numbers=[0])
    assert (np.diff(day.arrival_min) >= 0).all()
    assert (day.arrival_min >= 0).all()


def test_as_many_come_as_were_expected():
    arrivals = Arrivals(
        booked=(100.0,) * 4,
        walk_in=(50.0,) * 4,
        absent=0.1,
        families=(0.5, 0.3, 0.2),
        buses=((30.0, 40),),
    )
    days = draw_days(Situation(site_of(station()), arrivals), seed=1, numbers=range(400))
    assert arrivals.expected == 600
    assert np.diff(days.first).mean() == pytest.approx(600, rel=0.01)


def test_people_are_late_or_early_around_their_appointment():
    arrivals = Arrivals(booked=(0.0, 60.0, 0.0), late_min=-5.0, late_sd_min=4.0)
    situation = Situation(site_of(station(), n_slots=3), arrivals)
    days = draw_days(situation, seed=1, numbers=range(200))
    assert days.arrival_min.mean() == pytest.approx(90 - 5, abs=0.3)
    minutes_in_slot = 60 / 12**0.5
    assert days.arrival_min.std() == pytest.approx(np.hypot(minutes_in_slot, 4.0), rel=0.03)


def test_a_day_on_which_nobody_comes_is_a_day():
    quiet = Situation(site_of(station(), n_slots=2), Arrivals(walk_in=(0.01, 0.0)))
    days = draw_days(quiet, seed=1, numbers=range(20))
    run = simulate(quiet.site, days)
    found = measure(quiet.site, run, Goal())
    assert found.share_in_time.one[0] == 1.0
    assert found.outside_enough == 0
    assert broken_rules(quiet.site, run) == []


def test_a_family_comes_together():
    arrivals = Arrivals(booked=(30.0,), late_sd_min=10.0, families=(0.0, 1.0))
    day = draw_days(Situation(site_of(station(), n_slots=1), arrivals), seed=1, numbers=[0])
    _, sizes = np.unique(day.arrival_min, return_counts=True)
    assert (sizes[1:] == 2).all()


def test_each_kind_of_people_has_its_own_lane():
    site = site_of(
        station("desk", stage="desk"),
        station("desk (old)", lane="old", stage="desk"),
        station("door"),
    )
    arrivals = Arrivals(walk_in=(200.0,), kinds=(("old", 0.2),))
    day = draw_days(Situation(site, arrivals), seed=1, numbers=[0])
    stops = day.service_min >= 0
    assert (stops[0] != stops[1]).all()
    assert (stops[1] == (day.kind == 1)).all()
    assert stops[2].all()


def test_who_leaves_early_reaches_no_later_station():
    site = site_of(station("a", leaves=0.3), station("b"), station("c"))
    day = draw_days(Situation(site, Arrivals(walk_in=(300.0,))), seed=1, numbers=[0])
    stops = day.service_min >= 0
    assert stops[0].all()
    assert (stops[1] == stops[2]).all()
    assert 0.6 < stops[1].mean() < 0.8


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Law(0.0), "mean_min = 0.0 must be finite and over 0"),
        (lambda: Law(1.0, -1.0), "cv = -1.0"),
        (lambda: Law.measured((0.0,)), "with a mean over 0"),
        (lambda: Break(30, 0, 20), "does not fit"),
        (lambda: Goal(share=1.0), "share = 1.0"),
        (lambda: station(staff=()), "staff must be numbers"),
        (lambda: station(staff=(-1,)), "staff must be numbers"),
        (lambda: site_of(station(), station()), "the same name"),
        (site_of, "at least one station"),
        (lambda: Arrivals(walk_in=(-1.0,)), "walk_in must hold"),
        (lambda: Arrivals(families=(0.5,)), "sum to 1"),
        (lambda: Situation(site_of(station(first=("old",))), Arrivals()), "nobody is “old”"),
        (lambda: Situation(site_of(station()), Arrivals(walk_in=(1e6,) * 4)), "At most 1,000,000"),
    ],
)
def test_nonsense_is_refused_by_name(make, says):
    with pytest.raises(ValueError, match=says):
        make()

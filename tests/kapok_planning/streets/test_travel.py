import numpy as np
import pytest
from hypothesis import given
from tests.kapok_planning.streets.plain_ways import plain_minutes
from tests.kapok_planning.streets.strategies import lines_of, roads

from kapok_planning.spreading import in_threads
from kapok_planning.streets import Pace, make_streets, straight_between, travel_between

WIDE = Pace(reach_m=5000.0)


@given(roads())
def test_ways_are_those_that_plain_loops_find(drawn):
    lines, classes, oneway, rng = drawn
    streets = make_streets(lines, road_class=classes, oneway=oneway, whole=True)
    starts, goals = rng.random((4, 2)) * 1000, rng.random((5, 2)) * 1000
    usable = rng.random(streets.n_edges) < 0.85
    usable[0] = True
    way = travel_between(streets, starts, goals, pace=WIDE, open_edges=usable)
    plain = plain_minutes(streets, starts, goals, WIDE, usable)
    np.testing.assert_allclose(way.minutes[way.by_street], plain[way.by_street], rtol=1e-6)


@given(roads())
def test_a_cut_off_loses_only_the_longer_ways(drawn):
    lines, classes, oneway, rng = drawn
    streets = make_streets(lines, road_class=classes, oneway=oneway, whole=True)
    starts, goals = rng.random((4, 2)) * 1000, rng.random((5, 2)) * 1000
    all_ways = travel_between(streets, starts, goals, pace=WIDE)
    cut = travel_between(streets, starts, goals, pace=WIDE, cutoff_min=4.0)
    np.testing.assert_array_equal(
        cut.minutes, np.where(all_ways.minutes <= 4.0, all_ways.minutes, np.inf)
    )


@given(roads())
def test_threads_change_nothing(drawn):
    lines, _, _, rng = drawn
    streets = make_streets(lines, whole=True)
    starts, goals = rng.random((5, 2)) * 1000, rng.random((5, 2)) * 1000
    one = travel_between(streets, starts, goals, pace=WIDE)
    three = travel_between(streets, starts, goals, pace=WIDE, spread=in_threads(3))
    np.testing.assert_array_equal(one.minutes, three.minutes)
    np.testing.assert_array_equal(one.metres, three.metres)


@given(roads())
def test_no_way_is_shorter_than_the_straight_line(drawn):
    lines, _, _, rng = drawn
    starts, goals = rng.random((5, 2)) * 1000, rng.random((5, 2)) * 1000
    way = travel_between(make_streets(lines, whole=True), starts, goals, pace=Pace(reach_m=50))
    apart = np.hypot(*(starts[:, None] - goals[None]).transpose(2, 0, 1))
    assert (way.metres >= apart - 0.5).all()


def ways(lines, start, goal, pace=Pace(), **arguments):  # noqa: B008  # it is frozen
    streets = make_streets(lines, **arguments)
    found = travel_between(streets, np.array([start], float), np.array([goal], float), pace=pace)
    return float(found.minutes[0, 0]), float(found.metres[0, 0]), bool(found.by_street[0, 0])


def test_one_rides_at_the_roads_speed_or_ones_own_whichever_is_less():
    road = lines_of([(0, 0), (1000, 0)])
    assert ways(road, (0, 0), (1000, 0), Pace(most_kmh=20)) == (pytest.approx(3.0), 1000.0, True)
    slow = ways(road, (0, 0), (1000, 0), speed_kmh=np.array([10.0]))
    assert slow == (pytest.approx(6.0), 1000.0, True)


def test_one_walks_to_the_street_and_from_it():
    road = lines_of([(0, 0), (1000, 0)])
    minutes, metres, _ = ways(road, (0, 50), (1000, 50))
    assert (minutes, metres) == (pytest.approx(3.0 + 1.2), 1100.0)


def test_a_one_way_street_is_gone_round():
    square = lines_of([(0, 0), (100, 0)], [(100, 0), (100, 100), (0, 100), (0, 0)])
    oneway = np.array([True, False])
    assert ways(square, (20, 0), (80, 0), oneway=oneway)[1] == 60.0
    assert ways(square, (80, 0), (20, 0), oneway=oneway)[1] == 340.0


def test_where_no_street_is_near_a_stretched_straight_line_stands_for_the_way():
    minutes, metres, by_street = ways(lines_of([(0, 0), (1000, 0)]), (0, 900), (0, 1900))
    assert (minutes, metres, by_street) == (pytest.approx(8.4), 1400.0, False)


def test_neighbours_nearer_to_each_other_than_to_the_street_walk_over():
    minutes, metres, by_street = ways(lines_of([(0, 0), (1000, 0)]), (500, 100), (520, 100))
    assert (minutes, metres, by_street) == (pytest.approx(0.24), 20.0, False)


def test_behind_closed_roads_there_is_no_way():
    streets = make_streets(lines_of([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(200, 0), (300, 0)]))
    found = travel_between(
        streets,
        np.array([[0.0, 0.0]]),
        np.array([[300.0, 0.0]]),
        pace=Pace(),
        open_edges=streets.line != 1,
    )
    assert (found.minutes[0, 0], found.by_street[0, 0]) == (np.inf, True)


def test_without_any_street_all_ways_are_straight():
    nothing = make_streets(lines_of())
    a, b = np.array([[0.0, 0.0]]), np.array([[300.0, 400.0]])
    with_streets = travel_between(nothing, a, b, pace=Pace())
    without = straight_between(a, b, pace=Pace())
    assert with_streets.metres.tolist() == without.metres.tolist() == [[700.0]]
    assert not with_streets.by_street.any()


@pytest.mark.parametrize("wrong", [{"most_kmh": 0.0}, {"detour": 0.9}, {"reach_m": np.nan}])
def test_a_pace_that_leads_nowhere_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Pace(**wrong)

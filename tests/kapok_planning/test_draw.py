"""Laws of drawing: hard rules on any town, the best cut wherever one exists, and repeatability."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString
from tests.kapok_planning.brute_force import best_partition
from tests.kapok_planning.drawing import BOUNDS, assert_hard_rules, city, towns

from kapok_planning.grids import (
    Bounds,
    Budget,
    Links,
    Reason,
    Town,
    draw_grids,
    link_buildings,
    measure_grids,
)
from kapok_planning.spreading import in_threads


@given(towns(), st.sampled_from(Budget), st.integers(0, 2**31))
def test_hard_rules_hold_in_any_town(town, budget, seed):
    links = link_buildings(town)

    plan = draw_grids(town, links, bounds=BOUNDS, budget=budget, seed=seed)

    assert_hard_rules(town, links, plan)


@given(towns(max_buildings=9, max_households=400, max_communities=1))
def test_a_cut_within_the_bounds_is_found_wherever_one_exists(town):
    """Against every partition of towns small enough to try them all."""
    links = link_buildings(town)
    best = best_partition(links, town.households.tolist(), BOUNDS)

    plan = draw_grids(town, links, bounds=BOUNDS)

    assert (len(plan.exceptions) == 0) is best.within_bounds


@given(towns(max_buildings=9, max_households=700, max_communities=1))
def test_a_reason_is_true(town):
    """`no_cut_exists` only where none does; `large_building` only where one is too large."""
    links = link_buildings(town)
    best = best_partition(links, town.households.tolist(), BOUNDS)

    for item in draw_grids(town, links, bounds=BOUNDS).exceptions:
        assert item.reason not in (Reason.ISOLATED, Reason.LOCKED)
        assert not best.within_bounds
        assert (item.reason == Reason.SMALL_COMMUNITY) is bool(
            town.households.sum() < 300 and item.households < 300
        )
        if item.reason == Reason.LARGE_BUILDING:
            assert town.households.max() > 500


def test_all_grids_are_within_the_bounds_where_that_is_easy():
    town = city()

    plan = draw_grids(town, link_buildings(town), bounds=BOUNDS)

    assert plan.exceptions == ()
    assert plan.finished


@pytest.mark.parametrize("budget", Budget)
def test_more_work_is_not_less_compact(budget):
    town = city()
    links = link_buildings(town)
    order = [Budget.FAST, Budget.NORMAL, Budget.LONG]

    def rms_m(budget):
        plan = draw_grids(town, links, bounds=BOUNDS, budget=budget)
        return measure_grids(town, links, plan.grid, bounds=BOUNDS).rms_m

    cheaper = order[: order.index(budget)]
    assert all(rms_m(budget) <= 1.005 * rms_m(other) for other in cheaper)


@given(st.integers(0, 2**31), st.integers(1, 4))
def test_a_seed_means_one_plan_on_any_number_of_threads(seed, n_threads):
    town = city(per_community=30)
    links = link_buildings(town)

    alone = draw_grids(town, links, bounds=BOUNDS, seed=seed)
    together = draw_grids(town, links, bounds=BOUNDS, seed=seed, spread=in_threads(n_threads))

    assert (alone.grid == together.grid).all()
    assert alone.exceptions == together.exceptions


@given(towns(), st.integers(-3, 6))
def test_units_of_length_do_not_matter(town, power):
    """A town twice as large has the same plan: only ratios of distances may matter."""
    links = link_buildings(town)
    larger = replace(town, xy_m=town.xy_m * 2.0**power)

    plan = draw_grids(town, links, bounds=BOUNDS)

    assert (draw_grids(larger, links, bounds=BOUNDS).grid == plan.grid).all()


def test_other_communities_do_not_matter():
    """What happens in one community changes nothing in the others."""
    town = city()
    links = link_buildings(town)
    first = town.community == 0
    heavier = replace(town, households=np.where(first, town.households + 3, town.households))

    plans = [draw_grids(t, links, bounds=BOUNDS) for t in (town, heavier)]

    label = [plan.number[plan.grid[~first]] for plan in plans]
    assert (label[0] == label[1]).all()


class TestStopping:
    def test_the_best_plan_so_far_is_whole(self):
        town = city()
        links = link_buildings(town)

        plan = draw_grids(town, links, bounds=BOUNDS, should_stop=lambda: True)

        assert not plan.finished
        assert_hard_rules(town, links, plan)

    def test_a_large_community_stops_between_sweeps(self):
        town = city(n_communities=1, per_community=30_000, mean=8)
        links = link_buildings(town)
        asked = []

        plan = draw_grids(
            town, links, bounds=BOUNDS, should_stop=lambda: asked.append(1) or len(asked) > 1
        )

        assert not plan.finished
        assert len(asked) == 2
        assert plan.exceptions == ()

    def test_progress_rises_to_the_end(self):
        town = city()
        seen = []

        draw_grids(
            town, link_buildings(town), bounds=BOUNDS, on_progress=lambda *at: seen.append(at)
        )

        assert [done for done, _ in seen] == sorted(done for done, _ in seen)
        assert seen[-1] == (town.n, town.n)


class TestReasons:
    """One small town for each reason that a grid can be outside its bounds."""

    def drawn(self, households, xy_m=None, barriers=None, bounds=BOUNDS):
        n = len(households)
        if xy_m is None:
            xy_m = np.stack([40.0 * np.arange(n), np.zeros(n)], axis=1)
        town = Town(np.asarray(xy_m, float), np.array(households, np.int32), np.zeros(n, np.int32))
        links = link_buildings(town, barriers=barriers)
        return draw_grids(town, links, bounds=bounds)

    def test_a_community_with_few_households(self):
        plan = self.drawn([100, 150])
        assert [(e.households, e.reason) for e in plan.exceptions] == [(250, "small_community")]

    def test_a_large_building_is_a_grid_alone(self):
        plan = self.drawn([200, 200, 700, 200, 200])
        assert [(e.households, e.reason) for e in plan.exceptions] == [(700, "large_building")]

    def test_what_lies_behind_a_barrier(self):
        wall = np.array([LineString([(60, -500), (60, 500)])], dtype=object)
        plan = self.drawn([100, 90, 200, 200], barriers=wall)
        assert [(e.households, e.reason) for e in plan.exceptions] == [(190, "isolated")]

    def test_a_total_that_no_number_of_grids_fits(self):
        plan = self.drawn([100] * 11, bounds=Bounds(480, 500))
        assert {e.reason for e in plan.exceptions} == {Reason.NO_CUT_EXISTS}
        assert plan.n_grids == 2

    def test_buildings_that_do_not_add_up(self):
        plan = self.drawn([290, 280, 290, 290, 280, 290])
        assert {e.reason for e in plan.exceptions} == {Reason.NO_CUT_EXISTS}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": -1}, "seed = -1 is not between 0 and"),
        ({"seed": 2**63}, "is not between 0 and"),
        ({"previous": np.zeros(3, np.int32)}, "previous has shape"),
        ({"locked": np.ones(3, bool)}, "locked has shape"),
        ({"locked": np.array([True, False])}, "no former grid"),
        (
            {"locked": np.array([True, False]), "previous": np.zeros(2, np.int32)},
            "only a part of a former grid",
        ),
        (
            {"links": Links(np.zeros(2, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8))},
            "links are for 1 buildings, not 2",
        ),
    ],
)
def test_nonsense_is_refused_by_name(change, says):
    town = Town(np.array([[0.0, 0], [30, 0]]), np.array([1, 2], np.int32), np.zeros(2, np.int32))
    arguments = {"links": link_buildings(town), "bounds": BOUNDS} | change

    with pytest.raises(ValueError, match=says):
        draw_grids(town, **arguments)


def test_a_town_without_buildings_has_no_grids():
    town = Town(np.zeros((0, 2)), np.zeros(0, np.int32), np.zeros(0, np.int32))

    plan = draw_grids(town, link_buildings(town), bounds=BOUNDS)

    assert plan.n_grids == 0
    assert plan.exceptions == ()


@pytest.mark.parametrize(
    ("low", "high", "target", "says"),
    [
        (0, 5, None, "at least 1 household"),
        (500, 300, None, "lower bound 500 is over the upper bound 300"),
        (300, 500, 501.0, "target 501 is not between 300 and 500"),
    ],
)
def test_bounds_that_make_no_sense_are_refused(low, high, target, says):
    with pytest.raises(ValueError, match=says):
        Bounds(low, high, target)

"""Laws of drawing anew: few households change their grid, and what is locked stays."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok_planning.drawing import BOUNDS, assert_hard_rules, city, towns

from kapok_planning.grids import (
    Bounds,
    Budget,
    Reason,
    Town,
    draw_grids,
    link_buildings,
    measure_grids,
)


class TestFormerGrids:
    def redrawn_share(self, change):
        """Share of households that keep their grid when ``change`` has happened to a town."""
        town = city(n_communities=20)
        links = link_buildings(town)
        before = draw_grids(town, links, bounds=BOUNDS).grid
        rng = np.random.default_rng(11)
        changed, previous = change(town, before.copy(), rng)
        links = link_buildings(changed)
        plan = draw_grids(changed, links, bounds=BOUNDS, previous=previous)
        assert_hard_rules(changed, links, plan)
        moved = measure_grids(
            changed, links, plan.grid, bounds=BOUNDS, previous=previous
        ).moved_households
        return 1 - moved / changed.households[previous >= 0].sum()

    def test_nothing_moves_when_nothing_has_changed(self):
        assert self.redrawn_share(lambda town, before, rng: (town, before)) >= 0.995

    def test_two_percent_of_new_households_move_few_others(self):
        def change(town, before, rng):
            households = town.households.copy()
            chosen = rng.permutation(town.n)[: town.n // 50]
            households[chosen] = households[chosen] * 2 + 5
            return replace(town, households=households), before

        assert self.redrawn_share(change) >= 0.95

    def test_two_percent_of_new_buildings_move_few_others(self):
        def change(town, before, rng):
            chosen = rng.permutation(town.n)[: town.n // 50]
            return (
                Town(
                    np.concatenate([town.xy_m, town.xy_m[chosen] + 7.0]),
                    np.concatenate([town.households, town.households[chosen]]),
                    np.concatenate([town.community, town.community[chosen]]),
                ),
                np.concatenate([before, np.full(len(chosen), -1, np.int32)]),
            )

        assert self.redrawn_share(change) >= 0.95

    @given(towns(), st.integers(0, 2**32 - 1))
    def test_hard_rules_hold_whatever_the_former_grids_were(self, town, seed):
        links = link_buildings(town)
        previous = np.random.default_rng(seed).integers(-1, 5, town.n).astype(np.int32)

        plan = draw_grids(town, links, bounds=BOUNDS, previous=previous)

        assert_hard_rules(town, links, plan)

    @given(st.integers(0, 2**32 - 1))
    def test_locked_grids_stay(self, seed):
        town = city(n_communities=3)
        links = link_buildings(town)
        before = draw_grids(town, links, bounds=BOUNDS).grid
        locked = np.random.default_rng(seed).random(before.max() + 1) < 0.4

        plan = draw_grids(
            town, links, bounds=Bounds(200, 420), previous=before, locked=locked[before]
        )

        for grid in np.flatnonzero(locked):
            members = before == grid
            assert (
                np.unique(plan.grid[members]).size,
                (plan.grid == plan.grid[members][0]).sum(),
            ) == (
                1,
                members.sum(),
            )

    def test_few_households_move_even_where_many_grids_cannot_be_within_the_bounds(self):
        """Buildings of 60-140 households and bounds of 480-500: a redraw must not start anew."""
        rng = np.random.default_rng(3)
        town = Town(
            rng.uniform(0, 2000, (300, 2)),
            rng.integers(60, 141, 300).astype(np.int32),
            np.zeros(300, np.int32),
        )
        links = link_buildings(town)
        bounds = Bounds(480, 500)
        before = draw_grids(town, links, bounds=bounds, budget=Budget.FAST)
        assert before.exceptions
        households = town.households.copy()
        households[rng.permutation(300)[:6]] += 30
        changed = replace(town, households=households)

        plan = draw_grids(changed, links, bounds=bounds, previous=before.grid)

        moved = measure_grids(
            changed, links, plan.grid, bounds=bounds, previous=before.grid
        ).moved_households
        assert moved <= 0.15 * households.sum()

    def test_what_a_lock_leaves_over_is_not_called_impossible(self):
        """150, 150, 100, 450: without the lock on the first two there are two good grids."""
        town = Town(
            np.stack([40.0 * np.arange(4), np.zeros(4)], axis=1),
            np.array([150, 150, 100, 450], np.int32),
            np.zeros(4, np.int32),
        )
        previous = np.array([0, 0, 1, 1], np.int32)

        plan = draw_grids(
            town, link_buildings(town), bounds=BOUNDS, previous=previous, locked=previous == 0
        )

        assert {item.reason for item in plan.exceptions} == {Reason.LOCKED}

    def test_a_locked_grid_outside_the_bounds_says_so(self):
        town = Town(
            np.array([[0.0, 0], [30, 0], [60, 0]]),
            np.array([100, 200, 300], np.int32),
            np.zeros(3, np.int32),
        )
        previous = np.array([0, 1, 1], np.int32)

        plan = draw_grids(
            town, link_buildings(town), bounds=BOUNDS, previous=previous, locked=previous == 0
        )

        assert [item.reason for item in plan.exceptions] == [Reason.LOCKED]

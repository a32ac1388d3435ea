"""Measures against the obvious loops, and against plans that are wrong on purpose."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString
from tests.kapok_planning.brute_force import is_connected

from kapok_planning.grids import Bounds, Reason, Town, link_buildings, match_grids, measure_grids

BOUNDS = Bounds(300, 500)


def row(households, community=None, residents=None):
    """Buildings in a row, 40 metres apart."""
    n = len(households)
    return Town(
        np.stack([40.0 * np.arange(n), np.zeros(n)], axis=1),
        np.array(households, np.int32),
        np.zeros(n, np.int32) if community is None else np.array(community, np.int32),
        residents,
    )


@st.composite
def plans(draw):
    """Any town and any plan, good or bad, its grids numbered without gaps."""
    n = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    town = Town(
        rng.uniform(0, 500, (n, 2)),
        rng.integers(0, 300, n).astype(np.int32),
        np.sort(rng.integers(0, 3, n)).astype(np.int32),
        rng.uniform(0, 900, n),
    )
    _, grid = np.unique(rng.integers(0, draw(st.integers(1, 6)), n), return_inverse=True)
    return town, grid.astype(np.int32)


@given(plans())
def test_agrees_with_the_obvious_loops(plan):
    town, grid = plan
    links = link_buildings(town)

    measures = measure_grids(town, links, grid, bounds=BOUNDS)

    inertia = 0.0
    for g in range(grid.max() + 1):
        members = np.flatnonzero(grid == g)
        w, xy = town.households[members], town.xy_m[members]
        assert measures.households[g] == w.sum()
        assert measures.n_buildings_of[g] == len(members)
        assert measures.residents[g] == pytest.approx(town.residents[members].sum())
        assert measures.connected[g] == is_connected(links, members)
        assert measures.in_bounds[g] == (300 <= w.sum() <= 500)
        if w.sum():
            centre = (w[:, None] * xy).sum(axis=0) / w.sum()
            squared = (w * ((xy - centre) ** 2).sum(axis=1)).sum()
            inertia += squared
            assert measures.grid_rms_m[g] == pytest.approx(np.sqrt(squared / w.sum()))
    if town.households.sum():
        assert measures.rms_m == pytest.approx(np.sqrt(inertia / town.households.sum()))
    assert measures.n_split_communities == sum(
        len(set(town.community[grid == g])) > 1 for g in range(grid.max() + 1)
    )
    assert measures.n_crossings == 0  # no barrier was given


def test_a_grid_on_both_sides_of_a_barrier_crosses_it():
    town = row([200, 200, 200, 200])
    wall = np.array([LineString([(60, -9e3), (60, 9e3)])], dtype=object)
    links = link_buildings(town, barriers=wall)

    across = measure_grids(town, links, np.array([0, 1, 1, 0], np.int32), bounds=BOUNDS)
    along = measure_grids(town, links, np.array([0, 0, 1, 1], np.int32), bounds=BOUNDS)

    assert (across.n_crossings, across.n_discontiguous) == (2, 2)
    assert (along.n_crossings, along.n_discontiguous) == (0, 0)


def test_main_streets_inside_a_grid_are_counted():
    town = row([200, 200, 200, 200])
    street = np.array([LineString([(60, -9e3), (60, 9e3)])], dtype=object)
    links = link_buildings(town, streets=street)

    cut = [
        measure_grids(town, links, np.array(grid, np.int32), bounds=BOUNDS).n_street_cuts
        for grid in ([0, 0, 0, 0], [0, 0, 1, 1])
    ]

    assert cut == [1, 0]


def test_another_ones_bad_plan_gets_its_reasons():
    town = row([200, 200, 200, 200, 10], community=[0, 0, 0, 0, 1])

    measures = measure_grids(
        town, link_buildings(town), np.array([0, 1, 1, 1, 2], np.int32), bounds=BOUNDS
    )

    assert [(item.grid, item.reason) for item in measures.exceptions] == [
        (0, Reason.NO_CUT_FOUND),
        (1, Reason.NO_CUT_FOUND),
        (2, Reason.SMALL_COMMUNITY),
    ]
    assert measures.summary()["exceptions"] == {"no_cut_found": 2, "small_community": 1}


def test_a_summary_is_ready_for_json():
    summary = measure_grids(
        row([200, 200]), link_buildings(row([200, 200])), np.zeros(2, np.int32), bounds=BOUNDS
    ).summary()

    assert summary == {
        "grids": 1,
        "buildings": 2,
        "households": 400,
        "residents": None,
        "grids_in_bounds": 1,
        "discontiguous_grids": 0,
        "grids_in_several_communities": 0,
        "barrier_crossings": 0,
        "main_street_cuts": 0,
        "rms_m": 20.0,
        "households_min": 400,
        "households_max": 400,
        "households_cv": 0.0,
        "moved_households": None,
        "exceptions": {},
    }


class TestMatching:
    @given(st.permutations(range(5)))
    def test_renaming_moves_nobody(self, names):
        former = np.repeat(np.arange(5, dtype=np.int32), 3)
        grid = np.array(names, np.int32)[former]
        town = row([100] * 15)

        moved = measure_grids(
            town, link_buildings(town), grid, bounds=BOUNDS, previous=former
        ).moved_households

        assert moved == 0

    @given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 2)), min_size=1, max_size=12))
    def test_keeps_at_least_half_of_what_any_matching_keeps(self, pairs):
        """Greedy matching holds half of what the best one holds, and matches each grid once."""
        former = np.array([p for p, _ in pairs], np.int32)
        _, grid = np.unique([g for _, g in pairs], return_inverse=True)
        grid = grid.astype(np.int32)
        w = np.arange(1, len(pairs) + 1, dtype=np.int32)

        match = match_grids(former, grid, w)

        kept = w[(former >= 0) & (match[grid] == former)].sum()
        n = grid.max() + 1
        best = max(
            w[(former >= 0) & (np.array(names)[grid] == former)].sum()
            for names in permutations(range(3), int(n))
        )
        assert 2 * kept >= best
        used = match[match >= 0]
        assert len(set(used.tolist())) == len(used)


@pytest.mark.parametrize(
    ("grid", "says"),
    [([0, 0, 0], "for the 2 buildings"), ([0, 2], "without gaps"), ([-1, 0], "without gaps")],
)
def test_plans_that_are_no_plans_are_refused(grid, says):
    town = row([200, 200])

    with pytest.raises(ValueError, match=says):
        measure_grids(town, link_buildings(town), np.array(grid, np.int32), bounds=BOUNDS)

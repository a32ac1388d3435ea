"""Towns to be cut into grids, and what must hold of every cut."""

import numpy as np
from hypothesis import strategies as st
from tests.kapok_planning.brute_force import is_connected

from kapok_planning.grids import Bounds, Town

BOUNDS = Bounds(300, 500)


@st.composite
def towns(draw, max_buildings=40, max_households=120, max_communities=3):
    """A small town on a jittered lattice: no two buildings on one spot, a few communities."""
    n = draw(st.integers(1, max_buildings))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    side = int(np.ceil(np.sqrt(n)))
    spots = rng.permutation(side * side)[:n]
    xy_m = 40.0 * np.stack([spots % side, spots // side], axis=1) + rng.uniform(0, 20, (n, 2))
    households = rng.integers(0, max_households + 1, n)
    community = np.sort(rng.integers(0, draw(st.integers(1, max_communities)), n))
    return Town(xy_m, households.astype(np.int32), community.astype(np.int32))


def city(n_communities=12, per_community=60, mean=24, seed=5):
    """A town in which every community can be cut within the bounds."""
    rng = np.random.default_rng(seed)
    n = n_communities * per_community
    community = np.repeat(np.arange(n_communities), per_community)
    xy_m = rng.uniform(0, 400, (n, 2)) + np.stack([community % 4, community // 4], axis=1) * 400.0
    households = rng.integers(mean // 2, mean * 3 // 2 + 1, n).astype(np.int32)
    return Town(xy_m, households, community.astype(np.int32))


def assert_hard_rules(town, links, plan, bounds=BOUNDS):
    """What must hold of every plan, whatever the town."""
    assert plan.grid.shape == (town.n,)
    assert set(plan.grid.tolist()) == set(range(plan.n_grids))
    assert (plan.community[plan.grid] == town.community).all()
    for grid in range(plan.n_grids):
        assert is_connected(links, np.flatnonzero(plan.grid == grid)), grid
    assert (np.diff(plan.community) >= 0).all()
    for community in np.unique(plan.community):
        numbers = plan.number[plan.community == community]
        assert numbers.tolist() == list(range(1, len(numbers) + 1))
    load = np.bincount(plan.grid, town.households)
    outside = np.flatnonzero((load < bounds.low) | (load > bounds.high))
    assert [item.grid for item in plan.exceptions] == outside.tolist()
    assert [item.households for item in plan.exceptions] == load[outside].tolist()

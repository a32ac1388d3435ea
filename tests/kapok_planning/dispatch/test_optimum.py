"""Ours against the best plan of all, on dispatches so small that all can be tried."""

import numpy as np
from tests.kapok_planning.dispatch.cases import (
    PACE,
    least_price,
    matters_of,
    units_of,
)

from kapok_planning.dispatch import Budget, Prices, Times, assign
from kapok_planning.streets import straight_between

N_CASES, MOST_MATTERS = 60, 6


def small(seed):
    """A rush of up to six matters for two or three units, too much to be in time everywhere."""
    rng = np.random.default_rng(seed)
    n, n_units = int(rng.integers(3, MOST_MATTERS + 1)), int(rng.integers(2, 4))
    matters = matters_of(
        n,
        service_min=rng.uniform(2, 20, n),
        due_min=rng.uniform(0, 45, n),
        weight=rng.choice([1, 3, 10], n),
        urgent=rng.random(n) < 0.25,
        skills=rng.choice([0, 0, 1], n),
        preferred=np.where(rng.random(n) < 0.2, rng.integers(0, n_units, n), -1),
    )
    units = units_of(
        n_units,
        free_min=rng.uniform(-5, 15, n_units),
        shift_end_min=rng.uniform(30, 120, n_units),
        skills=rng.choice([0, 1], n_units),
        capacity=rng.integers(1, 5, n_units),
    )
    posts, spots = rng.random((n_units, 2)) * 4000, rng.random((n, 2)) * 4000
    times = Times(
        straight_between(posts, spots, pace=PACE), straight_between(spots, spots, pace=PACE)
    )
    return matters, units, times


def test_small_rushes_are_dispatched_as_well_as_can_be():
    gaps = []
    for seed in range(N_CASES):
        case = small(seed)
        best = least_price(*case, now=0.0, prices=Prices())
        plan = assign(*case, now=0.0, budget=Budget.NORMAL, seed=1)
        gaps.append(plan.totals.price / best - 1)
    assert min(gaps) > -1e-4  # nothing is better than best, but for single precision
    assert max(gaps) < 1e-4

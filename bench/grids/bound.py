"""How far ours can be from the best plan of a community of 200 buildings.

No solver proves optima of that size, but a bound is to be had: let every building have its price
instead of exactly one grid, and forget contiguity. Then each centre takes the buildings that pay,
within the bounds of households, which a table of best values by household count solves exactly;
the cheapest centres are chosen; and prices are raised or lowered for buildings taken too seldom
or too often. Whatever the prices, no plan with as many grids is better than this.
"""

import time
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench.grids.instances import BOUNDS
from kapok.samples import benches
from kapok_planning.grids import Budget, Town, draw_grids, link_buildings

N_COMMUNITIES = 5
N_STEPS = 300

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gap:
    """Ours beside a lower bound, with grid centres at buildings."""

    n_grids: int
    ours_rms_m: float
    bound_rms_m: float
    ours_ms: float

    @property
    def share(self) -> float:
        """How much more than the bound ours is, at most how far from the best [share]."""
        return self.ours_rms_m / self.bound_rms_m - 1


def section(budget: Budget, *, seed: int) -> list[str]:
    """The gaps of some communities, in words."""
    gaps = [gap(benches.community(seed + nth).town, budget, seed) for nth in range(N_COMMUNITIES)]
    share = [100 * each.share for each in gaps]
    took = [each.ours_ms for each in gaps]
    return [
        f"Gap to a bound, {N_COMMUNITIES} communities of 200 buildings, grid centres at buildings: "
        f"ours ({budget}) lies {np.mean(share):.1f} % above what no plan can be below, on average "
        f"({min(share):.1f} to {max(share):.1f} %; how much of it is the bound's is not known). "
        f"Ours took {np.median(took):.1f} ms a community, {max(took):.1f} ms at most.",
        "",
    ]


def gap(town: Town, budget: Budget, seed: int) -> Gap:
    """Draw one community and bound it; the drawing is timed the second time."""
    links = link_buildings(town)
    for _ in range(2):
        began = time.process_time()
        plan = draw_grids(town, links, bounds=BOUNDS, budget=budget, seed=seed)
        seconds = time.process_time() - began
    cost = costs(town)
    ours = sum(
        cost[np.ix_(mine, mine)].sum(axis=1).min()
        for mine in (np.flatnonzero(plan.grid == grid) for grid in range(plan.n_grids))
    )
    bound = lower_bound(cost, town.households.astype(np.int64), plan.n_grids, ours)
    return Gap(plan.n_grids, float(np.sqrt(ours)), float(np.sqrt(bound)), 1000 * seconds)


def costs(town: Town) -> Floats:
    """Share of each building (column) in the mean squared distance, by centre (row)."""
    apart = town.xy_m[:, None, :] - town.xy_m[None, :, :]
    return np.asarray((apart**2).sum(axis=2) * (town.households / town.households.sum())[None, :])


def lower_bound(cost: Floats, households: NDArray[np.int64], n_grids: int, known: float) -> float:
    """The best bound of ``N_STEPS`` subgradient steps [m²]; ``known`` is the cost of some plan."""
    price = np.sort(cost, axis=0)[:n_grids].mean(axis=0)
    best, pace, idle = 0.0, 1.0, 0
    for _ in range(N_STEPS):
        value, taken = cheapest(cost - price, households, BOUNDS.low, BOUNDS.high)
        chosen = np.argsort(value)[:n_grids]
        bound = float(price.sum() + value[chosen].sum())
        missing = 1.0 - taken[chosen].sum(axis=0)
        idle = 0 if bound > best else idle + 1
        best = max(best, bound)
        if idle == 15:
            pace, idle = pace / 2, 0
        if not missing.any():
            break
        price = price + pace * (known - bound) / float((missing**2).sum()) * missing
    return best


@njit(cache=True)
def cheapest(cost, weight, low, high):  # type: ignore[no-untyped-def]
    """Least cost of a grid round each centre, centre included, and the buildings that it takes."""
    n = len(cost)
    value, taken = np.full(n, np.inf), np.zeros((n, n), np.bool_)
    table, picked = np.empty(high + 1), np.empty((n, high + 1), np.bool_)
    for centre in range(n):
        if weight[centre] > high:
            continue
        table[:] = np.inf
        table[weight[centre]] = cost[centre, centre]
        picked[:] = False
        for i in range(n):
            w, c = weight[i], cost[centre, i]
            if i == centre or (c >= 0.0 and w == 0):
                continue
            for load in range(high, w - 1, -1):
                if table[load - w] + c < table[load]:
                    table[load] = table[load - w] + c
                    picked[i, load] = True
        load = low + np.argmin(table[low:])
        value[centre] = table[load]
        if value[centre] == np.inf:
            continue
        for i in range(n - 1, -1, -1):
            if picked[i, load]:
                taken[centre, i] = True
                load -= weight[i]
        taken[centre, centre] = True
    return value, taken

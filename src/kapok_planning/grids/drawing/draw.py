"""Draw the grids of a town, community by community."""

import numpy as np

from kapok_planning.grids.drawing.annealing import Schedule
from kapok_planning.grids.drawing.community import Effort
from kapok_planning.grids.drawing.work import Work
from kapok_planning.grids.numbering import number_grids
from kapok_planning.grids.reasons import name_exceptions
from kapok_planning.grids.town import (
    BoolArray,
    Bounds,
    Budget,
    FloatArray,
    GridPlan,
    IntArray,
    Links,
    Progress,
    StoppingRule,
    Town,
    never_stop,
    no_progress,
)
from kapok_planning.spreading import Spread, in_turn

MOST_SEED = 2**63

EFFORTS = {
    Budget.FAST: Effort(
        schedule=Schedule(10, 1.0, 0.01, far=False),
        small_schedule=Schedule(60, 1.0, 0.01, far=True),
        small=64,
        tries=2,
        rescues=3,
        mend_steps=500,
        search_steps=2_000,
    ),
    Budget.NORMAL: Effort(
        schedule=Schedule(60, 1.0, 0.02, far=False),
        small_schedule=Schedule(150, 1.0, 0.01, far=True),
        small=64,
        tries=8,
        rescues=10,
        mend_steps=3_000,
        search_steps=20_000,
    ),
    Budget.LONG: Effort(
        schedule=Schedule(600, 1.0, 0.02, far=False),
        small_schedule=Schedule(600, 1.0, 0.01, far=True),
        small=128,
        tries=16,
        rescues=16,
        mend_steps=50_000,
        search_steps=400_000,
    ),
}
"""What each budget buys; counted in sweeps, so that the same seed gives the same plan anywhere."""


def draw_grids(
    town: Town,
    links: Links,
    *,
    bounds: Bounds,
    budget: Budget = Budget.NORMAL,
    seed: int = 0,
    previous: IntArray | None = None,
    locked: BoolArray | None = None,
    spread: Spread = in_turn,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> GridPlan:
    """Draw contiguous grids of a wanted number of households inside each community.

    Each community is cut by lines into parts of even weight, the parts are made contiguous along
    the links, and single buildings are moved across borders under annealing for compactness. Where
    households stay outside the bounds, other counts and starts are tried, then every cut.

    Parameters
    ----------
    town : Town
        The buildings.
    links : Links
        Their neighbours; grids are contiguous along them.
    bounds
        Wanted households per grid.
    budget
        How much work to spend, counted in iterations.
    seed
        Seed of the random streams, one per community: equal inputs give equal plans,
        wherever they are drawn.
    previous : (n,) int array, optional
        Former grid of each building, -1 where there was none. Few households change grid then.
    locked : (n,) bool array, optional
        Buildings whose former grids must stay as they are.
    spread
        How communities are drawn beside each other, some thousand buildings at a time.
    on_progress
        Called from the calling thread with ``(buildings done, buildings in all)``.
    should_stop
        Asked between steps; once true, what is left is drawn in the quickest way, and
        the plan says that it was not finished.

    Returns
    -------
    GridPlan
        Every building in exactly one grid; every grid inside one community and, where its former
        locked shape was, contiguous.

    Raises
    ------
    ValueError
        When shapes disagree, the seed is negative or over 2⁶³ - 1, or ``locked`` names buildings
        without a former grid or only a part of one.

    Examples
    --------
    Four buildings in a row, two grids of about 300.

    >>> from kapok_planning.grids import Bounds, Town, draw_grids, link_buildings
    >>> town = Town(
    ...     xy_m=np.array([[0.0, 0.0], [40.0, 0.0], [80.0, 0.0], [120.0, 0.0]]),
    ...     households=np.array([150, 160, 140, 170], dtype=np.int32),
    ...     community=np.zeros(4, dtype=np.int32),
    ... )
    >>> draw_grids(town, link_buildings(town), bounds=Bounds(250, 400)).grid
    array([0, 0, 1, 1], dtype=int32)
    """
    if links.indptr.shape != (town.n + 1,):
        raise ValueError(f"links are for {len(links.indptr) - 1} buildings, not {town.n}.")
    if not 0 <= seed < MOST_SEED:
        raise ValueError(f"seed = {seed} is not between 0 and {MOST_SEED - 1}.")
    work = Work.prepared(town, links, bounds, previous, locked, seed)
    finished = work.run(EFFORTS[budget], spread, on_progress, should_stop)
    grid, community = work.numbered_through()
    number = number_grids(_centres(town, grid, len(community)), community)
    order = np.lexsort((number, community))
    grid = np.argsort(order).astype(np.int32)[grid]
    exceptions = name_exceptions(
        town, links, grid, bounds=bounds, proven=work.proven, locked=work.town.fixed
    )
    return GridPlan(grid, community[order], number[order], exceptions, work.proven, finished)


def _centres(town: Town, grid: IntArray, n_grids: int) -> FloatArray:
    """Mean position of each grid's buildings, (n_grids, 2) [metres]."""
    n_buildings = np.maximum(np.bincount(grid, minlength=n_grids), 1)
    sums = [np.bincount(grid, town.xy_m[:, axis], n_grids) for axis in (0, 1)]
    return np.stack(sums, axis=1) / n_buildings[:, None]

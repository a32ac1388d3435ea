"""The quality of any plan of grids, ours or another's."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from kapok_planning.grids.drawing.kernels import pieces
from kapok_planning.grids.matching import match_grids
from kapok_planning.grids.reasons import link_pieces, name_exceptions
from kapok_planning.grids.town import (
    BoolArray,
    Bounds,
    FloatArray,
    GridException,
    IntArray,
    Links,
    Town,
)


@dataclass(frozen=True)
class Measures:
    """What a plan is like, grid by grid and in all.

    Attributes
    ----------
    households, n_buildings_of : (n_grids,) int arrays
    residents : (n_grids,) float array or None
        People in each grid, where known.
    grid_rms_m : (n_grids,) float array
        Household-weighted root mean square distance to the grid's centre [metres].
    connected, in_bounds : (n_grids,) bool arrays
    community : (n_grids,) int array
        Community of each grid (of its first building, where it lies in several).
    exceptions
        Grids outside the bounds; ``NO_CUT_FOUND`` stands for "no reason is known".
    rms_m
        Household-weighted root mean square distance over all grids [metres].
    n_split_communities
        Grids that lie in more than one community.
    crossings : (n_grids,) int array
        Barriers crossed: the pieces of its communities that a grid lies in, less one for each
        community.
    street_cuts : (n_grids,) int array
        Pairs of neighbours in a grid with a main street between them.
    households_cv
        Standard deviation of households per grid over their mean.
    moved_households
        Households outside the grid that goes on from their former one; None without former grids.
    """

    households: IntArray
    n_buildings_of: IntArray
    residents: FloatArray | None
    grid_rms_m: FloatArray
    connected: BoolArray
    in_bounds: BoolArray
    community: IntArray
    exceptions: tuple[GridException, ...]
    rms_m: float
    n_split_communities: int
    crossings: IntArray
    street_cuts: IntArray
    households_cv: float
    moved_households: int | None

    @property
    def n_grids(self) -> int:
        """Number of grids."""
        return len(self.households)

    @property
    def n_buildings(self) -> int:
        """Number of buildings."""
        return int(self.n_buildings_of.sum())

    @property
    def n_crossings(self) -> int:
        """Barriers crossed by all grids."""
        return int(self.crossings.sum())

    @property
    def n_street_cuts(self) -> int:
        """Pairs of neighbours in one grid with a main street between them."""
        return int(self.street_cuts.sum())

    @property
    def n_in_bounds(self) -> int:
        """Grids whose households lie within the bounds."""
        return int(self.in_bounds.sum())

    @property
    def n_discontiguous(self) -> int:
        """Grids that do not hold together along the links."""
        return int((~self.connected).sum())

    def summary(self) -> dict[str, int | float | dict[str, int] | None]:
        """The figures in all, ready for JSON."""
        return {
            "grids": self.n_grids,
            "buildings": self.n_buildings,
            "households": int(self.households.sum()),
            "residents": None if self.residents is None else round(float(self.residents.sum())),
            "grids_in_bounds": self.n_in_bounds,
            "discontiguous_grids": self.n_discontiguous,
            "grids_in_several_communities": self.n_split_communities,
            "barrier_crossings": self.n_crossings,
            "main_street_cuts": self.n_street_cuts,
            "rms_m": round(self.rms_m, 2),
            "households_min": int(self.households.min()) if self.n_grids else 0,
            "households_max": int(self.households.max(initial=0)),
            "households_cv": round(self.households_cv, 4),
            "moved_households": self.moved_households,
            "exceptions": dict(Counter(str(item.reason) for item in self.exceptions)),
        }


def measure_grids(
    town: Town,
    links: Links,
    grid: IntArray,
    *,
    bounds: Bounds,
    previous: IntArray | None = None,
    proven: BoolArray | None = None,
    locked: BoolArray | None = None,
) -> Measures:
    """Measure a plan: households, bounds, compactness, contiguity, crossings, moves.

    Parameters
    ----------
    town, links
        The buildings and their neighbours.
    grid : (n,) int array
        Grid of each building, ``0 .. n_grids - 1``, each number used.
    bounds
        Wanted households per grid.
    previous : (n,) int array, optional
        Former grid of each building, -1 where there was none.
    proven, locked : (n,) bool arrays, optional
        As in :func:`kapok_planning.grids.reasons.name_exceptions`.

    Returns
    -------
    Measures

    Raises
    ------
    ValueError
        When shapes disagree or a grid number is negative or unused.

    Examples
    --------
    >>> from kapok_planning.grids import Bounds, Town, link_buildings, measure_grids
    >>> town = Town(
    ...     xy_m=np.array([[0.0, 0.0], [30.0, 0.0], [60.0, 0.0]]),
    ...     households=np.array([200, 200, 100], dtype=np.int32),
    ...     community=np.zeros(3, dtype=np.int32),
    ... )
    >>> plan = np.array([0, 0, 1], dtype=np.int32)
    >>> measures = measure_grids(town, link_buildings(town), plan, bounds=Bounds(300, 500))
    >>> measures.households.tolist(), measures.n_in_bounds, round(measures.rms_m, 1)
    ([400, 100], 1, 13.4)
    """
    if grid.shape != (town.n,) or len(links.indptr) != town.n + 1:
        raise ValueError(f"grid and links must be for the {town.n} buildings of the town.")
    if town.n and (grid.min() < 0 or (np.bincount(grid) == 0).any()):
        raise ValueError("grids must be numbered from 0 without gaps.")
    n_grids = int(grid.max(initial=-1)) + 1
    households = np.bincount(grid, town.households, n_grids)
    squared_m2 = _squared_distances(town, grid, n_grids)
    piece_count, crossings, several = _pieces_and_crossings(town, links, grid, n_grids)
    community = np.zeros(n_grids, np.int32)
    community[grid[::-1]] = town.community[::-1]
    total = households.sum()
    mean = total / max(n_grids, 1)
    return Measures(
        households=households.astype(np.int32),
        n_buildings_of=np.bincount(grid, minlength=n_grids).astype(np.int32),
        residents=None
        if town.residents is None
        else np.bincount(grid, town.residents, n_grids).astype(np.float64),
        grid_rms_m=np.sqrt(squared_m2 / np.maximum(households, 1e-9)),
        connected=piece_count == 1,
        in_bounds=(households >= bounds.low) & (households <= bounds.high),
        community=community,
        exceptions=name_exceptions(town, links, grid, bounds=bounds, proven=proven, locked=locked),
        rms_m=float(np.sqrt(squared_m2.sum() / total)) if total else 0.0,
        n_split_communities=several,
        crossings=crossings,
        street_cuts=_street_cuts(links, grid, n_grids),
        households_cv=float(households.std() / mean) if mean else 0.0,
        moved_households=None if previous is None else _moved(town, grid, previous),
    )


def _squared_distances(town: Town, grid: IntArray, n_grids: int) -> FloatArray:
    """Households times squared distance to the grid's centre, summed by grid, (n_grids,) [m²]."""
    w = town.households.astype(np.float64)
    load = np.maximum(np.bincount(grid, w, n_grids), 1e-9)
    squared = np.zeros(len(grid))
    for axis in (0, 1):
        centre = np.bincount(grid, w * town.xy_m[:, axis], n_grids) / load
        squared += (town.xy_m[:, axis] - centre[grid]) ** 2
    return np.bincount(grid, w * squared, n_grids).astype(np.float64)


def _pieces_and_crossings(
    town: Town, links: Links, grid: IntArray, n_grids: int
) -> tuple[IntArray, IntArray, int]:
    """Pieces and barriers crossed of each grid, and grids in several communities."""
    piece, scratch = np.empty(town.n, np.int32), np.empty(town.n, np.int32)
    found = pieces(links.indptr, links.indices, grid, piece, scratch)
    owner = np.zeros(found, np.int32)
    owner[piece] = grid
    count = np.bincount(owner, minlength=n_grids).astype(np.int32)
    if (count <= 1).all():  # a grid along links leaves neither its community nor its piece
        return count, np.zeros(n_grids, np.int32), 0
    key = grid.astype(np.int64) << 32
    parts = np.bincount(np.unique(key | link_pieces(links)) >> 32, minlength=n_grids)
    communities = np.bincount(np.unique(key | town.community) >> 32, minlength=n_grids)
    return count, (parts - communities).astype(np.int32), int((communities > 1).sum())


def _street_cuts(links: Links, grid: IntArray, n_grids: int) -> IntArray:
    """Pairs of neighbours in each grid with a main street between them, (n_grids,)."""
    crossing = np.flatnonzero(links.streets)
    row = np.searchsorted(links.indptr, crossing, side="right") - 1
    inside = row[grid[row] == grid[links.indices[crossing]]]
    return (np.bincount(grid[inside], minlength=n_grids) // 2).astype(np.int32)


def _moved(town: Town, grid: IntArray, previous: IntArray) -> int:
    """Households outside the grid that goes on from their former one."""
    known = previous >= 0
    stays = match_grids(previous, grid, town.households)[grid] == previous
    return int(town.households[known & ~stays].sum())

"""What a drawing of grids starts from, and what it must hold to."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]

Progress = Callable[[int, int], None]
StoppingRule = Callable[[], bool]


def no_progress(done: int, total: int) -> None:
    """Progress callback that ignores ``(buildings done, buildings in all)``."""


def never_stop() -> bool:
    """Stopping rule that lets the budget run to its end."""
    return False


class Stopped(Exception):
    """The stopping rule said yes before there was a result worth returning."""


@dataclass(frozen=True)
class Town:
    """The buildings of a town, as arrays in one order.

    Attributes
    ----------
    xy_m : (n, 2) float array
        Positions in a projected coordinate system [metres].
    households : (n,) int array
        Households in each building, not negative.
    community : (n,) int array
        Community of each building, ``0 .. n_communities - 1``.
    residents : (n,) float array or None
        People in each building, where known.

    Raises
    ------
    ValueError
        When shapes disagree, a position is not finite, or a count or label is negative.
    """

    xy_m: FloatArray
    households: IntArray
    community: IntArray
    residents: FloatArray | None = None

    def __post_init__(self) -> None:
        n = len(self.xy_m)
        if self.xy_m.shape != (n, 2):
            raise ValueError(f"xy_m has shape {self.xy_m.shape}, expected ({n}, 2).")
        for name in ("households", "community", "residents"):
            values = getattr(self, name)
            if values is None:
                continue
            if values.shape != (n,):
                raise ValueError(f"{name} has shape {values.shape}, expected ({n},).")
            if not (np.isfinite(values) & (values >= 0)).all():
                raise ValueError(f"{name} must be finite and not negative.")
        if not np.isfinite(self.xy_m).all():
            raise ValueError("xy_m must be finite.")

    @property
    def n(self) -> int:
        """Number of buildings."""
        return len(self.xy_m)

    @property
    def n_communities(self) -> int:
        """Number of communities, empty ones below the largest label included."""
        return int(self.community.max()) + 1 if self.n else 0


@dataclass(frozen=True)
class Bounds:
    """How many households a grid should have.

    ``low`` and ``high`` are included; ``target`` is what is aimed at between them (their
    middle unless given).

    Raises
    ------
    ValueError
        When ``low`` is over ``high``, under 1, or the target lies outside.
    """

    low: int = 300
    high: int = 500
    target: float | None = None

    def __post_init__(self) -> None:
        if self.low < 1:
            raise ValueError(f"The lower bound is {self.low}; it must be at least 1 household.")
        if self.low > self.high:
            raise ValueError(f"The lower bound {self.low} is over the upper bound {self.high}.")
        if not self.low <= self.aim <= self.high:
            raise ValueError(f"The target {self.aim:g} is not between {self.low} and {self.high}.")

    @property
    def aim(self) -> float:
        """The target, or the middle of the bounds."""
        return (self.low + self.high) / 2 if self.target is None else self.target


class Budget(StrEnum):
    """How much work a drawing may cost, counted in iterations, so that a seed means one plan."""

    FAST = "fast"
    NORMAL = "normal"
    LONG = "long"


@dataclass(frozen=True)
class Links:
    """Which buildings are neighbours: a symmetric graph in compressed rows.

    Neighbours of building ``i`` are ``indices[indptr[i]:indptr[i + 1]]``, in rising order; links
    never leave a community and never cross a barrier.

    Attributes
    ----------
    indptr : (n + 1,) int64 array
    indices : (m,) int32 array
    streets : (m,) uint8 array
        Main streets that each link crosses (all zero where no streets were given).
    """

    indptr: NDArray[np.int64]
    indices: IntArray
    streets: NDArray[np.uint8]


class Reason(StrEnum):
    """Why a grid is outside its bounds."""

    SMALL_COMMUNITY = "small_community"
    LARGE_BUILDING = "large_building"
    ISOLATED = "isolated"
    LOCKED = "locked"
    NO_CUT_EXISTS = "no_cut_exists"
    NO_CUT_FOUND = "no_cut_found"


@dataclass(frozen=True)
class GridException:
    """A grid outside its bounds, and why.

    ``LOCKED``: the grid, or those around what is left for it, had to stay. ``NO_CUT_EXISTS`` was
    proven, by arithmetic or by trying every cut; ``NO_CUT_FOUND`` means that the budget ended
    before either a cut or the proof was found.
    """

    grid: int
    households: int
    reason: Reason


@dataclass(frozen=True)
class GridPlan:
    """Every building in exactly one grid.

    Attributes
    ----------
    grid : (n,) int array
        Grid of each building, ``0 .. n_grids - 1``; grids are sorted by community, then number.
    community : (n_grids,) int array
        Community of each grid.
    number : (n_grids,) int array
        Number inside the community from 1, row by row from the north, west to east in a row.
    exceptions
        The grids outside their bounds.
    proven : (n,) bool array
        Buildings whose piece of the town cannot be cut within the bounds: every cut was tried.
    finished
        False when the stopping rule ended the work before the budget did.
    """

    grid: IntArray
    community: IntArray
    number: IntArray
    exceptions: tuple[GridException, ...]
    proven: BoolArray
    finished: bool = True

    @property
    def n_grids(self) -> int:
        """Number of grids."""
        return len(self.number)

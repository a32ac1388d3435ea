"""What a dispatch starts from, what it is judged by, and what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kapok_planning.streets import Travel

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
SkillArray = NDArray[np.int64]

Progress = Callable[[int, int], None]
StoppingRule = Callable[[], bool]

NOBODY = -1
MOST_MATTERS_OF_A_UNIT = 64
TOLERANCE_MIN = 1e-3  # what rounding may add to a moment: the search has ways in single precision


def no_progress(done: int, total: int) -> None:
    """Progress callback that ignores ``(rounds done, rounds in all)``."""


def never_stop() -> bool:
    """Stopping rule that lets the budget run to its end."""
    return False


def _part(ways: Travel, where: tuple[slice, slice]) -> Travel:
    return Travel(ways.minutes[where], ways.metres[where], ways.by_street[where])


def _check(owner: object, names: tuple[str, ...], n: int) -> None:
    for name in names:
        values = getattr(owner, name)
        if values.shape != (n,):
            raise ValueError(f"{name} has shape {values.shape}, expected ({n},).")
        if values.dtype.kind == "f" and np.isnan(values).any():
            raise ValueError(f"{name} holds values that are not numbers.")


def _check_skills(skills: SkillArray, n: int) -> None:
    if skills.ndim not in (1, 2) or len(skills) != n:
        raise ValueError(f"skills has shape {skills.shape}, expected ({n},) or ({n}, words).")


@dataclass(frozen=True)
class Matters:
    """Open matters, as arrays in one order. Times are minutes on one clock, as ``now`` is.

    Attributes
    ----------
    service_min : (m,) float array
        How long a unit works there, not negative.
    due_min : (m,) float array
        When a unit should have arrived; infinite where nothing is due.
    weight : (m,) float array
        Price of a minute of lateness, not negative.
    urgent : (m,) bool array
        Matters that must not wait behind others.
    skills : (m,) or (m, w) int64 array
        Bits of the skills that are needed; the unit must have all of them. Where 63 are not enough
        they take several words.
    preferred : (m,) int array
        Unit that should come, -1 for any.

    Raises
    ------
    ValueError
        When shapes disagree, or a number is negative or not one.
    """

    service_min: FloatArray
    due_min: FloatArray
    weight: FloatArray
    urgent: BoolArray
    skills: SkillArray
    preferred: IntArray

    def __post_init__(self) -> None:
        names = ("service_min", "due_min", "weight", "urgent", "preferred")
        _check(self, names, self.n)
        _check_skills(self.skills, self.n)
        for name in ("service_min", "weight"):
            values = getattr(self, name)
            if not (np.isfinite(values) & (values >= 0)).all():
                raise ValueError(f"{name} must be finite and not negative.")

    @property
    def n(self) -> int:
        """Number of matters."""
        return len(self.service_min)

    def only(self, matter: int) -> "Matters":
        """One matter alone."""
        here = slice(matter, matter + 1)
        return Matters(
            self.service_min[here],
            self.due_min[here],
            self.weight[here],
            self.urgent[here],
            self.skills[here],
            self.preferred[here],
        )


@dataclass(frozen=True)
class Units:
    """Units that may be sent, as arrays in one order.

    Attributes
    ----------
    free_min : (u,) float array
        When a unit is free, and where it then is, the travel times say.
    shift_end_min : (u,) float array
        When its last matter must be done; infinite for no end.
    skills : (u,) or (u, w) int64 array
        Bits of the skills that it has, in as many words as those of the matters.
    capacity : (u,) int array
        Most matters that it may be given, 0 to 64.

    Raises
    ------
    ValueError
        When shapes disagree, or a capacity lies outside.
    """

    free_min: FloatArray
    shift_end_min: FloatArray
    skills: SkillArray
    capacity: IntArray

    def __post_init__(self) -> None:
        _check(self, ("free_min", "shift_end_min", "capacity"), self.n)
        _check_skills(self.skills, self.n)
        if not np.isfinite(self.free_min).all():
            raise ValueError("free_min must be finite.")
        if self.n and not 0 <= self.capacity.min() <= self.capacity.max() <= (
            MOST_MATTERS_OF_A_UNIT
        ):
            raise ValueError(f"capacity must lie in 0 .. {MOST_MATTERS_OF_A_UNIT}.")

    @property
    def n(self) -> int:
        """Number of units."""
        return len(self.free_min)


@dataclass(frozen=True)
class Times:
    """Ways of units to matters, and from matter to matter.

    Attributes
    ----------
    first : Travel
        From each unit to each matter, (u, m).
    between : Travel
        From each matter to each matter, (m, m).
    """

    first: Travel
    between: Travel

    def only(self, matter: int) -> "Times":
        """The ways to one matter alone."""
        column, here = (slice(None), slice(matter, matter + 1)), slice(matter, matter + 1)
        return Times(
            *(
                _part(ways, rows)
                for ways, rows in ((self.first, column), (self.between, (here, here)))
            )
        )


@dataclass(frozen=True)
class Prices:
    """What things cost, in minutes of lateness of a matter of weight 1.

    Attributes
    ----------
    km
        A kilometre travelled.
    other_unit
        Sending another unit than the preferred one.
    left_out_min
        Leaving a matter out, as minutes of lateness by its own weight (at least 1), on top of
        a day's, so that no matter is left out to save lateness of others.
    """

    km: float = 1.0
    other_unit: float = 5.0
    left_out_min: float = 1440.0


class Budget(StrEnum):
    """How much work a dispatch may cost, counted in rounds, so that a seed means one plan."""

    FAST = "fast"
    NORMAL = "normal"
    LONG = "long"


class Why(StrEnum):
    """Why a matter is left out."""

    NO_SKILL = "no_skill"
    NO_WAY = "no_way"
    SHIFT_ENDS = "shift_ends"
    UNITS_FULL = "units_full"
    NO_TIME_LEFT = "no_time_left"


@dataclass(frozen=True)
class LeftOut:
    """A matter that nobody is sent to, and why.

    ``NO_SKILL``: no unit has the skills. ``NO_WAY``: none that has them can get there.
    ``SHIFT_ENDS``: all that can would not be done before their shift ends, even if they went there
    first. ``UNITS_FULL``: all that could have as many matters as they may. ``NO_TIME_LEFT``: the
    others leave them no time before their shift ends.
    """

    matter: int
    why: Why


@dataclass(frozen=True)
class Totals:
    """A dispatch in figures.

    Attributes
    ----------
    price
        What is minimised: the sum of the following by their prices.
    late_min
        Lateness, each minute by the weight of its matter.
    metres
        Travelled by all units.
    n_other_unit, n_left_out, n_late, n_urgent_late
        Matters with another unit than the preferred one, without any, late, urgent and late.
    """

    price: float
    late_min: float
    metres: float
    n_other_unit: int
    n_left_out: int
    n_late: int
    n_urgent_late: int


@dataclass(frozen=True)
class Dispatch:
    """Who goes where, in which order.

    Attributes
    ----------
    unit : (m,) int array
        Unit of each matter, -1 for none.
    position : (m,) int array
        Place in its unit's order, from 0; -1 for none.
    travel_min, travel_m : (m,) float arrays
        Way from where the unit was before; NaN for none.
    by_street : (m,) bool array
        Whether that way follows streets.
    arrival_min, done_min, late_min : (m,) float arrays
        When the unit arrives and is done; minutes late, 0 for in time; NaN for none.
    left_out
        The matters that nobody is sent to, in their order.
    totals
        The figures.
    finished
        False when the stopping rule ended the work before the budget did.
    """

    unit: IntArray
    position: IntArray
    travel_min: FloatArray
    travel_m: FloatArray
    by_street: BoolArray
    arrival_min: FloatArray
    done_min: FloatArray
    late_min: FloatArray
    left_out: tuple[LeftOut, ...]
    totals: Totals
    finished: bool = True

    @cached_property
    def orders(self) -> dict[int, list[int]]:
        """The matters of each unit that has any, in order."""
        found: dict[int, list[int]] = {}
        for matter in np.lexsort((self.position, self.unit)).tolist():
            if self.unit[matter] != NOBODY:
                found.setdefault(int(self.unit[matter]), []).append(matter)
        return found

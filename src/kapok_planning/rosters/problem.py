"""What a roster starts from: days and shifts, seats to fill, people, and what things cost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PriceArray = NDArray[np.float32]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]
BitArray = NDArray[np.int64]

Progress = Callable[[int, int], None]
StoppingRule = Callable[[], bool]

OFF = -1
FREE = -2
MOST_SHIFT_MIN = 14 * 60


def no_progress(done: int, total: int) -> None:
    """Progress callback that ignores ``(rounds done, rounds in all)``."""


def never_stop() -> bool:
    """Stopping rule that lets the budget run to its end."""
    return False


def _expect(name: str, values: NDArray[np.generic], shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise ValueError(f"{name} has shape {values.shape}, expected {shape}.")


@dataclass(frozen=True)
class Calendar:
    """The days of a roster and the shifts of each.

    Attributes
    ----------
    start_min, end_min : (d, s) int arrays
        When a shift that begins on a day starts and ends [minutes since one moment, as they pass:
        a night on which clocks change has its real length].
    night : (s,) bool array
        Shifts that count as nights.
    week : (d,) int array
        Number of each day's week, from 0, not falling.
    weekend, holiday : (d,) bool arrays
        Days that are shared out fairly.

    Raises
    ------
    ValueError
        When shapes disagree, there is no day or shift, or a shift has no length or over 14 hours.
    """

    start_min: IntArray
    end_min: IntArray
    night: BoolArray
    week: IntArray
    weekend: BoolArray
    holiday: BoolArray

    def __post_init__(self) -> None:
        if self.start_min.ndim != 2 or not self.start_min.size:
            raise ValueError("A roster needs at least one day and one shift.")
        days, shifts = self.start_min.shape
        _expect("end_min", self.end_min, (days, shifts))
        _expect("night", self.night, (shifts,))
        for name in ("week", "weekend", "holiday"):
            _expect(name, getattr(self, name), (days,))
        if (np.diff(self.week) < 0).any() or self.week[0] < 0:
            raise ValueError("week must count up from 0.")
        length = self.length_min
        if length.min() <= 0 or length.max() > MOST_SHIFT_MIN:
            worst = length.max() if length.max() > MOST_SHIFT_MIN else length.min()
            raise ValueError(f"A shift of {worst} minutes does not lie in 1 .. {MOST_SHIFT_MIN}.")

    @property
    def n_days(self) -> int:
        """Number of days."""
        return len(self.start_min)

    @property
    def n_shifts(self) -> int:
        """Number of shifts of a day."""
        return int(self.start_min.shape[1])

    @cached_property
    def length_min(self) -> IntArray:
        """How long each shift is, (d, s)."""
        return self.end_min - self.start_min


@dataclass(frozen=True)
class Roles:
    """What may have to be filled at a post: the party, the skills, and in a suit or not.

    Attributes
    ----------
    post : (r,) int array
        Post of each role.
    parties : (r,) int64 array
        Bits of the parties that may fill it.
    skills : (r,) int64 array
        Bits of the skills that it needs, all of them.
    suit : (r,) bool array
        Whether it is worked in a protective suit.
    price : (r,) float array
        What a seat costs that stays empty, over 0.
    """

    post: IntArray
    parties: BitArray
    skills: BitArray
    suit: BoolArray
    price: FloatArray

    def __post_init__(self) -> None:
        for name in ("parties", "skills", "suit", "price"):
            _expect(name, getattr(self, name), (self.n,))
        if self.n and not (np.isfinite(self.price) & (self.price > 0)).all():
            raise ValueError("The price of an empty seat must be finite and over 0.")

    @property
    def n(self) -> int:
        """Number of roles."""
        return len(self.post)


@dataclass(frozen=True)
class People:
    """The people of a roster, as arrays in one order.

    Attributes
    ----------
    party : (p,) int array
        Number of the party, 0 to 62.
    skills : (p,) int64 array
        Bits of the skills that each has.
    km : (p, posts) float array
        Way from home to each post; infinite where somebody is not to be sent.
    available : (p, d, s) bool array
        When each may be put on duty.
    wishes : (p, d, s + 1) float array
        Price of each shift of each day for each; the last for a day off.
    fixed : (p, d) int array
        Duty that stands already (see :class:`Roster`), :data:`OFF`, or :data:`FREE` to be planned.
    week_min, week_most_min : (p,) int arrays
        Minutes of a week after which overtime begins, and that are never passed.
    overtime_most_min : (p,) int array
        Overtime in all.
    nights_most, days_most : (p,) int arrays
        Nights, and days, in a row.
    had : (p, 3) int array
        Nights, weekend days and holidays that each had in the weeks before.
    """

    party: IntArray
    skills: BitArray
    km: FloatArray
    available: BoolArray
    wishes: PriceArray
    fixed: IntArray
    week_min: IntArray
    week_most_min: IntArray
    overtime_most_min: IntArray
    nights_most: IntArray
    days_most: IntArray
    had: IntArray

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.party)


@dataclass(frozen=True)
class Prices:
    """What things cost beside empty seats and wishes.

    Attributes
    ----------
    km
        A kilometre between home and post.
    overtime_h
        An hour of overtime.
    unfair
        A night, weekend day or holiday more or less than one's share, rounded up or down.
    """

    km: float = 1.0
    overtime_h: float = 5.0
    unfair: float = 50.0


@dataclass(frozen=True)
class Problem:
    """A roster to be made.

    Attributes
    ----------
    calendar, roles, people, prices
        What they say.
    needs : (d, s, r) int array
        People needed in each role on each shift of each day.
    rest_min
        Minutes between the end of a duty and the start of the next.
    suit_most_min
        Longest duty in a suit.

    Raises
    ------
    ValueError
        When shapes disagree, a number is out of range, or a need in a suit is too long.
    """

    calendar: Calendar
    roles: Roles
    people: People
    needs: IntArray
    rest_min: int = 660
    suit_most_min: int = 240
    prices: Prices = field(default_factory=Prices)

    def __post_init__(self) -> None:
        days, shifts = self.calendar.n_days, self.calendar.n_shifts
        _expect("needs", self.needs, (days, shifts, self.roles.n))
        if self.needs.size and self.needs.min() < 0:
            raise ValueError("needs must not be negative.")
        _check_people(self.people, days, shifts)
        if self.roles.n and self.roles.post.max() >= self.people.km.shape[1]:
            raise ValueError("A role names a post that km has no column for.")
        long = (self.calendar.length_min > self.suit_most_min)[:, :, None]
        if (self.needs * long)[:, :, self.roles.suit].any():
            raise ValueError(
                f"A need in a suit is longer than {self.suit_most_min} minutes; split the shift."
            )
        if not 0 <= self.rest_min <= 24 * 60:
            raise ValueError("rest_min must lie in 0 .. 1440.")
        start, end = self.calendar.start_min, self.calendar.end_min
        if days > 2 and (start[2:].min(axis=1) - end[:-2].max(axis=1)).min() < self.rest_min:
            raise ValueError("A day off between two shifts would be shorter than the rest.")

    @property
    def n_seats(self) -> int:
        """Seats to fill."""
        return int(self.needs.sum())

    @cached_property
    def able(self) -> BoolArray:
        """Whom a role may be given to by party, skills and way, (p, r)."""
        people, roles = self.people, self.roles
        party = (roles.parties[None, :] >> people.party[:, None].astype(np.int64)) & 1
        skilled = (roles.skills[None, :] & ~people.skills[:, None]) == 0
        return np.asarray((party == 1) & skilled & np.isfinite(people.km[:, roles.post]))

    @cached_property
    def follows(self) -> BoolArray:
        """Whether a shift (last axis) of a day leaves rest after one of the day before, (d, s, s).

        The first day has nobody before it.
        """
        start, end = self.calendar.start_min, self.calendar.end_min
        found = np.ones((len(start), start.shape[1], start.shape[1]), np.bool_)
        found[1:] = start[1:, None, :] - end[:-1, :, None] >= self.rest_min
        return found


def _check_people(people: People, days: int, shifts: int) -> None:
    n = people.n
    per_person = (
        "skills", "week_min", "week_most_min", "overtime_most_min", "nights_most", "days_most",
    )  # fmt: skip
    for name in per_person:
        _expect(name, getattr(people, name), (n,))
    if people.km.ndim != 2 or len(people.km) != n:
        raise ValueError(f"km has shape {people.km.shape}, expected ({n}, posts).")
    _expect("available", people.available, (n, days, shifts))
    _expect("wishes", people.wishes, (n, days, shifts + 1))
    _expect("fixed", people.fixed, (n, days))
    _expect("had", people.had, (n, 3))
    if np.isnan(people.km).any() or not np.isfinite(people.wishes).all():
        raise ValueError("km and wishes must be numbers, and wishes finite.")
    if n and (people.km.min() < 0 or people.wishes.min() < 0):
        raise ValueError("km and wishes must not be negative.")
    if n and (people.party.min() < 0 or people.party.max() > 62):
        raise ValueError("party must lie in 0 .. 62.")

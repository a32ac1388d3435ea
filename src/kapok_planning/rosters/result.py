"""What a roster says: who works where, when, and what it costs."""

from dataclasses import dataclass
from enum import StrEnum

from kapok_planning.rosters.problem import IntArray


class Budget(StrEnum):
    """How much work a roster may cost, counted in moves, so that a seed means one plan."""

    FIRST = "first"
    FAST = "fast"
    NORMAL = "normal"
    LONG = "long"


@dataclass(frozen=True)
class Totals:
    """A roster in figures.

    Attributes
    ----------
    price
        What is minimised: the sum of the following by their prices.
    n_seats, n_empty
        Seats to fill, and those that stay empty.
    empty_price, wish_price
        What empty seats and wishes not met cost.
    n_wishes_missed
        Days of people that cost something by their wishes.
    km
        From home to post, one way.
    overtime_h
        Above the hours of a week.
    unfair
        Nights, weekend days and holidays outside people's shares.
    """

    price: float
    n_seats: int
    n_empty: int
    empty_price: float
    wish_price: float
    n_wishes_missed: int
    km: float
    overtime_h: float
    unfair: int


@dataclass(frozen=True)
class Roster:
    """Who works where, when.

    Attributes
    ----------
    duty : (p, d) int array
        What each person does each day: ``role * n_shifts + shift``, or :data:`OFF`.
    totals
        The figures, by the checker.
    bound
        No roster can be cheaper; NaN where it was not asked for.
    finished
        False when the stopping rule ended the work before the budget did.
    """

    duty: IntArray
    totals: Totals
    bound: float = float("nan")
    finished: bool = True

    @property
    def gap(self) -> float:
        """How much cheaper a roster could be at most, as share of this one's price."""
        if self.totals.price <= 0:
            return 0.0
        return max(0.0, (self.totals.price - self.bound) / self.totals.price)

"""Shifts that cover the need of each interval: an integer program, solved to its proven end."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Shift:
    """A shift that somebody may work, in intervals from the first: ``start`` <= t < ``end``.

    ``breaks`` are pairs of first interval and the one behind the last.
    """

    start: int
    end: int
    breaks: tuple[tuple[int, int], ...] = ()

    @property
    def at_work(self) -> int:
        """Intervals at the phone."""
        return self.end - self.start - sum(end - start for start, end in self.breaks)


@dataclass(frozen=True)
class ShiftPlan:
    """How many people work each shift.

    Attributes
    ----------
    people : (s,) int array
        Of each shift that may be worked.
    at_work : (t,) int array
        At the phone in each interval.
    short : (t,) int array
        Missing in each interval; zeros unless people are limited or no shift reaches it.
    cost
        Paid intervals, breaks included.
    bound
        No plan that covers as much costs less than this.
    """

    people: IntArray
    at_work: IntArray
    short: IntArray
    cost: float
    bound: float

    @property
    def is_proven(self) -> bool:
        """Whether no cheaper plan exists."""
        return self.cost <= self.bound + 1e-6 * max(1.0, abs(self.bound))


def possible_shifts(
    n: int,
    *,
    interval_min: float,
    lengths_h: Sequence[float],
    start_every_min: float,
    longest_at_phone_h: float = 4.0,
    break_min: float = 30.0,
) -> tuple[Shift, ...]:
    """List the shifts that fit into ``n`` intervals.

    Nobody sits at the phone longer than ``longest_at_phone_h`` without a break, so longer shifts
    appear once for each place at which their break may be.

    Raises
    ------
    ValueError
        When a length is no whole number of intervals, or a shift needs more than one break.

    Examples
    --------
    >>> found = possible_shifts(16, interval_min=30, lengths_h=[4, 8], start_every_min=240)
    >>> [(s.start, s.end, s.breaks) for s in found]
    [(0, 8, ()), (8, 16, ()), (0, 16, ((7, 8),)), (0, 16, ((8, 9),))]
    """
    step = _whole(start_every_min, interval_min, "start_every_min")
    pause, most = (
        _whole(break_min, interval_min, "break_min"),
        _whole(60 * longest_at_phone_h, interval_min, "longest_at_phone_h"),
    )
    found = []
    for hours in lengths_h:
        length = _whole(60 * hours, interval_min, "lengths_h")
        if length > 2 * most + pause:
            raise ValueError(f"A shift of {hours:g} hours needs more than one break.")
        places = range(max(0, length - pause - most), most + 1) if length > most else [None]
        found += [
            Shift(start, start + length, () if p is None else ((start + p, start + p + pause),))
            for start in range(0, n - length + 1, step)
            for p in places
        ]
    return tuple(found)


def _whole(value: float, interval_min: float, name: str) -> int:
    parts = value / interval_min
    if not (parts >= 1 - TOLERANCE and abs(parts - round(parts)) < TOLERANCE):
        raise ValueError(f"{name} is no whole number of intervals of {interval_min:g} minutes.")
    return round(parts)


def cover(need: IntArray, shifts: Sequence[Shift], *, most_people: int | None = None) -> ShiftPlan:
    """Give people to shifts so that every interval has what it needs, for the fewest paid hours.

    Where no shift reaches an interval, or ``most_people`` are too few, as little as possible is
    missing; ``short`` says when. HiGHS solves both questions exactly.

    Parameters
    ----------
    need : (t,) int array
        People at the phone in each interval, not negative.
    shifts
        Shifts that may be worked, within the intervals.
    most_people
        People that there are, if limited; each works one shift.

    Returns
    -------
    ShiftPlan

    Raises
    ------
    ValueError
        When there are no shifts, or one lies outside the intervals, or needs are negative.

    Examples
    --------
    >>> plan = cover(np.array([1, 2, 2, 1]), [Shift(0, 2), Shift(2, 4), Shift(1, 3)])
    >>> plan.people.tolist(), plan.cost, plan.is_proven
    ([1, 1, 1], 6.0, True)
    """
    _check(need, shifts, most_people)
    covers, paid = _matrix(len(need), shifts), np.array([s.end - s.start for s in shifts], float)
    most = np.inf if most_people is None else float(most_people)
    reached = np.asarray(covers.sum(axis=1)).ravel() > 0
    missing = 0.0
    if most_people is not None or not (reached | (need == 0)).all():
        found, _ = _solve(covers, need, np.zeros(len(shifts)), 1.0, most, np.inf)
        missing = float(found[len(shifts) :].sum())
    found, bound = _solve(covers, need, paid, 0.0, most, missing)
    people = found[: len(shifts)]
    at_work = np.asarray(covers @ people).astype(np.int64)
    return ShiftPlan(
        people=people,
        at_work=at_work,
        short=np.maximum(need - at_work, 0),
        cost=float(paid @ people),
        bound=float(np.ceil(bound - TOLERANCE)),
    )


def _matrix(n: int, shifts: Sequence[Shift]) -> csr_array:
    """Which shift (column) is at the phone in which interval (row)."""
    rows, columns = [], []
    for s, shift in enumerate(shifts):
        pauses = {t for start, end in shift.breaks for t in range(start, end)}
        own = [t for t in range(shift.start, shift.end) if t not in pauses]
        rows += own
        columns += [s] * len(own)
    return csr_array(coo_array((np.ones(len(rows)), (rows, columns)), (n, len(shifts))))


def _solve(
    covers: csr_array,
    need: IntArray,
    paid: FloatArray,
    price_of_missing: float,
    most_people: float,
    most_missing: float,
) -> tuple[IntArray, float]:
    """People of each shift, then what is missing in each interval; and the bound of the cost."""
    n, n_shifts = covers.shape
    rules = [LinearConstraint(hstack([covers, eye_array(n)]), lb=need.astype(float))]
    each = np.concatenate([np.ones(n_shifts), np.zeros(n)])
    if np.isfinite(most_people):
        rules.append(LinearConstraint(each[None, :], ub=most_people))
    if np.isfinite(most_missing):
        rules.append(LinearConstraint(1.0 - each[None, :], ub=most_missing))
    upper = np.concatenate([np.full(n_shifts, need.max(initial=0)), need.astype(float)])
    answer = milp(
        np.concatenate([paid, np.full(n, price_of_missing)]),
        integrality=np.ones(n_shifts + n, np.int64),
        bounds=Bounds(np.zeros(n_shifts + n), upper),
        constraints=rules,
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None:
        raise RuntimeError(f"HiGHS found no plan where there always is one: {answer.message}")
    return np.round(answer.x).astype(np.int64), float(answer.mip_dual_bound)


def _check(need: IntArray, shifts: Sequence[Shift], most_people: int | None) -> None:
    if (need < 0).any():
        raise ValueError("need must not be negative.")
    if not shifts:
        raise ValueError("There is no shift to work.")
    for shift in shifts:
        if not 0 <= shift.start < shift.end <= len(need):
            raise ValueError(f"{shift} does not lie within the {len(need)} intervals.")
        if any(not shift.start <= a < b <= shift.end for a, b in shift.breaks):
            raise ValueError(f"A break of {shift} does not lie within it.")
    if most_people is not None and most_people < 0:
        raise ValueError(f"most_people = {most_people} is negative.")

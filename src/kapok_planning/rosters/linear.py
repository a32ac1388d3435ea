"""A roster as linear rows: some days of some people decided at once, the rest standing."""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array, csr_array

from kapok_planning.rosters.problem import FREE, BoolArray, FloatArray, IntArray, Problem


@dataclass
class Rows:
    """A linear program, column by column and row by row: least cost x, A x <= b, 0 <= x."""

    cost: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    limits: list[FloatArray] = field(default_factory=list)
    n: int = 0
    m: int = 0

    def columns(self, cost: FloatArray, most: "FloatArray | IntArray | float") -> IntArray:
        """New columns that are ``most`` at most, and their numbers in the shape of their costs."""
        numbers = np.arange(self.n, self.n + cost.size, dtype=np.int32).reshape(cost.shape)
        self.cost.append(cost.ravel().astype(np.float64))
        self.upper.append(np.broadcast_to(np.asarray(most, np.float64), cost.shape).ravel())
        self.n += cost.size
        return numbers

    def rows(self, limits: FloatArray | IntArray) -> IntArray:
        """New rows ``<= limits``, and their numbers."""
        numbers = np.arange(self.m, self.m + limits.size, dtype=np.int32).reshape(limits.shape)
        self.limits.append(limits.ravel().astype(np.float64))
        self.m += limits.size
        return numbers

    def put(
        self, rows: IntArray, columns: IntArray, values: "FloatArray | IntArray | float"
    ) -> None:
        """Entries of the matrix; shapes are broadcast."""
        one, other, value = np.broadcast_arrays(rows, columns, np.asarray(values, np.float64))
        self.entries.append((one.ravel(), other.ravel(), value.ravel()))

    def matrix(self) -> csr_array:
        """All entries."""
        row, column, value = (np.concatenate(list(x)) for x in zip(*self.entries, strict=True))
        return coo_array((value, (row, column)), shape=(self.m, self.n)).tocsr()


@dataclass
class Window:
    """Some days of some people, decided at once.

    The rows about people come first, those about seats after them (from ``first_seat_row`` on).

    Attributes
    ----------
    problem
        The whole problem.
    who : (k,) int array
        The people.
    duty : (k, d) int array
        Their duties as they stand; :data:`FREE` on days that are decided.
    left : (d, s, r) int array
        Seats to fill.
    price : (k, r) float array
        Price of the way; infinite for a role that is not thought of for somebody.
    band : (k, 3, 2) int array
        Their shares.
    """

    problem: Problem
    who: IntArray
    duty: IntArray
    left: IntArray
    price: FloatArray
    band: IntArray
    program: Rows = field(default_factory=Rows)

    def __post_init__(self) -> None:
        calendar, people = self.problem.calendar, self.problem.people
        shifts = calendar.n_shifts
        self.open_ = self.duty == FREE
        self.at_work = self.duty >= 0
        self.stands = np.where(self.at_work, self.duty % shifts, 0)  # shift of a duty that stands
        self._duties()
        self._one_a_day()
        self._rest()
        self._in_a_row(people.days_most[self.who], np.ones(shifts, np.bool_))
        self._in_a_row(people.nights_most[self.who], calendar.night)
        self._hours()
        self._shares()
        self.first_seat_row = self.program.m
        self._cover()

    def _duties(self) -> None:
        """A column for each duty that could be: person, day, shift and role."""
        day, shift, role = np.nonzero(self.left > 0)
        able, fits = np.isfinite(self.price), self._fits()
        person, seat = np.nonzero(able[:, role] & fits[:, day, shift])
        self.person, self.day = person.astype(np.int32), day[seat].astype(np.int32)
        self.shift, self.role = shift[seat].astype(np.int32), role[seat].astype(np.int32)
        wishes = self.problem.people.wishes[self.who].astype(np.float64)
        cost = self.price[self.person, self.role] + wishes[self.person, self.day, self.shift]
        self.columns = self.program.columns(cost - wishes[self.person, self.day, -1], 1)

    def _fits(self) -> BoolArray:
        """Whether each could work each shift of an open day next to what stands, (k, d, s)."""
        follows, shifts = self.problem.follows, self.problem.calendar.n_shifts
        fits = self.problem.people.available[self.who] & self.open_[:, :, None]
        day = np.arange(1, fits.shape[1])[None, :, None]
        every = np.arange(shifts)[None, None, :]
        after = follows[day, self.stands[:, :-1, None], every]
        before = follows[day, every, self.stands[:, 1:, None]]
        fits[:, 1:] &= after | ~self.at_work[:, :-1, None]
        fits[:, :-1] &= before | ~self.at_work[:, 1:, None]
        return np.asarray(fits)

    def _one_a_day(self) -> None:
        row = self.program.rows(np.ones(self.open_.shape))
        self.program.put(row[self.person, self.day], self.columns, 1.0)

    def _rest(self) -> None:
        """Of shifts that end late one day and begin early on the next only one."""
        end, follows = self.problem.calendar.end_min, self.problem.follows
        both = self.open_[:, 1:] & self.open_[:, :-1]
        told: set[bytes] = set()
        for s in range(end.shape[1]):
            late, barred = (end >= end[:, [s]])[:-1], ~follows[1:, s]
            key = late.tobytes() + barred.tobytes()
            if not barred.any() or key in told:
                continue
            told.add(key)
            row = self.program.rows(np.ones(both.shape))
            for which, back in ((late, 0), (barred, 1)):
                pair = self.day - back
                inside = np.flatnonzero((pair >= 0) & (pair < both.shape[1]))
                day, person = pair[inside], self.person[inside]
                use = both[person, day] & which[day, self.shift[inside]]
                self.program.put(row[person[use], day[use]], self.columns[inside[use]], 1.0)

    def _in_a_row(self, most: IntArray, shifts: BoolArray) -> None:
        """Of any ``most + 1`` days not all are worked on such shifts."""
        standing = self.at_work & shifts[self.stands]
        days, counts = standing.shape[1], shifts[self.shift]
        person, day, column = self.person[counts], self.day[counts], self.columns[counts]
        so_far = np.cumsum(np.pad(standing, ((0, 0), (1, 0))), axis=1)
        end = np.minimum(days, np.arange(days)[None, :] + most[:, None] + 1)
        there: FloatArray = np.take_along_axis(so_far, end, axis=1) - so_far[:, :-1]
        row = self.program.rows(np.maximum(0, most[:, None] - there))
        for back in range(int(most.max(initial=0)) + 1):
            first = day - back
            fits = (first >= 0) & (back <= most[person]) & (first + most[person] < days)
            self.program.put(row[person[fits], first[fits]], column[fits], 1.0)

    def _hours(self) -> None:
        """Hours of each week, with overtime."""
        calendar, people = self.problem.calendar, self.problem.people
        weeks, week = np.unique(calendar.week, return_inverse=True)
        length = calendar.length_min / 60
        hours = np.where(self.at_work, length[np.arange(len(week)), self.stands], 0.0)
        there: FloatArray = np.zeros((len(self.who), len(weeks)))
        np.add.at(there.T, week, hours.T)
        most, usual = (x[self.who, None] / 60 for x in (people.week_most_min, people.week_min))
        mine = length[self.day, self.shift]
        over = self.program.columns(
            np.full(there.shape, self.problem.prices.overtime_h), np.maximum(most, there)
        )
        for limit in (np.maximum(0, most - there), usual - there):
            row = self.program.rows(limit)
            self.program.put(row[self.person, week[self.day]], self.columns, mine)
        self.program.put(row, over, -1.0)
        before = np.maximum(0, there - usual).sum(axis=1)
        in_all = np.maximum(before, people.overtime_most_min[self.who] / 60)
        self.program.put(self.program.rows(in_all)[:, None], over, 1.0)

    def _shares(self) -> None:
        """Nights, weekend days and holidays outside of people's shares."""
        calendar = self.problem.calendar
        shape, days = calendar.length_min.shape, np.arange(calendar.n_days)
        marks = (calendar.night[None, :], calendar.weekend[:, None], calendar.holiday[:, None])
        price = np.full(len(self.who), float(self.problem.prices.unfair))
        for kind, mark in enumerate(marks):
            counts = np.broadcast_to(mark, shape)
            there = (counts[days, self.stands] & self.at_work).sum(axis=1)
            outside = self.program.columns(price, calendar.n_days)
            least = self.program.rows(there - self.band[:, kind, 0])
            most = self.program.rows(self.band[:, kind, 1] - there)
            mine = counts[self.day, self.shift]
            self.program.put(least[self.person[mine]], self.columns[mine], -1.0)
            self.program.put(most[self.person[mine]], self.columns[mine], 1.0)
            self.program.put(np.stack([least, most]), outside, -1.0)

    def _cover(self) -> None:
        """Each seat has somebody or is empty, and nobody is too many."""
        seats = np.nonzero(self.left > 0)
        n = self.left[seats]
        least, most = self.program.rows(-n), self.program.rows(n)
        number = np.zeros(self.left.shape, np.int32)
        number[seats] = np.arange(len(n))
        mine = number[self.day, self.shift, self.role]
        self.program.put(least[mine], self.columns, -1.0)
        self.program.put(most[mine], self.columns, 1.0)
        empty = self.program.columns(self.problem.roles.price[seats[2]], n)
        self.program.put(least, empty, -1.0)

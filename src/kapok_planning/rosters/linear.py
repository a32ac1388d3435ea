"""A roster as linear rows: some days of some people decided at once, the rest standing."""

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import coo_array, csr_array

from kapok_planning.rosters.problem import (
    FREE,
    OFF,
    BoolArray,
    FloatArray,
    IntArray,
    Problem,
)
from kapok_planning.rosters.shares import bands


@dataclass
class Rows:
    """A linear program, column by column and row by row: least cost x, A x <= b, 0 <= x."""

    cost: list[FloatArray] = field(default_factory=list)
    entries: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)
    limits: list[FloatArray] = field(default_factory=list)
    n: int = 0
    m: int = 0

    def columns(self, cost: FloatArray) -> IntArray:
        """New columns, and their numbers in the shape of their costs."""
        numbers = np.arange(self.n, self.n + cost.size, dtype=np.int32).reshape(cost.shape)
        self.cost.append(cost.ravel().astype(np.float64))
        self.n += cost.size
        return numbers

    def rows(self, limits: FloatArray | IntArray) -> IntArray:
        """New rows ``<= limits``, and their numbers."""
        numbers = np.arange(self.m, self.m + limits.size, dtype=np.int32).reshape(limits.shape)
        self.limits.append(limits.ravel().astype(np.float64))
        self.m += limits.size
        return numbers

    def put(self, rows: IntArray, columns: IntArray, values: "FloatArray | IntArray | float") -> None:
        """Entries of the matrix; shapes are broadcast."""
        one, other, value = np.broadcast_arrays(rows, columns, np.asarray(values, np.float64))
        self.entries.append((one.ravel(), other.ravel(), value.ravel()))

    def matrix(self) -> csr_array:
        """All entries."""
        row, column, value = (np.concatenate(list(x)) for x in zip(*self.entries, strict=True))
        found = coo_array((value, (row, column)), shape=(self.m, self.n)).tocsr()
        return found


@dataclass
class Window:
    """Some days of some people, decided at once.

    Attributes
    ----------
    problem
        The whole problem.
    who : (k,) int array
        The people.
    open_ : (k, d) bool array
        Their days that are decided; the others stand.
    duty : (k, d) int array
        Their duties as they stand.
    left : (d, s, r) int array
        Seats that nobody outside fills.
    price : (k, r) float array
        Price of the way; infinite for a role that is not thought of for somebody.
    """

    problem: Problem
    who: IntArray
    open_: BoolArray
    duty: IntArray
    left: IntArray
    price: FloatArray
    band: IntArray
    program: Rows = field(default_factory=Rows)

    def __post_init__(self) -> None:
        self._columns()
        self.standing = np.where(self.open_, OFF, self.duty)
        shifts = self.problem.calendar.n_shifts
        self.at_work = self.standing != OFF
        self.by_night = self.at_work & self.problem.calendar.night[self.standing % shifts]
        self._cover()
        self._one_a_day()
        self._rest()
        people = self.problem.people
        self._in_a_row(people.days_most[self.who], self.at_work, np.ones(shifts, np.bool_))
        self._in_a_row(people.nights_most[self.who], self.by_night, self.problem.calendar.night)
        self._hours()
        self._shares()

    def _columns(self) -> None:
        """A column for each duty that could be: person, day, shift and role."""
        problem, people = self.problem, self.problem.people
        able = np.isfinite(self.price)
        day, shift, role = np.nonzero(self.left > 0)
        fits = self._fits()
        person, seat = np.nonzero(
            able[:, role] & fits[:, day, shift]
        )
        self.person, self.day = person.astype(np.int32), day[seat].astype(np.int32)
        self.shift, self.role = shift[seat].astype(np.int32), role[seat].astype(np.int32)
        wishes = people.wishes[self.who]
        off = wishes[self.person, self.day, -1]
        cost = self.price[self.person, self.role] + wishes[self.person, self.day, self.shift] - off
        self.columns = self.program.columns(cost)

    def _fits(self) -> BoolArray:
        """Whether each could work each shift of an open day next to what stands, (k, d, s)."""
        problem, shifts = self.problem, self.problem.calendar.n_shifts
        fits = problem.people.available[self.who] & self.open_[:, :, None]
        stands = ~self.open_ & (self.duty != OFF)
        shift = np.where(stands, self.duty % shifts, 0)
        day = np.arange(1, fits.shape[1])
        after = problem.follows[day[None, :], shift[:, :-1]]  # (k, d - 1, s)
        fits[:, 1:] &= after | ~stands[:, :-1, None]
        before = problem.follows[day[None, :, None], np.arange(shifts)[None, None, :], shift[:, 1:, None]]
        fits[:, :-1] &= before | ~stands[:, 1:, None]
        return np.asarray(fits)

    def _cover(self) -> None:
        seats = np.argwhere(self.left > 0)
        number = np.full(self.left.shape, -1, np.int32)
        n = self.left[tuple(seats.T)]
        self.least = self.program.rows(-n)
        number[tuple(seats.T)] = self.least
        self.most = self.program.rows(n)
        mine = number[self.day, self.shift, self.role]
        self.program.put(mine, self.columns, -1.0)
        self.program.put(mine + len(n), self.columns, 1.0)
        empty = self.program.columns(self.problem.roles.price[seats[:, 2]])
        self.program.put(self.least, empty, -1.0)

    def _one_a_day(self) -> None:
        row = self.program.rows(np.ones(self.open_.shape))
        self.program.put(row[self.person, self.day], self.columns, 1.0)

    def _rest(self) -> None:
        """Of shifts that end late one day and begin early on the next only one."""
        calendar, follows = self.problem.calendar, self.problem.follows
        days = self.open_.shape[1]
        both = self.open_[:, 1:] & self.open_[:, :-1]
        told = set()
        for s in np.unique(self.shift).tolist():
            late = calendar.end_min >= calendar.end_min[:, [s]]  # (d, s)
            barred = ~follows[:, s]
            if not barred.any() or (late.tobytes(), barred.tobytes()) in told:
                continue
            told.add((late.tobytes(), barred.tobytes()))
            row = self.program.rows(np.ones(both.shape))
            before = self.day < days - 1
            before &= late[self.day, self.shift]
            before[before] &= both[self.person[before], self.day[before]]
            after = (self.day > 0) & barred[self.day, self.shift]
            after[after] &= both[self.person[after], self.day[after] - 1]
            self.program.put(row[self.person[before], self.day[before]], self.columns[before], 1.0)
            self.program.put(row[self.person[after], self.day[after] - 1], self.columns[after], 1.0)

    def _in_a_row(self, most: IntArray, standing: BoolArray, shifts: BoolArray) -> None:
        days = standing.shape[1]
        counts = shifts[self.shift]
        person, day, column = self.person[counts], self.day[counts], self.columns[counts]
        first = np.arange(days)
        stands = np.concatenate([np.zeros((len(standing), 1), int), np.cumsum(standing, axis=1)], 1)
        end = np.minimum(days, first[None, :] + most[:, None] + 1)
        there = np.take_along_axis(stands, end, axis=1) - stands[:, :-1]
        row = self.program.rows(np.maximum(0, most[:, None] - there))
        for back in range(int(most.max(initial=0)) + 1):
            start = day - back
            fits = (start >= 0) & (back <= most[person]) & (start + most[person] < days)
            self.program.put(row[person[fits], start[fits]], column[fits], 1.0)

    def _hours(self) -> None:
        calendar, people = self.problem.calendar, self.problem.people
        weeks, week = np.unique(calendar.week, return_inverse=True)
        length = calendar.length_min / 60
        shift = np.where(self.at_work, self.standing % calendar.n_shifts, 0)
        hours = np.where(self.at_work, length[np.arange(len(week))[None, :], shift], 0.0)
        stands = np.zeros((len(self.who), len(weeks)))
        np.add.at(stands.T, week, hours.T)
        most = people.week_most_min[self.who, None] / 60
        usual = people.week_min[self.who, None] / 60
        limit = self.program.rows(np.maximum(0, most - stands))
        row = self.program.rows(usual - stands)
        mine = length[self.day, self.shift]
        self.program.put(limit[self.person, week[self.day]], self.columns, mine)
        self.program.put(row[self.person, week[self.day]], self.columns, mine)
        over = self.program.columns(np.full(stands.shape, self.problem.prices.overtime_h))
        self.program.put(row, over, -1.0)
        before = np.maximum(0, stands - usual).sum(axis=1)
        in_all = np.maximum(before, people.overtime_most_min[self.who] / 60)
        self.program.put(self.program.rows(in_all)[:, None], over, 1.0)

    def _shares(self) -> None:
        calendar = self.problem.calendar
        shape = calendar.length_min.shape
        marks = (calendar.night[None, :], calendar.weekend[:, None], calendar.holiday[:, None])
        shift = np.where(self.at_work, self.standing % calendar.n_shifts, 0)
        for kind, mark in enumerate(marks):
            counts = np.broadcast_to(mark, shape)
            stands = (counts[np.arange(shape[0])[None, :], shift] & self.at_work).sum(axis=1)
            outside = self.program.columns(np.full(len(self.who), float(self.problem.prices.unfair)))
            least = self.program.rows(stands - self.band[:, kind, 0])
            most = self.program.rows(self.band[:, kind, 1] - stands)
            mine = counts[self.day, self.shift]
            self.program.put(least[self.person[mine]], self.columns[mine], -1.0)
            self.program.put(most[self.person[mine]], self.columns[mine], 1.0)
            self.program.put(least, outside, -1.0)
            self.program.put(most, outside, -1.0)

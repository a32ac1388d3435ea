"""The parts of a roster's model: its variables, and the rules about one person, by families."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from ortools.sat.python import cp_model

from kapok_planning.rosters.problem import OFF, BoolArray, IntArray, Problem

SCALE = 1000  # prices are whole numbers in the model


class Family(StrEnum):
    """Rules that belong together, as people speak of them."""

    LEAVE = "leave"
    SKILLS = "skills"
    REACH = "reach"
    REST = "rest"
    NIGHTS = "nights"
    DAYS = "days"
    WEEK = "week"
    OVERTIME = "overtime"


ALL = frozenset(Family)


class TooLarge(ValueError):
    """The problem is too large to be put as one model."""


@dataclass
class Model:
    """A model, and what its variables mean.

    Attributes
    ----------
    duty
        Variable of (person, day, code); what is not there cannot be.
    empty
        Number of empty seats of (day, shift, role).
    """

    cp: cp_model.CpModel
    duty: dict[tuple[int, int, int], cp_model.IntVar]
    empty: dict[tuple[int, int, int], cp_model.IntVar]
    costs: list[cp_model.LinearExpr | int] = field(default_factory=list)

    def of(self, person: int, day: int) -> dict[int, cp_model.IntVar]:
        """The codes that a person may have on a day."""
        return self.cells.get((person, day), {})

    def __post_init__(self) -> None:
        self.cells: dict[tuple[int, int], dict[int, cp_model.IntVar]] = {}
        for (person, day, code), variable in self.duty.items():
            self.cells.setdefault((person, day), {})[code] = variable


@dataclass
class Rules:
    """The rules about one person's duties, one family after the other."""

    model: Model
    problem: Problem
    person: int
    standing: IntArray
    movable: BoolArray
    switches: Mapping[Family, cp_model.IntVar]

    def put(self, families: Collection[Family]) -> None:
        """Put the families in force."""
        people, p = self.problem.people, self.person
        if Family.REST in families:
            self._rest()
        night = self.problem.calendar.night
        if Family.NIGHTS in families:
            self._in_a_row(int(people.nights_most[p]), Family.NIGHTS, np.flatnonzero(night))
        if Family.DAYS in families:
            every = np.arange(len(night))
            self._in_a_row(int(people.days_most[p]), Family.DAYS, every)
        self._hours(families)

    def works(self, day: int, shifts: Collection[int]) -> "cp_model.LinearExpr | int":
        """1 where the person works one of some shifts on a day."""
        n = self.problem.calendar.n_shifts
        if not self.movable[day]:
            code = self.standing[day]
            return int(code != OFF and code % n in shifts)
        cell = self.model.of(self.person, day)
        return cp_model.LinearExpr.sum([v for code, v in cell.items() if code % n in shifts])

    def _limit(self, terms: "list[cp_model.LinearExpr | int]", most: int, family: Family) -> None:
        fixed = sum(t for t in terms if isinstance(t, int))
        moving = [t for t in terms if not isinstance(t, int)]
        if not moving:
            return
        rule = self.model.cp.add(cp_model.LinearExpr.sum(moving) <= max(0, most - fixed))
        if family in self.switches:
            rule.only_enforce_if(self.switches[family])

    def _rest(self) -> None:
        follows = self.problem.follows
        for day in range(1, self.problem.calendar.n_days):
            if not (self.movable[day] or self.movable[day - 1]):
                continue
            for before in range(follows.shape[1]):
                barred = set(np.flatnonzero(~follows[day, before]).tolist())
                if barred:
                    terms = [self.works(day - 1, {before}), self.works(day, barred)]
                    self._limit(terms, 1, Family.REST)

    def _in_a_row(self, most: int, family: Family, shifts: IntArray) -> None:
        kinds = set(shifts.tolist())
        for first in range(self.problem.calendar.n_days - most):
            days = range(first, first + most + 1)
            if self.movable[first : first + most + 1].any():
                self._limit([self.works(day, kinds) for day in days], most, family)

    def _hours(self, families: Collection[Family]) -> None:
        people, calendar = self.problem.people, self.problem.calendar
        overtimes: list[cp_model.IntVar] = []
        for week in np.unique(calendar.week).tolist():
            days = np.flatnonzero(calendar.week == week).tolist()
            terms = [
                self.works(d, {s}) * int(calendar.length_min[d, s])
                for d in days
                for s in range(calendar.n_shifts)
            ]
            if Family.WEEK in families and self.movable[days].any():
                self._limit(terms, int(people.week_most_min[self.person]), Family.WEEK)
            over = self.model.cp.new_int_var(0, 7 * 1440, "")
            self.model.cp.add(sum(terms) - over <= int(people.week_min[self.person]))
            overtimes.append(over)
        most = int(people.overtime_most_min[self.person])
        if Family.OVERTIME in families:
            self._limit([over * 1 for over in overtimes], most, Family.OVERTIME)
        price = round(self.problem.prices.overtime_h / 60 * SCALE)
        self.model.costs += [over * price for over in overtimes]

"""A first roster within seconds: everybody follows a cyclic line of shifts, day by day."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from kapok_planning.rosters.kernels import BAND, Data
from kapok_planning.rosters.problem import FREE, OFF, FloatArray, IntArray, Problem

MOST_ROLES = 40  # of a group that is started by itself
NEVER = 1e7
BLOCK = 2  # equal shifts in a row on the line
NEARNESS = 4.0  # whoever begins near home is not drawn there later
OTHER_TIME, DAY_OFF = 8.0, 20.0  # what leaving the line costs
EMPTY = 1e4


@dataclass
class Ledger:
    """What each person has done so far, while the days are filled one after the other."""

    last: IntArray
    days: IntArray
    nights: IntArray
    minutes: IntArray
    overtime: IntArray
    n_nights: IntArray

    @classmethod
    def of(cls, n: int) -> "Ledger":
        """Nothing yet, of anybody."""
        zeros = [np.zeros(n, np.int32) for _ in range(5)]
        return cls(np.full(n, -1, np.int32), *zeros)


def first_duties(problem: Problem, data: Data, groups: list[tuple[IntArray, IntArray]]) -> IntArray:
    """Fill each day's seats at the least cost that the days before leave, (p, d).

    ``groups`` are (people, roles) as :func:`near_groups` makes them. Everybody follows a line such
    as early, early, late, late, night, night and four days off, each a little later than the
    next, so that each shift of each day has its people and nobody's rest is cut short; leave,
    wishes and ways bend the lines. No rule is broken; some seats may stay empty.
    """
    duty = np.where(problem.people.fixed == FREE, OFF, problem.people.fixed).astype(np.int32)
    for people, roles in groups:
        _fill(problem, data, duty, people, roles)
    return duty


def _fill(problem: Problem, data: Data, duty: IntArray, people: IntArray, roles: IntArray) -> None:
    if not len(people) or not len(roles):
        return
    line = _line(problem, people, roles)
    book = Ledger.of(len(people))
    time_of_day = _time_of_day(problem)
    for day in range(problem.calendar.n_days):
        shift, role = _seats_of(problem, duty, day, roles)
        wanted = line[(day + _offsets(len(people), len(line))) % len(line)]
        cost = _costs(problem, data, book, people, day, shift, role)
        cost += np.where(wanted[:, None] < 0, DAY_OFF, 0.0)
        cost += np.where(
            (wanted[:, None] >= 0) & (wanted[:, None] != time_of_day[shift]), OTHER_TIME, 0.0
        )
        blank = np.tile(problem.roles.price[role] + EMPTY, (len(shift), 1))
        seat_of, column = linear_sum_assignment(np.vstack([cost, blank]).T)
        ours = column < len(people)
        good = cost[column[ours], seat_of[ours]] < NEVER
        seats, who = seat_of[ours][good], column[ours][good]
        duty[people[who], day] = role[seats] * problem.calendar.n_shifts + shift[seats]
        _note(problem, book, people, duty[people, day], day)


def _seats_of(
    problem: Problem, duty: IntArray, day: int, roles: IntArray
) -> tuple[IntArray, IntArray]:
    """Shift and role of each seat of a day that what stands already leaves open."""
    shifts = problem.calendar.n_shifts
    open_seats = problem.needs[day].copy()
    there = duty[duty[:, day] != OFF, day]
    np.subtract.at(open_seats, (there % shifts, there // shifts), 1)
    open_seats = np.maximum(0, open_seats[:, roles])
    shift, role = np.nonzero(open_seats)
    times = open_seats[shift, role]
    return np.repeat(shift, times).astype(np.int32), np.repeat(roles[role], times).astype(np.int32)


def _offsets(n: int, length: int) -> IntArray:
    """Where on the line each of n people begins: neighbours far apart, all places used alike."""
    return (np.arange(n) * BLOCK % length + np.arange(n) * BLOCK // length % BLOCK).astype(np.int32)


def _time_of_day(problem: Problem) -> IntArray:
    """Morning 0, afternoon 1 or night 2 of each shift."""
    start = problem.calendar.start_min[0] % 1440
    return np.where(problem.calendar.night, 2, np.where(start < 720, 0, 1)).astype(np.int32)


def _line(problem: Problem, people: IntArray, roles: IntArray) -> IntArray:
    """The cyclic line: times of day in blocks forward, then days off (-1), by the needs."""
    needs = problem.needs[:, :, roles].sum(axis=(0, 2))
    load = np.bincount(_time_of_day(problem), needs, minlength=3)
    blocks = [np.full(max(1, round(3 * BLOCK * x / load.sum())), i) if x else np.empty(0)
              for i, x in enumerate(load)] if load.sum() else [np.zeros(1)]  # fmt: skip
    at_work = np.concatenate(blocks)
    days = problem.people.available[people].any(axis=2).sum()
    share = min(0.85, needs.sum() / max(1, days))
    off = max(1, round(len(at_work) * (1 - share) / max(share, 0.05)))
    return np.concatenate([at_work, np.full(off, -1)]).astype(np.int32)


def _costs(
    problem: Problem,
    data: Data,
    book: Ledger,
    people: IntArray,
    day: int,
    shift: IntArray,
    role: IntArray,
) -> FloatArray:
    """What each seat of a day costs with each person, NEVER where a rule stands against it."""
    who, calendar, folk = people[:, None], problem.calendar, problem.people
    off = calendar.n_shifts
    cost = (
        NEARNESS * data.price[who, role]
        + folk.wishes[who, day, shift]
        - folk.wishes[who, day, [off]]
    )
    cost = cost.astype(np.float64)
    night = calendar.night[shift]
    cost += np.where(
        night & (book.n_nights >= data.limits[people, BAND + 1])[:, None], data.unfair, 0
    )
    before = np.maximum(book.last, 0)
    rested = (book.last < 0)[:, None] | problem.follows[day][before][:, shift]
    minutes = book.minutes[:, None] + calendar.length_min[day, shift]
    over = np.maximum(0, minutes - folk.week_min[who])
    more = over - np.maximum(0, book.minutes - folk.week_min[people])[:, None]
    cost += more * data.overtime
    legal = (
        folk.available[who, day, shift]
        & rested
        & (folk.fixed[people, day] == FREE)[:, None]
        & (book.days < folk.days_most[people])[:, None]
        & (~night | (book.nights < folk.nights_most[people])[:, None])
        & (minutes <= folk.week_most_min[who])
        & (book.overtime[:, None] + over <= folk.overtime_most_min[who])
        & _fits_what_follows(problem, people, day, shift)
    )
    return np.where(legal & np.isfinite(cost), cost, NEVER)


def _fits_what_follows(
    problem: Problem, people: IntArray, day: int, shift: IntArray
) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """Whether rest is left before a duty of the next day that stands already."""
    if day + 1 == problem.calendar.n_days:
        return np.ones((len(people), len(shift)), np.bool_)
    then = problem.people.fixed[people, day + 1]
    stands = np.where(then >= 0, then % problem.calendar.n_shifts, 0)
    fits = problem.follows[day + 1][shift][:, stands].T
    return np.asarray((then < 0)[:, None] | fits)


def _note(problem: Problem, book: Ledger, people: IntArray, done: IntArray, day: int) -> None:
    """Enter a day into the ledger."""
    calendar = problem.calendar
    at_work = done != OFF
    shift = done % calendar.n_shifts
    night = at_work & calendar.night[shift]
    book.last = np.where(at_work, shift, -1).astype(np.int32)
    book.days = np.where(at_work, book.days + 1, 0).astype(np.int32)
    book.nights = np.where(night, book.nights + 1, 0).astype(np.int32)
    book.n_nights += night
    book.minutes += np.where(at_work, calendar.length_min[day, shift], 0)
    if day + 1 == calendar.n_days or calendar.week[day + 1] != calendar.week[day]:
        book.overtime += np.maximum(0, book.minutes - problem.people.week_min[people])
        book.minutes = np.zeros_like(book.minutes)

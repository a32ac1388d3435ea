"""The judge of rosters, written apart from the search: which rules a roster breaks, what it costs.

It shares with the search nothing but the problem and the shares of nights; each rule is read off
the duties as they stand, by another way than the search takes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from kapok_planning.rosters.problem import FREE, OFF, FloatArray, IntArray, Problem
from kapok_planning.rosters.result import Totals
from kapok_planning.rosters.shares import bands


class Rule(StrEnum):
    """What a roster must never do."""

    UNKNOWN_DUTY = "unknown_duty"
    NOT_ABLE = "not_able"
    NOT_AVAILABLE = "not_available"
    FIXED = "fixed"
    TOO_MANY = "too_many"
    REST = "rest"
    NIGHTS = "nights"
    DAYS = "days"
    WEEK = "week"
    OVERTIME = "overtime"
    SUIT = "suit"


@dataclass(frozen=True)
class Broken:
    """A rule that is broken, by whom and on which day (-1 where it is about none)."""

    rule: Rule
    person: int
    day: int


def broken_rules(
    problem: Problem, duty: IntArray, *, people: Iterable[int] | None = None
) -> list[Broken]:
    """Every rule that a roster breaks; empty for a roster that may be shown.

    With ``people``, rules about several duties of one person are looked at for these alone.

    Raises
    ------
    ValueError
        When the shape of ``duty`` is not that of people and days.
    """
    days, shifts = problem.calendar.n_days, problem.calendar.n_shifts
    if duty.shape != (problem.people.n, days):
        raise ValueError(f"duty has shape {duty.shape}, expected ({problem.people.n}, {days}).")
    found: list[Broken] = []
    wrong = (duty < OFF) | (duty >= problem.roles.n * shifts)
    found += _at(Rule.UNKNOWN_DUTY, wrong)
    duty = np.where(wrong, OFF, duty)
    fixed = problem.people.fixed
    found += _at(Rule.FIXED, (fixed != FREE) & (fixed != duty))
    found += _seats(problem, duty)
    found += _single(problem, duty)
    for person in range(len(duty)) if people is None else people:
        found += _of_person(problem, person, duty[person])
    return found


def _at(rule: Rule, where: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> list[Broken]:
    return [Broken(rule, int(p), int(d)) for p, d in zip(*np.nonzero(where), strict=True)]


def _seats(problem: Problem, duty: IntArray) -> list[Broken]:
    """More people than are needed: everybody who is one too many."""
    over = filled(problem, duty) - problem.needs
    found = []
    for day, shift, role in zip(*np.nonzero(over > 0), strict=True):
        code = role * problem.calendar.n_shifts + shift
        there = np.flatnonzero(duty[:, day] == code)
        planned = there[problem.people.fixed[there, day] == FREE]
        found += [
            Broken(Rule.TOO_MANY, int(p), int(day)) for p in planned[-over[day, shift, role] :]
        ]
    return found


def _single(problem: Problem, duty: IntArray) -> list[Broken]:
    """Rules about a duty alone."""
    person, day = np.nonzero(duty != OFF)
    role, shift = np.divmod(duty[person, day], problem.calendar.n_shifts)
    fixed = problem.people.fixed[person, day] != FREE  # what stands already was judged then
    length = problem.calendar.length_min[day, shift]
    checks = (
        (Rule.NOT_ABLE, ~problem.able[person, role] & ~fixed),
        (Rule.NOT_AVAILABLE, ~problem.people.available[person, day, shift] & ~fixed),
        (Rule.SUIT, problem.roles.suit[role] & (length > problem.suit_most_min)),
    )
    return [
        Broken(rule, int(person[i]), int(day[i]))
        for rule, bad in checks
        for i in np.flatnonzero(bad)
    ]


def _of_person(problem: Problem, person: int, row: IntArray) -> Iterator[Broken]:
    """Rules about the duties of one person, one after the other.

    What stands already and breaks a rule by itself is not the roster's doing.
    """
    calendar, people = problem.calendar, problem.people
    worked = np.flatnonzero(row != OFF)
    free = people.fixed[person] == FREE
    shift = row[worked] % calendar.n_shifts
    start, end = calendar.start_min[worked, shift], calendar.end_min[worked, shift]
    planned = free[worked]
    for i in np.flatnonzero(start[1:] - end[:-1] < problem.rest_min):
        if planned[i] or planned[i + 1]:
            yield Broken(Rule.REST, person, int(worked[i + 1]))
    at_work = np.zeros(len(row), np.bool_)
    at_work[worked] = True
    by_night = np.zeros(len(row), np.bool_)
    by_night[worked] = calendar.night[shift]
    for rule, days, most in (
        (Rule.DAYS, at_work, people.days_most[person]),
        (Rule.NIGHTS, by_night, people.nights_most[person]),
    ):
        for first, length in _runs(days):
            if length > most and free[first : first + length].any():
                yield Broken(rule, person, int(first + most))
    hours = np.bincount(calendar.week[worked], end - start, minlength=int(calendar.week[-1]) + 1)
    for week in np.flatnonzero(hours > people.week_most_min[person]):
        if planned[calendar.week[worked] == week].any():
            yield Broken(Rule.WEEK, person, int(np.flatnonzero(calendar.week == week)[0]))
    overtime = np.maximum(0, hours - people.week_min[person]).sum()
    if overtime > people.overtime_most_min[person] and planned.any():
        yield Broken(Rule.OVERTIME, person, -1)


def _runs(days: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Iterator[tuple[int, int]]:
    """First day and length of each run of days."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], days, [False]]).astype(np.int8)))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield first, end - first


def filled(problem: Problem, duty: IntArray) -> IntArray:
    """How many people each seat has, (d, s, r)."""
    days, shifts, roles = problem.needs.shape
    found = np.zeros((days, roles * shifts), np.int32)
    person, day = np.nonzero(duty != OFF)
    np.add.at(found, (day, duty[person, day]), 1)
    return found.reshape(days, roles, shifts).transpose(0, 2, 1)


def overtime_min(problem: Problem, duty: IntArray) -> FloatArray:
    """Overtime of each person in each week, (p, weeks)."""
    calendar = problem.calendar
    hours = np.zeros((len(duty), int(calendar.week[-1]) + 1))
    person, day = np.nonzero(duty != OFF)
    shift = duty[person, day] % calendar.n_shifts
    np.add.at(hours, (person, calendar.week[day]), calendar.length_min[day, shift])
    return np.maximum(0.0, hours - problem.people.week_min[:, None])


def counted(problem: Problem, duty: IntArray) -> IntArray:
    """Nights, weekend days and holidays of each person, (p, 3)."""
    calendar = problem.calendar
    at_work = duty != OFF
    nights = at_work & calendar.night[duty % calendar.n_shifts]
    return np.stack(
        [
            nights.sum(axis=1),
            at_work[:, calendar.weekend].sum(axis=1),
            at_work[:, calendar.holiday].sum(axis=1),
        ],
        axis=1,
    ).astype(np.int32)


def measure_roster(problem: Problem, duty: IntArray) -> Totals:
    """What a roster costs, part by part."""
    empty = np.maximum(0, problem.needs - filled(problem, duty))
    person, day = np.nonzero(duty != OFF)
    role, shift = np.divmod(duty[person, day], problem.calendar.n_shifts)
    km = float(problem.people.km[person, problem.roles.post[role]].sum())
    column = np.full(duty.shape, problem.calendar.n_shifts)
    column[person, day] = shift
    wishes = np.take_along_axis(problem.people.wishes, column[:, :, None], axis=2)
    overtime_h = float(overtime_min(problem, duty).sum()) / 60
    had, band = counted(problem, duty), bands(problem)
    unfair = int((np.maximum(0, band[..., 0] - had) + np.maximum(0, had - band[..., 1])).sum())
    empty_price = float((empty.sum(axis=(0, 1)) * problem.roles.price).sum())
    wish_price = float(wishes.sum(dtype=np.float64))
    prices = problem.prices
    return Totals(
        price=empty_price
        + wish_price
        + km * prices.km
        + overtime_h * prices.overtime_h
        + unfair * prices.unfair,
        n_seats=problem.n_seats,
        n_empty=int(empty.sum()),
        empty_price=empty_price,
        wish_price=wish_price,
        n_wishes_missed=int((wishes > 0).sum()),
        km=km,
        overtime_h=overtime_h,
        unfair=unfair,
    )

"""Why seats stay empty, and what would fill most of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from kapok_planning.rosters.checking import Rule, broken_rules, filled
from kapok_planning.rosters.kernels import Data, row_cost
from kapok_planning.rosters.problem import FREE, OFF, IntArray, Problem
from kapok_planning.rosters.search import as_data

MOST_EXPLAINED = 500
NEW_DAYS_MOST, NEW_NIGHTS_MOST = 6, 3


class Why(StrEnum):
    """Why somebody of the right party does not fill a seat."""

    SKILLS = "skills"
    TOO_FAR = "too_far"
    AWAY = "away"
    ON_DUTY = "on_duty"
    STANDS = "stands"
    REST = "rest"
    NIGHTS = "nights"
    DAYS = "days"
    WEEK = "week"
    OVERTIME = "overtime"
    COULD = "could"


OF_RULE = {
    Rule.REST: Why.REST,
    Rule.NIGHTS: Why.NIGHTS,
    Rule.DAYS: Why.DAYS,
    Rule.WEEK: Why.WEEK,
    Rule.OVERTIME: Why.OVERTIME,
}


@dataclass(frozen=True)
class Shortfall:
    """Seats of one role on one shift that stay empty, and why nobody fills them.

    Attributes
    ----------
    day, shift, role, n
        Where and how many.
    why
        How many people of the party each reason keeps away; each person has one, the first that
        holds in the order of :class:`Why`.
    only
        People whom a single rule keeps away, by that rule.
    """

    day: int
    shift: int
    role: int
    n: int
    why: Mapping[Why, int]
    only: Mapping[Why, tuple[int, ...]]


@dataclass(frozen=True)
class Help:
    """What would fill empty seats, and how many.

    ``why`` names the rule that would be eased by one step for one person at a time; None stands
    for one more person of ``parties`` with ``skills``.
    """

    why: Why | None
    parties: int
    skills: int
    n_seats: int


def shortfalls(
    problem: Problem, duty: IntArray, *, most: int = MOST_EXPLAINED
) -> tuple[Shortfall, ...]:
    """Name every empty seat and why nobody fills it, in the order of the days; ``most`` of them."""
    empty = np.maximum(0, problem.needs - filled(problem, duty))
    found = []
    for day, shift, role in np.argwhere(empty > 0)[:most].tolist():
        n = int(empty[day, shift, role])
        found.append(_explain(problem, duty, day, shift, role, n))
    return tuple(found)


def _explain(
    problem: Problem, duty: IntArray, day: int, shift: int, role: int, n: int
) -> Shortfall:
    people, roles = problem.people, problem.roles
    of_party = np.flatnonzero((int(roles.parties[role]) >> people.party.astype(np.int64)) & 1)
    checks = (
        (Why.SKILLS, (roles.skills[role] & ~people.skills) != 0),
        (Why.TOO_FAR, ~np.isfinite(people.km[:, roles.post[role]])),
        (Why.AWAY, ~people.available[:, day, shift]),
        (Why.ON_DUTY, duty[:, day] != OFF),
        (Why.STANDS, people.fixed[:, day] != FREE),
    )
    why: Counter[Why] = Counter()
    only: dict[Why, list[int]] = {}
    for person in of_party.tolist():
        against = [reason for reason, bad in checks if bad[person]]
        if not against or against == [Why.SKILLS]:
            code = role * problem.calendar.n_shifts + shift
            against += _by_hours(problem, duty[person], person, day, code)
        why[against[0] if against else Why.COULD] += 1
        if len(against) == 1:
            only.setdefault(against[0], []).append(person)
    return Shortfall(day, shift, role, n, dict(why), {k: tuple(v) for k, v in only.items()})


def _by_hours(problem: Problem, row: IntArray, person: int, day: int, code: int) -> list[Why]:
    """The rules on rest and hours that one more duty would break."""
    alone = _alone(problem, person)
    with_it = row.copy()
    with_it[day] = code
    broken = {item.rule for item in broken_rules(alone, with_it[None])}
    return [why for rule, why in OF_RULE.items() if rule in broken]


def _alone(problem: Problem, person: int) -> Problem:
    """The problem of one person, with seats enough."""
    here = slice(person, person + 1)
    folk = problem.people
    alone = replace(
        folk,
        **{name: getattr(folk, name)[here] for name in folk.__dataclass_fields__},
    )
    return replace(problem, people=alone)


def helps(problem: Problem, duty: IntArray, found: tuple[Shortfall, ...]) -> tuple[Help, ...]:
    """Say what would fill most of the empty seats, best first.

    A rule that is eased is eased for one person at a time; each person fills at most one more seat
    a day. One more person is one who lives near, is always available, and works under the usual
    limits.
    """
    tally: dict[tuple[Why, int, int], int] = {}
    for why in (Why.SKILLS, Why.NIGHTS, Why.DAYS, Why.WEEK, Why.OVERTIME, Why.REST, Why.AWAY):
        used: set[tuple[int, int]] = set()
        for gap in found:
            able = [p for p in gap.only.get(why, ()) if (p, gap.day) not in used][: gap.n]
            used.update((p, gap.day) for p in able)
            key = (why, int(problem.roles.parties[gap.role]), int(problem.roles.skills[gap.role]))
            if able:
                tally[key] = tally.get(key, 0) + len(able)
    ranked = [Help(why, parties, skills, n) for (why, parties, skills), n in tally.items()]
    ranked += _one_more(problem, found)
    return tuple(sorted(ranked, key=lambda h: (-h.n_seats, h.why or "", h.parties, h.skills)))


def _one_more(problem: Problem, found: tuple[Shortfall, ...]) -> list[Help]:
    """For each kind of role, the seats that one more person could fill, taken day by day."""
    data = _of_newcomer(problem)
    shifts = problem.calendar.n_shifts
    kinds = {(int(problem.roles.parties[g.role]), int(problem.roles.skills[g.role])) for g in found}
    helps_ = []
    for parties, skills in sorted(kinds):
        row = np.full(problem.calendar.n_days, OFF, np.int32)
        for gap in found:
            role = gap.role
            fits = int(problem.roles.parties[role]) == parties
            fits &= (int(problem.roles.skills[role]) & ~skills) == 0
            if fits and row[gap.day] == OFF:
                row[gap.day] = role * shifts + gap.shift
                if not np.isfinite(row_cost(data, 0, row)):
                    row[gap.day] = OFF
        if n := int((row != OFF).sum()):
            helps_.append(Help(None, parties, skills, n))
    return helps_


def _of_newcomer(problem: Problem) -> Data:
    """One person who may do everything, under limits that most have."""
    people = problem.people
    days, shifts = problem.calendar.n_days, problem.calendar.n_shifts

    def usual(values: IntArray, otherwise: int) -> IntArray:
        return np.array([np.median(values) if len(values) else otherwise], np.int32)

    alone = replace(
        people,
        party=np.zeros(1, np.int32),
        skills=np.full(1, -1, np.int64),
        km=np.zeros((1, people.km.shape[1])),
        available=np.ones((1, days, shifts), np.bool_),
        wishes=np.zeros((1, days, shifts + 1), np.float32),
        fixed=np.full((1, days), FREE, np.int32),
        week_min=usual(people.week_min, 2400),
        week_most_min=usual(people.week_most_min, 2880),
        overtime_most_min=usual(people.overtime_most_min, 2160),
        nights_most=usual(people.nights_most, NEW_NIGHTS_MOST),
        days_most=usual(people.days_most, NEW_DAYS_MOST),
        had=np.zeros((1, 3), np.int32),
    )
    roles = replace(problem.roles, parties=np.full(problem.roles.n, 1, np.int64))
    return as_data(replace(problem, people=alone, roles=roles))

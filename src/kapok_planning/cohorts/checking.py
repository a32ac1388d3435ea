"""The judge of closed duty, written apart from what makes the calendar: which rules it breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kapok_planning.cohorts.rota import HOME, Caps, Rota
from kapok_planning.cohorts.scheme import Kind


class Rule(StrEnum):
    """What closed duty must never do."""

    NOBODY_ON_DUTY = "nobody_on_duty"
    TWO_ON_DUTY = "two_on_duty"
    NOT_ISOLATED = "not_isolated"
    NOT_TESTED = "not_tested"
    POSITIVE = "positive"
    MIXED = "mixed"
    EXTENDED = "extended"
    SHORT_OF_ROLE = "short_of_role"
    CLOSED_IN_ROW = "closed_in_row"
    CLOSED_OF_WINDOW = "closed_of_window"


@dataclass(frozen=True)
class Broken:
    """A rule that is broken, by which cohort and from which day on, and by how many days.

    Of a role that is short, ``role`` says which, and ``days`` how many people are missing.
    """

    rule: Rule
    cohort: int
    day: int
    days: int = 0
    role: int = -1


def broken_rules(
    rota: Rota,
    caps: Caps,
    *,
    positives: Sequence[tuple[int, int, int]] = (),
    extended_most: int = 0,
) -> list[Broken]:
    """Every rule that a calendar breaks, read off it day by day.

    ``positives`` are (cohort, day of the positive test, first day on which all are clear);
    ``extended_most`` is by how many days a phase may be longer than planned.
    """
    found: list[Broken] = []
    on_duty = rota.is_kind(Kind.CLOSED_DUTY)
    n = on_duty[:, rota.first_duty :].sum(axis=0)
    for rule, bad in ((Rule.NOBODY_ON_DUTY, n == 0), (Rule.TWO_ON_DUTY, n > 1)):
        days = np.flatnonzero(bad)
        if len(days):
            found.append(Broken(rule, -1, int(days[0]) + rota.first_duty, len(days)))
    for cohort in range(rota.n_cohorts):
        found += _entries(rota, cohort, on_duty[cohort])
        found += _closed(cohort, rota.is_closed[cohort], caps)
        found += _extended(rota, cohort, extended_most)
    found += _mixed(rota)
    for cohort, day, clear in positives:
        moved = np.flatnonzero(np.diff(rota.phase[cohort, day:clear]))
        if len(moved):
            found.append(Broken(Rule.POSITIVE, cohort, day + int(moved[0]) + 1))
    return found


def _entries(rota: Rota, cohort: int, on_duty: NDArray[np.bool_]) -> Iterator[Broken]:
    """Before each duty lies the whole isolation of the scheme, with its tests."""
    pre = rota.is_kind(Kind.PRE_ISOLATION)[cohort]
    tested = rota.is_tested[cohort]
    needed = 0
    for phase in reversed(rota.scheme.phases[: rota.scheme.duty]):
        if phase.kind != Kind.PRE_ISOLATION:
            break
        needed += phase.days
    wants_tests = any(phase.tests for phase in rota.scheme.phases)
    starts = np.flatnonzero(on_duty[1:] & ~on_duty[:-1]) + 1
    for day in [0, *starts.tolist()] if on_duty[0] else starts.tolist():
        before = pre[max(0, day - needed) : day]
        if len(before) < needed or not before.all():
            yield Broken(Rule.NOT_ISOLATED, cohort, day, needed - int(before.sum()))
        last = slice(max(0, day - max(needed, 1)), day)
        if wants_tests and day > 0 and not tested[last].any():
            yield Broken(Rule.NOT_TESTED, cohort, day)


def _closed(cohort: int, closed: NDArray[np.bool_], caps: Caps) -> Iterator[Broken]:
    run = total = 0
    worst_run = worst_total = (0, 0)
    for day, shut in enumerate(closed.tolist()):
        run = run + 1 if shut else 0
        total += shut
        if day >= caps.window:
            total -= bool(closed[day - caps.window])
        worst_run = max(worst_run, (run, -day))
        worst_total = max(worst_total, (total, -day))
    if worst_run[0] > caps.in_a_row:
        yield Broken(Rule.CLOSED_IN_ROW, cohort, -worst_run[1], worst_run[0])
    if worst_total[0] > caps.of_window:
        yield Broken(Rule.CLOSED_OF_WINDOW, cohort, -worst_total[1], worst_total[0])


def _extended(rota: Rota, cohort: int, most: int) -> Iterator[Broken]:
    """Phases that last longer than planned and than may be approved."""
    number, begun = HOME, 0
    row = [*rota.phase[cohort].tolist(), HOME]
    for day, now in enumerate(row):
        if now == number:
            continue
        if number != HOME:
            longer = day - begun - rota.scheme.phases[number].days
            if longer > most:
                yield Broken(Rule.EXTENDED, cohort, day - longer + most, longer)
        number, begun = now, day


def broken_members(
    rota: Rota, roles: NDArray[np.bool_], least: Sequence[int], cohort: Sequence[int]
) -> list[Broken]:
    """Cohorts that go on duty without the people that every post needs, counted one by one.

    ``roles`` (p, r) says who can stand for what, ``least`` how many of each are needed.
    """
    found = []
    on_duty = rota.is_kind(Kind.CLOSED_DUTY)
    for c in range(rota.n_cohorts):
        days = np.flatnonzero(on_duty[c])
        if not len(days):
            continue
        for role, needed in enumerate(least):
            there = sum(1 for who, own in enumerate(cohort) if own == c and roles[who][role])
            if there < needed:
                missing = needed - there
                found.append(Broken(Rule.SHORT_OF_ROLE, c, int(days[0]), missing, role))
    return found


def _mixed(rota: Rota) -> Iterator[Broken]:
    """Two cohorts in one named location on a day."""
    names = [phase.location for phase in rota.scheme.phases]
    for name in {name for name in names if name}:
        places = [i for i, other in enumerate(names) if other == name]
        there = np.isin(rota.phase, places)
        days = np.flatnonzero(there.sum(axis=0) > 1)
        if len(days):
            cohort = int(np.flatnonzero(there[:, days[0]])[-1])
            yield Broken(Rule.MIXED, cohort, int(days[0]), len(days))

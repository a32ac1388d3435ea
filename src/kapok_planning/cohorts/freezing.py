"""What a positive test, an extension or a person's emergency does to the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.cohorts.rota import HOME, Rota, isolation_days
from kapok_planning.cohorts.scheme import Kind


@dataclass(frozen=True)
class Extension:
    """A phase that lasts longer: which cohort's, from its planned end on, by how many days."""

    cohort: int
    phase: int
    planned_end: int
    days: int


@dataclass(frozen=True)
class Approval:
    """Who lets phases be extended, and why.

    Raises
    ------
    ValueError
        When the reason or the approver is missing.
    """

    reason: str
    approver: str
    most_days: int = 14

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("An extension needs a reason.")
        if not self.approver.strip():
            raise ValueError("An extension needs somebody who approves it.")


@dataclass(frozen=True)
class Frozen:
    """A calendar after a positive test.

    Attributes
    ----------
    rota
        The new calendar.
    cohorts
        Those that are frozen: the one with the positive test, and the one behind it.
    extensions
        The phases that are longer than planned, of all cohorts.
    """

    rota: Rota
    cohorts: tuple[int, ...]
    extensions: tuple[Extension, ...]


def freeze(rota: Rota, *, cohort: int, day: int, clear: int, approval: Approval) -> Frozen:
    """Hold a cohort with a positive test, and the one behind it, until all are clear.

    Neither moves on before ``clear``. So that duty stays unbroken and cohorts do not meet, every
    later move of every cohort waits as many days: whoever is on duty then stays on.

    Parameters
    ----------
    rota
        The calendar as it is.
    cohort, day
        Whose test of which day was positive.
    clear
        The first day on which the cohort may move again.
    approval
        Who lets phases be extended, why, and by how many days at most.

    Raises
    ------
    ValueError
        When the days lie outside the calendar, or the extension is longer than approved.
    """
    held = _held(rota, cohort)
    delay = waits(rota, cohort=cohort, day=day, clear=clear)
    _check_delay(delay, approval)
    first = _first_move(rota, held, day)
    if delay <= 0 or first is None:
        return Frozen(rota, held, ())
    return _later(rota, held, first, delay)


def waits(rota: Rota, *, cohort: int, day: int, clear: int) -> int:
    """How many days everybody's moves wait if a cohort is held from a day until all are clear.

    Raises
    ------
    ValueError
        When there is no such cohort, or the days lie outside the calendar.
    """
    held = _held(rota, cohort)
    n_days = rota.phase.shape[1]
    if not 0 <= day < clear <= n_days:
        raise ValueError(f"Days {day} to {clear} do not lie within the calendar of {n_days} days.")
    first = _first_move(rota, held, day)
    return 0 if first is None else max(clear - first, 0)


def extend(rota: Rota, *, cohort: int, day: int, days: int, approval: Approval) -> Frozen:
    """Let the phase that a cohort is in on a day last longer; every later move waits as long.

    Parameters
    ----------
    rota
        The calendar as it is.
    cohort, day, days
        Whose phase of which day lasts so many days longer.
    approval
        Who approves it, why, and for how many days at most.

    Raises
    ------
    ValueError
        When the day lies outside the calendar, the phase does not end within it, or the extension
        is longer than approved.
    """
    _held(rota, cohort)
    if days < 1:
        raise ValueError(f"days = {days} is not at least 1.")
    if not 0 <= day < rota.phase.shape[1]:
        raise ValueError(f"Day {day} does not lie within the calendar.")
    _check_delay(days, approval)
    first = _next_move(rota.phase[cohort], day)
    if first is None:
        raise ValueError("That phase does not end within the calendar; make the calendar longer.")
    return _later(rota, (cohort,), first, days)


def _held(rota: Rota, cohort: int) -> tuple[int, ...]:
    """A cohort and the one behind it."""
    if not 0 <= cohort < rota.n_cohorts:
        raise ValueError(f"There is no cohort {cohort + 1}; there are {rota.n_cohorts}.")
    return tuple(dict.fromkeys((cohort, (cohort + 1) % rota.n_cohorts)))


def _first_move(rota: Rota, held: tuple[int, ...], day: int) -> int | None:
    moves = [move for c in held if (move := _next_move(rota.phase[c], day)) is not None]
    return min(moves, default=None)


def _check_delay(delay: int, approval: Approval) -> None:
    if delay > approval.most_days:
        raise ValueError(
            f"Holding the cohorts until they are clear takes {delay} days; {approval.most_days} "
            "are approved."
        )


def _later(rota: Rota, held: tuple[int, ...], first: int, delay: int) -> Frozen:
    """The calendar in which every move from ``first`` on comes ``delay`` days later."""
    phase = _delayed(rota.phase, first, delay)
    duty = rota.first_duty + (delay if first <= rota.first_duty else 0)
    later = Rota(rota.scheme, phase, _delayed_days(rota, first, delay), duty)
    extensions = tuple(
        Extension(c, int(rota.phase[c, first - 1]), move, delay)
        for c in range(rota.n_cohorts)
        if (move := _next_move(rota.phase[c], first - 1)) is not None
        and rota.phase[c, first - 1] != HOME
    )
    return Frozen(later, held, extensions)


def _next_move(phases: NDArray[np.int32], day: int) -> int | None:
    """The first day after ``day`` on which a cohort is in another phase than the day before."""
    moved = np.flatnonzero(np.diff(phases[day:]))
    return day + int(moved[0]) + 1 if len(moved) else None


def _delayed(values: NDArray[np.int32], first: int, delay: int) -> NDArray[np.int32]:
    """Everything from ``first`` on comes ``delay`` days later; the day before is repeated."""
    held = np.repeat(values[:, first - 1 : first], delay, axis=1)
    return np.concatenate([values[:, :first], held, values[:, first:]], axis=1)


def _delayed_days(rota: Rota, first: int, delay: int) -> NDArray[np.int32]:
    days = _delayed(rota.day_of_phase, first, delay)
    days[:, first : first + delay] += np.where(
        rota.phase[:, first - 1 : first] == HOME, 0, np.arange(1, delay + 1)[None, :]
    ).astype(np.int32)
    for c in range(rota.n_cohorts):  # a phase that goes on counts on
        end = _next_move(rota.phase[c], first - 1)
        if end is not None and end > first and rota.phase[c, first - 1] != HOME:
            days[c, first + delay : end + delay] += delay
    return days


@dataclass(frozen=True)
class Exit:
    """What comes of somebody leaving early by the exit protocol.

    ``short`` names the roles of which the cohort then has too few; ``replaced_from`` is the first
    day on which somebody from outside could be in, after the whole isolation.
    """

    person: int
    day: int
    short: tuple[int, ...]
    replaced_from: int


def leave_early(
    rota: Rota, roles: NDArray[np.bool_], least: Sequence[int], cohort_of: NDArray[np.int32], *,
    person: int, day: int,
) -> Exit:  # fmt: skip
    """Say what a person's leaving in an emergency means; it is always possible.

    ``roles`` (p, roles) says who can stand for what, ``least`` how many of each a cohort needs.
    """
    rest = (cohort_of == cohort_of[person]) & (np.arange(len(cohort_of)) != person)
    left = roles[rest].sum(axis=0)
    short = tuple(i for i, n in enumerate(least) if left[i] < n)
    return Exit(person, day, short, day + isolation_days(rota.scheme))


def on_duty(rota: Rota, day: int) -> int:
    """The cohort on duty on a day, -1 for none."""
    there = np.flatnonzero(rota.is_kind(Kind.CLOSED_DUTY)[:, day])
    return int(there[0]) if len(there) else HOME

"""The calendar of cohorts: who is in which phase on which day, and who hands over to whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.cohorts.scheme import Kind, Scheme

HOME = -1  # before a cohort begins


@dataclass(frozen=True)
class Caps:
    """How long people may be shut in.

    Attributes
    ----------
    in_a_row
        Days in a row.
    window, of_window
        Days of any ``window`` days.
    """

    in_a_row: int = 28
    window: int = 90
    of_window: int = 60


@dataclass(frozen=True)
class Handover:
    """At the gate, on a day: who goes out, and who comes in."""

    day: int
    out: int
    into: int


@dataclass(frozen=True)
class Rota:
    """The calendar of cohorts.

    Attributes
    ----------
    scheme
        As the cohorts turn it.
    phase : (c, d) int array
        Phase of each cohort on each day, -1 before it begins.
    day_of_phase : (c, d) int array
        Which day of the phase it is, from 1; 0 before.
    first_duty
        The day on which duty begins; the days before are the first cohort's isolation.
    """

    scheme: Scheme
    phase: NDArray[np.int32]
    day_of_phase: NDArray[np.int32]
    first_duty: int

    @property
    def n_cohorts(self) -> int:
        """Number of cohorts."""
        return len(self.phase)

    def is_kind(self, kind: Kind) -> NDArray[np.bool_]:
        """Where cohorts are in phases of a kind, (c, d)."""
        kinds = np.array([phase.kind == kind for phase in self.scheme.phases] + [False])
        return np.asarray(kinds[self.phase])

    @property
    def is_closed(self) -> NDArray[np.bool_]:
        """Where cohorts are shut in, (c, d)."""
        closed = np.array([phase.is_closed for phase in self.scheme.phases] + [False])
        return np.asarray(closed[self.phase])

    @property
    def is_tested(self) -> NDArray[np.bool_]:
        """Where everybody of a cohort is tested, (c, d).

        A phase with tests that lasts longer than planned has one on each day that is added.
        """
        found = np.zeros(self.phase.shape, np.bool_)
        for number, phase in enumerate(self.scheme.phases):
            here = self.phase == number
            found |= here & np.isin(self.day_of_phase, phase.tests)
            if phase.tests:
                found |= here & (self.day_of_phase > phase.days)
        return found

    @property
    def handovers(self) -> tuple[Handover, ...]:
        """Every change of the cohort on duty."""
        on_duty = self.is_kind(Kind.CLOSED_DUTY)
        who = np.where(on_duty.any(axis=0), on_duty.argmax(axis=0), HOME)
        return tuple(
            Handover(int(day), int(who[day - 1]), int(who[day]))
            for day in np.flatnonzero(who[1:] != who[:-1]) + 1
            if who[day - 1] != HOME and who[day] != HOME
        )


def make_rota(scheme: Scheme, *, n_cohorts: int, n_days: int) -> Rota:
    """Let cohorts follow each other so that one is on duty on every day.

    Each begins as long after the one before as duty lasts. The first day is the first of the
    first cohort's phases before duty; ``n_days`` count from the first day of duty.

    Raises
    ------
    ValueError
        When so few cohorts cannot keep duty unbroken, or there is no day.

    Examples
    --------
    >>> from kapok_planning.cohorts.scheme import Phase
    >>> scheme = Scheme((Phase(Kind.PRE_ISOLATION, 1), Phase(Kind.CLOSED_DUTY, 1)))
    >>> make_rota(scheme, n_cohorts=2, n_days=3).phase
    array([[ 0,  1,  0,  1],
           [-1,  0,  1,  0]], dtype=int32)
    """
    if n_days < 1:
        raise ValueError("A calendar needs at least one day.")
    turned = scheme.for_cohorts(n_cohorts)
    before = isolation_days(turned)
    lengths = np.array([phase.days for phase in turned.phases])
    of_cycle = np.repeat(np.arange(len(lengths)), lengths)
    day_in = np.concatenate([np.arange(1, n + 1) for n in lengths])
    start_of_duty = int(lengths[: turned.duty].sum())
    days = np.arange(before + n_days)
    phase = np.full((n_cohorts, len(days)), HOME, np.int32)
    day_of_phase = np.zeros_like(phase)
    for cohort in range(n_cohorts):
        first = cohort * turned.duty_days  # days before it begins to isolate
        place = (days - first - before + start_of_duty) % len(of_cycle)
        begun = days >= first
        phase[cohort] = np.where(begun, of_cycle[place], HOME)
        day_of_phase[cohort] = np.where(begun, day_in[place], 0)
    return Rota(turned, phase, day_of_phase, before)


def isolation_days(scheme: Scheme) -> int:
    """Days of the isolation right before duty."""
    found = 0
    for place in range(1, len(scheme.phases)):
        phase = scheme.phases[scheme.duty - place]
        if phase.kind != Kind.PRE_ISOLATION:
            break
        found += phase.days
    return found


def closed_in_row(closed: NDArray[np.bool_]) -> int:
    """The longest run of days shut in."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def closed_of_window(closed: NDArray[np.bool_], window: int) -> int:
    """The most days shut in within any so many days."""
    total = np.concatenate([[0], np.cumsum(closed)])
    width = min(window, len(closed))
    return int((total[width:] - total[:-width]).max(initial=0)) if width else 0


def cohorts_within(scheme: Scheme, caps: Caps, *, most: int = 12) -> int | None:
    """The fewest cohorts with which nobody is shut in for too long; None where none are enough."""
    for n in range(scheme.least_cohorts, most + 1):
        rota = make_rota(scheme, n_cohorts=n, n_days=2 * caps.window + n * scheme.duty_days)
        if all(
            closed_in_row(closed) <= caps.in_a_row
            and closed_of_window(closed, caps.window) <= caps.of_window
            for closed in rota.is_closed
        ):
            return n
    return None

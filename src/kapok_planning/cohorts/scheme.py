"""Duty schemes of closed places as data: which phases, in which order, how long."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

LONGEST_PHASE = 3_660


class Kind(StrEnum):
    """What people do in a phase."""

    PRE_ISOLATION = "pre_isolation"
    CLOSED_DUTY = "closed_duty"
    POST_ISOLATION = "post_isolation"
    STANDBY = "standby"
    LEAVE = "leave"


CLOSED = frozenset({Kind.PRE_ISOLATION, Kind.CLOSED_DUTY, Kind.POST_ISOLATION})
GATE = {Kind.CLOSED_DUTY: 2, Kind.PRE_ISOLATION: 1, Kind.POST_ISOLATION: 1}
GO_HOME = frozenset({Kind.STANDBY, Kind.LEAVE})


@dataclass(frozen=True)
class Phase:
    """One phase of a scheme.

    Attributes
    ----------
    kind
        What people do.
    days
        How long, at least 1.
    tests
        Days of the phase, from 1, on which everybody is tested.
    location
        Where they are; no two cohorts are in one location at once.
    may_go_home
        Whether people may be at home.
    """

    kind: Kind
    days: int
    tests: tuple[int, ...] = ()
    location: str = ""
    may_go_home: bool | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.days <= LONGEST_PHASE:
            raise ValueError(
                f"A phase of {self.days} days of {self.kind} is not between 1 and {LONGEST_PHASE}."
            )
        if any(not 1 <= day <= self.days for day in self.tests):
            raise ValueError(f"A test of {self.kind} lies outside its {self.days} days.")

    @property
    def is_closed(self) -> bool:
        """Whether people are shut in."""
        if self.may_go_home is not None:
            return not self.may_go_home
        return self.kind in CLOSED

    @property
    def gate(self) -> int:
        """The gate that people do not pass: the second on duty, the first in isolation, else 0."""
        return GATE.get(self.kind, 0)


@dataclass(frozen=True)
class Scheme:
    """A cycle of phases, with one stretch of closed duty.

    Raises
    ------
    ValueError
        When there is no closed duty, or more than one stretch of it.

    Examples
    --------
    >>> fourteen = Scheme((Phase(Kind.PRE_ISOLATION, 14), Phase(Kind.CLOSED_DUTY, 28),
    ...                    Phase(Kind.STANDBY, 28)))
    >>> fourteen.cycle_days, fourteen.least_cohorts
    (70, 3)
    """

    phases: tuple[Phase, ...]

    def __post_init__(self) -> None:
        if sum(phase.kind == Kind.CLOSED_DUTY for phase in self.phases) != 1:
            raise ValueError("A scheme needs exactly one phase of closed duty.")

    @property
    def cycle_days(self) -> int:
        """Days of the cycle as it is written."""
        return sum(phase.days for phase in self.phases)

    @property
    def duty(self) -> int:
        """Position of the closed duty."""
        return [phase.kind for phase in self.phases].index(Kind.CLOSED_DUTY)

    @property
    def duty_days(self) -> int:
        """Days of closed duty."""
        return self.phases[self.duty].days

    @property
    def least_cohorts(self) -> int:
        """The fewest cohorts that keep duty unbroken."""
        return ceil(self.cycle_days / self.duty_days)

    @property
    def isolates_before_duty(self) -> bool:
        """Whether isolation comes right before duty."""
        return self.phases[self.duty - 1].kind == Kind.PRE_ISOLATION

    def for_cohorts(self, n: int) -> "Scheme":
        """The scheme as ``n`` cohorts turn it: what is too short for their round is spent at home.

        The days go to the last phase at home, or to a standby before the cycle begins anew.

        Raises
        ------
        ValueError
            When ``n`` cohorts cannot keep duty unbroken.
        """
        spare = n * self.duty_days - self.cycle_days
        if spare < 0:
            raise ValueError(
                f"{n} cohorts cannot keep duty unbroken: a cycle of {self.cycle_days} days with "
                f"{self.duty_days} on duty needs {self.least_cohorts}."
            )
        if not spare:
            return self
        home = [i for i, phase in enumerate(self.phases) if not phase.is_closed]
        if home:
            longer = replace(self.phases[home[-1]], days=self.phases[home[-1]].days + spare)
            phases = (*self.phases[: home[-1]], longer, *self.phases[home[-1] + 1 :])
        else:
            first = self._first_after_duty()
            phases = (*self.phases[:first], Phase(Kind.STANDBY, spare), *self.phases[first:])
        return Scheme(phases)

    def _first_after_duty(self) -> int:
        """Where a standby is put: after duty and the isolation that follows it."""
        place = self.duty + 1
        while place < len(self.phases) and self.phases[place].kind == Kind.POST_ISOLATION:
            place += 1
        return place

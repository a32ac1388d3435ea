"""Stretches of a calendar: who is in which phase, from when until when."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kapok.planning.cohorts.plans import Plan
from kapok_planning.cohorts import HOME, Phase


@dataclass(frozen=True)
class Run:
    """A cohort in one phase, on days ``begin`` <= d < ``end`` of the calendar."""

    cohort: int
    phase: Phase
    begin: int
    end: int

    @property
    def days(self) -> int:
        """How many days."""
        return self.end - self.begin

    @property
    def longer(self) -> int:
        """Days beyond those planned."""
        return max(self.days - self.phase.days, 0)


def runs_of(plan: Plan, cohort: int) -> Iterator[Run]:
    """The phases of a cohort, one after another; nothing before it begins."""
    row = plan.rota.phase[cohort]
    edges = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), len(row)]
    for begin, end in itertools.pairwise(edges):
        number = int(row[begin])
        if number != HOME:
            yield Run(cohort, plan.rota.scheme.phases[number], begin, end)

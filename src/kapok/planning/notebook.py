"""Planners as a notebook has them: DataFrames in, a plan that shows and draws itself out."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from kapok.engines.choosing import Choice, opened
from kapok.errors import Refused
from kapok.planning import tables
from kapok.planning.planner import Ask, Figure, Kind, Section
from kapok.planning.planners import WHERE, planner_of


@dataclass(frozen=True)
class Planned:
    """A plan with the situation that it is for.

    Attributes
    ----------
    kind
        Which planner made it.
    situation, plan
        As the planner has them.
    """

    kind: Kind
    situation: Any
    plan: Any

    @cached_property
    def broken(self) -> tuple[str, ...]:
        """Rules that are broken, by a checker that shares no code with the search. None: valid."""
        return planner_of(self.kind).check(self.situation, self.plan)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The plan in numbers."""
        return planner_of(self.kind).figures(self.situation, self.plan)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """What could not be met and why, where it is tight, and what would help most."""
        return planner_of(self.kind).explain(self.situation, self.plan)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """Seats, days, slots or intervals, for Polars."""
        return tables.rows(self.kind, self.situation, self.plan)

    def frame(self) -> Any:
        """The rows for pandas."""
        return tables.frame(self.rows)

    def arrow(self) -> Any:
        """The rows for Arrow."""
        return tables.arrow(self.rows)

    def picture(self) -> Any:
        """The plan as a figure of Matplotlib, which a notebook shows."""
        pictures = WHERE[self.kind].removesuffix(".planner") + ".pictures"
        if importlib.util.find_spec(pictures) is None:
            raise Refused(f"There is no picture of a plan of {self.kind}; look at its rows.")
        return importlib.import_module(pictures).figure_of(self.situation, self.plan)

    def __str__(self) -> str:
        lines = [f"{each.label}: {_told(each)}" for each in self.figures]
        for section in self.sections:
            lines += ["", section.head, *(f"  {line}" for line in section.lines)]
        return "\n".join(lines)


def _told(figure: Figure) -> str:
    value = "–" if figure.value is None else f"{figure.value:,.{figure.digits}f}"
    return f"{value} {figure.unit}".strip()


def plan(
    kind: str,
    situation: Mapping[str, Any],
    *,
    seed: int = 0,
    budget: str = "normal",
    engine: Choice = Choice(),  # noqa: B008  # it is frozen
) -> Planned:
    """Plan a situation, whose tables may be DataFrames.

    Parameters
    ----------
    kind
        ``roster``, ``cohorts``, ``site`` or ``hotline``.
    situation
        As the planner's command reads it from YAML: settings by name, tables by name.
    seed
        Equal seeds give equal plans.
    budget
        How much work to spend.
    engine
        Who works; the plan is the same.

    Raises
    ------
    Refused
        With a sentence that says what to mend in the situation.
    """
    planner = planner_of(kind)
    read = planner.read(tables.document(situation))
    with opened(engine) as spread:
        made = planner.plan(read, Ask(seed=seed, budget=budget, spread=spread))
    return Planned(Kind(kind), read, made)

"""Plans as tables of other programs, and situations out of them: Polars, Arrow, pandas."""

import importlib
import math
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

import polars as pl

from kapok.errors import Refused
from kapok.planning.planner import Kind
from kapok_planning.grids import GridPlan

# Where each planner says its plan row by row: add yours here.
ROWS = {
    Kind.ROSTER: ("kapok.planning.rosters.writing", "rows"),
    Kind.COHORTS: ("kapok.planning.cohorts.writing", "rows"),
    Kind.SITE: ("kapok.planning.sites.writing", "rows"),
    Kind.HOTLINE: ("kapok.planning.hotlines.writing", "rows"),
}


def rows(kind: Kind, situation: Any, plan: Any) -> pl.DataFrame:
    """A plan row by row, as its command writes it to CSV: seats, days, slots or intervals."""
    module, function = ROWS[kind]
    found: pl.DataFrame = getattr(importlib.import_module(module), function)(situation, plan)
    return found


def grid_rows(ids: Sequence[str], plan: GridPlan) -> pl.DataFrame:
    """The grid of each building: its community, and its number there."""
    if len(ids) != len(plan.grid):
        raise Refused(f"There are {len(ids):,} names for {len(plan.grid):,} buildings.")
    return pl.DataFrame(
        {
            "building": list(ids),
            "community": plan.community[plan.grid],
            "number": plan.number[plan.grid],
            "grid": plan.grid,
        }
    )


def frame(table: pl.DataFrame) -> Any:
    """A table as a DataFrame of pandas. ``Refused`` where that is not installed."""
    return _needed("pandas").DataFrame(table.to_dict(as_series=False))


def arrow(table: pl.DataFrame) -> Any:
    """A table of Arrow. ``Refused`` where that is not installed."""
    _needed("pyarrow")
    return table.to_arrow()


def _needed(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise Refused(
            f"Tables for notebooks need {module}; install it with: pip install 'kapok[notebook]'"
        ) from None


def document(given: Mapping[str, Any]) -> dict[str, Any]:
    """A situation as a document, whose tables may be DataFrames of pandas or Polars, or Arrow's.

    Columns become fields of the same names; empty cells are left out, moments and dates are written
    as ISO 8601, and whole numbers that pandas keeps as fractions become whole again.
    """
    return {str(name): _plain(value) for name, value in given.items()}


def _plain(value: Any) -> Any:
    if (records := _records(value)) is not None:
        return [
            {str(name): plain for name, cell in row.items() if (plain := _plain(cell)) is not None}
            for row in records
        ]
    if isinstance(value, Mapping):
        return document(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "tolist"):  # arrays and their numbers
        return _plain(value.tolist())
    return _cell(value)


def _records(value: Any) -> list[dict[str, Any]] | None:
    """The rows of a table of whichever library; None where it is no table."""
    for method, arguments in (("to_dicts", ()), ("to_pylist", ()), ("to_dict", ("records",))):
        if hasattr(value, "columns") and hasattr(value, method):
            found: list[dict[str, Any]] = getattr(value, method)(*arguments)
            return found
    return None


def _cell(value: Any) -> Any:
    if isinstance(value, date | time):  # moments are dates too
        return None if value != value else value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    if value is None or isinstance(value, str | int):
        return value
    if str(value) == "<NA>":  # as pandas writes what is missing
        return None
    raise Refused(f"“{value}” cannot stand in a table; give text, numbers, dates or nothing.")

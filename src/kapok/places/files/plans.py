"""Reading plans: which grid each building is in, ours or another's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kapok.errors import Refused
from kapok.places.files.columns import Finder, MissingColumns
from kapok.places.files.problems import BadRows, Problems, RowsRefused
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import counted_from_one
from kapok.places.files.sniff import Kind, Source, WrongFile, identify
from kapok.places.files.values import names, unique

SHOWN = 5


@dataclass(frozen=True)
class Plan:
    """Buildings' ids and the label of the grid of each; no id stands twice."""

    file: str
    ids: pl.Series
    grids: pl.Series


class NothingInCommon(Refused):
    """A plan is of another town."""

    def __init__(self, plan: Plan, ids: pl.Series, file: str) -> None:
        super().__init__(
            f"{plan.file} and {file} have no building in common: the plan names "
            f"{first(plan.ids)}; the buildings are {first(ids)}."
        )


def first(ids: pl.Series) -> str:
    """The first ids, for sentences."""
    shown = ", ".join(f"“{i}”" for i in ids.head(SHOWN))
    return f"{shown}, …" if len(ids) > SHOWN else shown


def read_plan(path: Path, *, columns: Mapping[str, str] | None = None) -> Plan:
    """Read a plan: a table with ``id`` and ``grid``, or the GeoJSON that ``kapok draw`` writes.

    Raises ``Refused``; a plan with a single bad row is no plan.
    """
    source = identify(path)
    if source.kind is Kind.GEOJSON and b'"building_ids"' in source.head:
        return _read_ours(source)
    given = dict(columns or {})

    def finder(found: Any) -> Finder:
        return Finder(path.name, found, given)

    try:
        sheet = read_sheet(
            path, choose=lambda found, _: [finder(found).required(f) for f in ("id", "grid")]
        )
    except MissingColumns as missing:
        raise MissingColumns(
            f"{missing} A plan has a building’s id and its grid in each row."
        ) from None
    problems = Problems()
    for row, sentence in sheet.ragged:
        problems.add(np.arange(sheet.n) == row, "cells", sentence)
    columns_of = finder(sheet.frame.columns)
    ids = names(sheet.frame[columns_of.required("id")], problems)
    unique(ids, problems, sheet)
    grids = names(sheet.frame[columns_of.required("grid")], problems)
    _refuse_bad(
        BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, sheet.frame)
    )
    return Plan(sheet.file, ids.alias("id"), grids.alias("grid"))


def _read_ours(source: Source) -> Plan:
    """Grid polygons that list their buildings."""
    try:
        features = json.loads(source.content())["features"]
        labels = [str(feature["properties"]["grid"]) for feature in features]
        members = [[str(i) for i in f["properties"]["building_ids"]] for f in features]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise WrongFile(
            f"{source.name} is no whole GeoJSON of grids as “kapok draw” writes it."
        ) from None
    table = pl.DataFrame(
        {"grid": labels, "id": members}, schema={"grid": pl.String, "id": pl.List(pl.String)}
    ).with_row_index("feature")
    table = table.explode("id").drop_nulls("id")
    problems = Problems()
    again = ~table["id"].is_first_distinct()
    if again.any():
        mask = np.zeros(len(labels), dtype=bool)
        twice = table.filter(again)
        mask[twice["feature"].to_numpy()] = True
        problems.add(mask, "building_ids", f"names “{twice['id'][0]}”, which has a grid already.")
    _refuse_bad(
        BadRows(
            source.name,
            problems.frame(),
            len(labels),
            "feature",
            counted_from_one,
            pl.DataFrame({"grid": labels}),
        )
    )
    if not len(table):
        raise Refused(f"{source.name} names no building in any grid.")
    return Plan(source.name, table["id"], table["grid"])


def _refuse_bad(bad: BadRows) -> None:
    if len(bad):
        raise RowsRefused(bad)

"""Reading plans: which grid each building is in, ours or another's."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from kapok.errors import Refused
from kapok.places.files.areas import Areas, Plan, read_areas
from kapok.places.files.buildings import Buildings
from kapok.places.files.columns import Finder, MissingColumns
from kapok.places.files.problems import BadRows, Problems, RowsRefused
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Sheet, counted_from_one
from kapok.places.files.sniff import Kind, Source, WrongFile, identify
from kapok.places.files.values import names, unique

SHOWN = 5
OURS = b'"building_ids"', b'"type": "FeatureCollection", "kapok": {'


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


def read_plan(path: Path, *, columns: Mapping[str, str] | None = None) -> Plan | Areas:
    """Read a plan: a table with ``id`` and ``grid``, what ``kapok draw`` writes, or polygons.

    Raises ``Refused``; a plan with a single bad row is no plan.
    """
    source = identify(path)
    if source.kind is Kind.GEOJSON and any(sign in source.head for sign in OURS):
        return _read_ours(source)
    given = dict(columns or {})

    def choose(found: Sequence[str], has_geometry: bool) -> list[str]:
        finder = Finder(path.name, found, given)
        if has_geometry and finder.optional("id") is None:
            grid = finder.optional("grid")
            return [grid] if grid else []
        return [finder.required(field) for field in ("id", "grid")]

    try:
        sheet = read_sheet(path, choose=choose)
    except MissingColumns as missing:
        raise MissingColumns(
            f"{missing} A plan has a building’s id and its grid in each row."
        ) from None
    finder = Finder(path.name, sheet.frame.columns, given)
    if finder.optional("id") is None:
        return read_areas(sheet, finder.optional("grid"))
    return _of_rows(sheet, finder)


def _of_rows(sheet: Sheet, finder: Finder) -> Plan:
    problems = Problems()
    for row, sentence in sheet.ragged:
        problems.add(np.arange(sheet.n) == row, "cells", sentence)
    ids = names(sheet.frame[finder.required("id")], problems)
    unique(ids, problems, sheet)
    grids = names(sheet.frame[finder.required("grid")], problems)
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


def plan_of(plan: Plan | Areas, buildings: Buildings) -> Plan:
    """A plan by ids; of polygons, by where the buildings stand. Raises ``Refused``."""
    return plan.of(buildings) if isinstance(plan, Areas) else plan


def _refuse_bad(bad: BadRows) -> None:
    if len(bad):
        raise RowsRefused(bad)

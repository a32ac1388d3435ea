"""``kapok measure``: the quality of any plan."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from kapok.engines.choosing import opened
from kapok.places.files import inputs as given
from kapok.places.files.areas import Plan
from kapok.places.files.buildings import Buildings
from kapok.places.files.drawing import former_grids
from kapok.places.files.inputs import Inputs, warn
from kapok.places.files.plans import NothingInCommon, first, plan_of, read_plan
from kapok.places.files.problems import many
from kapok.places.files.report import Report
from kapok.places.files.units import Units, split_as_in
from kapok_planning.grids import Bounds, measure_grids


def measure(inputs: Inputs, *, plan: Path, low: int, high: int, as_json: bool) -> None:
    """Measure a plan and print what was found. Raises ``Refused``."""
    read = read_plan(plan)
    former = read_plan(inputs.previous) if inputs.previous else None
    material = given.read(inputs, plan)
    by_id = plan_of(read, material.buildings)
    for note in by_id.notes:
        warn(note)
    units, n_left_out, n_unknown = planned(material.buildings, by_id)
    drawn = given.town_of(material, units)
    with opened(inputs.engine) as spread:
        links = given.links_of(drawn, material, inputs.max_link_m, spread)
    labels, grid = grids_of(units, by_id)
    bounds = Bounds(low, high)
    previous = (
        None
        if former is None
        else former_grids(plan_of(former, material.buildings), drawn, material.buildings.file)
    )
    measures = measure_grids(drawn.town, links, grid, bounds=bounds, previous=previous)
    report = Report(
        drawn=drawn,
        bounds=bounds,
        grid=grid,
        labels=labels,
        measures=measures,
        exceptions=measures.exceptions,
        searched=False,
        extra={"buildings_without_grid": n_left_out, "unknown_ids_in_plan": n_unknown},
    )
    if outside := report.outside():
        warn(outside)
    sys.stdout.write(f"{report.as_json() if as_json else report.as_table()}\n")


def planned(buildings: Buildings, plan: Plan) -> tuple[Units, int, int]:
    """The units that a plan puts into grids, and how many are without grid or unknown.

    Warns of both. Raises ``Refused`` when file and plan have no building in common.
    """
    units = split_as_in(buildings, plan.ids)
    has_grid = units.ids.is_in(plan.ids.implode())
    unknown = plan.ids.filter(~plan.ids.is_in(units.ids.implode()))
    if not has_grid.any():
        raise NothingInCommon(plan, units.ids, buildings.file)
    missing = units.ids.filter(~has_grid)
    if len(missing):
        warn(
            f"{len(missing):,} of {len(units.ids):,} buildings are in no grid of {plan.file} "
            f"({first(missing)}); they are not measured."
        )
    if len(unknown):
        warn(
            f"{plan.file} names {many(len(unknown), 'building')} that {buildings.file} does not "
            f"have ({first(unknown)})."
        )
    keep = has_grid.to_numpy()
    kept = replace(
        units,
        ids=units.ids.filter(has_grid),
        building=units.building[keep],
        households=units.households[keep],
        residents=None if units.residents is None else units.residents[keep],
    )
    return kept, len(missing), len(unknown)


def grids_of(units: Units, plan: Plan) -> "tuple[list[str], np.ndarray]":
    """Labels of the grids, sorted, and the grid of each unit."""
    table = pl.DataFrame({"id": units.ids}).join(
        pl.DataFrame({"id": plan.ids, "grid": plan.grids}), on="id", maintain_order="left"
    )
    labels = table["grid"].unique().sort().to_list()
    return labels, (table["grid"].rank("dense") - 1).to_numpy().astype(np.int32)

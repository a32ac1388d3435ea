"""``kapok draw``: from files to a plan in a file."""

import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.engines.choosing import opened
from kapok.places.files import inputs as given
from kapok.places.files.areas import Plan
from kapok.places.files.geojson import write_grids
from kapok.places.files.inputs import Drawn, Inputs, Material, warn
from kapok.places.files.plans import NothingInCommon, plan_of, read_plan
from kapok.places.files.problems import many
from kapok.places.files.report import Report
from kapok.places.files.units import split_over
from kapok.places.files.writing import (
    Ending,
    check_can_write,
    ending_of,
    replacing,
    write_csv,
    write_parquet,
)
from kapok_planning.grids import (
    Bounds,
    Budget,
    GridPlan,
    draw_grids,
    grid_polygons,
    match_grids,
    measure_grids,
)

IntArray = NDArray[np.int32]


def draw(
    inputs: Inputs,
    *,
    output: Path,
    low: int,
    high: int,
    budget: str,
    seed: int,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """Draw grids and write them. Raises ``Refused``; nothing is written then."""
    start_s = time.monotonic()
    ending = ending_of(output)
    check_can_write(output, *inputs.paths())
    bounds = Bounds(low, high)
    former = read_plan(inputs.previous) if inputs.previous else None

    def is_over() -> bool:
        return time_limit_s is not None and time.monotonic() - start_s > time_limit_s

    with opened(inputs.engine) as spread:
        material = given.read(inputs, output)
        drawn = given.town_of(material, split_over(material.buildings, high))
        if drawn.units.n_split:
            split = many(drawn.units.n_split, "building")
            warn(f"Split by stairwell: {split} over {high} households.")
        links = given.links_of(drawn, material, inputs.max_link_m, spread)
        known = None if former is None else plan_of(former, material.buildings)
        previous = None if known is None else former_grids(known, drawn, material.buildings.file)

        with given.progress("Grids", drawn.town.n) as advance:
            plan = draw_grids(
                drawn.town,
                links,
                bounds=bounds,
                budget=Budget(budget),
                seed=seed,
                previous=previous,
                spread=spread,
                on_progress=advance,
                should_stop=is_over,
            )
    measures = measure_grids(drawn.town, links, plan.grid, bounds=bounds, previous=previous)
    report = Report(
        drawn=drawn,
        bounds=bounds,
        grid=plan.grid,
        labels=labels_of(plan, drawn.communities),
        measures=measures,
        exceptions=plan.exceptions,
        extra={"budget": budget, "seed": seed, "finished": plan.finished},
        previous=None if known is None else _goes_on_from(known, previous, plan, drawn),
    )
    if not plan.finished:
        warn(f"The time limit of {time_limit_s:g} s was reached; this is the best plan so far.")
    if outside := report.outside():
        warn(outside)
    if ending is Ending.GEOJSON:
        _write_polygons(output, report, material, plan)
    else:
        table = pl.DataFrame({"id": drawn.units.ids, "grid": pl.Series(report.labels)[plan.grid]})
        (write_csv if ending is Ending.CSV else write_parquet)(output, table)
    told = report.as_json() if as_json else f"{report.as_table()}\nWritten to {output}"
    sys.stdout.write(f"{told}\n")


def labels_of(plan: GridPlan, communities: list[str]) -> list[str]:
    """Labels as ``440103022001-007``: community and number."""
    pairs = zip(plan.community.tolist(), plan.number.tolist(), strict=True)
    return [f"{communities[community]}-{number:03d}" for community, number in pairs]


def former_grids(former: Plan, drawn: Drawn, file: str) -> IntArray:
    """Former grid of each unit, -1 where there was none; warns where some are unknown.

    A stairwell that the former plan does not name was where its building was. Raises
    :class:`NothingInCommon` when none is known.
    """
    codes = (former.grids.rank("dense") - 1).cast(pl.Int32)
    known = pl.DataFrame({"id": former.ids, "code": codes})
    units = pl.DataFrame({"id": drawn.units.ids, "whole": _whole(drawn)})
    found = units.join(known, on="id", how="left", maintain_order="left").join(
        known.rename({"code": "of_whole"}),
        left_on="whole",
        right_on="id",
        how="left",
        maintain_order="left",
    )
    code = found.select(pl.coalesce("code", "of_whole"))["code"]
    if code.null_count() == len(code):
        raise NothingInCommon(former, drawn.units.ids, file)
    if code.null_count():
        warn(
            f"{code.null_count():,} of {len(code):,} buildings are in no grid of {former.file}; "
            "they were taken as new."
        )
    return code.fill_null(-1).to_numpy().astype(np.int32)


def _whole(drawn: Drawn) -> pl.Series:
    """The id of the building that each unit belongs to."""
    ids = drawn.units.ids
    if not drawn.units.n_split:
        return ids
    return ids.str.replace(r"/\d+$", "").zip_with(_is_part(drawn), ids)


def _is_part(drawn: Drawn) -> pl.Series:
    counts = np.bincount(drawn.units.building)
    return pl.Series(counts[drawn.units.building] > 1)


def _goes_on_from(
    former: Plan, previous: IntArray | None, plan: GridPlan, drawn: Drawn
) -> list[str | None]:
    assert previous is not None
    names = former.grids.unique().sort()
    match = match_grids(previous, plan.grid, drawn.town.households)
    return [None if code < 0 else names[int(code)] for code in match.tolist()]


def _write_polygons(output: Path, report: Report, material: Material, plan: GridPlan) -> None:
    shapes = material.flat.shapes_in_degrees(
        grid_polygons(report.drawn.town, plan.grid, barriers=material.barriers)
    )
    order = np.argsort(plan.grid, kind="stable")
    ends = np.cumsum(report.measures.n_buildings_of)[:-1]
    ids = np.array(report.drawn.units.ids.to_list(), dtype=object)[order]
    members = [part.tolist() for part in np.split(ids, ends)]
    numbered = [
        {"grid": row.pop("grid"), "number": int(number), **row}
        for row, number in zip(report.rows(), plan.number, strict=True)
    ]
    about: dict[str, Any] = {"version": version("kapok"), **report.summary()}
    with replacing(output) as file:
        write_grids(file, shapes, numbered, members, about)

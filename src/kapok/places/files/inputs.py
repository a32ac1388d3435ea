"""Everything that a drawing or a measuring starts from, read and turned into arrays."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from tqdm import tqdm

from kapok.engines.choosing import Choice
from kapok.errors import Refused
from kapok.places.files.buildings import Buildings, need_some, read_buildings
from kapok.places.files.datum import Datum
from kapok.places.files.lines import LinesReading, near, read_lines
from kapok.places.files.problems import BadRows, RowsRefused, many
from kapok.places.files.projection import Flat, flat_map, spread_note
from kapok.places.files.sheets import Geometries
from kapok.places.files.units import Units
from kapok.places.files.writing import check_can_write, write_csv
from kapok_planning.grids import Links, Town, link_buildings
from kapok_planning.spreading import Spread

MARGIN_DEGREES = 0.05
ALL = "all"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Inputs:
    """The options that ``kapok draw`` and ``kapok measure`` share."""

    buildings: Path
    columns: Mapping[str, str]
    within: str | None
    crs: str | None
    datum: str | None
    layer: str | None
    barriers: Path | None
    streets: Path | None
    lines_datum: str
    previous: Path | None
    skip_bad: bool
    refused: Path | None
    max_link_m: float
    engine: Choice

    def paths(self) -> tuple[Path | None, ...]:
        """The files that are read."""
        return self.buildings, self.barriers, self.streets, self.previous


@dataclass(frozen=True)
class Material:
    """What the files hold, after bad rows were refused or left out."""

    buildings: Buildings
    barriers: Geometries | None
    streets: Geometries | None
    flat: Flat


@dataclass(frozen=True)
class Drawn:
    """A town ready for planning, and what ties its arrays to the file.

    ``communities`` are the labels of ``town.community``; ``unknown`` marks units whose residents
    are not known (their count in ``town`` is 0).
    """

    town: Town
    units: Units
    communities: list[str]
    unknown: NDArray[np.bool_] | None


def warn(sentence: str) -> None:
    """Say something on standard error that does not stop the work."""
    sys.stderr.write(f"Warning: {sentence}\n")


def read(inputs: Inputs, other: Path) -> Material:
    """Read all files; warnings go to standard error. Raises ``Refused``.

    ``other`` is the plan that is read or written beside them.
    """
    if inputs.refused:
        check_can_write(inputs.refused, other, *inputs.paths())
    reading = read_buildings(
        inputs.buildings,
        columns=inputs.columns,
        within=inputs.within,
        crs=inputs.crs,
        datum=Datum(inputs.datum) if inputs.datum else None,
        layer=inputs.layer,
    )
    lines = {
        path: read_lines(path, datum=Datum(inputs.lines_datum))
        for path in (inputs.barriers, inputs.streets)
        if path is not None
    }
    for note in dict.fromkeys([*reading.notes, *(n for r in lines.values() for n in r.notes)]):
        warn(note)
    settle_bad_rows(
        [reading.bad, *(r.bad for r in lines.values())],
        skip_bad=inputs.skip_bad,
        refused=inputs.refused,
    )
    buildings = need_some(reading)
    _warn_of_places(buildings)
    flat = flat_map(buildings.lon, buildings.lat, buildings.crs)

    def shapes(path: Path | None) -> Geometries | None:
        return None if path is None else _in_metres(lines[path], buildings, flat)

    return Material(buildings, shapes(inputs.barriers), shapes(inputs.streets), flat)


def settle_bad_rows(readings: list[BadRows], *, skip_bad: bool, refused: Path | None) -> None:
    """Refuse bad rows, or say with ``skip_bad`` which are left out; ``refused`` gets all."""
    bad = [rows for rows in readings if len(rows)]
    if not bad:
        return
    if refused:
        tables = [rows.table().select(pl.all().cast(pl.String)) for rows in bad]
        write_csv(refused, pl.concat(tables, how="diagonal"))
    if not skip_bad:
        raise _all_refused(bad, refused)
    for rows in bad:
        warn(
            f"{rows.file}: {len(rows):,} of {many(rows.n_rows, rows.word)} cannot be used "
            f"and were left out:\n{rows.listed()}"
        )


def _all_refused(bad: list[BadRows], refused: Path | None) -> Refused:
    advice = "Put them right, or go on without them with --skip-bad"
    where = (
        f"All of them stand in {refused}."
        if refused
        else ("--refused FILE writes all of them to a file.")
    )
    told = "\n".join(str(RowsRefused(rows)) for rows in bad)
    return Refused(f"{told}\n{advice}. {where}")


def _warn_of_places(buildings: Buildings) -> None:
    if buildings.n > 1 and np.ptp(buildings.lon) == 0 and np.ptp(buildings.lat) == 0:
        warn(f"All {buildings.n:,} buildings of {buildings.file} stand on one spot.")
    note = spread_note(buildings.file, buildings.lon, buildings.lat, buildings.ids)
    if note:
        warn(note)


def _in_metres(reading: LinesReading, buildings: Buildings, flat: Flat) -> Geometries:
    """The lines near the buildings; what is far away is cut off, for it has no place on the map."""
    shapes = near(reading.lines.shapes, buildings.lon, buildings.lat, MARGIN_DEGREES)
    frame = (
        buildings.lon.min() - 1,
        buildings.lat.min() - 1,
        buildings.lon.max() + 1,
        buildings.lat.max() + 1,
    )
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    beyond = (bounds[:, :2] < frame[:2]).any(axis=1) | (bounds[:, 2:] > frame[2:]).any(axis=1)
    if beyond.any():
        shapes = shapes.copy()
        shapes[beyond] = shapely.intersection(shapes[beyond], shapely.box(*frame))
    if not len(shapes):
        warn(f"{reading.lines.file} holds nothing near the buildings.")
    return flat.shapes_in_metres(shapes)


def town_of(material: Material, units: Units) -> Drawn:
    """Units as arrays in metres, communities numbered in the order of their labels."""
    buildings = material.buildings
    xy_m = material.flat.metres(buildings.lon, buildings.lat)
    residents, unknown = units.residents, None
    if residents is not None and np.isnan(residents).any():
        unknown = np.isnan(residents)
        warn(
            f"{buildings.file}: the residents of {many(int(unknown.sum()), 'building')} "
            "are not given; their grids show none."
        )
        residents = np.where(unknown, 0.0, residents)
    if buildings.within is None:
        labels, community = [ALL], np.zeros(buildings.n, np.int32)
    else:
        unique = buildings.within.unique().sort()
        labels = unique.to_list()
        community = (buildings.within.rank("dense") - 1).to_numpy().astype(np.int32)
    town = Town(
        xy_m=np.ascontiguousarray(xy_m[units.building]),
        households=units.households.astype(np.int32),
        community=np.ascontiguousarray(community[units.building]),
        residents=residents,
    )
    return Drawn(town, units, labels, unknown)


def links_of(drawn: Drawn, material: Material, max_link_m: float, spread: Spread) -> Links:
    """Neighbours, with a progress bar; warns of communities that stand in pieces."""
    footprints = None
    if material.buildings.footprint is not None:
        footprints = material.flat.shapes_in_metres(material.buildings.footprint)
        footprints = footprints[drawn.units.building]
    with progress("Neighbours", drawn.town.n) as advance:
        links = link_buildings(
            drawn.town,
            barriers=material.barriers,
            streets=material.streets,
            footprints=footprints,
            max_link_m=max_link_m,
            spread=spread,
            on_progress=advance,
        )
    _warn_of_pieces(drawn, links, max_link_m)
    return links


def _warn_of_pieces(drawn: Drawn, links: Links, max_link_m: float) -> None:
    """Say which communities hold together by links over the limit only."""
    start = np.repeat(np.arange(drawn.town.n), np.diff(links.indptr))
    xy = drawn.town.xy_m
    apart = np.hypot(*(xy[start] - xy[links.indices]).T) > max_link_m
    if not apart.any():
        return
    gaps = np.unique(drawn.town.community[start[apart]])
    if drawn.communities == [ALL]:
        which = "The town stands"
    elif len(gaps) == 1:
        which = f"“{drawn.communities[gaps[0]]}” stands"
    else:
        which = f"{len(gaps):,} communities, “{drawn.communities[gaps[0]]}” first, stand"
    warn(
        f"{which} in pieces over {max_link_m:g} m apart; "
        "a grid that spans such a gap is one in name only."
    )


@contextmanager
def progress(what: str, total: int) -> Iterator[Progress]:
    """A bar on standard error, on a terminal only."""
    with tqdm(total=total, desc=what, unit="building", disable=None, leave=False) as bar:

        def advance(done: int, _: int) -> None:
            bar.update(done - bar.n)

        yield advance

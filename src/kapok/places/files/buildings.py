"""Reading buildings: who they are, where they stand, how many households live in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyproj
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.columns import ALIASES, Finder
from kapok.places.files.datum import Datum
from kapok.places.files.positions import read_positions
from kapok.places.files.problems import BadRows, Problems, RowsRefused, many
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Geometries, Sheet
from kapok.places.files.values import counts, names, quoted, text_of, unique

MOST_HOUSEHOLDS = 100_000
MOST_RESIDENTS = 1_000_000
MOST_DWELLINGS = 100_000
MOST_STAIRWELLS = 1_000

FIELDS = (
    "id",
    "lon",
    "lat",
    "x",
    "y",
    "geometry",
    "households",
    "residents",
    "dwellings",
    "stairwells",
    "name",
)


@dataclass(frozen=True)
class Buildings:
    """The usable buildings of a file, in its order.

    Attributes
    ----------
    file
        Name of the file.
    ids : (n,) text
        Identifiers, all different.
    row : (n,) int array
        Row in the file (from 0).
    lon, lat : (n,) float arrays
        WGS84 [degrees].
    households : (n,) int array
    residents, dwellings : (n,) float arrays or None
        NaN where not known.
    stairwells : (n,) lists of int, or None
        Households per stairwell; null where not given.
    name, within : (n,) text or None
    footprint : (n,) object array or None
        WGS84 polygons; None where a building is a point.
    crs
        Coordinate system of the file.
    """

    file: str
    ids: pl.Series
    row: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    households: NDArray[np.int64]
    residents: NDArray[np.float64] | None
    dwellings: NDArray[np.float64] | None
    stairwells: pl.Series | None
    name: pl.Series | None
    within: pl.Series | None
    footprint: Geometries | None
    crs: pyproj.CRS

    @property
    def n(self) -> int:
        """Number of buildings."""
        return len(self.ids)


@dataclass(frozen=True)
class Reading:
    """What became of a file: the buildings that can be used, the rows that cannot, and notes."""

    buildings: Buildings
    bad: BadRows
    notes: tuple[str, ...]

    def all_good(self) -> Buildings:
        """The buildings. Raises :class:`RowsRefused` where a single row is bad."""
        if len(self.bad):
            raise RowsRefused(self.bad)
        return self.buildings


def read_buildings(
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    within: str | None = None,
    crs: str | None = None,
    datum: Datum | None = None,
    layer: str | None = None,
) -> Reading:
    """Read buildings from CSV, GeoJSON, GeoPackage, Parquet or GeoParquet.

    Parameters
    ----------
    path
        The file; its content says what it is, not its name.
    columns
        Own names of columns, as ``{"households": "total_dwelling_units"}``; the others are found by
        their usual English and Chinese names.
    within
        Column of the area (community) that each building lies in.
    crs
        Coordinate system, where the file does not name it, as ``EPSG:3414``.
    datum
        What longitude and latitude refer to; None says that nobody knows, and may bring a note.
    layer
        Layer of a GeoPackage with several.

    Raises
    ------
    Refused
        When the file as a whole cannot be used. Single bad rows are in ``Reading.bad``.
    """
    given = dict(columns or {})

    def choose(found: Sequence[str], has_geometry: bool) -> list[str]:
        finder = Finder(path.name, found, given)
        finder.required("id")
        finder.required("households")
        wanted = [finder.optional(f) for f in FIELDS if not (f == "geometry" and has_geometry)]
        chosen = [name for name in wanted if name is not None]
        return [*chosen, finder.named(within, "within")] if within else chosen

    sheet = read_sheet(path, layer=layer, choose=choose, numbered=True)
    return _checked(sheet, Finder(path.name, sheet.frame.columns, given), within, crs, datum)


def _checked(
    sheet: Sheet, finder: Finder, within: str | None, crs: str | None, datum: Datum | None
) -> Reading:
    problems = Problems()
    _note_ragged(sheet, problems)
    ids = names(sheet.frame[finder.required("id")], problems)
    unique(ids, problems, sheet)
    households = counts(
        sheet.frame[finder.required("households")], problems, needed=True, most=MOST_HOUSEHOLDS
    )
    residents = _counts(sheet, finder, "residents", problems, most=MOST_RESIDENTS)
    dwellings = _counts(sheet, finder, "dwellings", problems, most=MOST_DWELLINGS)
    stairwells = area = None
    if column := finder.optional("stairwells"):
        stairwells = _stairwells(sheet.frame[column], households, problems)
    if within:
        area = names(sheet.frame[finder.named(within, "within")], problems)
    name = finder.optional("name")
    places = read_positions(sheet, finder, crs, datum, problems)
    good = ~problems.rows(sheet.n)
    keep = pl.Series(good)
    buildings = Buildings(
        file=sheet.file,
        ids=ids.filter(keep).alias("id"),
        row=np.flatnonzero(good),
        lon=places.lon[good],
        lat=places.lat[good],
        households=households[good].astype(np.int64),
        residents=None if residents is None else residents[good],
        dwellings=None if dwellings is None else dwellings[good],
        stairwells=None if stairwells is None else stairwells.filter(keep),
        name=None if name is None else text_of(sheet.frame[name]).filter(keep),
        within=None if area is None else area.filter(keep),
        footprint=None if places.footprint is None else places.footprint[good],
        crs=places.crs,
    )
    bad = BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, sheet.frame)
    return Reading(buildings, bad, (*sheet.notes, *places.notes))


def _counts(
    sheet: Sheet, finder: Finder, field: str, problems: Problems, *, most: int
) -> NDArray[np.float64] | None:
    """Counts that a file may leave out, as a column or here and there."""
    column = finder.optional(field)
    if column is None:
        return None
    return counts(sheet.frame[column], problems, needed=False, most=most)


def _note_ragged(sheet: Sheet, problems: Problems) -> None:
    for row, sentence in sheet.ragged:
        mask = np.zeros(sheet.n, dtype=bool)
        mask[row] = True
        problems.add(mask, "cells", sentence)


def _stairwells(
    column: pl.Series, households: NDArray[np.float64], problems: Problems
) -> pl.Series:
    """Households per stairwell, written ``96;96;88``; they must add up to the building's."""
    field, text = column.name, text_of(column).alias("text")
    parts = text.str.replace_all("；", ";").str.split(";")
    each = parts.list.eval(pl.element().str.strip_chars().cast(pl.Int64, strict=False))
    told = pl.DataFrame({"text": text, "each": each}).select(
        given=pl.col("text").is_not_null(),
        wrong=pl.col("each").list.eval(pl.element().is_null() | (pl.element() < 0)).list.any(),
        n=pl.col("each").list.len(),
        total=pl.col("each").list.sum(),
    )
    given = told["given"].to_numpy()
    wrong = given & told["wrong"].fill_null(False).to_numpy()
    wrong |= given & (told["n"].fill_null(0).to_numpy() > MOST_STAIRWELLS)
    if wrong.any():
        problems.add(wrong, field, quoted(text, "“{}” is not whole numbers with “;” between."))
    total = told["total"].fill_null(0).to_numpy().astype(np.float64)
    unlike = given & ~wrong & np.isfinite(households) & (total != households)
    if unlike.any():
        sums = pl.DataFrame({"t": told["total"], "h": np.nan_to_num(households).astype(np.int64)})
        words = pl.format("adds up to {}, but the building has {} households.", "t", "h")
        problems.add(unlike, field, sums.select(s=words)["s"])
    return each.set(pl.Series(~given), None) if not given.all() else each


def need_some(reading: Reading) -> Buildings:
    """The usable buildings, leaving the bad rows out. Raises ``Refused`` where none is left."""
    if not reading.buildings.n:
        raise Refused(
            f"{reading.bad.file}: not one of {many(reading.bad.n_rows, reading.bad.word)} "
            f"can be used.\n{reading.bad.listed()}"
        )
    return reading.buildings


__all__ = ["ALIASES", "Buildings", "Reading", "need_some", "read_buildings"]

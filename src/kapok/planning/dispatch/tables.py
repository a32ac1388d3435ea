"""Reading open matters, and the units that may be sent to them."""

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
from kapok.places.files.positions import Positions, read_positions
from kapok.places.files.problems import BadRows, Problems, many
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Sheet
from kapok.places.files.values import counts, names, numbers, quoted, text_of, unique
from kapok.planning.dispatch.moments import moments
from kapok_planning.dispatch import MOST_MATTERS_OF_A_UNIT

USUAL_MIN, USUAL_CAPACITY = 15.0, 16
MOST_MIN, MOST_WEIGHT = 1_440.0, 1_000_000.0
PLACE = {field: ALIASES[field] for field in ("lon", "lat", "x", "y", "geometry")}
MATTER_FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "matter", "matterid", "code", "编号", "事项编号"),
    **PLACE,
    "minutes": ("minutes", "servicemin", "duration", "分钟", "处理时长"),
    "due": ("due", "dueat", "deadline", "期限", "截止时间"),
    "weight": ("weight", "权重"),
    "urgent": ("urgent", "紧急"),
    "skills": ("skills", "skill", "技能"),
    "unit": ("unit", "preferredunit", "preferred", "指定单位"),
}
UNIT_FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("id", "unit", "unitid", "code", "编号", "单位编号"),
    **PLACE,
    "free": ("free", "freeat", "空闲时间"),
    "shift_end": ("shiftend", "shiftendsat", "until", "下班时间"),
    "skills": ("skills", "skill", "技能"),
    "capacity": ("capacity", "most", "容量"),
}
WORDS = {"yes": True, "true": True, "1": True, "是": True, "red": True, "红": True} | {
    "no": False, "false": False, "0": False, "否": False
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The usable rows of a file of matters or units, in its order.

    Attributes
    ----------
    file
        Name of the file.
    ids : (n,) text
        All different.
    lon, lat : (n,) float arrays
        WGS84 [degrees].
    crs
        Coordinate system of the file.
    skills : (n,) lists of text
    numbers
        By field, (n,) float arrays; moments as minutes since 1970.
    urgent : (n,) bool array
        All False for units.
    unit : (n,) text
        Unit that should come, null for any.
    bad, notes
        The other rows, and how the file was read.
    """

    file: str
    ids: pl.Series
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    crs: pyproj.CRS
    skills: list[list[str]]
    numbers: Mapping[str, NDArray[np.float64]]
    urgent: NDArray[np.bool_]
    unit: pl.Series
    bad: BadRows
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.ids)


def read_matters(
    path: Path,
    *,
    columns: Mapping[str, str],
    crs: str | None,
    datum: Datum | None,
    units: Sequence[str],
) -> Table:
    """Read open matters; ``units`` are the ids that may be preferred.

    Raises ``Refused`` when the file as a whole cannot be used.
    """
    sheet, finder = _opened(path, MATTER_FIELDS, columns)
    problems = Problems()
    most = {"minutes": MOST_MIN, "weight": MOST_WEIGHT}
    usual = {"minutes": USUAL_MIN, "weight": 1.0}
    read = {f: _amount(sheet, finder, f, problems, most[f], usual[f]) for f in most}
    read["due"] = _moments(sheet, finder, "due", problems, np.inf)
    urgent = _urgent(sheet, finder, problems)
    unit = _known_unit(sheet, finder, problems, units)
    return _table(sheet, finder, problems, read, urgent, unit, crs, datum)


def read_units(
    path: Path, *, columns: Mapping[str, str], crs: str | None, datum: Datum | None, now: float
) -> Table:
    """Read the units that may be sent; where nothing else is told they are free ``now``.

    Raises ``Refused`` when the file as a whole cannot be used.
    """
    sheet, finder = _opened(path, UNIT_FIELDS, columns)
    problems = Problems()
    capacity = np.full(sheet.n, float(USUAL_CAPACITY))
    if column := finder.optional("capacity"):
        told = counts(sheet.frame[column], problems, needed=False, most=MOST_MATTERS_OF_A_UNIT)
        capacity = np.where(np.isnan(told), capacity, told)
    read = {
        "free": _moments(sheet, finder, "free", problems, now),
        "shift_end": _moments(sheet, finder, "shift_end", problems, np.inf),
        "capacity": capacity,
    }
    nobody = pl.repeat(None, sheet.n, dtype=pl.String, eager=True)
    return _table(sheet, finder, problems, read, np.zeros(sheet.n, np.bool_), nobody, crs, datum)


def need_some(table: Table) -> Table:
    """The table, where a row is left. Raises ``Refused`` otherwise."""
    if not table.n:
        raise Refused(
            f"{table.file}: not one of {many(table.bad.n_rows, table.bad.word)} can be used.\n"
            f"{table.bad.listed()}"
        )
    return table


def _opened(
    path: Path, fields: Mapping[str, tuple[str, ...]], given: Mapping[str, str]
) -> tuple[Sheet, Finder]:
    """The file, and where its columns are."""

    def choose(found: Sequence[str], has_geometry: bool) -> list[str]:
        finder = Finder(path.name, found, given, fields)
        finder.required("id")
        wanted = [finder.optional(f) for f in fields if not (f == "geometry" and has_geometry)]
        return [name for name in wanted if name is not None]

    sheet = read_sheet(path, choose=choose)
    return sheet, Finder(path.name, sheet.frame.columns, given, fields)


def _table(
    sheet: Sheet,
    finder: Finder,
    problems: Problems,
    read: Mapping[str, NDArray[np.float64]],
    urgent: NDArray[np.bool_],
    unit: pl.Series,
    crs: str | None,
    datum: Datum | None,
) -> Table:
    """The good rows."""
    for row, sentence in sheet.ragged:
        problems.add(np.arange(sheet.n) == row, "cells", sentence)
    ids = names(sheet.frame[finder.required("id")], problems)
    unique(ids, problems, sheet)
    skills = _skills(sheet, finder)
    places: Positions = read_positions(sheet, finder, crs, datum, problems)
    good = ~problems.rows(sheet.n)
    keep = pl.Series(good)
    return Table(
        file=sheet.file,
        ids=ids.filter(keep).alias("id"),
        lon=places.lon[good],
        lat=places.lat[good],
        crs=places.crs,
        skills=[words for words, is_good in zip(skills, good, strict=True) if is_good],
        numbers={field: values[good] for field, values in read.items()},
        urgent=urgent[good],
        unit=unit.filter(keep),
        bad=BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, sheet.frame),
        notes=(*sheet.notes, *places.notes),
    )


def _amount(
    sheet: Sheet, finder: Finder, field: str, problems: Problems, most: float, usual: float
) -> NDArray[np.float64]:
    """Numbers from 0 to ``most``, the usual one where a cell is empty."""
    column = finder.optional(field)
    if column is None:
        return np.full(sheet.n, usual)
    values = numbers(sheet.frame[column], problems, needed=False)
    with np.errstate(invalid="ignore"):
        off = (values < 0) | (values > most)
    if off.any():
        words = f"“{{}}” is not between 0 and {most:,.0f}."
        problems.add(off, column, quoted(text_of(sheet.frame[column]), words))
    return np.where(np.isnan(values), usual, values)


def _moments(
    sheet: Sheet, finder: Finder, field: str, problems: Problems, otherwise: float
) -> NDArray[np.float64]:
    column = finder.optional(field)
    if column is None:
        return np.full(sheet.n, otherwise)
    return moments(sheet.frame[column], problems, otherwise=otherwise)


def _urgent(sheet: Sheet, finder: Finder, problems: Problems) -> NDArray[np.bool_]:
    column = finder.optional("urgent")
    if column is None:
        return np.zeros(sheet.n, np.bool_)
    text = text_of(sheet.frame[column])
    words = [None if cell is None else WORDS.get(cell.lower()) for cell in text.to_list()]
    wrong = np.array([w is None for w in words], np.bool_) & text.is_not_null().to_numpy()
    if wrong.any():
        problems.add(wrong, column, quoted(text, "“{}” is neither yes nor no."))
    return np.array([bool(word) for word in words], np.bool_)


def _skills(sheet: Sheet, finder: Finder) -> list[list[str]]:
    """The words of ``nurse; van``; also with commas and Chinese signs between."""
    column = finder.optional("skills")
    if column is None:
        return [[] for _ in range(sheet.n)]
    text = text_of(sheet.frame[column]).fill_null("").str.replace_all(r"[；，、,|]", ";")
    return [[w.strip() for w in cell.split(";") if w.strip()] for cell in text.to_list()]


def _known_unit(
    sheet: Sheet, finder: Finder, problems: Problems, units: Sequence[str]
) -> pl.Series:
    column = finder.optional("unit")
    if column is None:
        return pl.repeat(None, sheet.n, dtype=pl.String, eager=True)
    text = text_of(sheet.frame[column])
    known = text.is_in(list(units)).fill_null(True).to_numpy()
    if not known.all():
        problems.add(~known, column, quoted(text, "“{}” is none of the units."))
    return text

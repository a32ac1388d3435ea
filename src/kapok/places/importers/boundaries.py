"""Import of boundaries of areas that are there already."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyproj
import shapely
from django.db import connection, transaction
from numpy.typing import NDArray

from kapok.codes import DIGITS, Level
from kapok.errors import Refused
from kapok.places import areas, bulk
from kapok.places.files.columns import plain
from kapok.places.files.datum import Datum
from kapok.places.files.positions import (
    WGS84,
    crs_of,
    made_valid,
    moved,
    on_the_globe,
    shapes_to_wgs84,
)
from kapok.places.files.problems import BadRows, Problems
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Sheet
from kapok.places.files.values import text_of
from kapok.places.importers.merge import INCOMING
from kapok.places.importers.report import ImportReport, Progress, no_progress, settle, told
from kapok.places.importers.sources import Origin
from kapok.places.models import Area

CODE_COLUMNS = ("code", "gb", "adcode", "区划代码", "代码")
COUNTRY = "156"  # before the division code in the national GB codes
AREAS = (3, 6)  # shapely's type ids of Polygon and MultiPolygon

DIFFERS = f"""
    FROM {INCOMING} AS incoming JOIN places_area AS present USING (code)
    WHERE present.boundary IS DISTINCT FROM incoming.boundary
"""


def import_boundaries(
    path: Path,
    *,
    origin: Origin,
    code_column: str | None = None,
    crs: str | None = None,
    datum: Datum = Datum.WGS84,
    layer: str | None = None,
    skip_bad: bool = False,
    dry_run: bool = False,
    at: datetime,
    on_progress: Progress = no_progress,
) -> ImportReport:
    """Give areas their boundaries from GeoJSON, GeoPackage or GeoParquet.

    Each feature names its area by a division code of 2 to 12 digits (or ``156`` and the code). An
    area that had no boundary counts as new, one with another boundary as changed.
    """
    sheet = read_sheet(path, layer=layer)
    if sheet.geometry is None:
        raise Refused(f"{sheet.file} has no geometry; boundaries come as GeoJSON or GeoPackage.")
    problems = Problems()
    code = _codes(sheet, code_column, problems)
    shapes = _shapes(sheet, crs, datum, problems)
    good = ~problems.rows(sheet.n)
    cells = sheet.frame.select(pl.selectors.string() | pl.selectors.numeric())
    bad = settle(
        [BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, cells)],
        skip_bad=skip_bad,
        dry_run=dry_run,
    )
    with transaction.atomic():
        areas.lock_these(code[good].tolist())
        rows = told(_rows(code[good], shapes[good]), int(good.sum()), on_progress)
        bulk.copy_to_temporary(INCOMING, Area, ["code", "boundary"], rows)
        new, changed = _count()
        if not dry_run:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE places_area AS area SET boundary = incoming.boundary "
                    f"FROM {INCOMING} AS incoming WHERE area.code = incoming.code "
                    "AND area.boundary IS DISTINCT FROM incoming.boundary"
                )
            origin.save(at)
    return ImportReport(
        new=new,
        changed=changed,
        unchanged=int(good.sum()) - new - changed,
        retired=0,
        refused=sum(len(each) for each in bad),
        dry_run=dry_run,
        bad=bad,
        notes=sheet.notes,
    )


def _codes(sheet: Sheet, column: str | None, problems: Problems) -> NDArray[np.int64]:
    """Code of the area of each feature, 0 where there is none."""
    found = [name for name in sheet.frame.columns if plain(name) in CODE_COLUMNS]
    name = column or next(iter(found), None)
    if name is None or name not in sheet.frame.columns:
        raise Refused(
            f"{sheet.file} has no column {column or 'with division codes'}; its columns are "
            f"{', '.join(sheet.frame.columns)}. Name it with --code-column."
        )
    text = text_of(sheet.frame[name])
    table = pl.DataFrame({"text": text.fill_null("")})
    national = pl.col("text").str.len_chars().is_in([5, 7, 9, 12, 15]) & (
        pl.col("text").str.starts_with(COUNTRY)
    )
    digits = pl.when(national).then(pl.col("text").str.slice(3)).otherwise(pl.col("text"))
    bare = table.select(digits=digits)["digits"]
    wrong = ~bare.str.contains(r"^[1-9]\d{1,14}$")
    problems.add(wrong.to_numpy(), name, _told(table, "“{}” is no division code."))
    code = bare.str.pad_end(DIGITS, "0").cast(pl.Int64, strict=False).fill_null(0).to_numpy()
    standing = Area.objects.exclude(level=Level.GRID).filter(valid_to=None)
    known = np.array(standing.values_list("code", flat=True), dtype=np.int64)
    unknown = ~wrong.to_numpy() & ~np.isin(code, known)
    words = "no area has the code “{}”; import divisions first."
    problems.add(unknown, name, _told(table, words))
    again = ~wrong & ~bare.is_first_distinct()
    problems.add(again.to_numpy(), name, _told(table, "“{}” stands there twice."))
    return np.where(wrong.to_numpy(), 0, code)


def _told(table: pl.DataFrame, words: str) -> pl.Series:
    """One sentence for each row, with what stands there."""
    return table.select(sentence=pl.format(words, "text"))["sentence"]


def _shapes(sheet: Sheet, crs: str | None, datum: Datum, problems: Problems) -> NDArray[np.object_]:
    """Valid polygons in longitude and latitude; None for what is none."""
    assert sheet.geometry is not None
    system = crs_of(sheet, crs)
    if system is None:
        raise Refused(f"{sheet.file} names no coordinate system; name it, as EPSG:4490.")
    shapes = _polygons(sheet.geometry, problems)
    if not system.equals(WGS84, ignore_axis_order=True):
        shapes = moved(shapes, pyproj.Transformer.from_crs(system, WGS84, always_xy=True))
    lost = ~shapely.is_missing(shapes) & ~on_the_globe(shapes)
    words = f"has positions that {system.name} does not have; is it another system?"
    problems.add(lost, "geometry", words)
    shapes[lost] = None
    return shapes_to_wgs84(shapes) if datum is Datum.GCJ02 else shapes


def _polygons(shapes: NDArray[np.object_], problems: Problems) -> NDArray[np.object_]:
    """The polygons with an area, mended where they cross themselves; None for anything else."""
    shapes = shapes.copy()
    other = ~np.isin(shapely.get_type_id(shapes), AREAS) | shapely.is_empty(shapes)
    problems.add(other, "geometry", "is no polygon.")
    endless = ~other & ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    problems.add(endless, "geometry", "holds a coordinate that is not a finite number.")
    shapes[other | endless] = None
    crossed = ~shapely.is_missing(shapes) & ~shapely.is_valid(shapes)
    shapes[crossed] = made_valid(shapes[crossed])
    flat = ~shapely.is_missing(shapes) & ~(shapely.area(shapes) > 0)
    problems.add(flat, "geometry", "has no area.")
    shapes[flat] = None
    return shapes


def _rows(code: NDArray[np.int64], shapes: NDArray[np.object_]) -> Iterator[tuple]:
    yield from zip(code.tolist(), shapely.to_wkb(shapes), strict=True)


def _count() -> tuple[int, int]:
    """Areas that had no boundary, and areas that had another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE present.boundary IS NULL), "
            f"count(*) FILTER (WHERE present.boundary IS NOT NULL) {DIFFERS}"
        )
        return cursor.fetchone()

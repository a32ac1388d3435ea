"""Reading lines and areas that grids should not cross: rivers, railways, main streets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.datum import Datum
from kapok.places.files.positions import (
    KINDS,
    WGS84,
    BoolArray,
    FloatArray,
    crs_of,
    made_valid,
    moved,
    on_the_globe,
    shapes_to_wgs84,
)
from kapok.places.files.problems import BadRows, Problems, RowsRefused
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Geometries, Sheet

POINTS = (0, 4)
COLLECTION = 7


@dataclass(frozen=True)
class Lines:
    """Lines and areas, WGS84, none of them empty or broken.

    Attributes
    ----------
    file
        Name of the file.
    row : (n,) int array
        Row in the file (from 0).
    shapes : (n,) object array
        LineStrings, Polygons and their multiples, WGS84 longitude and latitude.
    """

    file: str
    row: NDArray[np.int64]
    shapes: Geometries


@dataclass(frozen=True)
class LinesReading:
    """What became of a file of lines: those that can be used, bad rows, and notes."""

    lines: Lines
    bad: BadRows
    notes: tuple[str, ...]

    def all_good(self) -> Lines:
        """The lines. Raises :class:`RowsRefused` where a single row is bad."""
        if len(self.bad):
            raise RowsRefused(self.bad)
        return self.lines


def read_lines(
    path: Path,
    *,
    crs: str | None = None,
    datum: Datum | None = None,
    layer: str | None = None,
) -> LinesReading:
    """Read lines and polygons from GeoJSON, GeoPackage or GeoParquet, in any coordinate system.

    Points, such as crossings and gates, are left out with a note. Raises ``Refused`` when the file
    as a whole cannot be used.
    """
    sheet = read_sheet(path, layer=layer, choose=lambda names, has_geometry: ())
    if sheet.geometry is None:
        raise Refused(
            f"{sheet.file} has no geometry; lines come as GeoJSON, GeoPackage or Parquet."
        )
    system = crs_of(sheet, crs)
    if system is None:
        raise Refused(f"{sheet.file} names no coordinate system; name it, as EPSG:3414.")
    problems, notes = Problems(), list(sheet.notes)
    good = _usable(sheet, problems, notes)
    shapes = _mended(sheet.file, sheet.geometry[good], notes)
    if not system.equals(WGS84, ignore_axis_order=True):
        shapes = moved(shapes, pyproj.Transformer.from_crs(system, WGS84, always_xy=True))
    rows = np.flatnonzero(good)
    lost = ~on_the_globe(shapes)
    if lost.any():
        mask = np.zeros(sheet.n, dtype=bool)
        mask[rows[lost]] = True
        words = f"has positions that {system.name} does not have; is it another system?"
        problems.add(mask, "geometry", words)
        rows, shapes = rows[~lost], shapes[~lost]
    if datum is Datum.GCJ02:
        shapes = shapes_to_wgs84(shapes)
    bad = BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, sheet.frame)
    return LinesReading(Lines(sheet.file, rows, shapes), bad, tuple(notes))


def _usable(sheet: Sheet, problems: Problems, notes: list[str]) -> BoolArray:
    shapes, broken = sheet.geometry, sheet.broken
    assert shapes is not None
    assert broken is not None
    missing = shapely.is_missing(shapes)
    empty = ~missing & shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    points = (np.isin(kinds, POINTS) | (shapely.length(shapes) == 0)) & ~empty & ~missing
    collections = (kinds >= COLLECTION) & ~empty
    endless = ~missing & ~empty & ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    problems.add(broken, "geometry", "is broken: its points form no shape.")
    problems.add(missing & ~broken, "geometry", "is missing.")
    problems.add(empty, "geometry", "is empty.")
    problems.add(endless, "geometry", "holds a coordinate that is not a finite number.")
    problems.add(collections, "geometry", "is a collection; give lines or polygons one by one.")
    if points.any():
        notes.append(f"{sheet.file}: points bar nothing and were left out ({int(points.sum()):,}).")
    good = ~missing & ~empty & ~endless & ~points & ~collections
    if not good.any() and not len(problems.frame()):
        raise Refused(f"{sheet.file} holds points only; barriers are lines or polygons.")
    return np.asarray(good)


def _mended(file: str, shapes: Geometries, notes: list[str]) -> Geometries:
    """Polygons that cross themselves, made valid."""
    crossed = ~shapely.is_valid(shapes) & np.isin(
        shapely.get_type_id(shapes), (KINDS.index("Polygon"), KINDS.index("MultiPolygon"))
    )
    if not crossed.any():
        return shapes
    mended = made_valid(shapes[crossed])
    flat = shapely.is_empty(mended)
    mended[flat] = shapely.boundary(shapes[crossed][flat])
    shapes = shapes.copy()
    shapes[crossed] = mended
    notes.append(f"{file}: polygons that cross themselves were mended ({int(crossed.sum()):,}).")
    return shapes


def near(shapes: Geometries, lon: FloatArray, lat: FloatArray, margin: float) -> Geometries:
    """The shapes whose frame touches that of the positions, widened by ``margin`` degrees."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    touches = (
        (bounds[:, 0] <= lon.max() + margin)
        & (bounds[:, 2] >= lon.min() - margin)
        & (bounds[:, 1] <= lat.max() + margin)
        & (bounds[:, 3] >= lat.min() - margin)
    )
    return np.asarray(shapes[touches])

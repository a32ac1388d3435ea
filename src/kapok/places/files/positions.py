"""From any coordinate system to WGS84 longitude and latitude, and what cannot be a position."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyproj
import shapely
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files import datum as datums
from kapok.places.files.columns import Finder
from kapok.places.files.datum import Datum
from kapok.places.files.problems import Problems
from kapok.places.files.sheets import Geometries, Sheet
from kapok.places.files.values import numbers, text_of

WGS84 = pyproj.CRS.from_epsg(4326)
FAR_DEGREES, NEAR_DEGREES = 20.0, 5.0
HOW_TO_SWAP = {
    False: "Say which column is which, as lon=LAT and lat=LON with the columns’ names.",
    True: "Write each position with its longitude first.",
}
KINDS = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
)
POINT, POLYGON, MULTIPOLYGON = 0, 3, 6

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Positions:
    """WGS84 positions of all rows; NaN where the row has none that can be used."""

    lon: FloatArray
    lat: FloatArray
    footprint: Geometries | None
    crs: pyproj.CRS
    notes: tuple[str, ...]


def crs_from(text: str) -> pyproj.CRS:
    """The coordinate system of a name as ``EPSG:3414``. Raises ``Refused``."""
    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise Refused(
            f"“{text}” is no coordinate system that is known here; name it as EPSG:3414."
        ) from None
    return _of_a_map(crs)


def _of_a_map(crs: pyproj.CRS) -> pyproj.CRS:
    if not (crs.is_geographic or crs.is_projected):
        raise Refused(
            f"{crs.name} ({crs.type_name}) gives no places on a map; "
            "longitude and latitude or a projection is needed, as EPSG:3414."
        )
    return crs


def crs_of(sheet: Sheet, given: str | None) -> pyproj.CRS | None:
    """The coordinate system of a file: what it says itself, or what the user says."""
    if given is None:
        return None if sheet.crs is None else _of_a_map(sheet.crs)
    crs = crs_from(given)
    if sheet.states_crs and sheet.crs is not None and not sheet.crs.equals(crs, True):
        raise Refused(
            f"{sheet.file} says that its coordinates are {sheet.crs.name}, not {crs.name}; "
            "leave the coordinate system out, or put the file right."
        )
    return crs


def read_positions(
    sheet: Sheet, finder: Finder, crs: str | None, datum: Datum | None, problems: Problems
) -> Positions:
    """Positions and footprints of buildings or other places.

    Raises ``Refused`` where no row has any.
    """
    notes: list[str] = []
    footprint = None
    if sheet.geometry is None and (wkt := _wkt_column(finder)):
        sheet = _with_wkt(sheet, wkt)
    if sheet.geometry is not None:
        x, y, footprint, names = *_of_geometry(sheet, problems, notes), ("geometry", "geometry")
        system = crs_of(sheet, crs)
        if system is None:
            raise Refused(f"{sheet.file} names no coordinate system; name it, as EPSG:3414.")
    else:
        x, y, names, system = _of_columns(sheet, finder, crs, problems)
    null_island = (x == 0) & (y == 0)
    problems.add(null_island, names[0], "is 0, 0: no place was found for it.")
    x, y = np.where(null_island, np.nan, x), np.where(null_island, np.nan, y)
    if system.is_geographic:
        x, y = _within_the_globe(x, y, names, problems)
    lon, lat, footprint = _to_wgs84(x, y, footprint, system, names[0], problems)
    if datum is Datum.GCJ02:
        if not system.is_geographic:
            raise Refused(f"GCJ-02 is longitude and latitude; {sheet.file} holds {system.name}.")
        lon, lat = datums.to_wgs84(lon, lat)
        footprint = None if footprint is None else shapes_to_wgs84(footprint)
    elif datum is None and crs is None and _may_be_gcj02(system, lon, lat):
        notes.append(
            f"All positions of {sheet.file} lie in mainland China, where map providers shift them "
            "(GCJ-02) by some 500 m. They were taken as WGS84; say the datum to be sure."
        )
    return Positions(lon, lat, footprint, system, tuple(notes))


def _wkt_column(finder: Finder) -> str | None:
    has_numbers = (finder.optional("lon") and finder.optional("lat")) or (
        finder.optional("x") and finder.optional("y")
    )
    return None if has_numbers else finder.optional("geometry")


def _with_wkt(sheet: Sheet, column: str) -> Sheet:
    text = text_of(sheet.frame[column])
    shapes = shapely.from_wkt(text.to_numpy(), on_invalid="ignore")
    broken = text.is_not_null().to_numpy() & shapely.is_missing(shapes)
    return Sheet(
        sheet.file, sheet.frame, sheet.word, sheet.number, shapely.force_2d(shapes), broken, WGS84
    )


def _of_columns(
    sheet: Sheet, finder: Finder, crs: str | None, problems: Problems
) -> tuple[FloatArray, FloatArray, tuple[str, str], pyproj.CRS]:
    lon, lat = finder.optional("lon"), finder.optional("lat")
    x, y = finder.optional("x"), finder.optional("y")
    if lon and lat and not (x and y and crs):
        names, system = (lon, lat), crs_from(crs) if crs else WGS84
        if not system.is_geographic:
            raise Refused(
                f"{sheet.file} has {lon} and {lat}, but {system.name} is in metres; "
                "say which columns hold the metres, as x=COLUMN and y=COLUMN."
            )
    elif x and y:
        names = (x, y)
        if crs is None:
            raise Refused(
                f"{sheet.file} has {x} and {y} but no coordinate system; name it, as EPSG:3414."
            )
        system = crs_from(crs)
    else:
        raise finder.missing("position (columns “lon” and “lat”, “x” and “y”, or a geometry)")
    return (
        numbers(sheet.frame[names[0]], problems, needed=True),
        numbers(sheet.frame[names[1]], problems, needed=True),
        names,
        system,
    )


def _of_geometry(
    sheet: Sheet, problems: Problems, notes: list[str]
) -> tuple[FloatArray, FloatArray, Geometries | None]:
    """Points, or centres of footprints; NaN for anything else."""
    shapes = sheet.geometry
    assert shapes is not None
    assert sheet.broken is not None
    missing = shapely.is_missing(shapes)
    kinds = shapely.get_type_id(shapes)
    empty = ~missing & shapely.is_empty(shapes)
    usable = np.isin(kinds, (POINT, POLYGON, MULTIPOLYGON))
    bounds = shapely.bounds(shapes)
    endless = ~missing & ~empty & ~np.isfinite(bounds).all(axis=1)
    problems.add(sheet.broken, "geometry", "is broken: its points form no shape.")
    problems.add(missing & ~sheet.broken, "geometry", "is missing.")
    problems.add(empty, "geometry", "is empty.")
    problems.add(endless, "geometry", "holds a coordinate that is not a finite number.")
    other = ~missing & ~empty & ~usable
    if other.any():
        words = pl.Series([_kind_words(k) for k in kinds], dtype=pl.String)
        problems.add(other, "geometry", words)
    good = ~missing & ~empty & ~endless & usable
    areas = good & (kinds != POINT)
    footprint = _footprints(sheet.file, shapes, areas, notes) if areas.any() else None
    centre = np.full((len(shapes), 2), np.nan)
    centre[good] = shapely.get_coordinates(shapely.centroid(shapes[good]))
    return centre[:, 0], centre[:, 1], footprint


def _kind_words(kind: int) -> str:
    name = KINDS[kind] if 0 <= kind < len(KINDS) else "collection of shapes"
    return f"is a {name}; a Point or a Polygon is needed."


def _footprints(file: str, shapes: Geometries, areas: BoolArray, notes: list[str]) -> Geometries:
    """The polygons, mended where they cross themselves; None for those without an area."""
    footprint = shapes.copy()
    footprint[~areas] = None
    crossed = areas & ~shapely.is_valid(footprint)
    footprint[crossed] = made_valid(footprint[crossed])
    flat = areas & ~(shapely.area(footprint) > 0)
    footprint[flat] = None
    crossed &= ~flat
    if crossed.any():
        notes.append(f"{file}: footprints that cross themselves were mended ({_n(crossed)}).")
    if flat.any():
        notes.append(f"{file}: footprints without an area were taken as points ({_n(flat)}).")
    return footprint


def made_valid(polygons: Geometries) -> Geometries:
    """Polygons that cross themselves, as valid ones; parts without an area are dropped."""
    return np.asarray(shapely.make_valid(polygons, method="structure", keep_collapsed=False))


def _n(mask: BoolArray) -> str:
    return f"{int(mask.sum()):,}"


def _within_the_globe(
    lon: FloatArray, lat: FloatArray, names: tuple[str, str], problems: Problems
) -> tuple[FloatArray, FloatArray]:
    """Check longitudes and latitudes; NaN for what is none, with a word on swapped ones."""
    with np.errstate(invalid="ignore"):
        off = (np.abs(lon) > 180) | (np.abs(lat) > 90)
        swapped = off & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
        in_metres = off & ~swapped & ((np.abs(lon) > 360) | (np.abs(lat) > 360))
        swapped |= ~off & _nearer_when_swapped(lon, lat, ~off)
    if len(lon) > 1 and swapped.all():
        raise Refused(
            f"All positions look swapped, as {_pairs(lon[:1], lat[:1])[0]}: latitude stands where "
            f"longitude should. {HOW_TO_SWAP[names[0] == names[1]]}"
        )
    for bad, words in (
        (swapped, " looks swapped: latitude stands where longitude should."),
        (in_metres, " is no longitude and latitude; if it is metres, name the coordinate system."),
        (off & ~swapped & ~in_metres, " is outside −180…180, −90…90."),
    ):
        if bad.any():
            problems.add(bad, "/".join(dict.fromkeys(names)), _pairs(lon, lat) + words)
    bad = off | swapped
    return np.where(bad, np.nan, lon), np.where(bad, np.nan, lat)


def _pairs(x: FloatArray, y: FloatArray) -> pl.Series:
    """Positions as text, for sentences."""
    return pl.DataFrame({"x": x, "y": y}).select(s=pl.format("({}, {})", "x", "y"))["s"]


def _nearer_when_swapped(lon: FloatArray, lat: FloatArray, good: BoolArray) -> BoolArray:
    """Rows that lie far from the middle of all but would lie near it when swapped."""
    good = good & np.isfinite(lon) & np.isfinite(lat)
    if good.sum() < 3:
        return np.zeros(len(lon), dtype=bool)
    middle_lon, middle_lat = np.median(lon[good]), np.median(lat[good])
    far = np.maximum(np.abs(lon - middle_lon), np.abs(lat - middle_lat)) > FAR_DEGREES
    near = np.maximum(np.abs(lat - middle_lon), np.abs(lon - middle_lat)) < NEAR_DEGREES
    return np.asarray(good & far & near)


def _to_wgs84(
    x: FloatArray,
    y: FloatArray,
    footprint: Geometries | None,
    crs: pyproj.CRS,
    field: str,
    problems: Problems,
) -> tuple[FloatArray, FloatArray, Geometries | None]:
    if crs.equals(WGS84, ignore_axis_order=True):
        return x, y, footprint
    change = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    lon, lat = change.transform(x, y)
    had = np.isfinite(x) & np.isfinite(y)
    lost = had & ~(np.isfinite(lon) & np.isfinite(lat))
    lost |= had & ~lost & _outside_its_area(crs, lon, lat)
    if lost.any():
        problems.add(lost, field, _pairs(x, y) + f" lies outside the area that {crs.name} is for.")
    bad = lost | ~had
    if footprint is not None:
        footprint[bad] = None
        footprint = moved(footprint, change)
    return np.where(bad, np.nan, lon), np.where(bad, np.nan, lat), footprint


def moved(shapes: Geometries, change: pyproj.Transformer) -> Geometries:
    """Shapes in another coordinate system."""

    def step(xy: NDArray[Any]) -> NDArray[Any]:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, step))


def on_the_globe(shapes: Geometries) -> BoolArray:
    """Whether shapes lie within −180…180, −90…90; missing ones do not."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    inside = np.isfinite(bounds).all(axis=1)
    return np.asarray(
        inside
        & (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1)
        & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    )


def _outside_its_area(crs: pyproj.CRS, lon: FloatArray, lat: FloatArray) -> BoolArray:
    """Whether positions lie outside the area of use, widened by half on each side."""
    area = crs.area_of_use
    if area is None or area.west >= area.east:
        return np.zeros(len(lon), dtype=bool)
    wide, high = max((area.east - area.west) / 2, 1), max((area.north - area.south) / 2, 1)
    return np.asarray(
        (lon < area.west - wide)
        | (lon > area.east + wide)
        | (lat < area.south - high)
        | (lat > area.north + high)
    )


def shapes_to_wgs84(shapes: Geometries) -> Geometries:
    """Shapes in GCJ-02, shifted back."""

    def step(xy: NDArray[Any]) -> NDArray[Any]:
        return np.column_stack(datums.to_wgs84(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(shapes, step))


def _may_be_gcj02(crs: pyproj.CRS, lon: FloatArray, lat: FloatArray) -> bool:
    if not crs.equals(WGS84, ignore_axis_order=True):
        return False
    good = np.isfinite(lon) & np.isfinite(lat)
    every = max(1, int(good.sum()) // 10_000)
    return datums.all_in_mainland_china(lon[good][::every], lat[good][::every])

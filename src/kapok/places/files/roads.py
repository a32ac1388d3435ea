"""Streets from a file of lines or an OpenStreetMap extract."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import polars as pl
import shapely
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.columns import Finder
from kapok.places.files.datum import Datum
from kapok.places.files.lines import read_lines
from kapok.places.files.problems import BadRows
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Geometries
from kapok.places.files.sniff import WrongFile
from kapok.places.files.values import text_of
from kapok_planning.streets import RoadClass

LINE = 1
MILE_KM = 1.609344
FIELDS: dict[str, tuple[str, ...]] = {
    "class": ("highway", "class", "fclass", "roadclass", "道路等级", "等级"),
    "speed": ("maxspeed", "speed", "kmh", "限速", "速度"),
    "oneway": ("oneway", "单行", "单行道"),
    "layer": ("layer", "level", "层"),
    "bridge": ("bridge", "桥"),
    "tunnel": ("tunnel", "隧道"),
    "junction": ("junction",),
}
CLASSES = {
    RoadClass.EXPRESSWAY: "expressway motorway trunk",
    RoadClass.MAIN: "main primary secondary main_street",
    RoadClass.STREET: "street tertiary unclassified residential road busway",
    RoadClass.LANE: "lane living_street service track",
    RoadClass.PATH: "path footway pedestrian steps cycleway bridleway corridor",
}
CLASS_OF = {word: kind for kind, words in CLASSES.items() for word in words.split()}
YES, BACKWARDS = {"yes", "true", "1", "t", "是", "forward"}, {"-1", "reverse"}
NO_ROADS = {"construction", "proposed", "raceway", "platform", "abandoned", "razed", "elevator"}


@dataclass(frozen=True)
class Roads:
    """Road lines, WGS84, each of one part, and what is known of each.

    Attributes
    ----------
    lines : (r,) object array
    road_class, level : (r,) int arrays
    speed_kmh : (r,) float array
        NaN where not known.
    oneway : (r,) bool array
    """

    lines: Geometries
    road_class: NDArray[np.int32]
    speed_kmh: NDArray[np.float64]
    oneway: NDArray[np.bool_]
    level: NDArray[np.int32]


@dataclass(frozen=True)
class RoadsReading:
    """What became of a file of roads."""

    roads: Roads
    bad: BadRows | None
    notes: tuple[str, ...]


def read_roads(path: Path, *, datum: Datum) -> RoadsReading:
    """Read roads from GeoJSON, GeoPackage, GeoParquet or an OpenStreetMap extract (``.pbf``).

    Raises ``Refused`` when the file as a whole cannot be used.
    """
    if path.suffix.lower() == ".pbf":
        return RoadsReading(_of_extract(path), None, ())
    reading = read_lines(path, datum=datum)

    def choose(names: Sequence[str], has_geometry: bool) -> list[str]:
        finder = Finder(path.name, names, {}, FIELDS)
        found = [finder.optional(field) for field in FIELDS]
        return [name for name in found if name is not None]

    frame = read_sheet(path, choose=choose).frame
    finder = Finder(path.name, frame.columns, {}, FIELDS)
    rows = pl.Series(reading.lines.row)
    tags = {}
    for field in FIELDS:
        column = finder.optional(field)
        if column is not None:
            tags[field] = text_of(frame[column]).gather(rows).str.to_lowercase().to_list()
    return RoadsReading(_roads(path.name, reading.lines.shapes, tags), reading.bad, reading.notes)


def _of_extract(path: Path) -> Roads:
    """Every way that is a road."""
    if not path.is_file():
        raise WrongFile(f"There is no file {path}.")
    factory = osmium.geom.WKBFactory()
    shapes: list[Any] = []
    tags: dict[str, list[str | None]] = {field: [] for field in FIELDS}
    try:
        processor = (
            osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
            .with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway"))
        )
        way: Any
        for way in processor:
            shape = _line_of(factory, way)
            if shape is None:
                continue
            shapes.append(shape)
            for field, names in FIELDS.items():
                value = way.tags.get(names[0])
                tags[field].append(None if value is None else value.lower())
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise WrongFile(f"{path.name} is no whole OpenStreetMap extract: {error}.") from None
    lines = np.empty(len(shapes), dtype=object)
    lines[:] = shapes
    return _roads(path.name, lines, tags)


def _line_of(factory: Any, way: Any) -> Any:
    """The line of a way, or None where its points are missing from the extract."""
    try:
        return shapely.from_wkb(bytes.fromhex(factory.create_linestring(way)))
    except (RuntimeError, osmium.InvalidLocationError):
        return None


def _roads(file: str, shapes: Geometries, tags: dict[str, list[str | None]]) -> Roads:
    """Lines in parts, without what is no road, and their tags read."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    nothing = [None] * len(shapes)
    told = {field: [tags.get(field, nothing)[r] for r in row] for field in FIELDS}
    kinds = [class_of(word) for word in told["class"]]
    keep = np.array([kind is not None for kind in kinds], np.bool_)
    keep &= shapely.get_type_id(parts) == LINE
    if not keep.any():
        raise Refused(f"{file} holds no road; roads are lines, with their class in “highway”.")
    used = np.flatnonzero(keep).tolist()
    ways = [_oneway(told["oneway"][i], told["class"][i], told["junction"][i]) for i in used]
    lines = parts[keep]
    backwards = np.array([way < 0 for way in ways], np.bool_)
    lines[backwards] = shapely.reverse(lines[backwards])
    return Roads(
        lines=lines,
        road_class=np.array([kinds[i] for i in used], np.int32),
        speed_kmh=np.array([_speed(told["speed"][i]) for i in used]),
        oneway=np.array([way != 0 for way in ways], np.bool_),
        level=np.array(
            [_level(*(told[f][i] for f in ("layer", "bridge", "tunnel"))) for i in used], np.int32
        ),
    )


def class_of(word: str | None) -> RoadClass | None:
    """The class of a road by the word for it; a street where there is none, None for no road."""
    if word is None:
        return RoadClass.STREET
    plain = word.strip().removesuffix("_link").replace("-", "_")
    return None if plain in NO_ROADS else CLASS_OF.get(plain, RoadClass.STREET)


def _oneway(word: str | None, kind: str | None, junction: str | None) -> int:
    """1 for a road that may be travelled forwards only, -1 for backwards only, else 0."""
    if word in BACKWARDS:
        return -1
    if word is None:
        return int(kind == "motorway" or junction in ("roundabout", "circular"))
    return int(word in YES)


def _speed(word: str | None) -> float:
    """Speed [km/h] of ``40``, ``40 km/h`` or ``25 mph``; NaN for anything else."""
    number, _, unit = (word or "").strip().partition(" ")
    try:
        value = float(number) * (MILE_KM if unit == "mph" else 1.0)
    except ValueError:
        return np.nan
    return value if 0 < value < 200 else np.nan


def _level(layer: str | None, bridge: str | None, tunnel: str | None) -> int:
    """The level of a road: what is told, else 1 for bridges and -1 for tunnels."""
    try:
        return int(float(layer)) if layer else int(_is(bridge)) - int(_is(tunnel))
    except (ValueError, OverflowError):
        return 0


def _is(word: str | None) -> bool:
    return word is not None and word not in ("no", "false", "0", "否", "f")

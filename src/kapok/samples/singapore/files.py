"""Read the folder of public files on Singapore. Nothing here needs a database.

The files, each as it is or compressed with gzip:

* ``hdb_blocks_2025.csv``: public-housing blocks with dwelling units and positions,
* ``subzone_2019.geojson``: the subzones of the Master Plan,
* ``osm_named_streets.json``: named streets as encoded polylines,
* ``residents_by_planning_area_dwelling_2022.csv`` (may be missing): residents by area and kind.
"""

import csv
import gzip
import io
import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.samples import polylines
from kapok.samples.towns import objects

BLOCKS = "hdb_blocks_2025.csv"
SUBZONES = "subzone_2019.geojson"
STREETS = "osm_named_streets.json"
RESIDENTS = "residents_by_planning_area_dwelling_2022.csv"

UNITS = "total_dwelling_units"
FLATS = {  # columns of the residents' file: columns of the blocks' file
    "HDB 1- and 2-Room Flats": (
        "1room_sold",
        "2room_sold",
        "studio_apartment_sold",
        "1room_rental",
        "2room_rental",
    ),
    "HDB 3-Room Flats": ("3room_sold", "3room_rental"),
    "HDB 4-Room Flats": ("4room_sold",),
    "HDB 5-Room and Executive Flats": (
        "5room_sold",
        "exec_sold",
        "multigen_sold",
        "other_room_rental",
    ),
}
SUBZONE_FIELDS = ("SUBZONE_N", "SUBZONE_C", "PLN_AREA_N", "PLN_AREA_C", "REGION_N", "REGION_C")
WORLD = (103.55, 1.13, 104.15, 1.50)  # no block of Singapore stands outside


@dataclass(frozen=True)
class Blocks:
    """Blocks, in the order of the file.

    Attributes
    ----------
    line : (n,) int array
        Line in the file, the heading being line 1.
    number, street, town : (n,) object array of str
        House number, street and town code, as they are written.
    lon, lat : (n,) float array
        WGS84.
    units : (n,) int array
        Dwelling units.
    flats : (n, 4) int array
        Units by kind, in the order of ``FLATS``.
    residential : (n,) bool array
        Whether there are homes in it; the others are car parks, markets and the like.
    """

    line: NDArray[np.int64]
    number: NDArray[np.object_]
    street: NDArray[np.object_]
    town: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    units: NDArray[np.int64]
    flats: NDArray[np.int64]
    residential: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.line)

    def taken(self, which: Any) -> "Blocks":
        """Some of the blocks."""
        return Blocks(**{name: getattr(self, name)[which] for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Subzone:
    """A subzone with the areas around it."""

    name: str
    code: str
    area: str
    area_code: str
    region: str
    region_code: str
    shape: Any


@dataclass(frozen=True)
class NamedLines:
    """Lines of named streets: one row for each drawn piece."""

    name: NDArray[np.object_]
    shape: NDArray[np.object_]


@dataclass(frozen=True)
class Folder:
    """Everything that was read."""

    blocks: Blocks
    subzones: tuple[Subzone, ...]
    streets: NamedLines
    residents: dict[str, NDArray[np.float64]]  # planning area, upper case: people by kind of flat


def read(folder: Path) -> Folder:
    """Read all files of a folder, or refuse with a sentence that names the file."""
    if not folder.is_dir():
        raise Refused(f"{folder} is not a folder. Give the folder that holds {BLOCKS}.gz.")
    return Folder(
        blocks=_blocks(folder),
        subzones=_subzones(folder),
        streets=_streets(folder),
        residents=_residents(folder),
    )


def _found(folder: Path, name: str) -> Path | None:
    """The file, as it is or compressed."""
    for path in (folder / f"{name}.gz", folder / name):
        if path.is_file():
            return path
    return None


def _needed(folder: Path, name: str) -> Path:
    path = _found(folder, name)
    if path is None:
        raise Refused(
            f"{folder} lacks {name} (or {name}.gz). "
            "docs/explanation/sample-towns.md says where it comes from."
        )
    return path


def _text(path: Path) -> str:
    """The text of a file, decompressed where need be."""
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")
    except EOFError as error:
        raise Refused(f"{path} ends in the middle; it was not copied whole.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise Refused(f"{path} is damaged: it cannot be decompressed.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not text in UTF-8.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their lines; refuses where a column is missing."""
    reader = csv.DictReader(io.StringIO(_text(path)), strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or [])]
        if missing:
            raise Refused(f"{path} has no column {missing[0]}; is it another file?")
        for row in reader:
            if any(row[name] is None for name in columns):
                raise Refused(f"{path}, line {reader.line_num}: the line is cut off.")
            yield reader.line_num, row
    except csv.Error as error:
        raise Refused(f"{path}, line {reader.line_num}: it is not a table ({error}).") from error


def _blocks(folder: Path) -> Blocks:
    """All blocks; there must be one with homes."""
    path = _needed(folder, BLOCKS)
    flats = tuple(column for columns in FLATS.values() for column in columns)
    words = ("blk_no", "street", "bldg_contract_town", "residential")
    found: list[tuple[Any, ...]] = []
    seen: dict[tuple[str, str], int] = {}
    for at, row in _rows(path, (*words, UNITS, "lon", "lat", *flats)):
        key = (row["blk_no"].strip(), row["street"].strip())
        if not all(key):
            raise Refused(f"{path}, line {at}: a block needs blk_no and street.")
        if key in seen:
            raise Refused(f"{path}, line {at}: {' '.join(key)} is on line {seen[key]} already.")
        seen[key] = at
        place = [_number(path, at, row, name) for name in ("lon", "lat")]
        if not (WORLD[0] <= place[0] <= WORLD[2] and WORLD[1] <= place[1] <= WORLD[3]):
            raise Refused(f"{path}, line {at}, lon and lat: {place} is not in Singapore.")
        units = [_count(path, at, row, name) for name in (UNITS, *flats)]
        is_home = row["residential"].strip() == "Y"
        found.append((at, *key, row["bldg_contract_town"].strip(), *place, units, is_home))
    if not any(block[-1] for block in found):
        raise Refused(f"{path} holds no residential block.")
    lines, numbers, streets, towns, lons, lats, counts, residential = zip(*found, strict=True)
    table = np.array(counts, np.int64)
    first = np.cumsum([1, *(len(kinds) for kinds in FLATS.values())])[:-1]
    return Blocks(
        line=np.array(lines),
        number=objects(numbers),
        street=objects(streets),
        town=objects(towns),
        lon=np.array(lons),
        lat=np.array(lats),
        units=table[:, 0],
        flats=np.add.reduceat(table, first, axis=1),
        residential=np.array(residential),
    )


def _number(path: Path, line: int, row: dict[str, str], name: str) -> float:
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Refused(f"{path}, line {line}, {name}: “{row[name]}” is not a number.")
    return value


def _count(path: Path, line: int, row: dict[str, str], name: str) -> int:
    value = _number(path, line, row, name)
    if value < 0 or value != int(value):
        raise Refused(f"{path}, line {line}, {name}: “{row[name]}” is not a whole number.")
    return int(value)


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise Refused(f"{path}, line {error.lineno}: it is not JSON ({error.msg}).") from error


def _subzones(folder: Path) -> tuple[Subzone, ...]:
    """The subzones, by code."""
    path = _needed(folder, SUBZONES)
    content = _json(path)
    if not isinstance(content, dict) or not content.get("features"):
        raise Refused(f"{path} is not a GeoJSON collection of features.")
    found = []
    for n, feature in enumerate(content["features"], start=1):
        try:
            zone, code, area, area_code, region, region_code = (
                str(feature["properties"][name]) for name in SUBZONE_FIELDS
            )
            shape = shapely.geometry.shape(feature["geometry"])
        except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError):
            raise Refused(f"{path}, feature {n}: it is not a subzone.") from None
        if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
            raise Refused(f"{path}, feature {n}: {zone} has no polygon.")
        valid = shape if shape.is_valid else shapely.make_valid(shape, method="structure")
        found.append(Subzone(zone, code, area, area_code, region, region_code, valid))
    codes = [zone.code for zone in found]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        raise Refused(f"{path}: subzone {twice} is there twice.")
    return tuple(sorted(found, key=lambda zone: zone.code))


def _streets(folder: Path) -> NamedLines:
    """The pieces of the named streets; names without any piece are left out."""
    path = _needed(folder, STREETS)
    content = _json(path)
    try:
        pieces = [(street["name"], p) for street in content for p in street["polyline"].split(";")]
    except (KeyError, TypeError, AttributeError):
        raise Refused(f"{path} is not a list of streets with name and polyline.") from None
    pieces = [(name, text) for name, text in pieces if text]
    try:
        lonlat, piece = polylines.decode([text for _, text in pieces])
    except ValueError:
        raise Refused(f"{path} holds a polyline that cannot be decoded.") from None
    inside = (lonlat >= WORLD[:2]).all() and (lonlat <= WORLD[2:]).all()
    if not inside:
        raise Refused(f"{path} holds a street that is not in Singapore.")
    lines = np.bincount(piece, minlength=len(pieces)) > 1
    kept = lines[piece]
    shapes: Any = shapely.linestrings(lonlat[kept], indices=np.unique(piece[kept], False, True)[1])
    names = objects(name for (name, _), good in zip(pieces, lines, strict=True) if good)
    return NamedLines(names, objects(shapes))


def _residents(folder: Path) -> dict[str, NDArray[np.float64]]:
    """People in public housing by planning area and kind of flat; empty without the file."""
    path = _found(folder, RESIDENTS)
    if path is None:
        return {}
    columns = ("Row Labels", *FLATS)
    return {
        row["Row Labels"].strip().upper(): np.array(
            [_number(path, line, row, name) for name in FLATS]
        )
        for line, row in _rows(path, columns)
    }

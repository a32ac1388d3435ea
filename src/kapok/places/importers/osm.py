"""Import of barriers, main streets and buildings from OpenStreetMap extracts (``.pbf``)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from kapok.codes import padded
from kapok.errors import Refused
from kapok.places.files.sniff import WrongFile
from kapok.places.importers import barriers, buildings
from kapok.places.importers.report import GLOBE, Box, ImportReport, Progress, no_progress
from kapok.places.importers.sources import Origin
from kapok.places.models import Area, Barrier
from kapok.places.shapes import collected

ORIGIN = Origin(
    key="osm",
    title="OpenStreetMap",
    licence="ODbL 1.0",
    attribution="© OpenStreetMap contributors",
    url="https://www.openstreetmap.org/copyright",
)
WATERWAYS = {"river", "canal"}
EXPRESSWAYS = {"motorway", "trunk"}
MAIN_STREETS = {"primary", "secondary"}
RAILWAYS = {"rail"}
SMALLEST_WATER_M2 = 20_000.0  # smaller ponds bar nobody's way
M_PER_DEGREE = 111_320.0
ONE_HOUSEHOLD = {"house", "detached", "bungalow", "farm"}
KEYS = ("waterway", "natural", "water", "railway", "highway")
STEP = 20_000


@dataclass
class Found:
    """What an extract holds, as it is collected."""

    ids: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    households: list[int] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def import_osm(
    path: Path,
    *,
    area_code: str = "",
    box: Box | None = None,
    with_buildings: bool = False,
    retire_missing: bool = False,
    dry_run: bool = False,
    at: datetime,
    on_progress: Progress = no_progress,
) -> tuple[ImportReport, ImportReport | None]:
    """Bring in rivers, large waters, railways, expressways and main streets of an extract.

    What lies outside ``box`` (west, south, east, north) is left out; ``area_code`` stands for the
    box of that area's boundary. With ``with_buildings``, buildings whose households are known from
    their tags (``building:flats``, or a house for one family) come in too, each in the community
    whose boundary it stands in; a second report is about them. With ``retire_missing``, what the
    extract does not have any more is retired, inside the box only.
    """
    if not path.is_file():
        raise WrongFile(f"There is no file {path}.")
    box = box or _box_of(area_code)
    lines, houses = _read(path, box, with_buildings, on_progress)
    with transaction.atomic():
        report = barriers.store(
            barriers.Drawn(lines.ids, lines.kinds, lines.names, collected(lines.shapes)),
            origin=ORIGIN,
            retire_kinds=[str(kind) for kind in Barrier.Kind] if retire_missing else [],
            retire_in=box or GLOBE,
            dry_run=dry_run,
            at=at,
            notes=_notes(path, lines),
        )
        second = (
            _store_buildings(path, houses, (box or GLOBE) if retire_missing else None, dry_run, at)
            if with_buildings
            else None
        )
    return report, second


def _read(
    path: Path, box: Box | None, with_buildings: bool, on_progress: Progress
) -> tuple[Found, Found]:
    """Everything wanted in an extract."""
    lines, houses = Found(), Found()
    keys = (*KEYS, "building") if with_buildings else KEYS
    factory = osmium.geom.WKBFactory()
    done = 0
    try:
        # Areas (waters, buildings) come from closed ways and relations; lines from ways.
        processor = (
            osmium.FileProcessor(str(path))
            .with_areas(osmium.filter.KeyFilter(*keys))
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY | osmium.osm.AREA))
            .with_filter(osmium.filter.KeyFilter(*keys))
        )
        thing: Any
        for thing in processor:
            done += 1
            if done % STEP == 0:
                on_progress(done, done)
            if thing.is_area():
                _take_area(thing, factory, box, lines, houses)
            else:
                _take_way(thing, factory, box, lines)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise WrongFile(f"{path.name} is no whole OpenStreetMap extract: {error}.") from None
    on_progress(done, done)
    return lines, houses


def _take_way(way: Any, factory: Any, box: Box | None, lines: Found) -> None:
    """A line that is a barrier or a main street."""
    kind = kind_of(way.tags)
    if kind is None:
        return
    shape = _shape(lambda: factory.create_linestring(way), lines)
    if shape is not None and _meets(shape, box):
        _add(lines, f"w{way.id}", kind, way.tags, shape)


def _take_area(area: Any, factory: Any, box: Box | None, lines: Found, houses: Found) -> None:
    """A large water, or a building."""
    is_water = area.tags.get("natural") == "water" or area.tags.get("waterway") == "riverbank"
    is_building = area.tags.get("building", "no") != "no"
    if not (is_water or is_building):
        return
    shape = _shape(lambda: factory.create_multipolygon(area), lines)
    if shape is None or not _meets(shape, box):
        return
    key = f"{'w' if area.from_way() else 'r'}{area.orig_id()}"
    if is_water and _area_m2(shape) >= SMALLEST_WATER_M2:
        _add(lines, f"{key}a", Barrier.Kind.RIVER, area.tags, shape)
    if is_building:
        households = households_of(area.tags)
        if households is None:
            houses.skipped["no households"] += 1
            return
        _add(houses, key, "", area.tags, shape)
        houses.households.append(households)


def kind_of(tags: Any) -> str | None:
    """What a line is, or ``None`` for what bars nobody's way.

    Lines under ground (tunnels, culverts) do not.
    """
    if tags.get("tunnel", "no") != "no":
        return None
    for key, values, kind in (
        ("waterway", WATERWAYS, Barrier.Kind.RIVER),
        ("railway", RAILWAYS, Barrier.Kind.RAILWAY),
        ("highway", EXPRESSWAYS, Barrier.Kind.EXPRESSWAY),
        ("highway", MAIN_STREETS, Barrier.Kind.MAIN_STREET),
    ):
        if tags.get(key) in values:
            return str(kind)
    return None


def households_of(tags: Any) -> int | None:
    """Households of a building as its tags tell them, or ``None``."""
    flats = tags.get("building:flats", "").strip()
    if flats.isascii() and flats.isdigit() and len(flats) <= 5:
        return int(flats)
    return 1 if tags.get("building") in ONE_HOUSEHOLD else None


def _shape(make: Callable[[], str], found: Found) -> Any:
    """A shape, or ``None`` where its points are missing from the extract."""
    try:
        return shapely.from_wkb(bytes.fromhex(make()))
    except (RuntimeError, osmium.InvalidLocationError):
        found.skipped["incomplete"] += 1
        return None


def _add(found: Found, key: str, kind: str, tags: Any, shape: Any) -> None:
    found.ids.append(key)
    found.kinds.append(str(kind))
    found.names.append(tags.get("name", ""))
    found.shapes.append(shape)


def _meets(shape: Any, box: Box | None) -> bool:
    """Whether the boxes of a shape and the wanted part meet."""
    if box is None:
        return True
    west, south, east, north = shape.bounds
    return bool(west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1])


def _area_m2(shape: Any) -> float:
    """Area of a small shape in longitude and latitude [square metres], to a percent."""
    lat = np.radians((shape.bounds[1] + shape.bounds[3]) / 2)
    return float(shape.area * M_PER_DEGREE**2 * np.cos(lat))


def _box_of(area_code: str) -> Box | None:
    """The box of an area's boundary."""
    if not area_code:
        return None
    try:
        code = padded(area_code)
    except ValueError as error:
        raise Refused(str(error)) from None
    area = Area.objects.filter(code=code).first()
    if area is None or area.boundary is None:
        raise Refused(
            _("The boundary of %(code)s is not known. Import it first, or give --box.")
            % {"code": area_code}
        )
    west, south, east, north = shapely.from_wkb(bytes(area.boundary)).bounds
    return west, south, east, north


def _store_buildings(
    path: Path, houses: Found, retire_in: Box | None, dry_run: bool, at: datetime
) -> ImportReport:
    """Write the buildings that stand in a community."""
    shapes = collected(houses.shapes)
    centre = shapely.get_coordinates(shapely.centroid(shapes)).reshape(-1, 2)
    community = buildings.by_position(centre[:, 0], centre[:, 1])
    houses.skipped["outside"] += int((community == 0).sum())
    inside = np.flatnonzero(community)
    return buildings.store(
        buildings.Placed(
            source_id=[houses.ids[i] for i in inside],
            whole_id=[houses.ids[i] for i in inside],
            lon=centre[inside, 0],
            lat=centre[inside, 1],
            households=np.array(houses.households, dtype=np.int64)[inside],
            community=community[inside],
            name=[houses.names[i] for i in inside],
            residents=None,
            dwellings=None,
            footprint=shapes[inside],
        ),
        origin=ORIGIN,
        retire_in=retire_in,
        dry_run=dry_run,
        at=at,
        on_progress=no_progress,
        bad=(),
        notes=_notes(path, houses),
    )


def _notes(path: Path, found: Found) -> tuple[str, ...]:
    """What was left out, in sentences."""
    words = {
        "incomplete": _("%(n)d shapes of %(file)s are not whole in this extract; left out."),
        "no households": _("%(n)d buildings of %(file)s do not say how many live there; left out."),
        "outside": _("%(n)d buildings of %(file)s stand in no community; left out."),
    }
    return tuple(words[why] % {"n": n, "file": path.name} for why, n in found.skipped.items() if n)

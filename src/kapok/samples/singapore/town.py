"""Singapore as a town of Kapok: areas with codes, blocks, barriers, and drawn communities.

The codes are made up for Kapok, which needs 15 nested digits; ``docs/explanation/sample-towns.md``
shows how they are put together: 90 (Singapore, no Chinese province has it), region 2, planning
area 2, subzone 3, community 3, grid 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from kapok.samples import planes
from kapok.samples.singapore import dirt
from kapok.samples.singapore.files import Blocks, Folder, NamedLines, Subzone
from kapok.samples.towns import (
    SampleAreas,
    SampleBarriers,
    SampleBuildings,
    SampleSource,
    SampleTown,
    objects,
)
from kapok_planning.grids import (
    Bounds,
    Town,
    draw_grids,
    grid_polygons,
    link_buildings,
)
from kapok_planning.grids.town import Progress, no_progress
from kapok_planning.spreading import Spread, in_turn

COUNTRY = 90
CODE = COUNTRY * 10**13
COMMUNITY = Bounds(1_500, 3_000)
RESIDENTS_A_UNIT = 2.85
LEAST_A_UNIT, MOST_A_UNIT = 1.2, 5.0  # beyond these, the census and the blocks do not fit
HARD_WORD = "Expressway"
MAIN_STREET_M = 3_000.0
MAIN_STREET_WORDS = frozenset(
    {"Road", "Avenue", "Drive", "Street", "Way", "Boulevard", "Parkway", "Highway", "Jalan", "Link"}
)
REGIONS_ZH = {"CR": "中区", "ER": "东区", "NER": "东北区", "NR": "北区", "WR": "西区"}

HDB, URA, OSM, DRAWN = "sg-hdb", "sg-ura", "sg-osm", "sg-kapok"
SG_LICENCE = "Singapore Open Data Licence 1.0"
SOURCES = (
    SampleSource(
        HDB,
        "HDB Property Information",
        SG_LICENCE,
        "Public-housing blocks: Housing & Development Board via data.gov.sg, positions by OneMap, "
        "residents by the Department of Statistics; Singapore Open Data Licence 1.0",
        "https://data.gov.sg",
    ),
    SampleSource(
        URA,
        "Master Plan 2019 Subzone Boundary",
        SG_LICENCE,
        "Subzones: Urban Redevelopment Authority via data.gov.sg; Singapore Open Data Licence 1.0",
        "https://data.gov.sg",
    ),
    SampleSource(
        OSM,
        "OpenStreetMap",
        "ODbL 1.0",
        "Streets: © OpenStreetMap contributors, ODbL 1.0",
        "https://www.openstreetmap.org/copyright",
    ),
    SampleSource(
        DRAWN,
        "Communities and codes by Kapok",
        "",
        "Communities were drawn and codes were given by Kapok; Singapore has neither",
    ),
)


@dataclass(frozen=True)
class Loaded:
    """The town, and what was found wrong or odd on the way."""

    town: SampleTown
    findings: tuple[dirt.Finding, ...]


def singapore(
    folder: Folder, *, seed: int = 0, spread: Spread = in_turn, on_progress: Progress = no_progress
) -> Loaded:
    """Singapore's public housing in areas, with communities of 1,500–3,000 households."""
    findings, subzone = dirt.examine(folder.blocks, folder.subzones)
    homes = folder.blocks.taken(folder.blocks.residential)
    blocks, subzone = homes.taken(subzone >= 0), subzone[subzone >= 0]
    barriers = _barriers(folder.streets)
    subzone_codes = _codes(folder.subzones)
    drawn = _communities(blocks, subzone, folder.subzones, barriers, seed, spread, on_progress)
    community_code = subzone_codes[drawn.subzone] + drawn.number * 1_000
    return Loaded(
        town=SampleTown(
            name_zh="新加坡",
            name_en="Singapore",
            areas=_areas(folder.subzones, subzone_codes, drawn, community_code),
            buildings=_buildings(folder, blocks, subzone, community_code[drawn.community]),
            barriers=barriers,
            sources=SOURCES,
        ),
        findings=tuple(findings),
    )


@dataclass(frozen=True)
class _Communities:
    """Drawn communities: of each block; subzone, number in it and boundary of each."""

    community: NDArray[np.int32]
    subzone: NDArray[np.int64]
    number: NDArray[np.int64]
    boundary: NDArray[np.object_]


def _codes(subzones: Sequence[Subzone]) -> NDArray[np.int64]:
    """Place code of each subzone: regions and areas are numbered by their own codes."""
    regions = sorted({zone.region_code for zone in subzones})
    codes = []
    for zone in subzones:
        areas = sorted({z.area_code for z in subzones if z.region_code == zone.region_code})
        inside = sorted(z.code for z in subzones if z.area_code == zone.area_code)
        codes.append(
            CODE
            + (regions.index(zone.region_code) + 1) * 10**11
            + (areas.index(zone.area_code) + 1) * 10**9
            + (inside.index(zone.code) + 1) * 10**6
        )
    return np.array(codes, np.int64)


def _communities(
    blocks: Blocks,
    subzone: NDArray[np.int64],
    subzones: Sequence[Subzone],
    barriers: SampleBarriers,
    seed: int,
    spread: Spread,
    on_progress: Progress,
) -> _Communities:
    """Draw communities inside the subzones, with the core that draws grids."""
    plane = planes.around(blocks.lon, blocks.lat)
    used, label = np.unique(subzone, return_inverse=True)
    town = Town(
        xy_m=plane.to_metres(np.stack([blocks.lon, blocks.lat], axis=1)),
        households=blocks.units.astype(np.int32),
        community=label.astype(np.int32),
    )
    lines = plane.shapes_to_metres(barriers.shape)
    hard, soft = lines[barriers.hard], lines[~barriers.hard]
    links = link_buildings(town, barriers=hard, streets=soft, spread=spread)
    plan = draw_grids(
        town, links, bounds=COMMUNITY, seed=seed, spread=spread, on_progress=on_progress
    )
    zones = plane.shapes_to_metres(objects(subzones[z].shape for z in used))
    shapes = grid_polygons(town, plan.grid, boundaries=zones, barriers=hard)
    return _Communities(
        community=plan.grid,
        subzone=used[plan.community],
        number=plan.number.astype(np.int64),
        boundary=plane.shapes_to_wgs84(shapes),
    )


def _areas(
    subzones: Sequence[Subzone],
    subzone_codes: NDArray[np.int64],
    drawn: _Communities,
    community_code: NDArray[np.int64],
) -> SampleAreas:
    """The tree: Singapore, regions, planning areas, subzones, drawn communities."""
    rows: list[tuple[int, str, int, str, str, Any, str]] = []
    outline = shapely.union_all([zone.shape for zone in subzones])
    rows.append((CODE, "PROVINCE", 0, "新加坡", "Singapore", outline, URA))
    for level, width, above in (("CITY", 10**11, 10**13), ("DISTRICT", 10**9, 10**11)):
        codes = subzone_codes - subzone_codes % width
        for code in np.unique(codes).tolist():
            inside = [zone for zone, c in zip(subzones, codes, strict=True) if c == code]
            first = inside[0]
            name_en = _title(first.region if level == "CITY" else first.area)
            name_zh = REGIONS_ZH.get(first.region_code, "") if level == "CITY" else ""
            shape = shapely.union_all([zone.shape for zone in inside])
            rows.append((code, level, code - code % above, name_zh, name_en, shape, URA))
    for i in np.argsort(subzone_codes):
        code, zone = int(subzone_codes[i]), subzones[i]
        rows.append((code, "STREET", code - code % 10**9, "", _title(zone.name), zone.shape, URA))
    for i in np.argsort(community_code):
        code, zone = int(community_code[i]), subzones[drawn.subzone[i]]
        name = f"{_title(zone.name)} {drawn.number[i]}"
        shape = drawn.boundary[i]
        rows.append((code, "COMMUNITY", code - code % 10**6, "", name, shape, DRAWN))
    columns = list(zip(*rows, strict=True))
    numbers, levels, parents, names_zh, names_en, boundaries, sources = columns
    return SampleAreas(
        code=np.array(numbers, np.int64),
        level=objects(levels),
        parent=np.array(parents, np.int64),
        name_zh=objects(names_zh),
        name_en=objects(names_en),
        boundary=objects(boundaries),
        source=objects(sources),
    )


def _title(name: str) -> str:
    """``ANG MO KIO`` as people write it: ``Ang Mo Kio``."""
    return "-".join(part.title() for part in name.split("-")).replace("'S", "'s")


def _buildings(
    folder: Folder,
    blocks: Blocks,
    subzone: NDArray[np.int64],
    community: NDArray[np.int64],
) -> SampleBuildings:
    """The blocks; a household in each dwelling unit."""
    said = [f"{n} {s}" for n, s in zip(blocks.number, blocks.street, strict=True)]
    units = blocks.units.astype(np.int32)
    return SampleBuildings(
        source_id=objects(said),
        lon=blocks.lon,
        lat=blocks.lat,
        households=units,
        residents=_residents(folder, blocks, subzone),
        dwellings=units,
        footprint=None,
        community=community,
        name=objects(f"Blk {_title(text)}" for text in said),
        kind=objects([""] * len(blocks)),
        source=HDB,
    )


def _residents(folder: Folder, blocks: Blocks, subzone: NDArray[np.int64]) -> NDArray[np.int32]:
    """People in each block, by what its planning area has to a flat of each kind."""
    area = objects(folder.subzones[z].area for z in subzone)
    people = np.zeros(len(blocks))
    for name in set(area):
        here = area == name
        flats = blocks.flats[here]
        people[here] = flats @ _people_a_flat(folder.residents.get(name), flats.sum(axis=0))
    return np.rint(people).astype(np.int32)


def _people_a_flat(people: NDArray[np.float64] | None, flats: NDArray[np.int64]) -> Any:
    """People in a flat of each kind; 2.85 where the area's figures are missing or do not fit."""
    if people is None:
        return np.full(len(flats), RESIDENTS_A_UNIT)
    each = people / np.maximum(flats, 1)
    return np.where((each >= LEAST_A_UNIT) & (each <= MOST_A_UNIT), each, RESIDENTS_A_UNIT)


def _barriers(streets: NamedLines) -> SampleBarriers:
    """Expressways, which no grid crosses, and long streets, which it should not."""
    lines: dict[str, list[Any]] = {}
    for name, shape in zip(streets.name, streets.shape, strict=True):
        lines.setdefault(name, []).append(shape)
    kept = {name: objects(found) for name, found in lines.items() if _is_barrier(name, found)}
    hard = np.array([HARD_WORD in name for name in kept], bool)
    return SampleBarriers(
        source_id=objects(name[:60] for name in kept),
        kind=objects("EXPRESSWAY" if is_hard else "MAIN_STREET" for is_hard in hard),
        hard=hard,
        name=objects(kept),
        shape=objects(shapely.multilinestrings(list(shapes)) for shapes in kept.values()),
        source=OSM,
    )


def _is_barrier(name: str, shapes: list[Any]) -> bool:
    """Whether a named street is an expressway, or long enough to be a main street."""
    if HARD_WORD in name:
        return True
    scale = planes.Plane(0.0, 0.0).scale.mean()
    length_m = float(shapely.length(shapes).sum()) * scale
    return length_m >= MAIN_STREET_M and not MAIN_STREET_WORDS.isdisjoint(name.split())

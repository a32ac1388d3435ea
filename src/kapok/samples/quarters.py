"""Fill a community with blocks and buildings, and people with homes in them."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from kapok.samples import cuts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Kind:
    """How a kind of quarter is built.

    Attributes
    ----------
    block_m2, lane_m
        Size of a block, and width of the lanes around it.
    long_m, deep_m
        Largest footprint; each building is between four fifths of it and all of it.
    pitch_long_m, pitch_deep_m
        From one building to the next.
    low, high
        Households in a building.
    """

    name: str
    block_m2: float
    lane_m: float
    long_m: float
    deep_m: float
    pitch_long_m: float
    pitch_deep_m: float
    low: int
    high: int


OLD = Kind("old", 7_500, 7, 12.0, 10.0, 13.5, 12.0, 4, 20)
VILLAGE = Kind("village", 5_500, 6, 10.5, 9.5, 12.5, 11.5, 4, 12)
ESTATE = Kind("estate", 26_000, 14, 32.0, 19.0, 50.0, 42.0, 80, 240)
CAMPUS = Kind("campus", 34_000, 16, 55.0, 17.0, 72.0, 40.0, 0, 0)
WORKS = Kind("works", 34_000, 16, 62.0, 34.0, 74.0, 48.0, 0, 0)
KINDS = (OLD, VILLAGE, ESTATE, CAMPUS, WORKS)
HOMES = (OLD, VILLAGE, ESTATE)

FULLNESS = 0.38  # where the usual building lies between its kind's fewest and most households
QUARTER_M2 = 60_000.0
HEART_M2 = 400_000.0  # land that builds up around one heart


@dataclass(frozen=True)
class Slots:
    """Places where a building can stand: its kind, block and footprint."""

    kind: Ints
    block: Ints
    shape: NDArray[np.object_]

    def taken(self, which: Any) -> "Slots":
        """Some of the places."""
        return Slots(self.kind[which], self.block[which], self.shape[which])


def slots(land: Any, mix: Floats, rng: np.random.Generator) -> Slots:
    """Places for buildings on the dry land of a community.

    ``mix`` is the share of the land for each of ``KINDS``; quarters of one kind are cut out of it,
    blocks out of the quarters. Blocks are in rising distance from the hearts, where building began.
    """
    quarters = cuts.blocks(land, QUARTER_M2, rng)
    kinds = _kinds(quarters, mix, rng)
    found: list[tuple[int, Any]] = []
    for quarter, kind in zip(quarters, kinds, strict=True):
        spec = KINDS[kind]
        for block in cuts.blocks(quarter, spec.block_m2, rng):
            inner = shapely.buffer(block, -spec.lane_m / 2, join_style="mitre")
            found += [(kind, part) for part in shapely.get_parts(inner) if part.area > 150]
    if not found:
        return Slots(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, object))
    near = _near_hearts(land, [shape for _, shape in found]) * rng.uniform(0.7, 1.4, len(found))
    order = np.argsort(near)
    return _filled([found[i][0] for i in order], [found[i][1] for i in order], rng)


def _near_hearts(land: Any, shapes: list[Any]) -> Floats:
    """Distance to the heart; a wide community has several, and is built up between them too."""
    n = int(np.clip(round(land.area / HEART_M2), 1, 4))
    heart = shapely.point_on_surface(land)
    if n > 1:
        wards = cuts.blocks(land, land.area / n, np.random.default_rng(n))
        middles = sorted((ward.centroid for ward in wards), key=lambda p: (p.x, p.y))
        heart = shapely.LineString(middles) if len(middles) > 1 else heart
    return np.asarray(shapely.distance(shapes, heart))


def _kinds(quarters: list[Any], mix: Floats, rng: np.random.Generator) -> list[int]:
    """The kind of each quarter, so that the kinds' areas are about as ``mix`` says."""
    order = rng.permutation(len(quarters))
    lacking = mix / mix.sum() * sum(quarter.area for quarter in quarters)
    kinds = np.zeros(len(quarters), int)
    for i in order:
        kinds[i] = int(np.argmax(lacking))
        lacking[kinds[i]] -= quarters[i].area
    return [int(kind) for kind in kinds]


def _filled(kinds: list[int], inner: list[Any], rng: np.random.Generator) -> Slots:
    """Rows of buildings along the longer side of each block, where they fit."""
    shapes = np.empty(len(inner), object)
    shapes[:] = inner
    rows = [_rows(KINDS[k], shape, rng) for k, shape in zip(kinds, inner, strict=True)]
    block = np.repeat(np.arange(len(inner)), [len(row) for row in rows])
    footprints: Any = shapely.polygons(np.concatenate(rows))
    shapely.prepare(shapes)
    fits = shapely.contains_properly(shapes[block], footprints)
    return Slots(np.array(kinds)[block[fits]], block[fits], footprints[fits])


def _rows(kind: Kind, inner: Any, rng: np.random.Generator) -> Floats:
    """Footprints (n, 4, 2) on a lattice over a block, those outside it included."""
    angle = cuts.longest_side(inner)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    local = shapely.get_coordinates(inner) @ turn.T
    low, size = local.min(axis=0), np.ptp(local, axis=0)
    pitch = np.array([kind.pitch_long_m, kind.pitch_deep_m])
    n = np.maximum(1, np.floor(size / pitch)).astype(int)
    step = np.maximum(size / n, pitch)
    at = np.stack(np.meshgrid(np.arange(n[0]), np.arange(n[1])), axis=-1).reshape(-1, 2)
    centre = low + (at + 0.5) * step
    half = np.array([kind.long_m, kind.deep_m]) / 2 * rng.uniform(0.8, 1.0, (len(at), 2))
    free = np.maximum(pitch / 2 - half - 0.5, 0)
    centre = centre + rng.uniform(-0.6, 0.6, (len(at), 2)) * free
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return np.asarray((centre[:, None, :] + corners * half[:, None, :]) @ turn)


def settle(places: Slots, households: int, shares: Floats, rng: np.random.Generator) -> Ints:
    """Households for each place, exactly ``households`` in all; -1 where nothing is built.

    ``shares`` are the wished shares of ``HOMES``. Kinds that lack places hand over to others.
    """
    built = np.full(len(places.kind), -1, np.int64)
    left = households
    for kind in np.argsort(shares):  # the most usual kind last: it takes what is left
        here = np.flatnonzero(places.kind == kind)
        wanted = left if kind == np.argsort(shares)[-1] else round(households * shares[kind])
        n = min(len(here), _n_buildings(KINDS[kind], min(wanted, left)))
        chosen = here[:n]
        built[chosen] = 0
        left -= round(n * _usual(KINDS[kind]))
    _more(places, built, households)
    homes = np.flatnonzero(built == 0)
    low = np.array([kind.low for kind in KINDS])[places.kind[homes]]
    high = np.array([kind.high for kind in KINDS])[places.kind[homes]]
    built[homes] = _sized(low, high, households, rng)
    return built


def _usual(kind: Kind) -> float:
    return kind.low + FULLNESS * (kind.high - kind.low)


def _n_buildings(kind: Kind, households: int) -> int:
    return max(0, round(households / _usual(kind)))


def _more(places: Slots, built: Ints, households: int) -> None:
    """Take further places, or leave some, until their kinds can hold exactly ``households``."""
    low = np.array([kind.low for kind in KINDS])[places.kind]
    high = np.array([kind.high for kind in KINDS])[places.kind]
    is_home = np.isin(places.kind, range(len(HOMES)))
    for i in np.flatnonzero(is_home & (built < 0)):
        if high[built == 0].sum() * 0.8 >= households:
            break
        built[i] = 0
    for i in np.flatnonzero(built == 0)[::-1]:
        if low[built == 0].sum() <= households:
            break
        built[i] = -1
    if high[built == 0].sum() < households:
        raise ValueError(f"There is no room for {households} households in a community.")


def _sized(low: Ints, high: Ints, total: int, rng: np.random.Generator) -> Ints:
    """Whole numbers between ``low`` and ``high`` that add up to ``total``."""
    if len(low) == 0:
        return low
    fullness = (total - low.sum()) / max(1, (high - low).sum())
    wish = rng.beta(1.2, 1.2 * (1 / max(fullness, 1e-6) - 1) + 1e-6, len(low))
    size = low + np.rint(wish * (high - low)).astype(np.int64)
    while (off := total - int(size.sum())) != 0:
        can = np.flatnonzero(size < high if off > 0 else size > low)
        some = rng.permutation(can)[: abs(off)]
        size[some] += np.sign(off)
    return size

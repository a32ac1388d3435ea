"""Divide a polygon into parts of given areas by straight cuts, as streets divide a town."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

Floats = NDArray[np.float64]

FAR_M = 50_000.0
STEPS = 12
TURNS = 6  # directions that are tried for a cut
JITTER_RAD = 0.10
GRID_M = 0.01


def divide(
    shape: Polygon,
    water: Any,
    weights: Sequence[float],
    rng: np.random.Generator,
    *,
    seeds: Floats | None = None,
) -> list[Polygon]:
    """Cut ``shape`` into one connected part for each weight.

    Parts get dry land in the proportion of their weights. With ``seeds`` (n, 2), parts come to lie
    about where their seeds are; without, neighbours in the list become neighbours on the ground.
    """
    parts: list[Polygon | None] = [None] * len(weights)
    todo = [(shape, list(range(len(weights))))]
    while todo:
        piece, items = todo.pop()
        if len(items) == 1:
            parts[items[0]] = piece
            continue
        todo += _halved(piece, water, items, np.asarray(weights), seeds, rng)
    return [part for part in parts if part is not None]


def _halved(
    piece: Polygon,
    water: Any,
    items: list[int],
    weights: Floats,
    seeds: Floats | None,
    rng: np.random.Generator,
) -> list[tuple[Polygon, list[int]]]:
    """The best of a few cuts of ``piece``: short, and with the seeds on their sides."""
    land = shapely.difference(piece, water)
    if land.is_empty:
        land = piece
    best: tuple[float, Polygon, Polygon, list[int], list[int]] | None = None
    for angle in _angles(piece, rng):
        normal = np.array([math.cos(angle), math.sin(angle)])
        order = items if seeds is None else [items[i] for i in np.argsort(seeds[items] @ normal)]
        summed = np.cumsum(weights[order])
        k = int(np.argmin(np.abs(summed[:-1] - summed[-1] / 2))) + 1
        at = _offset(land, normal, summed[k - 1] / summed[-1])
        low, high = split(piece, normal, at)
        cost = shapely.length(shapely.intersection(low.boundary, high.boundary))
        cost += 0.2 * (_roundness(low) + _roundness(high)) * math.sqrt(piece.area)
        if seeds is not None:
            beyond = seeds[order] @ normal - at
            cost += 1.5 * float(np.maximum(beyond[:k], 0).sum() + np.maximum(-beyond[k:], 0).sum())
        if best is None or cost < best[0]:
            best = (cost, low, high, order[:k], order[k:])
    assert best is not None
    return [(best[1], best[3]), (best[2], best[4])]


def _angles(piece: Polygon, rng: np.random.Generator) -> Floats:
    """Directions to cut across: those of the tightest box first, a little off."""
    turns = np.arange(TURNS) * math.pi / TURNS
    return longest_side(piece) + turns + rng.normal(0.0, JITTER_RAD / 2, TURNS)


def longest_side(piece: Any) -> float:
    """Direction [rad] of the longest side of the tightest box around a shape."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(piece))
    if len(box) < 4:
        return 0.0
    sides = np.diff(box[:3], axis=0)
    side = sides[np.argmax(np.hypot(*sides.T))]
    return math.atan2(side[1], side[0])


def _roundness(shape: Polygon) -> float:
    """1 for a disc, more for what is long or ragged."""
    return float(shape.length / math.sqrt(4 * math.pi * shape.area))


def _offset(land: Any, normal: Floats, share: float) -> float:
    """Where to cut across ``normal`` so that this share of the land lies below."""
    along = shapely.get_coordinates(land) @ normal
    low, high = float(along.min()), float(along.max())
    target = share * land.area
    for _ in range(STEPS):
        at = (low + high) / 2
        if shapely.intersection(land, _half_plane(normal, at)).area < target:
            low = at
        else:
            high = at
    return (low + high) / 2


def _half_plane(normal: Floats, at: float) -> Polygon:
    """Everything that lies below ``at`` along ``normal``."""
    across = np.array([-normal[1], normal[0]]) * FAR_M
    edge = normal * at
    far = edge - normal * FAR_M
    return Polygon([edge - across, edge + across, far + across, far - across])


def split(piece: Polygon, normal: Floats, at: float) -> tuple[Polygon, Polygon]:
    """Two connected parts, below and above a straight cut.

    What a crooked edge leaves over on one side goes to the part that it touches most.
    """
    plane = _half_plane(normal, at)
    below = _by_size(shapely.intersection(piece, plane))
    above = _by_size(shapely.difference(piece, plane))
    sides = [below[0], above[0]]
    rest = below[1:] + above[1:]
    while rest:
        shared = np.array([[_shared_m(scrap, side) for side in sides] for scrap in rest])
        which, side = np.unravel_index(np.argmax(shared), shared.shape)
        merged = shapely.union(sides[side], rest.pop(int(which)), grid_size=GRID_M)
        sides[side] = _by_size(merged)[0]
    return sides[0], sides[1]


def _by_size(shape: Any) -> list[Polygon]:
    """The polygons of a shape, largest first."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return sorted(polygons, key=lambda part: -part.area)


def _shared_m(one: Polygon, other: Polygon) -> float:
    return float(shapely.length(shapely.intersection(one.boundary, other.boundary.buffer(0.05))))


def blocks(shape: Any, target_m2: float, rng: np.random.Generator) -> list[Polygon]:
    """Cut a shape across its length, again and again, until no part is over ``target_m2``."""
    done = []
    todo = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    while todo:
        piece = todo.pop()
        if piece.area <= target_m2 * rng.uniform(0.75, 1.25):
            done.append(piece)
            continue
        angle = longest_side(piece) + rng.normal(0.0, JITTER_RAD / 3)
        normal = np.array([math.cos(angle), math.sin(angle)])
        along = shapely.get_coordinates(piece) @ normal
        at = along.min() + (along.max() - along.min()) * rng.uniform(0.42, 0.58)
        plane = _half_plane(normal, float(at))
        todo += _by_size(shapely.intersection(piece, plane))
        todo += _by_size(shapely.difference(piece, plane))
    return done


def fitted(parts: Sequence[Polygon]) -> list[Polygon]:
    """The same parts with their common edges made equal to the last digit: no gap, no overlap."""
    edges = shapely.union_all([part.boundary for part in parts], grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    inner = shapely.point_on_surface(faces)
    tree = shapely.STRtree(parts)
    face, part = tree.query_nearest(inner, all_matches=False)
    owner = np.empty(len(faces), int)
    owner[face] = part
    return [_by_size(shapely.coverage_union_all(faces[owner == i]))[0] for i in range(len(parts))]

"""A made-up lattice of lanes and streets on dry land, joined by the avenues of the town."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from kapok_planning.streets import RoadClass

BLOCK_M = 47.0  # between lanes; gives some 50,000 edges in the district
BEND_M = 7.0
MISSING = 0.12  # of the pieces of lanes
STREET_EVERY = 4  # of the lanes is a street
ONE_WAY = 0.2  # of the streets


@dataclass(frozen=True)
class Lanes:
    """Lines in metres, the class of each, and whether it is travelled in its direction only."""

    lines: NDArray[np.object_]
    road_class: NDArray[np.int32]
    oneway: NDArray[np.bool_]


def lanes(land: Any, avenues: NDArray[np.object_], rng: np.random.Generator) -> Lanes:
    """A bent lattice with gaps wherever there is land, and the avenues, which cross the waters."""
    west, south, east, north = land.bounds
    x, y = np.arange(west, east, BLOCK_M), np.arange(south, north, BLOCK_M)
    corner = np.stack(np.meshgrid(x, y), axis=-1) + rng.normal(0, BEND_M, (len(y), len(x), 2))
    shapely.prepare(land)
    lines, kinds, ways = (
        [avenues],
        [np.full(len(avenues), RoadClass.MAIN)],
        [np.zeros(len(avenues))],
    )
    for along, n_rows in ((corner, len(y)), (corner.transpose(1, 0, 2), len(x))):
        for row in range(n_rows):
            is_street = row % STREET_EVERY == 0
            ends = np.stack([along[row, :-1], along[row, 1:]], axis=1)
            kept = ends if is_street else ends[rng.random(len(ends)) >= MISSING]
            one_way = is_street and rng.random() < ONE_WAY
            turn = -1 if rng.random() < 0.5 else 1
            pieces: Any = shapely.linestrings(kept[:, ::turn])
            joined = _joined(pieces[shapely.contains(land, pieces)])
            lines.append(joined)
            kinds.append(np.full(len(joined), RoadClass.STREET if is_street else RoadClass.LANE))
            ways.append(np.full(len(joined), one_way))
    return Lanes(
        np.concatenate(lines),
        np.concatenate(kinds).astype(np.int32),
        np.concatenate(ways).astype(np.bool_),
    )


def _joined(pieces: NDArray[np.object_]) -> NDArray[np.object_]:
    """Pieces that follow each other as one line, in their direction."""
    if not len(pieces):
        return pieces
    merged = shapely.line_merge(shapely.multilinestrings(list(pieces)), directed=True)
    return np.asarray(shapely.get_parts(merged), dtype=object)

"""What is wrong or odd in the list of blocks, found by rules and said in sentences.

Only one kind of finding keeps a block out: a position that cannot be right. To load it would put
its people into strangers' grid, where nobody looks for them; left out and named, it gets corrected.
Nothing is moved or guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from kapok.samples.planes import around
from kapok.samples.singapore.files import Blocks, Subzone

FAR_M = 2_000.0  # the third nearest block of one's town is nearer, but for outlying estates
AMONG = 8  # nearest blocks that are looked at; an outlying estate has its own town's there
HIGH = 500  # households; a larger block is over the upper bound of a grid by itself
LOW = 300  # a block of at least these is a grid by itself
USUAL_SHARE = 0.05  # of a town's blocks in an area, for the area to be the town's


@dataclass(frozen=True)
class Finding:
    """One kind of oddity: the sentence about it, a sentence for each case, and the lines."""

    kind: str
    sentence: str
    details: tuple[str, ...]
    lines: tuple[int, ...]
    left_out: bool = False  # its blocks are not loaded


def examine(
    all_blocks: Blocks, subzones: Sequence[Subzone]
) -> tuple[list[Finding], NDArray[np.int64]]:
    """Findings, and the subzone of each residential block (-1 where its position is wrong)."""
    blocks = all_blocks.taken(all_blocks.residential)
    xy_m = around(blocks.lon, blocks.lat).to_metres(np.stack([blocks.lon, blocks.lat], axis=1))
    subzone = _subzone_of(blocks, subzones)
    outside = np.flatnonzero(subzone < 0)
    far = np.setdiff1d(_far_from_town(xy_m, blocks.town), outside)
    findings = [
        _outside(blocks, outside),
        _far(blocks, far, xy_m),
        _one_point(all_blocks),
        _too_large(blocks),
        _alone(blocks),
        _other_area(blocks, np.setdiff1d(np.arange(len(blocks)), far), subzone, subzones),
        _no_units(blocks),
    ]
    subzone[far] = -1
    return [finding for finding in findings if finding.lines], subzone


def _subzone_of(blocks: Blocks, subzones: Sequence[Subzone]) -> NDArray[np.int64]:
    """The subzone in which each block stands, -1 for none."""
    tree = shapely.STRtree([zone.shape for zone in subzones])
    block, zone = tree.query(shapely.points(blocks.lon, blocks.lat), predicate="intersects")
    found = np.full(len(blocks), -1)
    found[block[::-1]] = zone[::-1]  # on a common edge, the first of both
    return found


def _far_from_town(xy_m: NDArray[np.float64], town: NDArray[np.object_]) -> NDArray[np.int64]:
    """Blocks kilometres from the others of their town, and among blocks of other towns."""
    if len(xy_m) <= AMONG:
        return np.empty(0, np.int64)
    third = np.zeros(len(xy_m))
    for name in set(town):
        here = np.flatnonzero(town == name)
        if len(here) > 3:
            third[here] = _nearest(xy_m[here], 3)[0][:, 3]
    near = _nearest(xy_m, AMONG)[1]
    own = (town[near[:, 1:]] == town[:, None]).sum(axis=1)
    return np.flatnonzero((third > FAR_M) & (own < AMONG / 2))


def _nearest(xy_m: NDArray[np.float64], n: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Distances to, and numbers of, the nearest ``n`` others, oneself first."""
    distance, other = KDTree(xy_m).query(xy_m, n + 1)
    return np.asarray(distance), np.asarray(other)


def _said(blocks: Blocks, i: Any) -> str:
    return f"line {blocks.line[i]}: {blocks.number[i]} {blocks.street[i]}"


def _far(blocks: Blocks, far: NDArray[np.int64], xy_m: NDArray[np.float64]) -> Finding:
    details = []
    for i in far:
        others = np.setdiff1d(np.flatnonzero(blocks.street == blocks.street[i]), far)
        where = f"the other blocks of {blocks.street[i]}"
        if not len(others):
            others = np.setdiff1d(np.flatnonzero(blocks.town == blocks.town[i]), far)
            where = f"the other blocks of town {blocks.town[i]}"
        off_km = np.hypot(*(xy_m[i] - np.median(xy_m[others], axis=0))) / 1000
        details.append(
            f"{_said(blocks, i)} ({blocks.units[i]} units) is {off_km:.1f} km off {where}."
        )
    return Finding(
        "far_from_town",
        f"{_n(len(far), 'block')} ({blocks.units[far].sum():,} units) kilometres from their "
        "town, among blocks of another: the positions are wrong. They are left out until their "
        "positions are corrected, because they would come into the grid of strangers.",
        tuple(details),
        tuple(blocks.line[far].tolist()),
        left_out=True,
    )


def _outside(blocks: Blocks, outside: NDArray[np.int64]) -> Finding:
    return Finding(
        "outside",
        f"{_n(len(outside), 'block')} ({blocks.units[outside].sum():,} units) in no subzone, in "
        "the sea or abroad. They are left out until their positions are corrected.",
        tuple(f"{_said(blocks, i)} ({blocks.units[i]} units)." for i in outside),
        tuple(blocks.line[outside].tolist()),
        left_out=True,
    )


def _one_point(blocks: Blocks) -> Finding:
    places = np.stack([blocks.lon, blocks.lat], axis=1)
    _, label, size = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    label = label.reshape(-1)
    shared = np.flatnonzero(size > 1)
    groups = [np.flatnonzero(label == place) for place in shared]
    return Finding(
        "one_point",
        f"{_n(len(shared), 'position')} given for more than one block. The blocks are kept: each "
        "has its number and units, and its grid is the same wherever in the estate it stands.",
        tuple(" and ".join(_said(blocks, i) for i in group) + "." for group in groups),
        tuple(int(blocks.line[i]) for group in groups for i in group),
    )


def _too_large(blocks: Blocks) -> Finding:
    large = np.flatnonzero(blocks.units > HIGH)
    return Finding(
        "over_500",
        f"{_n(len(large), 'block')} of over {HIGH} units (the largest {_most(blocks, large)}). "
        "Each is a grid by itself and over the bounds, since the list gives no units by stairwell.",
        tuple(f"{_said(blocks, i)} has {blocks.units[i]} units." for i in large),
        tuple(blocks.line[large].tolist()),
    )


def _alone(blocks: Blocks) -> Finding:
    alone = np.flatnonzero((blocks.units >= LOW) & (blocks.units <= HIGH))
    return Finding(
        "grid_alone",
        f"{_n(len(alone), 'block')} of {LOW}–{HIGH} units, each of which can be a grid alone.",
        (),
        tuple(blocks.line[alone].tolist()),
    )


def _other_area(
    blocks: Blocks,
    looked_at: NDArray[np.int64],
    subzone: NDArray[np.int64],
    subzones: Sequence[Subzone],
) -> Finding:
    """Blocks in a planning area that is not usual for their town."""
    names = np.array([*(zone.area for zone in subzones), ""], object)
    area = names[subzone[looked_at]]
    town = blocks.town[looked_at]
    odd = np.zeros(len(looked_at), bool)
    for name in set(town):
        here = town == name
        known, n = np.unique(area[here].astype(str), return_counts=True)
        odd |= here & np.isin(area.astype(str), known[n < USUAL_SHARE * here.sum()])
    odd &= area != ""
    found = looked_at[odd]
    return Finding(
        "other_area",
        f"{_n(len(found), 'block')} ({blocks.units[found].sum():,} units) of a town that hardly "
        "reaches into the planning area where they stand. They are kept, where the map has "
        "them: a town is who manages the block, a subzone is where it is.",
        tuple(
            f"{_said(blocks, i)} is of town {blocks.town[i]} and stands in {names[subzone[i]]}."
            for i in found
        ),
        tuple(blocks.line[found].tolist()),
    )


def _no_units(blocks: Blocks) -> Finding:
    empty = np.flatnonzero(blocks.units == 0)
    return Finding(
        "no_units",
        f"{_n(len(empty), 'block')} marked as residential, without dwelling units. Kept; they "
        "count nothing.",
        tuple(f"{_said(blocks, i)}." for i in empty),
        tuple(blocks.line[empty].tolist()),
    )


def _n(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")


def _most(blocks: Blocks, which: Any) -> int:
    return int(blocks.units[which].max()) if len(which) else 0

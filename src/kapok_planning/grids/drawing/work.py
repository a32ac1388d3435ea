"""The work in progress of one drawing: arrays in community order, and who draws what when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kapok_planning.grids.drawing.annealing import Schedule, Wishes
from kapok_planning.grids.drawing.community import Effort, gathered
from kapok_planning.grids.drawing.kernels import Local
from kapok_planning.grids.drawing.parts import Drawn, Part, draw_part
from kapok_planning.grids.town import (
    BoolArray,
    Bounds,
    IntArray,
    Links,
    Progress,
    StoppingRule,
    Town,
)
from kapok_planning.spreading import Spread

FEWEST, MOST = 2_000, 20_000  # buildings in a part; a part is worth its journey, and not too long
PARTS = 32  # so many where the town is large enough, that nobody waits long for the last
LARGE = MOST  # buildings from which a community is drawn alone, in steps

BALANCE, STREET, MOVE = 0.05, 4.0, 6.0
"""Prices in mean inertias of a household, as ``Wishes`` in ``annealing`` has them."""

IN_A_HURRY = Effort(Schedule(3, 0.1, 0.01, False), Schedule(3, 0.1, 0.01, False), 0, 1, 0, 0, 0)
"""What is spent on communities that are left when the stopping rule says stop."""


def _former_labels(community: IntArray, previous: IntArray | None) -> IntArray:
    """Former grids numbered from 0 inside each community, -1 where there was none."""
    former = np.full(len(community), -1, np.int32)
    if previous is None:
        return former
    known = previous >= 0
    pairs = community[known].astype(np.int64) << 32 | previous[known]
    unique, index = np.unique(pairs, return_inverse=True)
    firsts = np.searchsorted(unique >> 32, np.arange(community.max(initial=0) + 1))
    former[known] = index - firsts[community[known]]
    return former


def _checked(town: Town, previous: IntArray | None, locked: BoolArray | None) -> BoolArray:
    """``locked`` as an array, or a ``ValueError`` that names what is wrong with it."""
    if previous is not None and previous.shape != (town.n,):
        raise ValueError(f"previous has shape {previous.shape}, expected ({town.n},).")
    if locked is None or not locked.any():
        return np.zeros(town.n, np.bool_)
    if locked.shape != (town.n,):
        raise ValueError(f"locked has shape {locked.shape}, expected ({town.n},).")
    if previous is None or (previous[locked] < 0).any():
        raise ValueError("locked names buildings that have no former grid.")
    if np.isin(previous[~locked], previous[locked]).any():
        raise ValueError("locked names only a part of a former grid.")
    return locked


def _report(on_progress: Progress, base: int, total: int, part: int, _: int) -> None:
    """Progress inside one large community, as progress of the whole."""
    on_progress(base + part, total)


@dataclass
class Work:
    """Inputs in the order of communities, and what has been drawn of them so far.

    Attributes
    ----------
    town
        The arrays of the whole town, as the kernels take them.
    order : (n,) int array
        Buildings sorted by community; those of community ``c`` are
        ``order[starts[c]:starts[c + 1]]``. ``rank`` is the place of each building in it.
    label : (n,) int array
        Grid of each building, from 0 inside its community.
    n_labels : (n_communities,) int array
        Labels used at most.
    proven : (n,) bool array
        Buildings of pieces that cannot be cut within the bounds.
    n_done
        Buildings drawn so far.
    stopped
        Whether the stopping rule has said yes.
    """

    town: Local
    community: IntArray
    wishes: Wishes
    seed: int
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    rank: NDArray[np.int64]
    label: IntArray
    n_labels: IntArray
    proven: BoolArray
    n_done: int = 0
    stopped: bool = False

    @classmethod
    def prepared(
        cls,
        town: Town,
        links: Links,
        bounds: Bounds,
        previous: IntArray | None,
        locked: BoolArray | None,
        seed: int,
    ) -> Work:
        """Everything sorted and nothing drawn."""
        fixed = _checked(town, previous, locked)
        n, n_communities = town.n, town.n_communities
        order = np.argsort(town.community, kind="stable")
        starts = np.searchsorted(town.community[order], np.arange(n_communities + 1))
        rank = np.empty(n, np.int64)
        rank[order] = np.arange(n)
        street = STREET if links.streets.any() else 0.0
        move = MOVE if previous is not None else 0.0
        return cls(
            town=Local(
                x=np.ascontiguousarray(town.xy_m[:, 0]),
                y=np.ascontiguousarray(town.xy_m[:, 1]),
                w=town.households.astype(np.float64),
                indptr=links.indptr,
                indices=links.indices,
                streets=links.streets,
                fixed=fixed,
                former=_former_labels(town.community, previous),
            ),
            community=town.community,
            wishes=Wishes(
                float(bounds.low), float(bounds.high), float(bounds.aim), BALANCE, street, move
            ),
            seed=seed,
            order=order,
            starts=starts,
            rank=rank,
            label=np.zeros(n, np.int32),
            n_labels=np.zeros(n_communities, np.int32),
            proven=np.zeros(n, np.bool_),
        )

    def numbered_through(self) -> tuple[IntArray, IntArray]:
        """Grids from 0 through the whole town, (n,), and the community of each, (n_grids,)."""
        offset = np.concatenate([[0], np.cumsum(self.n_labels, dtype=np.int64)])
        key = offset[self.community] + self.label
        used = np.bincount(key, minlength=int(offset[-1])) > 0
        community = np.repeat(np.arange(len(self.n_labels), dtype=np.int32), self.n_labels)
        return (np.cumsum(used, dtype=np.int32) - 1)[key].astype(np.int32), community[used]

    def run(
        self, effort: Effort, spread: Spread, on_progress: Progress, should_stop: StoppingRule
    ) -> bool:
        """Draw all communities; False when the stopping rule cut the work short."""
        total = len(self.label)
        work = partial(draw_part, self.wishes, self.seed)
        for drawn in spread(work, self._parts(effort, on_progress, should_stop)):
            self._keep(drawn)
            on_progress(self.n_done, total)
        return not self.stopped

    def _parts(
        self, effort: Effort, on_progress: Progress, should_stop: StoppingRule
    ) -> Iterator[Part]:
        """The parts that are drawn by whoever is free.

        A large community is drawn here when its turn comes, so that the stopping rule may end it.
        """
        for first, last in self._ranges():
            self.stopped = self.stopped or should_stop()
            part = self._part(first, last, IN_A_HURRY if self.stopped else effort)
            if len(part.at.x) > LARGE:
                report = partial(_report, on_progress, self.n_done, len(self.label))
                drawn = draw_part(self.wishes, self.seed, part, report, should_stop)
                self.stopped = self.stopped or not drawn.finished
                self._keep(drawn)
            else:
                yield part
        on_progress(self.n_done, len(self.label))

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Ranges of communities of some thousand buildings; large ones stand alone."""
        first, n_communities = 0, len(self.n_labels)
        enough = min(max(len(self.label) // PARTS, FEWEST), MOST)
        for c in range(n_communities):
            if self.starts[c + 1] - self.starts[c] > LARGE:
                if first < c:
                    yield first, c
                yield c, c + 1
                first = c + 1
            elif self.starts[c + 1] - self.starts[first] >= enough:
                yield first, c + 1
                first = c + 1
        if first < n_communities:
            yield first, n_communities

    def _part(self, first: int, last: int, effort: Effort) -> Part:
        """The communities ``first`` to ``last`` with all that drawing them needs."""
        starts = self.starts[first : last + 1]
        at = gathered(self.town, self.order[starts[0] : starts[-1]], self.rank)
        return Part(at, starts - starts[0], first, effort)

    def _keep(self, drawn: Drawn) -> None:
        """Write down what was drawn of a part."""
        begin = self.starts[drawn.first]
        nodes = self.order[begin : begin + len(drawn.label)]
        self.label[nodes], self.proven[nodes] = drawn.label, drawn.proven
        self.n_labels[drawn.first : drawn.first + len(drawn.n_labels)] = drawn.n_labels
        self.n_done += len(nodes)

"""The work in progress of one drawing: arrays in community order, and who draws what when."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kapok_planning.grids.drawing.annealing import Schedule, Wishes
from kapok_planning.grids.drawing.community import Effort, draw_community, gathered
from kapok_planning.grids.drawing.kernels import Local
from kapok_planning.grids.town import (
    BoolArray,
    Bounds,
    IntArray,
    Links,
    Progress,
    StoppingRule,
    Town,
    never_stop,
    no_progress,
)

BATCH = 4_000  # buildings drawn between two looks at the stopping rule
LARGE = 20_000  # buildings from which a community is drawn alone, in steps

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
        ``order[starts[c]:starts[c + 1]]``. ``local`` is the place of a building among them.
    label : (n,) int array
        Grid of each building, from 0 inside its community.
    n_labels : (n_communities,) int array
        Labels used at most.
    proven : (n,) bool array
        Buildings of pieces that cannot be cut within the bounds.
    abandoned
        Whether threads should begin no other community.
    """

    town: Local
    community: IntArray
    wishes: Wishes
    seed: int
    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    local: IntArray
    label: IntArray
    n_labels: IntArray
    proven: BoolArray
    abandoned: bool = False

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
        local = np.empty(n, np.int32)
        local[order] = np.arange(n) - starts[town.community[order]]
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
            local=local,
            label=np.zeros(n, np.int32),
            n_labels=np.zeros(n_communities, np.int32),
            proven=np.zeros(n, np.bool_),
        )

    def nodes(self, c: int) -> NDArray[np.int64]:
        """The buildings of community ``c``."""
        return self.order[self.starts[c] : self.starts[c + 1]]

    def gathered(self, c: int) -> Local:
        """The arrays of community ``c`` in local order."""
        return gathered(self.town, self.nodes(c), self.local)

    def numbered_through(self) -> tuple[IntArray, IntArray]:
        """Grids from 0 through the whole town, (n,), and the community of each, (n_grids,)."""
        offset = np.concatenate([[0], np.cumsum(self.n_labels, dtype=np.int64)])
        key = offset[self.community] + self.label
        used = np.bincount(key, minlength=int(offset[-1])) > 0
        community = np.repeat(np.arange(len(self.n_labels), dtype=np.int32), self.n_labels)
        return (np.cumsum(used, dtype=np.int32) - 1)[key].astype(np.int32), community[used]

    def run(
        self, effort: Effort, n_threads: int, on_progress: Progress, should_stop: StoppingRule
    ) -> bool:
        """Draw all communities; False when the stopping rule cut the work short."""
        done, stopped, n = 0, False, len(self.label)
        running: set[Future[int]] = set()
        pool = ThreadPoolExecutor(max_workers=n_threads)
        try:
            for first, last in self._jobs():
                stopped = stopped or should_stop()
                chosen = IN_A_HURRY if stopped else effort
                if self.starts[last] - self.starts[first] > LARGE:
                    report = partial(_report, on_progress, done, n)
                    stopped = not self._draw(first, chosen, report, should_stop) or stopped
                    done += int(self.starts[last] - self.starts[first])
                else:
                    running.add(pool.submit(self._draw_batch, first, last, chosen))
                while len(running) >= 2 * n_threads:
                    done += self._collected(running)
                    on_progress(done, n)
            while running:
                done += self._collected(running)
                on_progress(done, n)
        finally:
            self.abandoned = True  # after an error or Ctrl-C nobody waits for what still runs
            pool.shutdown(cancel_futures=True)
        return not stopped

    def _jobs(self) -> Iterator[tuple[int, int]]:
        """Ranges of communities of about ``BATCH`` buildings; large ones stand alone."""
        first, n_communities = 0, len(self.n_labels)
        for c in range(n_communities):
            if self.starts[c + 1] - self.starts[c] > LARGE:
                if first < c:
                    yield first, c
                yield c, c + 1
                first = c + 1
            elif self.starts[c + 1] - self.starts[first] >= BATCH:
                yield first, c + 1
                first = c + 1
        if first < n_communities:
            yield first, n_communities

    def _collected(self, running: set[Future[int]]) -> int:
        """Buildings of the jobs that have ended; waits for one at least."""
        ended, _ = wait(running, return_when=FIRST_COMPLETED)
        running -= ended
        return sum(job.result() for job in ended)

    def _draw_batch(self, first: int, last: int, effort: Effort) -> int:
        """Draw a range of communities; how many buildings they have."""
        for c in range(first, last):
            if self.starts[c + 1] > self.starts[c] and not self.abandoned:
                self._draw(c, effort, no_progress, never_stop)
        return int(self.starts[last] - self.starts[first])

    def _draw(
        self, c: int, effort: Effort, on_progress: Progress, should_stop: StoppingRule
    ) -> bool:
        """Draw one community and write it down; False when cut short."""
        drawn = draw_community(
            self.gathered(c), self.wishes, effort, self.seed, c, on_progress, should_stop
        )
        self.label[self.nodes(c)], self.proven[self.nodes(c)] = drawn.label, drawn.proven
        self.n_labels[c] = drawn.n_labels
        return drawn.finished

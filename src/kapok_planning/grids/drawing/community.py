"""Draw one community: local arrays, a start, annealing, and the best of a few tries."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kapok_planning.compiled import jit
from kapok_planning.grids.drawing.annealing import (
    EMPTY,
    Schedule,
    Wishes,
    anneal,
    outside,
    seeded,
    sums,
    units,
)
from kapok_planning.grids.drawing.kernels import Local, Nodes
from kapok_planning.grids.drawing.mending import Mender
from kapok_planning.grids.drawing.starting import start
from kapok_planning.grids.matching import match_grids
from kapok_planning.grids.town import BoolArray, Bounds, IntArray, Progress, StoppingRule

STEP = 1_000_000  # proposals between two looks at the stopping rule
MOST_TRIES = 64
MENDED = 500  # buildings that a share of the steps of mending is for
RESCUE = 4  # times as many sweeps in a rescue
TORN = 0.03  # share of households torn off by straight cuts from which others are tried too
POLISH = Schedule(40, 0.05, 0.002, far=True)  # its colder half is used


class Effort(NamedTuple):
    """How much work a community is worth.

    ``schedule`` for most; communities of up to ``small`` buildings get the best of ``tries`` runs
    of ``small_schedule``; ``rescues`` more runs where grids are left outside the bounds that
    ``mend_steps`` of search around them and ``search_steps`` in each whole piece did not mend.
    """

    schedule: Schedule
    small_schedule: Schedule
    small: int
    tries: int
    rescues: int
    mend_steps: int
    search_steps: int


@jit
def gathered(town: Local, nodes: Nodes, rank: Nodes) -> Local:
    """The buildings of ``nodes``, whole communities in a row, with links numbered from 0.

    ``town`` holds the arrays of the whole town, ``rank`` (n,) the place of each building in the
    order that ``nodes`` is a stretch of.
    """
    n = len(nodes)
    indptr = np.zeros(n + 1, np.int32)
    for t in range(n):
        indptr[t + 1] = indptr[t] + (town.indptr[nodes[t] + 1] - town.indptr[nodes[t]])
    indices, streets = np.empty(indptr[n], np.int32), np.empty(indptr[n], np.uint8)
    put = 0
    for i in nodes:
        for e in range(town.indptr[i], town.indptr[i + 1]):
            indices[put] = rank[town.indices[e]] - rank[nodes[0]]
            streets[put] = town.streets[e]
            put += 1
    return Local(
        town.x[nodes], town.y[nodes], town.w[nodes],
        indptr, indices, streets, town.fixed[nodes], town.former[nodes],
    )  # fmt: skip


@jit
def cut_out(at: Local, first: int, last: int) -> Local:
    """The community of buildings ``first`` to ``last``, its middle at the origin."""
    begin, end = at.indptr[first], at.indptr[last]
    x, y = at.x[first:last], at.y[first:last]
    return Local(
        x - x.mean(), y - y.mean(), at.w[first:last], at.indptr[first : last + 1] - begin,
        (at.indices[begin:end] - first).astype(np.int32), at.streets[begin:end],
        at.fixed[first:last], at.former[first:last],
    )  # fmt: skip


class Score(NamedTuple):
    """How bad a plan is; the smaller of two is the better.

    ``outside``: grids outside the bounds, with every grid's worth of households that leave their
    former grid counted as one more; then ``households`` outside, and then ``cost``, which is what
    annealing lowers but for the bounds.
    """

    outside: float
    households: float
    cost: float


@jit
def judged(at: Local, label: IntArray, n_labels: int, wishes: Wishes) -> tuple[int, Score]:
    """Grids outside the bounds, and the score of a plan."""
    load = np.empty(n_labels)
    inertia, total = sums(at, label, load, np.empty(n_labels), np.empty(n_labels))
    household = inertia / max(total, 1.0)
    drawn = np.zeros(n_labels, np.bool_)
    cost, moved = inertia, 0.0
    for i in range(len(label)):
        drawn[label[i]] = not at.fixed[i]
        if at.former[i] >= 0 and at.former[i] != label[i]:
            moved += max(at.w[i], EMPTY)
        for e in range(at.indptr[i], at.indptr[i + 1]):
            if at.streets[e] and label[at.indices[e]] == label[i]:
                cost += 0.5 * wishes.street * household * at.streets[e]
    n_outside, households = 0, 0.0
    for g in range(n_labels):
        if drawn[g]:
            over, off = outside(load[g], wishes), load[g] - wishes.aim
            n_outside += over > 0.0
            households += over
            cost += wishes.balance * household * off * off / wishes.aim
    cost += wishes.move * household * moved
    return n_outside, Score(n_outside + moved / wishes.aim, households, cost)


@dataclass(frozen=True)
class DrawnCommunity:
    """Labels of the buildings from 0, how many, and which buildings cannot be cut, by proof."""

    label: IntArray
    n_labels: int
    proven: BoolArray
    finished: bool


# Python and not one compiled function from here on: compiled into one, the innermost loop doubles
# its time, and the calls cost a fraction of a percent.


def draw_community(
    at: Local,
    wishes: Wishes,
    effort: Effort,
    seed: int,
    stream: int,
    on_progress: Progress,
    should_stop: StoppingRule,
) -> DrawnCommunity:
    """Draw a community; the best of the tries that its size and the effort allow."""
    small = len(at.x) <= effort.small
    schedule = effort.small_schedule if small else effort.schedule
    tries = effort.tries if small else 1
    mender = Mender(
        at,
        Bounds(int(wishes.low), int(wishes.high)),
        effort.mend_steps * max(1, len(at.x) // MENDED),
        effort.search_steps,
    )
    n_former = int(at.former.max()) + 1
    fixed_only = np.where(at.fixed, at.former, -1).astype(np.int32)
    is_new = not (at.former > fixed_only).any()
    label, n_labels, n_outside, finished = at.former, 0, len(at.x) + 1, True
    score = Score(np.inf, 0.0, 0.0)
    for turn in range(MOST_TRIES):
        rescue = turn >= tries
        settled = n_outside <= mender.unavoidable or turn == tries + effort.rescues
        if not finished or (rescue and settled):
            break
        # A rescue takes longer, tries the possible numbers of grids, and starts from scratch or,
        # every other time where there are former grids, from them.
        scratch = rescue and (is_new or bool(turn % 2))
        former, other = (fixed_only, (turn - tries) // 2) if scratch else (at.former, 0)
        sweeps = schedule.sweeps * (RESCUE if rescue else 1)
        tried = np.empty(len(at.x), np.int32)
        n_tried, torn = start(at, former, n_former, other, bool(turn % 2), wishes, tried)
        if turn == 0 and torn > TORN:
            # As where a brook with one bridge parts a community: cuts along the links follow it.
            tries = max(tries, 2)
        state = np.uint64(seeded(np.uint64(seed), np.uint64(stream * MOST_TRIES + turn)))
        finished = _annealed(
            at, tried, n_tried, wishes, schedule._replace(sweeps=sweeps), state,
            on_progress, should_stop,
        )  # fmt: skip
        if judged(at, tried, n_tried, wishes)[0] > mender.unavoidable:
            n_tried = mender.mend(tried, n_tried)
            _polish(at, tried, n_tried, wishes, state)
        if scratch and n_former:
            n_tried = _name_after_former(at, tried)
        tried_outside, tried_score = judged(at, tried, n_tried, wishes)
        if tried_score < score:
            label, n_labels, n_outside, score = tried, n_tried, tried_outside, tried_score
    return DrawnCommunity(label, n_labels, mender.hopeless, finished)


def _name_after_former(at: Local, label: IntArray) -> int:
    """Give each grid, in place, the label of the former one it goes on from; how many labels."""
    match = match_grids(at.former, label, at.w)
    name = np.full(max(len(match), int(at.former.max()) + 1), -1, np.int32)
    name[: len(match)] = match
    name[name < 0] = np.setdiff1d(np.arange(len(name)), match)
    label[:] = name[label]
    return len(name)


def _polish(at: Local, label: IntArray, n_labels: int, wishes: Wishes, state: np.uint64) -> None:
    """Make a mended plan more compact, in place, unless that leads out of the bounds again."""
    better = label.copy()
    unit = units(at, label, n_labels)
    anneal(at, better, n_labels, wishes, POLISH, POLISH.sweeps // 2, POLISH.sweeps, unit, state)
    if judged(at, better, n_labels, wishes) <= judged(at, label, n_labels, wishes):
        label[:] = better


def _annealed(
    at: Local,
    label: IntArray,
    n_labels: int,
    wishes: Wishes,
    schedule: Schedule,
    state: np.uint64,
    on_progress: Progress,
    should_stop: StoppingRule,
) -> bool:
    """Anneal ``label`` in steps; False when cut short.

    Once told to stop it runs the coldest sweeps only, so that a plan is never left hot.
    """
    if n_labels == 1:
        return True
    n, unit = len(label), units(at, label, n_labels)
    step, sweep, finished = max(1, STEP // n), 0, True
    while sweep < schedule.sweeps:
        if sweep and finished and should_stop():
            finished, sweep = False, max(sweep, schedule.sweeps - 3)
        last = min(sweep + step, schedule.sweeps)
        state = np.uint64(anneal(at, label, n_labels, wishes, schedule, sweep, last, unit, state))
        sweep = last
        on_progress(n * sweep // schedule.sweeps, n)
    return finished

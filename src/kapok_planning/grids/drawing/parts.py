"""Some communities of a town, drawn wherever there is time for them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.grids.drawing.annealing import Wishes
from kapok_planning.grids.drawing.community import Effort, cut_out, draw_community
from kapok_planning.grids.drawing.kernels import Local
from kapok_planning.grids.town import (
    BoolArray,
    IntArray,
    Progress,
    StoppingRule,
    never_stop,
    no_progress,
)


@dataclass(frozen=True)
class Part:
    """Whole communities in a row, with all that drawing them needs but what is one for a town.

    Attributes
    ----------
    at
        Their arrays, without any other building's.
    starts : (k + 1,) int array
        Where each community begins among them, and where the last one ends.
    first
        Number of the first community in the town: its random stream.
    effort
        How much work each is worth.
    """

    at: Local
    starts: NDArray[np.int64]
    first: int
    effort: Effort


@dataclass(frozen=True)
class Drawn:
    """What was drawn of a part.

    Attributes
    ----------
    first
        As in the part.
    label : (m,) int array
        Grid of each building, from 0 inside its community.
    n_labels : (k,) int array
        Labels used at most in each community.
    proven : (m,) bool array
        Buildings of pieces that cannot be cut within the bounds.
    finished
        False when cut short.
    """

    first: int
    label: IntArray
    n_labels: IntArray
    proven: BoolArray
    finished: bool


def draw_part(
    wishes: Wishes,
    seed: int,
    part: Part,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> Drawn:
    """Draw the communities of a part, each from its own random stream."""
    n_communities = len(part.starts) - 1
    label = np.zeros(len(part.at.x), np.int32)
    n_labels = np.zeros(n_communities, np.int32)
    proven = np.zeros(len(label), np.bool_)
    finished = True
    for c in range(n_communities):
        begin, end = part.starts[c], part.starts[c + 1]
        if begin == end:
            continue
        drawn = draw_community(
            cut_out(part.at, begin, end), wishes, part.effort, seed, part.first + c,
            on_progress, should_stop,
        )  # fmt: skip
        label[begin:end], proven[begin:end] = drawn.label, drawn.proven
        n_labels[c] = drawn.n_labels
        finished = finished and drawn.finished
    return Drawn(part.first, label, n_labels, proven, finished)

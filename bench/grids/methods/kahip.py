"""KaHIP, which cuts still fewer links than METIS at more expense."""

import kahip
import numpy as np

from bench.grids.instances import Instance, Labels, Piece
from bench.grids.methods import Cut, Draw, by_part, numbered

MODES = {"fast": kahip.FAST, "eco": kahip.ECO}
MAX_IMBALANCE = 0.1
IS_QUIET = True


def prepare(instance: Instance, variant: str) -> Draw:
    """Weights are households; KaHIP has no option for contiguous parts."""
    parts, _, mode = variant.partition(" ")
    return by_part(instance, lambda piece: cutter(piece, MODES[mode]), parts)


def cutter(piece: Piece, mode: int) -> Cut:
    """One call of KaHIP on a piece, by seed. It takes lists."""
    weights, starts, ends = (
        values.tolist() for values in (piece.households, piece.indptr, piece.indices)
    )
    ones = [1] * len(ends)

    def cut(seed: int) -> Labels:
        _, labels = kahip.kaffpa(
            weights, starts, ones, ends, piece.n_grids, MAX_IMBALANCE, IS_QUIET, seed, mode
        )
        return numbered(np.asarray(labels, np.int32))

    return cut

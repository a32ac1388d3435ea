"""k-means-constrained, which knows sizes but no neighbours."""

import numpy as np
from k_means_constrained import KMeansConstrained

from bench.grids.instances import BOUNDS, Instance, Labels, Piece
from bench.grids.methods import Cut, Draw, by_part, numbered

N_STARTS = 1


def prepare(instance: Instance, variant: str) -> Draw:
    """Sizes count points: each household is one, and a building goes where most of it goes."""
    return by_part(instance, cutter)


def cutter(piece: Piece) -> Cut:
    """Cut one piece into its number of grids of 300 to 500 points."""
    n = len(piece.buildings)
    building = np.repeat(np.arange(n), piece.households)
    points = piece.xy_m[building] - piece.xy_m.mean(axis=0)
    feasible = piece.slack >= 0

    def cut(seed: int) -> Labels:
        clusters = KMeansConstrained(
            piece.n_grids,
            size_min=BOUNDS.low if feasible else None,
            size_max=BOUNDS.high if feasible else None,
            n_init=N_STARTS,
            random_state=seed,
        ).fit_predict(points)
        votes = np.zeros((n, piece.n_grids), np.int32)
        np.add.at(votes, (building, clusters), 1)
        return numbered(votes.argmax(axis=1).astype(np.int32))

    return cut

"""METIS, which cuts few links between parts of nearly equal weight."""

import numpy as np
import pymetis

from bench.grids.instances import Instance, Labels, Piece
from bench.grids.methods import Cut, Draw, by_part, numbered

INDEX = pymetis.zero_copy_dtype()
NEAR_M = 300.0

OPTIONS: dict[str, dict[str, int]] = {
    "default": {},
    "contig": {"contig": 1},
    "tuned": {"contig": 1, "ufactor": 100},
}


def prepare(instance: Instance, variant: str) -> Draw:
    """Weights are households; contiguity exists in METIS for k-way alone, so that is asked for."""
    parts, _, options = variant.partition(" ")
    return by_part(instance, lambda piece: cutter(piece, options), parts)


def cutter(piece: Piece, variant: str) -> Cut:
    """One call of METIS on a piece, by seed."""
    adjacency = pymetis.CSRAdjacency(piece.indptr.astype(INDEX), piece.indices.astype(INDEX))
    households = piece.households.astype(INDEX)
    nearness = near(piece) if variant == "tuned" else None

    def cut(seed: int) -> Labels:
        options = pymetis.Options(seed=seed, **OPTIONS[variant])
        _, labels = pymetis.part_graph(
            piece.n_grids,
            adjacency=adjacency,
            vweights=households,
            eweights=nearness,
            options=options,
            recursive=False if options.contig == 1 else None,
        )
        return numbered(np.asarray(labels, np.int32))

    return cut


def near(piece: Piece) -> Labels:
    """Weights of links from 100, at no distance, to 1, at 300 m."""
    here = np.repeat(np.arange(len(piece.buildings)), np.diff(piece.indptr))
    length_m = np.hypot(*(piece.xy_m[here] - piece.xy_m[piece.indices]).T)
    return np.maximum(1, np.rint(101 - 100 * length_m / NEAR_M)).astype(INDEX)

"""Ours and the peers, each behind the same door.

A method's ``prepare`` turns an instance into whatever its library takes and returns a function
of a seed that draws; only that function is timed. Conversion, imports and compilation are apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.grids.instances import Instance, Labels, Piece, open_parts, pieces

Draw = Callable[[int], Labels]
Cut = Callable[[int], Labels]

PIECES, WHOLE = "pieces", "whole"


@dataclass(frozen=True)
class Method:
    """A way to draw grids.

    Attributes
    ----------
    about
        The options it runs with, for the reader of the table.
    module
        Module of this package whose ``prepare(instance, variant)`` makes the function to time.
    distribution
        Name on PyPI, for its version.
    is_whole
        Whether it takes the whole town as one graph, so that its grids may cross communities.
    """

    about: str
    module: str
    variant: str
    distribution: str
    is_whole: bool = False


METHODS = {
    "ours-fast": Method("Kapok, budget fast", "ours", "fast", "kapok"),
    "ours": Method("Kapok, budget normal", "ours", "normal", "kapok"),
    "ours-long": Method("Kapok, budget long", "ours", "long", "kapok"),
    "metis": Method("METIS by community, default options", "metis", "pieces default", "pymetis"),
    "metis-contig": Method(
        "METIS by community, k-way, contiguous parts asked for", "metis", "pieces contig", "pymetis"
    ),
    "metis-tuned": Method(
        "METIS by community, k-way, contiguous, links weighted by nearness, ufactor 100",
        "metis",
        "pieces tuned",
        "pymetis",
    ),
    "metis-whole": Method(
        "METIS on the whole town, default options, may cross communities",
        "metis",
        "whole default",
        "pymetis",
        is_whole=True,
    ),
    "metis-whole-contig": Method(
        "METIS on the whole town, k-way, contiguous parts asked for, may cross communities",
        "metis",
        "whole contig",
        "pymetis",
        is_whole=True,
    ),
    "kahip-fast": Method("KaHIP by community, fast", "kahip", "pieces fast", "kahip"),
    "kahip-eco": Method("KaHIP by community, eco", "kahip", "pieces eco", "kahip"),
    "kahip-eco-whole": Method(
        "KaHIP on the whole town, eco, may cross communities",
        "kahip",
        "whole eco",
        "kahip",
        is_whole=True,
    ),
    "gerrychain": Method(
        "GerryChain by community, recursive_tree_part",
        "gerrychain",
        "pieces recursive",
        "gerrychain",
    ),
    "gerrychain-whole": Method(
        "GerryChain on the whole town, recursive_tree_part, may cross communities",
        "gerrychain",
        "whole recursive",
        "gerrychain",
        is_whole=True,
    ),
    "gerrychain-bipartition": Method(
        "GerryChain by community, bipartition_tree halving again and again",
        "gerrychain",
        "pieces bipartition",
        "gerrychain",
    ),
    "kmeans": Method(
        "k-means-constrained by community, a point per household, a building to its majority",
        "kmeans",
        "households",
        "k-means-constrained",
    ),
    "spopt-maxp": Method(
        "spopt MaxP by community: a floor of 300, no ceiling, its own number of grids",
        "spopt",
        "maxp",
        "spopt",
    ),
    "spopt-skater": Method(
        "spopt SKATER by community: a floor in buildings, none in households",
        "spopt",
        "skater",
        "spopt",
    ),
}


def by_part(instance: Instance, cutter: Callable[[Piece], Cut], parts: str = PIECES) -> Draw:
    """A method that cuts each connected part by itself; parts of one grid cost it nothing."""
    found = pieces(instance) if parts == PIECES else open_parts(instance)
    cuts = [(part.buildings, cutter(part) if part.n_grids > 1 else None) for part in found]
    n = instance.town.n

    def draw(seed: int) -> Labels:
        grid = np.empty(n, np.int32)
        base = 0
        for buildings, cut in cuts:
            labels = np.zeros(len(buildings), np.int32) if cut is None else cut(seed)
            grid[buildings] = base + labels
            base += int(labels.max()) + 1
        return grid

    return draw


def numbered(labels: Labels) -> Labels:
    """The same grids, numbered 0, 1, 2 … without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)

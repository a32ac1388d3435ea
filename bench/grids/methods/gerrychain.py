"""GerryChain, which cuts random spanning trees; its parts are contiguous by construction."""

import random
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial

import networkx as nx
import numpy as np
from gerrychain import Graph
from gerrychain.partition.initial_partition_generators import recursive_tree_part
from gerrychain.tree.bipartition_tree import PopulationBalanceError, bipartition_tree

from bench.grids.instances import Instance, Labels, Piece
from bench.grids.methods import Cut, Draw, by_part, numbered

LEAST_TOLERANCE = 0.1  # or pieces whose mean lies near a bound would hold it up for ever
N_TREES = 1000  # without a cut, until the tolerance is widened
WIDER = 1.5


def prepare(instance: Instance, variant: str) -> Draw:
    """Tolerances are as wide as the bounds allow, wider where GerryChain finds no cut."""
    parts, _, way = variant.partition(" ")
    cutter = {"recursive": recursive, "bipartition": bipartition}[way]
    return by_part(instance, lambda piece: until_cut(piece, cutter(piece)), parts)


def until_cut(piece: Piece, attempt: Callable[[float, random.Random], Labels]) -> Cut:
    """Try with ever wider tolerance."""

    def cut(seed: int) -> Labels:
        rng, tolerance = random.Random(seed), max(piece.slack, LEAST_TOLERANCE)
        while True:
            try:
                return attempt(tolerance, rng)
            except (PopulationBalanceError, RuntimeError):  # its two ways to say: no cut found
                tolerance *= WIDER

    return cut


def recursive(piece: Piece) -> Callable[[float, random.Random], Labels]:
    """Grids one by one from the rest, as GerryChain makes its first plans."""
    graph, mean = graph_of(piece), float(piece.households.sum()) / piece.n_grids

    def attempt(tolerance: float, rng: random.Random) -> Labels:
        flips = recursive_tree_part(
            graph,
            range(piece.n_grids),
            mean,
            "households",
            tolerance,
            bipartition_tree_fn=partial(bipartition_tree, max_attempts=N_TREES),
            rng=rng,
        )
        grid = np.empty(len(piece.buildings), np.int32)
        for node, part in flips.items():
            grid[node] = part
        return numbered(grid)

    return attempt


def bipartition(piece: Piece) -> Callable[[float, random.Random], Labels]:
    """Halves, quarters and so on, each cut from a random spanning tree."""
    graph = graph_of(piece)

    def attempt(tolerance: float, rng: random.Random) -> Labels:
        grid = np.empty(len(piece.buildings), np.int32)
        nodes = frozenset(range(len(piece.buildings)))
        halve(graph, nodes, piece, grid, Halving(0, piece.n_grids, tolerance), rng)
        return numbered(grid)

    return attempt


@dataclass(frozen=True)
class Halving:
    """Which grids a part of the graph is cut into, and how far each may be from the mean."""

    first: int
    n_grids: int
    tolerance: float


def halve(
    graph: Graph,
    nodes: AbstractSet[int],
    piece: Piece,
    grid: Labels,
    halving: Halving,
    rng: random.Random,
) -> None:
    """Cut ``nodes`` as asked; half the tolerance is left for the cuts that follow."""
    first, n_grids, tolerance = halving.first, halving.n_grids, halving.tolerance
    if n_grids == 1:
        grid[list(nodes)] = first
        return
    n_left = n_grids // 2
    households = int(piece.households[list(nodes)].sum())
    left = bipartition_tree(
        graph.subgraph(nodes),
        pop_col="households",
        pop_target=households * n_left / n_grids,
        epsilon=tolerance / 2 / n_left,
        single_district_cut=True,
        max_attempts=N_TREES,
        rng=rng,
    )
    halve(graph, left, piece, grid, Halving(first, n_left, tolerance), rng)
    right = Halving(first + n_left, n_grids - n_left, tolerance)
    halve(graph, nodes - left, piece, grid, right, rng)


def graph_of(piece: Piece) -> Graph:
    """The piece as GerryChain's quicker kind of graph, which keeps the numbers of nodes."""
    graph: nx.Graph[int] = nx.Graph()
    for node, households in enumerate(piece.households.tolist()):
        graph.add_node(node, households=households)
    here = np.repeat(np.arange(len(piece.buildings)), np.diff(piece.indptr))
    graph.add_edges_from(zip(here.tolist(), piece.indices.tolist(), strict=True))
    return Graph.from_networkx(graph).convert_from_nx_to_rx()

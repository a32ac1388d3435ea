"""GerryChain, which cuts random spanning trees; its parts are contiguous by construction."""

import random
from collections.abc import Set as AbstractSet

import networkx as nx
import numpy as np
from gerrychain import Graph
from gerrychain.partition.initial_partition_generators import recursive_tree_part
from gerrychain.tree.bipartition_tree import PopulationBalanceError, bipartition_tree

from bench.grids.instances import Instance, Labels, Piece
from bench.grids.methods import Cut, Draw, by_part

LEAST_TOLERANCE = 0.1  # or pieces whose mean lies near a bound would hold it up for ever
N_TRIES = 1000


def prepare(instance: Instance, variant: str) -> Draw:
    """Tolerances are as wide as the bounds allow, and a tenth at least; the widest is the quickest."""
    cutter = {"recursive": recursive, "bipartition": bipartition}[variant]
    return by_part(instance, cutter)


def recursive(piece: Piece) -> Cut:
    """Grids one by one from the rest, as GerryChain makes its first plans."""
    graph, mean = graph_of(piece), float(piece.households.sum()) / piece.n_grids

    def cut(seed: int) -> Labels:
        rng = random.Random(seed)
        for _ in range(N_TRIES):
            try:
                flips = recursive_tree_part(
                    graph, range(piece.n_grids), mean, "households", tolerance(piece), rng=rng
                )
            except PopulationBalanceError:  # what is left for the last grid is out of tolerance
                continue
            grid = np.empty(len(piece.buildings), np.int32)
            for node, part in flips.items():
                grid[node] = part
            return grid
        raise PopulationBalanceError(f"No plan of {piece.n_grids} grids in {N_TRIES} tries.")

    return cut


def bipartition(piece: Piece) -> Cut:
    """Halves, quarters and so on, each cut from a random spanning tree."""
    graph = graph_of(piece)

    def cut(seed: int) -> Labels:
        grid = np.empty(len(piece.buildings), np.int32)
        rng = random.Random(seed)
        nodes = frozenset(range(len(piece.buildings)))
        halve(graph, nodes, piece, grid, first=0, n_grids=piece.n_grids, rng=rng)
        return grid

    return cut


def halve(
    graph: Graph,
    nodes: AbstractSet[int],
    piece: Piece,
    grid: Labels,
    *,
    first: int,
    n_grids: int,
    rng: random.Random,
) -> None:
    """Cut ``nodes`` into ``n_grids``; half the tolerance is left for the cuts that follow."""
    if n_grids == 1:
        grid[list(nodes)] = first
        return
    n_left = n_grids // 2
    households = int(piece.households[list(nodes)].sum())
    left = bipartition_tree(
        graph.subgraph(nodes),
        pop_col="households",
        pop_target=households * n_left / n_grids,
        epsilon=tolerance(piece) / 2 / n_left,
        single_district_cut=True,
        rng=rng,
    )
    right = nodes - left
    halve(graph, left, piece, grid, first=first, n_grids=n_left, rng=rng)
    halve(graph, right, piece, grid, first=first + n_left, n_grids=n_grids - n_left, rng=rng)


def tolerance(piece: Piece) -> float:
    """How far a grid may be from the mean [share]."""
    return max(piece.slack, LEAST_TOLERANCE)


def graph_of(piece: Piece) -> Graph:
    """The piece as GerryChain's quicker kind of graph, which keeps the numbers of nodes."""
    graph: nx.Graph[int] = nx.Graph()
    for node, households in enumerate(piece.households.tolist()):
        graph.add_node(node, households=households)
    here = np.repeat(np.arange(len(piece.buildings)), np.diff(piece.indptr))
    graph.add_edges_from(zip(here.tolist(), piece.indices.tolist(), strict=True))
    return Graph.from_networkx(graph).convert_from_nx_to_rx()

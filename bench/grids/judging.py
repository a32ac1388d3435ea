"""One judge for all plans, and a second, plainer one that must agree with it."""

from dataclasses import dataclass

import networkx as nx
import numpy as np

from bench.grids.instances import BOUNDS, Instance, Labels, matrix
from kapok_planning.grids import Links, Town, measure_grids

SMALL = 12_000  # buildings; the second judge takes seconds beyond


@dataclass(frozen=True)
class Verdict:
    """What a plan is worth.

    ``n_discontiguous`` and ``n_crossings`` (how often a barrier separates the buildings of a
    grid) are judged in the neighbours that the method was given: with the borders of
    communities open for methods on the whole town.
    """

    n_grids: int
    share_in_bounds: float
    n_discontiguous: int
    n_crossings: int
    n_split_communities: int
    rms_m: float


class DisagreementError(Exception):
    """The two judges give different figures for the same plan."""


def judge(instance: Instance, grid: Labels, *, is_whole: bool) -> Verdict:
    """Measure a plan; on small towns, by both judges.

    Raises
    ------
    DisagreementError
        When the plain count differs from ``measure_grids``.
    """
    town, links = borderless(instance) if is_whole else (instance.town, instance.links)
    measures = measure_grids(town, links, grid, bounds=BOUNDS)
    grid_and_community = np.unique(np.stack([grid, instance.town.community]), axis=1)
    verdict = Verdict(
        n_grids=measures.n_grids,
        share_in_bounds=measures.n_in_bounds / measures.n_grids,
        n_discontiguous=measures.n_discontiguous,
        n_crossings=measures.n_crossings,
        n_split_communities=int((np.bincount(grid_and_community[0]) > 1).sum()),
        rms_m=measures.rms_m,
    )
    if instance.town.n <= SMALL:
        second = judge_plainly(instance, grid, is_whole=is_whole)
        for name, value in second.items():
            if not np.isclose(value, getattr(verdict, name), rtol=1e-9):
                raise DisagreementError(
                    f"{instance.name}: {name} is {getattr(verdict, name)} by measure_grids and "
                    f"{value} by the plain count."
                )
    return verdict


def borderless(instance: Instance) -> tuple[Town, Links]:
    """The town as one community."""
    town = instance.town
    return Town(town.xy_m, town.households, np.zeros_like(town.community)), instance.open_links


def judge_plainly(instance: Instance, grid: Labels, *, is_whole: bool) -> dict[str, float]:
    """Grids one at a time, with NetworkX and without the planning core."""
    town, links = borderless(instance) if is_whole else (instance.town, instance.links)
    graph = nx.from_scipy_sparse_array(matrix(links))
    part = {node: i for i, nodes in enumerate(nx.connected_components(graph)) for node in nodes}
    square_m2, in_bounds, broken, crossings, split = 0.0, 0, 0, 0, 0
    labels = np.unique(grid)
    for label in labels:
        mine = np.flatnonzero(grid == label)
        households = town.households[mine].astype(float)
        total = households.sum()
        centre = (town.xy_m[mine] * households[:, None]).sum(axis=0) / max(total, 1.0)
        square_m2 += float((households * ((town.xy_m[mine] - centre) ** 2).sum(axis=1)).sum())
        in_bounds += BOUNDS.low <= total <= BOUNDS.high
        broken += not nx.is_connected(graph.subgraph(mine.tolist()))
        n_communities = len(set(town.community[mine].tolist()))
        crossings += len({part[node] for node in mine.tolist()}) - n_communities
        split += len(set(instance.town.community[mine].tolist())) > 1
    return {
        "n_grids": len(labels),
        "share_in_bounds": in_bounds / len(labels),
        "n_discontiguous": broken,
        "n_crossings": crossings,
        "n_split_communities": split,
        "rms_m": float(np.sqrt(square_m2 / town.households.sum())),
    }

"""A street network as arrays."""

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


class RoadClass(IntEnum):
    """What kind of road an edge is."""

    EXPRESSWAY = 0
    MAIN = 1
    STREET = 2
    LANE = 3
    PATH = 4


USUAL_KMH: dict[RoadClass, float] = {
    RoadClass.EXPRESSWAY: 80.0,
    RoadClass.MAIN: 40.0,
    RoadClass.STREET: 30.0,
    RoadClass.LANE: 15.0,
    RoadClass.PATH: 5.0,
}
"""Speed on a road of each class where its own is not known [km/h]."""


@dataclass(frozen=True)
class Bends:
    """The straight pieces of all edges, for finding the nearest one.

    Attributes
    ----------
    ends_m : (s, 4) float array
        Both ends of each piece, x, y, x, y [metres].
    edge : (s,) int array
        Edge of each piece.
    offset_m : (s,) float array
        Where on its edge a piece begins [metres from the edge's start].
    """

    ends_m: FloatArray
    edge: IntArray
    offset_m: FloatArray


@dataclass(frozen=True)
class Streets:
    """Nodes and the edges between them; a pair of nodes may have several edges.

    Attributes
    ----------
    xy_m : (n, 2) float array
        Position of each node [metres].
    start, end : (e,) int arrays
        Nodes of each edge.
    length_m : (e,) float array
        Length along the road, over 0 [metres].
    road_class : (e,) int8 array
        As :class:`RoadClass`.
    speed_kmh : (e,) float array
        Speed that the road allows, over 0.
    oneway : (e,) bool array
        Whether it may be travelled from start to end only.
    line : (e,) int array
        Road line that each edge is a piece of.
    bends
        The edges' shapes.

    Raises
    ------
    ValueError
        When shapes disagree, a node does not exist, or a length or speed is not over 0.
    """

    xy_m: FloatArray
    start: IntArray
    end: IntArray
    length_m: FloatArray
    road_class: NDArray[np.int8]
    speed_kmh: FloatArray
    oneway: BoolArray
    line: IntArray
    bends: Bends

    def __post_init__(self) -> None:
        n_edges = len(self.start)
        for name in ("end", "length_m", "road_class", "speed_kmh", "oneway", "line"):
            shape = getattr(self, name).shape
            if shape != (n_edges,):
                raise ValueError(f"{name} has shape {shape}, expected ({n_edges},).")
        if self.xy_m.shape != (self.n_nodes, 2):
            raise ValueError(f"xy_m has shape {self.xy_m.shape}, expected ({self.n_nodes}, 2).")
        nodes = np.concatenate([self.start, self.end])
        if n_edges and not 0 <= nodes.min() <= nodes.max() < self.n_nodes:
            raise ValueError(f"start and end must lie in 0 .. {self.n_nodes - 1}.")
        for name in ("length_m", "speed_kmh"):
            values = getattr(self, name)
            if not (np.isfinite(values) & (values > 0)).all():
                raise ValueError(f"{name} must be finite and over 0.")

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.xy_m)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.start)

    @cached_property
    def pieces(self) -> NDArray[np.object_]:
        """The straight pieces as lines, (s,)."""
        return np.asarray(shapely.linestrings(self.bends.ends_m.reshape(-1, 2, 2)))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the pieces, made once."""
        return shapely.STRtree(self.pieces)

    def part(self, edges: BoolArray) -> "Streets":
        """The network of some edges only, (e,) bool, with the nodes that they need."""
        used = np.zeros(self.n_nodes, np.bool_)
        used[self.start[edges]] = True
        used[self.end[edges]] = True
        node = (np.cumsum(used) - 1).astype(np.int32)
        number = (np.cumsum(edges) - 1).astype(np.int32)
        kept = edges[self.bends.edge]
        return replace(
            self,
            xy_m=self.xy_m[used],
            start=node[self.start[edges]],
            end=node[self.end[edges]],
            length_m=self.length_m[edges],
            road_class=self.road_class[edges],
            speed_kmh=self.speed_kmh[edges],
            oneway=self.oneway[edges],
            line=self.line[edges],
            bends=Bends(
                self.bends.ends_m[kept],
                number[self.bends.edge[kept]],
                self.bends.offset_m[kept],
            ),
        )

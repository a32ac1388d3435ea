"""From road lines to a network."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kapok_planning.curves import along_a_curve
from kapok_planning.streets.network import (
    USUAL_KMH,
    Bends,
    BoolArray,
    FloatArray,
    IntArray,
    RoadClass,
    Streets,
)
from kapok_planning.streets.noding import Stops, stops_of, weld

LINE = 1  # shapely's number of a LineString
CELL_M = 1.0


def make_streets(
    lines: NDArray[np.object_],
    *,
    road_class: IntArray | None = None,
    speed_kmh: FloatArray | None = None,
    oneway: BoolArray | None = None,
    level: IntArray | None = None,
    whole: bool = False,
) -> Streets:
    """Make a network of road lines: joined where they meet, and all of it reachable.

    Lines are joined at vertices that they share, where one ends on another, and where they cross
    on one level; five centimetres apart is together.

    Parameters
    ----------
    lines : (r,) object array
        LineStrings in a projected coordinate system [metres].
    road_class : (r,) int array, optional
        As :class:`RoadClass`; ``STREET`` unless given.
    speed_kmh : (r,) float array, optional
        Speed on each line; the usual one of its class where NaN or not given.
    oneway : (r,) bool array, optional
        Lines that may be travelled in their own direction only.
    level : (r,) int array, optional
        Bridges over 0, tunnels under it; lines on different levels do not join where they cross.
    whole
        Keep all parts; otherwise only the largest, in which every node can be reached from
        every other.

    Returns
    -------
    Streets

    Raises
    ------
    ValueError
        When shapes disagree, a shape is no LineString, or a position is not finite.

    Examples
    --------
    Two streets that cross have five nodes and four edges.

    >>> cross = np.array([shapely.LineString([(0, 0), (200, 0)]),
    ...                   shapely.LineString([(100, -50), (100, 50)])], dtype=object)
    >>> streets = make_streets(cross)
    >>> streets.n_nodes, sorted(streets.length_m.tolist())
    (5, [50.0, 50.0, 100.0, 100.0])
    """
    n = len(lines)
    classes = _given(road_class, n, "road_class", int(RoadClass.STREET))
    speeds = _given(speed_kmh, n, "speed_kmh", np.nan)
    ways = _given(oneway, n, "oneway", False)
    levels = _given(level, n, "level", 0)
    if not (shapely.get_type_id(lines) == LINE).all():
        raise ValueError("lines must be LineStrings.")
    if not np.isfinite(shapely.get_coordinates(lines)).all():
        raise ValueError("positions must be finite.")
    usual = np.array([USUAL_KMH[kind] for kind in RoadClass])[classes]
    streets = _network(
        stops_of(lines, levels),
        classes.astype(np.int8),
        np.where(np.isnan(speeds), usual, speeds),
        ways,
    )
    return streets if whole else largest_part(streets)


def largest_part(streets: Streets) -> Streets:
    """The part with most nodes of those in which every node can be reached from every other."""
    there = np.concatenate([streets.start, streets.end[~streets.oneway]])
    back = np.concatenate([streets.end, streets.start[~streets.oneway]])
    shape = (streets.n_nodes, streets.n_nodes)
    graph = csr_array((np.ones(len(there), np.int8), (there, back)), shape=shape)
    part = connected_components(graph, directed=True, connection="strong")[1]
    if not len(part):
        return streets
    largest = int(np.bincount(part).argmax())
    return streets.part((part[streets.start] == largest) & (part[streets.end] == largest))


def _given(values: NDArray[Any] | None, n: int, name: str, otherwise: float) -> NDArray[Any]:
    if values is None:
        return np.full(n, otherwise)
    if values.shape != (n,):
        raise ValueError(f"{name} has shape {values.shape}, expected ({n},).")
    return values


def _network(
    stops: Stops, classes: NDArray[np.int8], speeds: FloatArray, ways: BoolArray
) -> Streets:
    """Cut lines into edges at the spots that several lines, or several parts of one, share."""
    spot = weld(stops.xy_m)
    again = np.zeros(len(spot), np.bool_)
    again[1:] = (stops.line[1:] == stops.line[:-1]) & (spot[1:] == spot[:-1])
    line, along, xy, spot = (
        stops.line[~again],
        stops.along_m[~again],
        stops.xy_m[~again],
        spot[~again],
    )
    ends = np.ones(len(line) + 1, np.bool_)
    ends[1:-1] = line[1:] != line[:-1]
    cut = (np.bincount(spot)[spot] > 1) | ends[:-1] | ends[1:]
    piece = np.flatnonzero(line[1:] == line[:-1])  # pieces go from one stop to the next
    edge_of_stop = np.cumsum(cut) - 1
    numbered, edge = np.unique(edge_of_stop[piece], return_inverse=True)
    cuts = np.flatnonzero(cut)
    first, last = cuts[numbered], cuts[np.minimum(numbered + 1, len(cuts) - 1)]
    nodes, position = np.unique(spot[cuts], return_index=True)
    node_xy = xy[cuts][position]
    order = along_a_curve(node_xy, cell=CELL_M)
    number = np.empty(len(nodes), np.int32)
    number[order] = np.arange(len(nodes))
    named = np.zeros(int(spot.max(initial=-1)) + 1, np.int32)
    named[nodes] = number
    return Streets(
        xy_m=node_xy[order],
        start=named[spot[first]],
        end=named[spot[last]],
        length_m=along[last] - along[first],
        road_class=classes[line[first]],
        speed_kmh=speeds[line[first]],
        oneway=ways[line[first]],
        line=line[first],
        bends=Bends(
            np.concatenate([xy[piece], xy[piece + 1]], axis=1),
            edge.astype(np.int32),
            along[piece] - along[first][edge],
        ),
    )

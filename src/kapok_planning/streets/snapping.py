"""From a place to the street in front of it."""

from dataclasses import dataclass

import numpy as np
import shapely

from kapok_planning.streets.network import BoolArray, FloatArray, IntArray, Streets
from kapok_planning.streets.noding import projected


@dataclass(frozen=True)
class Snaps:
    """Where places reach the streets.

    Attributes
    ----------
    edge : (k,) int array
        Nearest edge, -1 where there is none within reach.
    offset_m : (k,) float array
        Where on the edge [metres from its start]; 0 where there is none.
    away_m : (k,) float array
        Distance to that spot [metres]; infinite where there is none.
    """

    edge: IntArray
    offset_m: FloatArray
    away_m: FloatArray


def snap(
    streets: Streets, xy_m: FloatArray, *, reach_m: float, open_edges: BoolArray | None = None
) -> Snaps:
    """Find the nearest open edge of each place, and the nearest spot on it.

    Parameters
    ----------
    streets
        The network.
    xy_m : (k, 2) float array
        Places [metres].
    reach_m
        How far a street may be [metres].
    open_edges : (e,) bool array, optional
        Edges that may be used; all unless given.

    Returns
    -------
    Snaps
        Of edges equally near, the first.

    Raises
    ------
    ValueError
        When shapes disagree or a place is not finite.
    """
    n = len(xy_m)
    if xy_m.shape != (n, 2) or not np.isfinite(xy_m).all():
        raise ValueError("xy_m must be finite, (k, 2).")
    edge, offset = np.full(n, -1, np.int32), np.zeros(n)
    away = np.full(n, np.inf)
    tree, usable = streets.tree, None
    if open_edges is not None:
        if open_edges.shape != (streets.n_edges,):
            raise ValueError(
                f"open_edges has shape {open_edges.shape}, expected ({streets.n_edges},)."
            )
        usable = np.flatnonzero(open_edges[streets.bends.edge])
        tree = shapely.STRtree(streets.pieces[usable])
    if not len(tree.geometries):
        return Snaps(edge, offset, away)
    place, piece = tree.query_nearest(shapely.points(xy_m), max_distance=reach_m)
    piece = piece if usable is None else usable[piece]
    order = np.lexsort((piece, place))
    first = order[np.unique(place[order], return_index=True)[1]]
    place, piece = place[first], piece[first]
    ends = streets.bends.ends_m[piece]
    part, away[place] = projected(xy_m[place], ends[:, :2], ends[:, 2:])
    edge[place] = streets.bends.edge[piece]
    along = streets.bends.offset_m[piece] + part * np.hypot(*(ends[:, 2:] - ends[:, :2]).T)
    offset[place] = np.minimum(along, streets.length_m[edge[place]])
    return Snaps(edge, offset, away)

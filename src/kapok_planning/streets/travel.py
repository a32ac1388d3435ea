"""How long and how far it is from some places to others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from kapok_planning.spreading import Spread, in_turn
from kapok_planning.streets.kernels import NONE, Arcs, Doors, ways
from kapok_planning.streets.network import BoolArray, FloatArray, Streets
from kapok_planning.streets.snapping import Snaps, snap

M_IN_KM, MIN_IN_H = 1000.0, 60.0
BUCKETS_IN_A_USUAL_EDGE = 2.0
MOST_BUCKETS = 1 << 16
PLACES_IN_A_PART = 32


@dataclass(frozen=True)
class Pace:
    """How people get about.

    Attributes
    ----------
    most_kmh
        Own top speed; roads may be slower.
    access_kmh
        Speed on foot between a place and the street.
    reach_m
        How far from a place its street may be [metres].
    detour
        What a straight line is stretched by where there is no street near.

    Raises
    ------
    ValueError
        When one of them is not over 0, or the detour is under 1.
    """

    most_kmh: float = 20.0
    access_kmh: float = 5.0
    reach_m: float = 300.0
    detour: float = 1.4

    def __post_init__(self) -> None:
        for name in ("most_kmh", "access_kmh", "reach_m"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name} = {value:g} is not over 0.")
        if not (np.isfinite(self.detour) and self.detour >= 1):
            raise ValueError(f"detour = {self.detour:g} is under 1.")


@dataclass(frozen=True)
class Travel:
    """Ways from s places to t others.

    Attributes
    ----------
    minutes, metres : (s, t) float arrays
        Of the quickest way; infinite where open streets do not lead there within the cut-off.
    by_street : (s, t) bool array
        False where one of the two has no street near, or is nearer to the other than to any
        street: a straight line, stretched.
    """

    minutes: FloatArray
    metres: FloatArray
    by_street: BoolArray


def travel_between(
    streets: Streets,
    from_xy_m: FloatArray,
    to_xy_m: FloatArray,
    *,
    pace: Pace,
    open_edges: BoolArray | None = None,
    cutoff_min: float = np.inf,
    spread: Spread = in_turn,
) -> Travel:
    """Find the quickest ways from each of some places to each of others.

    From a place one walks to the nearest open street, follows the streets, and walks to the other
    place. Where one of the two has no street within reach, the way is the straight line times the
    detour, at half of the top speed; where the two are nearer to each other than either is
    to its street, no street runs between them and one walks straight.

    Parameters
    ----------
    streets
        The network.
    from_xy_m, to_xy_m : (s, 2), (t, 2) float arrays
        Places [metres], in the network's coordinate system.
    pace
        Speeds, and what to do away from streets.
    open_edges : (e,) bool array, optional
        Edges that may be used, closed roads left out; all unless given.
    cutoff_min
        Longer ways are not looked for [minutes].
    spread
        How ways from some places are found beside those from others.

    Returns
    -------
    Travel

    Raises
    ------
    ValueError
        When shapes disagree or a place is not finite.

    Examples
    --------
    >>> import shapely
    >>> from kapok_planning.streets import Pace, make_streets, travel_between
    >>> road = np.array([shapely.LineString([(0, 0), (1000, 0)])], dtype=object)
    >>> way = travel_between(
    ...     make_streets(road), np.array([[0.0, 0.0]]), np.array([[500.0, 0.0]]), pace=Pace()
    ... )
    >>> round(float(way.minutes[0, 0]), 3), float(way.metres[0, 0])
    (1.5, 500.0)
    """
    start = snap(streets, from_xy_m, reach_m=pace.reach_m, open_edges=open_edges)
    goal = snap(streets, to_xy_m, reach_m=pace.reach_m, open_edges=open_edges)
    shape = len(from_xy_m), len(to_xy_m)
    minutes, metres = np.full(shape, np.inf), np.full(shape, np.inf)
    if streets.n_edges:
        arcs = _arcs(streets, pace, open_edges)
        leaving = _doors(streets, start, pace, leaving=True)
        arriving = _doors(streets, goal, pace, leaving=False)
        work = partial(_ways, arcs, arriving, float(cutoff_min))
        begin = 0
        for some_minutes, some_metres in spread(work, _parts(leaving)):
            rows = slice(begin, begin := begin + len(some_minutes))
            minutes[rows], metres[rows] = some_minutes, some_metres
        _along_one_edge(streets, start, goal, pace, minutes, metres)
    by_street = _straight(from_xy_m, to_xy_m, start, goal, pace, minutes, metres)
    beyond = minutes > cutoff_min
    minutes[beyond] = metres[beyond] = np.inf
    return Travel(minutes, metres, by_street)


def _parts(leaving: Doors) -> Iterator[Doors]:
    """Some places at a time."""
    for begin in range(0, len(leaving.node), PLACES_IN_A_PART):
        rows = slice(begin, begin + PLACES_IN_A_PART)
        yield Doors(leaving.node[rows], leaving.minutes[rows], leaving.metres[rows])


def _ways(
    arcs: Arcs, arriving: Doors, cutoff_min: float, leaving: Doors
) -> tuple[FloatArray, FloatArray]:
    """Minutes and metres from some places; a name by which other processes find the kernel."""
    return ways(arcs, arriving, cutoff_min, leaving)


def straight_between(from_xy_m: FloatArray, to_xy_m: FloatArray, *, pace: Pace) -> Travel:
    """Ways where no streets are known: straight lines times the detour, at half of the top speed.

    Parameters and result are those of :func:`travel_between`.
    """
    metres = _apart(from_xy_m, to_xy_m) * pace.detour
    minutes = metres / M_IN_KM / (pace.most_kmh / 2) * MIN_IN_H
    return Travel(minutes, metres, np.zeros(metres.shape, np.bool_))


def edge_minutes(streets: Streets, pace: Pace) -> FloatArray:
    """Minutes along each edge, (e,)."""
    kmh = np.minimum(streets.speed_kmh, pace.most_kmh)
    return np.asarray(streets.length_m / M_IN_KM / kmh * MIN_IN_H)


def _arcs(streets: Streets, pace: Pace, open_edges: BoolArray | None) -> Arcs:
    """The open edges in the directions in which they may be travelled."""
    usable = np.ones(streets.n_edges, np.bool_) if open_edges is None else open_edges
    there, back = np.flatnonzero(usable), np.flatnonzero(usable & ~streets.oneway)
    tail = np.concatenate([streets.start[there], streets.end[back]])
    head = np.concatenate([streets.end[there], streets.start[back]])
    edge = np.concatenate([there, back])
    order = np.argsort(tail, kind="stable")
    indptr = np.searchsorted(tail[order], np.arange(streets.n_nodes + 1))
    minutes = edge_minutes(streets, pace)[edge[order]]
    longest = float(minutes.max(initial=1e-6))
    usual = float(np.median(minutes)) if len(minutes) else 1.0
    width = max(usual / BUCKETS_IN_A_USUAL_EDGE, longest / (MOST_BUCKETS - 2))
    walk = 2 * pace.reach_m / M_IN_KM / pace.access_kmh * MIN_IN_H
    return Arcs(
        indptr.astype(np.int64),
        head[order].astype(np.int32),
        minutes,
        streets.length_m[edge[order]],
        width,
        1
        << int((longest + walk) / width + 3).bit_length(),  # a source offers both ends of its edge
    )


def _doors(streets: Streets, snaps: Snaps, pace: Pace, *, leaving: bool) -> Doors:
    """Ways between places and the nodes of their edges, as one-way roads allow."""
    has = snaps.edge >= 0
    edge = np.where(has, snaps.edge, 0)
    per_m = edge_minutes(streets, pace)[edge] / streets.length_m[edge]
    along = np.stack([snaps.offset_m, streets.length_m[edge] - snaps.offset_m], axis=1)
    node = np.stack([streets.start[edge], streets.end[edge]], axis=1)
    against = 0 if leaving else 1  # the end that a one-way road does not lead to, or come from
    node[~has] = NONE
    node[streets.oneway[edge], against] = NONE
    away = np.where(has, snaps.away_m, 0.0)[:, None]
    walk = away / M_IN_KM / pace.access_kmh * MIN_IN_H
    return Doors(node.astype(np.int32), along * per_m[:, None] + walk, along + away)


def _along_one_edge(
    streets: Streets,
    start: Snaps,
    goal: Snaps,
    pace: Pace,
    minutes: FloatArray,
    metres: FloatArray,
) -> None:
    """Ways between two places on one edge, which need no node."""
    s, t = np.nonzero((start.edge[:, None] == goal.edge[None, :]) & (start.edge >= 0)[:, None])
    edge = start.edge[s]
    forth = goal.offset_m[t] - start.offset_m[s]
    allowed = (forth >= 0) | ~streets.oneway[edge]
    s, t, edge, along = s[allowed], t[allowed], edge[allowed], np.abs(forth[allowed])
    away = start.away_m[s] + goal.away_m[t]
    ride = along * (edge_minutes(streets, pace)[edge] / streets.length_m[edge])
    total = ride + away / M_IN_KM / pace.access_kmh * MIN_IN_H
    quicker = total < minutes[s, t]
    minutes[s[quicker], t[quicker]] = total[quicker]
    metres[s[quicker], t[quicker]] = (along + away)[quicker]


def _straight(
    from_xy_m: FloatArray,
    to_xy_m: FloatArray,
    start: Snaps,
    goal: Snaps,
    pace: Pace,
    minutes: FloatArray,
    metres: FloatArray,
) -> BoolArray:
    """Put straight ways where streets do not help; return where they do."""
    apart = _apart(from_xy_m, to_xy_m)
    no_street = (start.edge < 0)[:, None] | (goal.edge < 0)[None, :]
    metres[no_street] = apart[no_street] * pace.detour
    minutes[no_street] = metres[no_street] / M_IN_KM / (pace.most_kmh / 2) * MIN_IN_H
    near = ~no_street & (apart <= np.minimum(start.away_m[:, None], goal.away_m[None, :]))
    near &= apart / M_IN_KM / pace.access_kmh * MIN_IN_H <= minutes
    metres[near] = apart[near]
    minutes[near] = apart[near] / M_IN_KM / pace.access_kmh * MIN_IN_H
    return ~(no_street | near)


def _apart(a: FloatArray, b: FloatArray) -> FloatArray:
    """Straight distances, (s, t) [metres]."""
    apart: FloatArray = np.hypot(
        a[:, 0][:, None] - b[:, 0][None, :], a[:, 1][:, None] - b[:, 1][None, :]
    )
    return apart

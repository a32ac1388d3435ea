"""Which buildings are neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from kapok_planning.grids.links.barriers import (
    Geometries,
    Segments,
    count_crossings,
    segments_of,
    stands_on,
)
from kapok_planning.grids.links.footprints import touching_pairs
from kapok_planning.grids.links.linking import (
    candidate_links,
    count_ends,
    fill_rows,
    join_pieces,
    roots,
    sort_rows,
    spread_to_buildings,
)
from kapok_planning.grids.town import (
    BoolArray,
    FloatArray,
    IntArray,
    Links,
    Progress,
    Stopped,
    StoppingRule,
    Town,
    never_stop,
    no_progress,
)
from kapok_planning.spreading import Spread, in_turn

FARTHEST_M = 1e8
"""No position on Earth has larger coordinates [metres]."""

_CHUNK = 50_000
_AROUND = 32
_ASIDE_M = 0.01

Pairs = NDArray[np.int32]


@dataclass(frozen=True)
class _Terms:
    """What the links of every chunk have to keep to."""

    max_link_m: float
    barriers: Segments | None
    streets: Segments | None


@dataclass(frozen=True)
class _Part:
    """Some communities of a town, whole: their buildings in a row, and where they come from."""

    xy: FloatArray
    starts: NDArray[np.int64]
    name: IntArray
    touching: Pairs


@dataclass(frozen=True)
class _Found:
    """Links of a part: pairs of its buildings, streets that they cross, true names."""

    pairs: Pairs
    streets: NDArray[np.uint8]
    name: IntArray


def link_buildings(
    town: Town,
    *,
    barriers: Sequence[object] | Geometries | None = None,
    streets: Sequence[object] | Geometries | None = None,
    footprints: Sequence[object] | Geometries | None = None,
    max_link_m: float = 300.0,
    spread: Spread = in_turn,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> Links:
    """Find the neighbours of each building, inside its community and without crossing a barrier.

    Neighbours are those of the Delaunay triangulation [1]_ of each community, except links longer
    than ``max_link_m``, links across a barrier, and links along the rim that skip a building
    between. Pieces that fall apart by length alone are joined again by the shortest links that
    cross no barrier [2]_; so a community without barriers is connected, however far apart its
    buildings stand. With ``footprints``, buildings that touch are linked, and triangulation serves
    only those that touch nothing.

    Buildings on the same millimetre count as one spot: up to 16 of them share its links, more of
    them stand in a chain along which the links are spread. A building exactly on a barrier belongs
    to the side of its nearest neighbour. Polygon barriers (water) count by their outlines, and
    whoever stands on the outline stands outside.

    Parameters
    ----------
    town
        Buildings and their communities.
    barriers : (b,) object array, optional
        Shapely lines or polygons that no link may cross [metres].
    streets : (s,) object array, optional
        Main streets, likewise; links may cross them, and say how many.
    footprints : (n,) object array, optional
        Polygon of each building, None where unknown [metres].
    max_link_m
        Longest link that is not needed to hold a community together [metres].
    spread
        How parts of some ten thousand buildings are linked beside each other.
    on_progress
        Called with ``(buildings done, buildings in all)``.
    should_stop
        Asked before each chunk of some ten thousand buildings.

    Returns
    -------
    Links

    Raises
    ------
    Stopped
        When ``should_stop`` answered yes; half a set of links is of no use.
    ValueError
        When ``max_link_m`` is not over 0, positions are larger than the Earth, or barriers,
        streets or footprints are not of their kind.

    References
    ----------
    .. [1] Delaunay, B. (1934). Sur la sphère vide. *Bulletin de l'Académie des Sciences de
           l'URSS*, 6, 793-800.
    .. [2] Kruskal, J. B. (1956). On the shortest spanning subtree of a graph. *Proceedings of
           the American Mathematical Society*, 7, 48-50.

    Examples
    --------
    Three houses in a row, and a river after the second.

    >>> import shapely
    >>> from kapok_planning.grids.town import Town
    >>> row = np.array([[0.0, 0.0], [20.0, 0.0], [40.0, 0.0]])
    >>> town = Town(row, np.array([3, 3, 3]), np.array([0, 0, 0]))
    >>> link_buildings(town).indices
    array([1, 0, 2, 1], dtype=int32)
    >>> river = np.array([shapely.LineString([(30, -99), (30, 99)])])
    >>> link_buildings(town, barriers=river).indices
    array([1, 0], dtype=int32)
    """
    if not max_link_m > 0:
        raise ValueError(f"max_link_m = {max_link_m} is not over 0 metres.")
    if town.n and np.abs(town.xy_m).max() > FARTHEST_M:
        raise ValueError(f"xy_m holds positions over {FARTHEST_M:g} metres; is it in metres?")
    touching = np.empty((0, 2), dtype=np.int32)
    if footprints is not None:
        touching = touching_pairs(footprints, town.community)
    terms = _Terms(
        max_link_m,
        None if barriers is None else segments_of(barriers, name="barriers"),
        None if streets is None else segments_of(streets, name="streets"),
    )

    done = 0
    parts: list[_Found] = []
    for found in spread(partial(_link_part, terms), _parts(town, touching, should_stop)):
        parts.append(found)
        done += len(found.name)
        on_progress(done, town.n)
    return _links(town.n, parts)


def _parts(town: Town, touching: Pairs, should_stop: StoppingRule) -> Iterator[_Part]:
    """Whole communities, gathered to chunks that fit into a processor's cache."""
    community = np.asarray(town.community)
    order = np.argsort(community, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(community, minlength=1))])
    rank = np.empty(town.n, dtype=np.int32)
    rank[order] = np.arange(town.n, dtype=np.int32)
    pairs = np.sort(rank[touching], axis=1)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    begin = 0
    while begin < len(starts) - 1:
        end = int(np.searchsorted(starts, starts[begin] + _CHUNK, side="right")) - 1
        end = min(max(end, begin + 1), len(starts) - 1)
        low, high = starts[begin], starts[end]
        name = order[low:high]
        inside = slice(*np.searchsorted(pairs[:, 0], [low, high]))
        if should_stop():
            raise Stopped("Stopped before all buildings were linked.")
        if high > low:
            yield _Part(
                np.ascontiguousarray(town.xy_m[name], dtype=np.float64),
                (starts[begin : end + 1] - low).astype(np.int64),
                name,
                (pairs[inside] - low).astype(np.int32),
            )
        begin = end


def _link_part(terms: _Terms, part: _Part) -> _Found:
    """Links between the buildings of some communities, by their index in the part."""
    xy = part.xy
    pairs, spot_of, order = candidate_links(xy, part.starts)
    touching = part.touching
    here = xy
    if terms.barriers is not None:
        here = _aside(xy, pairs, spot_of, terms.barriers)
        touching = touching[_free(here, touching, terms.barriers)]
    usable = _free(here, pairs, terms.barriers)

    wanted = _lengths(xy, pairs) <= terms.max_link_m
    attached = np.zeros(len(xy), dtype=bool)
    attached[spot_of[touching].ravel()] = True
    wanted &= ~(attached[pairs[:, 0]] & attached[pairs[:, 1]])
    parent = np.arange(len(xy), dtype=np.int32)
    everyone = np.ones(len(touching), dtype=bool)
    join_pieces(parent, xy, spot_of[touching], everyone, everyone)
    cut_off = np.zeros(len(xy), dtype=bool)
    cut_off[pairs[~usable].ravel()] = True
    pairs = pairs[join_pieces(parent, xy, pairs, usable, wanted)]
    if terms.barriers is not None:
        more = _around(part, here, spot_of, cut_off, parent, terms.barriers)
        pairs = np.concatenate([pairs, more])

    links, streets = spread_to_buildings(pairs, _streets(xy, pairs, terms), spot_of, order)
    if len(touching):
        links = np.concatenate([links, touching])
        streets = np.concatenate([streets, _streets(xy, touching, terms)])
    return _Found(links, streets, part.name)


def _lengths(xy: FloatArray, pairs: Pairs) -> FloatArray:
    """Length of each link [metres]."""
    length: FloatArray = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    return length


def _free(xy: FloatArray, pairs: Pairs, barriers: Segments | None) -> BoolArray:
    """Whether each link crosses no barrier."""
    if barriers is None:
        return np.ones(len(pairs), dtype=bool)
    free: BoolArray = count_crossings(xy[pairs[:, 0]], xy[pairs[:, 1]], barriers) == 0
    return free


def _streets(xy: FloatArray, pairs: Pairs, terms: _Terms) -> NDArray[np.uint8]:
    """How many main streets each link crosses."""
    if terms.streets is None:
        return np.zeros(len(pairs), dtype=np.uint8)
    return count_crossings(xy[pairs[:, 0]], xy[pairs[:, 1]], terms.streets)


def _aside(xy: FloatArray, pairs: Pairs, spot_of: IntArray, barriers: Segments) -> FloatArray:
    """Positions with those exactly on a barrier moved a centimetre towards their nearest neighbour.

    Neighbours that stand on a barrier themselves do not count: between two of them it stays open
    which side is meant.
    """
    on_line = stands_on(xy, barriers)
    if not on_line.any():
        return xy
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    ends = ends[on_line[ends[:, 0]] & ~on_line[ends[:, 1]]]
    length = _lengths(xy, ends)
    nearest = ends[np.lexsort((length, ends[:, 0]))]
    nearest = nearest[np.unique(nearest[:, 0], return_index=True)[1]]
    moved = xy.copy()
    towards = xy[nearest[:, 1]] - xy[nearest[:, 0]]
    share = np.minimum(0.5, _ASIDE_M / _lengths(xy, nearest))
    moved[nearest[:, 0]] += share[:, None] * towards
    aside: FloatArray = moved[spot_of]
    return aside


def _around(
    part: _Part,
    xy: FloatArray,
    spot_of: IntArray,
    cut_off: BoolArray,
    parent: IntArray,
    barriers: Segments,
) -> Pairs:
    """Links that join pieces past a barrier where the triangulation has none.

    Behind a tip of the other bank two buildings of one side may be no Delaunay neighbours. For
    those that lost a neighbour to a barrier, the 32 nearest are tried, shortest way first.
    """
    piece = roots(parent)
    found = []
    for start, stop in zip(part.starts[:-1], part.starts[1:], strict=True):
        seeking = start + np.flatnonzero(cut_off[start:stop])
        if not len(seeking) or (piece[start:stop] == piece[start]).all():
            continue
        spots = start + np.flatnonzero(spot_of[start:stop] == np.arange(start, stop))
        near = cKDTree(xy[spots]).query(xy[seeking], k=min(_AROUND, len(spots)))[1]
        a, b = np.repeat(seeking, near.shape[1]), spots[near.ravel()]
        apart = piece[a] != piece[b]
        found.append(np.stack([a[apart], b[apart]], axis=1))
    if not found:
        return np.empty((0, 2), dtype=np.int32)
    ends = np.sort(np.concatenate(found), axis=1)
    key = np.unique(ends[:, 0] * len(xy) + ends[:, 1])
    pairs = np.stack(np.divmod(key, len(xy)), axis=1).astype(np.int32)
    usable = _free(xy, pairs, barriers)
    return pairs[join_pieces(parent, xy, pairs, usable, np.zeros(len(pairs), dtype=bool))]


def _links(n: int, parts: list[_Found]) -> Links:
    """Both directions of all links as sorted rows."""
    indptr = np.zeros(n + 1, dtype=np.int64)
    for part in parts:
        count_ends(indptr, part.pairs, part.name)
    np.cumsum(indptr, out=indptr)
    indices = np.empty(indptr[-1], dtype=np.int32)
    streets = np.empty(indptr[-1], dtype=np.uint8)
    place = indptr[:-1].copy()
    while parts:
        part = parts.pop()
        fill_rows(place, indices, streets, part.pairs, part.streets, part.name)
    size = sort_rows(indptr, indices, streets)
    return Links(indptr, indices[:size], streets[:size])

"""Compiled steps behind :func:`~kapok_planning.grids.links.contiguity.link_buildings`.

A *spot* is the place of one building or of several on the same millimetre. Spots are linked
first; buildings inherit the links of their spot.
"""

import itertools
import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from kapok_planning.grids.town import BoolArray, FloatArray, IntArray
from kapok_planning.grids.triangulation import LIMIT, triangulate

STEP_M = 1e-3
"""Positions are told apart to a millimetre (coarser only in communities over 33 km wide)."""

SHARING = 16
"""So many buildings on one spot share all its links; larger crowds spread them along a chain."""

_FLAT = -math.cos(math.radians(10.0))


@njit(cache=True, nogil=True)
def _spots(
    xy: FloatArray, start: int, stop: int, spot_of: IntArray, order: IntArray
) -> tuple[IntArray, NDArray[np.int64], NDArray[np.int64]]:
    """Group the buildings of one community by position: first building and x, y of each spot.

    ``order[start:stop]`` becomes the buildings sorted by spot, then index; ``spot_of`` of a
    building is the first building on its spot.
    """
    n = stop - start
    west, south = xy[start, 0], xy[start, 1]
    east, north = west, south
    for i in range(start, stop):
        west, east = min(west, xy[i, 0]), max(east, xy[i, 0])
        south, north = min(south, xy[i, 1]), max(north, xy[i, 1])
    step = max(STEP_M, (east - west) / (LIMIT - 1), (north - south) / (LIMIT - 1))
    key = np.empty(n, np.int64)
    for i in range(n):
        column = np.int64(round((xy[start + i, 0] - west) / step))
        row = np.int64(round((xy[start + i, 1] - south) / step))
        key[i] = column * (2 * LIMIT) + row
    by_key = np.argsort(key, kind="mergesort")
    first = np.empty(n, np.int32)
    x, y = np.empty(n, np.int64), np.empty(n, np.int64)
    n_spots = 0
    for rank in range(n):
        i = by_key[rank]
        order[start + rank] = start + i
        if rank == 0 or key[i] != key[by_key[rank - 1]]:
            first[n_spots] = start + i
            x[n_spots], y[n_spots] = key[i] // (2 * LIMIT), key[i] % (2 * LIMIT)
            n_spots += 1
        spot_of[start + i] = first[n_spots - 1]
    return first[:n_spots], x[:n_spots], y[:n_spots]


@njit(cache=True, nogil=True)
def _without_flat_rim(
    x: NDArray[np.int64], y: NDArray[np.int64], corner: IntArray, twin: IntArray
) -> BoolArray:
    """Which half-edges stay when links along the rim that skip a building are taken away.

    An edge of the rim goes when the third corner of its triangle sees its ends at 170 degrees or
    more: the building there stands between the two. The triangle's other edges become rim for the
    triangles behind them, and this one, whose other angles are small, cannot take them away: all
    stays connected.
    """
    stays = np.ones(len(corner), np.bool_)
    rim = [e for e in range(len(corner)) if twin[e] < 0]
    while len(rim) > 0:
        e = rim.pop()
        base = e - e % 3
        following, last = base + (e + 1) % 3, base + (e + 2) % 3
        a, b, c = corner[e], corner[following], corner[last]
        ax, ay = float(x[a] - x[c]), float(y[a] - y[c])
        bx, by = float(x[b] - x[c]), float(y[b] - y[c])
        if ax * bx + ay * by > _FLAT * math.hypot(ax, ay) * math.hypot(bx, by):
            continue
        stays[e] = False
        for inner in (following, last):
            if twin[inner] >= 0:
                rim.append(twin[inner])
                twin[twin[inner]] = -1
    return stays


@njit(cache=True, nogil=True)
def _pairs_of_triangles(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    corner: IntArray,
    twin: IntArray,
    left_out: IntArray,
    first: IntArray,
) -> NDArray[np.int32]:
    """Linked spots of one community, each named by its first building, the smaller name first."""
    mate = twin.copy()
    stays = _without_flat_rim(x, y, corner, twin)
    pairs = np.empty((len(corner) + len(left_out) + len(first), 2), np.int32)
    size = 0
    for e in range(len(corner)):
        if e < mate[e] or not stays[e] or (mate[e] >= 0 and not stays[mate[e]]):
            continue
        pairs[size, 0], pairs[size, 1] = corner[e], corner[e - e % 3 + (e + 1) % 3]
        size += 1
    for k in range(len(left_out)):
        pairs[size] = left_out[k]
        size += 1
    if len(corner) == 0:  # on one line, and sorted along it
        for i in range(1, len(first)):
            pairs[size, 0], pairs[size, 1] = i - 1, i
            size += 1
    for k in range(size):
        a, b = first[pairs[k, 0]], first[pairs[k, 1]]
        pairs[k, 0], pairs[k, 1] = min(a, b), max(a, b)
    return pairs[:size]


def candidate_links(
    xy: FloatArray, starts: NDArray[np.int64]
) -> tuple[NDArray[np.int32], IntArray, IntArray]:
    """Delaunay neighbours among the spots of each community.

    Parameters
    ----------
    xy : (m, 2) float array
        Positions of buildings, community by community [metres].
    starts : (c + 1,) int array
        Community ``j`` has the buildings ``starts[j]:starts[j + 1]``.

    Returns
    -------
    pairs : (k, 2) int array
        Linked spots, each named by its first building.
    spot_of : (m,) int array
        Spot of each building.
    order : (m,) int array
        Buildings sorted by community and spot.

    Examples
    --------
    >>> xy = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0], [0.0, 0.0]])
    >>> pairs, spot_of, order = candidate_links(xy, np.array([0, 4]))
    >>> sorted(map(tuple, pairs.tolist())), spot_of.tolist()
    ([(0, 1), (0, 2), (1, 2)], [0, 1, 2, 0])
    """
    spot_of = np.empty(len(xy), np.int32)
    order = np.empty(len(xy), np.int32)
    pairs = [np.empty((0, 2), np.int32)]
    for start, stop in itertools.pairwise(starts.tolist()):
        if stop > start:
            first, x, y = _spots(xy, start, stop, spot_of, order)
            pairs.append(_pairs_of_triangles(x, y, *triangulate(x, y), first))
    return np.concatenate(pairs), spot_of, order


@njit(cache=True, nogil=True)
def _root(parent: IntArray, i: int) -> int:
    """Representative of a piece, shortening the way there."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def join_pieces(
    parent: IntArray,
    xy: FloatArray,
    pairs: NDArray[np.int32],
    usable: BoolArray,
    wanted: BoolArray,
) -> BoolArray:
    """Take the wanted links, then the shortest usable ones that join what is still apart.

    Parameters
    ----------
    parent : (m,) int array
        Pieces as a union-find forest; changed in place.
    xy : (m, 2) float array
        Positions [metres].
    pairs : (k, 2) int array
        Possible links.
    usable, wanted : (k,) bool arrays
        Links that cross no barrier, and those of them to take in any case.

    Returns
    -------
    (k,) bool array
        Links taken (Kruskal's rule for those not wanted; ties go to the earlier pair).
    """
    taken = np.zeros(len(pairs), np.bool_)
    for k in range(len(pairs)):
        if usable[k] and wanted[k]:
            taken[k] = True
            a, b = _root(parent, pairs[k, 0]), _root(parent, pairs[k, 1])
            parent[max(a, b)] = min(a, b)
    rest = np.empty(len(pairs), np.int64)
    length = np.empty(len(pairs), np.float64)
    size = 0
    for k in range(len(pairs)):
        a, b = pairs[k, 0], pairs[k, 1]
        if usable[k] and not taken[k] and _root(parent, a) != _root(parent, b):
            rest[size] = k
            length[size] = math.hypot(xy[a, 0] - xy[b, 0], xy[a, 1] - xy[b, 1])
            size += 1
    for rank in np.argsort(length[:size], kind="mergesort"):
        k = rest[rank]
        a, b = _root(parent, pairs[k, 0]), _root(parent, pairs[k, 1])
        if a != b:
            parent[max(a, b)] = min(a, b)
            taken[k] = True
    return taken


@njit(cache=True, nogil=True)
def roots(parent: IntArray) -> IntArray:
    """Piece of each building, named by its lowest building; shape (m,)."""
    found = np.empty(len(parent), np.int32)
    for i in range(len(parent)):
        found[i] = _root(parent, i)
    return found


@njit(cache=True, nogil=True)
def spread_to_buildings(
    pairs: NDArray[np.int32], streets: NDArray[np.uint8], spot_of: IntArray, order: IntArray
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Turn links between spots into links between buildings.

    Up to :data:`SHARING` buildings of one spot each get all its links; in a larger crowd the links
    are spread evenly along the chain that holds it together, so that no building has too many.

    Parameters
    ----------
    pairs : (k, 2) int array
        Linked spots, each named by its first building.
    streets : (k,) uint8 array
        Streets that each link crosses.
    spot_of, order : (m,) int arrays
        As from :func:`candidate_links`.

    Returns
    -------
    pairs : (l, 2) int array
        Linked buildings, each pair once.
    streets : (l,) uint8 array
    """
    place, members, crowded = _crowds(spot_of, order)
    if not crowded:
        return pairs, streets
    degree, total = _space(pairs, members)
    out = np.empty((total, 2), np.int32)
    out_streets = np.zeros(total, np.uint8)
    size = 0
    for rank in range(1, len(order)):
        if spot_of[order[rank]] == spot_of[order[rank - 1]]:
            out[size, 0], out[size, 1] = order[rank - 1], order[rank]
            size += 1
    used = np.zeros(len(order), np.int64)
    for k in range(len(pairs)):
        a_from, a_to = _sharers(pairs[k, 0], place, members, degree, used)
        b_from, b_to = _sharers(pairs[k, 1], place, members, degree, used)
        for i in range(a_from, a_to):
            for j in range(b_from, b_to):
                out[size, 0], out[size, 1] = order[i], order[j]
                out_streets[size] = streets[k]
                size += 1
    return out[:size].copy(), out_streets[:size].copy()


@njit(cache=True, nogil=True)
def _crowds(
    spot_of: IntArray, order: IntArray
) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
    """Where each spot's buildings begin in ``order``, how many they are, whether any has two."""
    place = np.zeros(len(order), np.int64)
    members = np.zeros(len(order), np.int64)
    crowded = False
    for rank in range(len(order)):
        spot = spot_of[order[rank]]
        if members[spot] == 0:
            place[spot] = rank
        members[spot] += 1
        crowded = crowded or members[spot] > 1
    return place, members, crowded


@njit(cache=True, nogil=True)
def _space(pairs: NDArray[np.int32], members: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Links of each spot, and an upper bound of the links between buildings."""
    degree = np.zeros(len(members), np.int64)
    total = len(members)
    for k in range(len(pairs)):
        a, b = pairs[k, 0], pairs[k, 1]
        degree[a] += 1
        degree[b] += 1
        total += (members[a] if members[a] <= SHARING else 1) * (
            members[b] if members[b] <= SHARING else 1
        )
    return degree, total


@njit(cache=True, nogil=True)
def _sharers(
    spot: int,
    place: NDArray[np.int64],
    members: NDArray[np.int64],
    degree: NDArray[np.int64],
    used: NDArray[np.int64],
) -> tuple[int, int]:
    """Which buildings of a spot get its next link, as a range in ``order``."""
    used[spot] += 1
    if members[spot] <= SHARING:
        return place[spot], place[spot] + members[spot]
    one = place[spot] + (used[spot] - 1) * members[spot] // degree[spot]
    return one, one + 1


@njit(cache=True, nogil=True)
def count_ends(degree: NDArray[np.int64], pairs: NDArray[np.int32], name: IntArray) -> None:
    """Add the links of a chunk to ``degree[1 + building]``; ``name`` is each one's true index."""
    for k in range(len(pairs)):
        degree[name[pairs[k, 0]] + 1] += 1
        degree[name[pairs[k, 1]] + 1] += 1


@njit(cache=True, nogil=True)
def fill_rows(
    place: NDArray[np.int64],
    indices: IntArray,
    streets: NDArray[np.uint8],
    pairs: NDArray[np.int32],
    pair_streets: NDArray[np.uint8],
    name: IntArray,
) -> None:
    """Write both directions of each link at ``place``, and sort every row as it grows."""
    for k in range(len(pairs)):
        for turn in range(2):
            i, j = name[pairs[k, turn]], name[pairs[k, 1 - turn]]
            indices[place[i]] = j
            streets[place[i]] = pair_streets[k]
            place[i] += 1


@njit(cache=True, nogil=True)
def sort_rows(indptr: NDArray[np.int64], indices: IntArray, streets: NDArray[np.uint8]) -> int:
    """Sort each row and drop repeated links, packing the arrays in place; the new length."""
    size = 0
    begin = indptr[0]
    for i in range(len(indptr) - 1):
        end = indptr[i + 1]
        if end - begin <= 32:
            for j in range(begin + 1, end):
                value, street = indices[j], streets[j]
                k = j
                while k > begin and indices[k - 1] > value:
                    indices[k], streets[k] = indices[k - 1], streets[k - 1]
                    k -= 1
                indices[k], streets[k] = value, street
        else:
            order = np.argsort(indices[begin:end], kind="mergesort")
            indices[begin:end] = indices[begin:end][order]
            streets[begin:end] = streets[begin:end][order]
        row = size
        for j in range(begin, end):
            if size > row and indices[size - 1] == indices[j]:
                continue
            indices[size], streets[size] = indices[j], streets[j]
            size += 1
        begin = end
        indptr[i + 1] = size
    return size

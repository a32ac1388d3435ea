"""Delaunay triangulations of many small sets of points, exact, in compiled code.

Points are whole numbers (steps of a millimetre, as a rule) under :data:`LIMIT`, so that every
geometric question is answered without rounding error and no input can make it fail. Points are
added outwards from the middle, each joined to the part of the hull that it sees; then edges are
flipped until every circle is empty [1]_ [2]_.

References
----------
.. [1] Lawson, C. L. (1977). Software for C1 surface interpolation. *Mathematical Software III*.
.. [2] Sinclair, D. A. (2016). S-hull: a fast radial sweep-hull routine for Delaunay
       triangulation. arXiv:1604.01428.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

LIMIT = 2**25
"""Coordinates lie in ``0 .. LIMIT``, so that all products fit into 64 (or, split, 128) bits."""

_HALF = 26
_MASK = (1 << _HALF) - 1


@njit(cache=True, nogil=True)
def side(ax: int, ay: int, bx: int, by: int, px: int, py: int) -> int:
    """Twice the area of the triangle a, b, p: over 0 where p lies left of a → b."""
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


@njit(cache=True, nogil=True)
def in_circle(ax: int, ay: int, bx: int, by: int, cx: int, cy: int, px: int, py: int) -> bool:
    """Whether p lies strictly inside the circle through a, b, c (counter-clockwise)."""
    adx, ady, bdx, bdy, cdx, cdy = ax - px, ay - py, bx - px, by - py, cx - px, cy - py
    lift_a, lift_b, lift_c = adx * adx + ady * ady, bdx * bdx + bdy * bdy, cdx * cdx + cdy * cdy
    area_a, area_b, area_c = bdx * cdy - bdy * cdx, cdx * ady - cdy * adx, adx * bdy - ady * bdx

    part_a = float(lift_a) * float(area_a)
    part_b = float(lift_b) * float(area_b)
    part_c = float(lift_c) * float(area_c)
    determinant = part_a + part_b + part_c
    doubt = 1e-15 * (abs(part_a) + abs(part_b) + abs(part_c))
    if determinant > doubt:
        return True
    if determinant < -doubt:
        return False

    # Too close for floating point: the same sum in three words of 26 bits.
    high = (
        (lift_a >> _HALF) * (area_a >> _HALF)
        + (lift_b >> _HALF) * (area_b >> _HALF)
        + (lift_c >> _HALF) * (area_c >> _HALF)
    )
    middle = (
        (lift_a >> _HALF) * (area_a & _MASK)
        + (lift_a & _MASK) * (area_a >> _HALF)
        + (lift_b >> _HALF) * (area_b & _MASK)
        + (lift_b & _MASK) * (area_b >> _HALF)
        + (lift_c >> _HALF) * (area_c & _MASK)
        + (lift_c & _MASK) * (area_c >> _HALF)
    )
    low = (
        (lift_a & _MASK) * (area_a & _MASK)
        + (lift_b & _MASK) * (area_b & _MASK)
        + (lift_c & _MASK) * (area_c & _MASK)
    )
    middle += low >> _HALF
    high += middle >> _HALF
    if high != 0:
        return bool(high > 0)
    return bool((middle & _MASK) != 0 or (low & _MASK) != 0)


@njit(cache=True, nogil=True)
def _twins(twin: NDArray[np.int32], a: int, b: int) -> None:
    """Say that half-edges a and b are the two sides of one edge; -1 is the outside."""
    twin[a] = b
    if b >= 0:
        twin[b] = a


@njit(cache=True, nogil=True)
def _flip_until_empty(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    corner: NDArray[np.int32],
    twin: NDArray[np.int32],
    hull_edge: NDArray[np.int32],
    stack: list[int],
) -> None:
    """Flip the edges opposite a new point until no circle contains another point."""
    while len(stack) > 0:
        a = stack.pop()
        b = twin[a]
        if b < 0:
            continue
        a0, b0 = a - a % 3, b - b % 3
        a_left, a_right = a0 + (a + 1) % 3, a0 + (a + 2) % 3
        b_left, b_right = b0 + (b + 2) % 3, b0 + (b + 1) % 3
        new, right, left, far = corner[a_right], corner[a], corner[a_left], corner[b_left]
        if not in_circle(x[new], y[new], x[right], y[right], x[left], y[left], x[far], y[far]):
            continue
        corner[a] = far
        corner[b] = new
        _twins(twin, a, twin[b_left])
        _twins(twin, b, twin[a_right])
        _twins(twin, a_right, b_left)
        if twin[a] < 0:
            hull_edge[far] = a
        if twin[b] < 0:
            hull_edge[new] = b
        stack.append(a)
        stack.append(b_right)


@njit(cache=True, nogil=True)
def _angle_slot(dx: float, dy: float, n_slots: int) -> int:
    """Slot of a direction in a table of the hull; rises with the angle."""
    total = abs(dx) + abs(dy)
    if total == 0.0:
        return 0
    turn = dx / total
    share = (3.0 - turn if dy > 0 else 1.0 + turn) / 4.0
    return math.floor(share * n_slots) % n_slots


@njit(cache=True, nogil=True)
def _outwards(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Points by their distance from the middle one, the first three not on one line if possible.

    Every further point lies outside of the hull of those before it: the hull lies in a disc that
    the point is not inside of, and points on one line with the first two come ever further out.
    """
    middle_x, middle_y = (x.min() + x.max()) // 2, (y.min() + y.max()) // 2
    first = np.argmin((x - middle_x) ** 2 + (y - middle_y) ** 2)
    order = np.argsort((x - x[first]) ** 2 + (y - y[first]) ** 2)
    a, b = order[0], order[1]
    for k in range(2, len(x)):
        c = order[k]
        if side(x[a], y[a], x[b], y[b], x[c], y[c]) != 0:
            for j in range(k, 2, -1):
                order[j] = order[j - 1]
            order[2] = c
            break
    return order


@njit(cache=True, nogil=True)
def _near_slot(slot: NDArray[np.int32], after: NDArray[np.int32], here: int, last: int) -> int:
    """A corner of the hull in about the wanted direction; ``last`` is one in any case."""
    for step in range(len(slot)):
        v = slot[(here + step) % len(slot)]
        if after[v] >= 0:
            return int(v)
    return last


@njit(cache=True, nogil=True)
def _first_seen(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    after: NDArray[np.int32],
    before: NDArray[np.int32],
    v: int,
    p: int,
) -> int:
    """Where the part of the hull that point ``p`` sees begins, looked for from ``v`` on."""
    v = before[v]
    while side(x[v], y[v], x[after[v]], y[after[v]], x[p], y[p]) >= 0:
        v = after[v]
    while side(x[before[v]], y[before[v]], x[v], y[v], x[p], y[p]) < 0:
        v = before[v]
    return v


@njit(cache=True, nogil=True)
def _add_point(
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    corner: NDArray[np.int32],
    twin: NDArray[np.int32],
    after: NDArray[np.int32],
    before: NDArray[np.int32],
    hull_edge: NDArray[np.int32],
    stack: list[int],
    size: int,
    start: int,
    p: int,
) -> int:
    """Join a point to all edges of the hull that it sees; the new number of half-edges."""
    first_edge = size + 1
    v, w = start, after[start]
    while side(x[v], y[v], x[w], y[w], x[p], y[p]) < 0:
        corner[size], corner[size + 1], corner[size + 2] = w, v, p
        _twins(twin, size, hull_edge[v])
        if v != start:
            _twins(twin, size + 1, size - 1)
            after[v] = -1
            before[v] = -1
        stack.append(size)
        size += 3
        v, w = w, after[w]
    hull_edge[start], hull_edge[p] = first_edge, size - 1
    after[start], before[p], after[p], before[v] = p, start, v, p
    return size


@njit(cache=True, nogil=True)
def triangulate(
    x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Delaunay triangulation of distinct points with whole coordinates.

    Parameters
    ----------
    x, y : (n,) int64 arrays
        Coordinates in ``0 .. LIMIT``; no two points alike.

    Returns
    -------
    corner : (3 t,) int32 array
        Corners of the triangles, three by three, counter-clockwise. Empty where all points lie
        on one line.
    twin : (3 t,) int32 array
        Half-edge ``e`` runs from ``corner[e]`` to the next corner of its triangle; ``twin[e]`` is
        the same edge in the neighbouring triangle, -1 on the hull.

    Examples
    --------
    >>> corner, twin = triangulate(np.array([0, 9, 0]), np.array([0, 0, 9]))
    >>> sorted(corner.tolist()), twin.tolist()
    ([0, 1, 2], [-1, -1, -1])
    """
    n = len(x)
    if n < 3:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    order = _outwards(x, y)
    a, b, c = order[0], order[1], order[2]
    turn = side(x[a], y[a], x[b], y[b], x[c], y[c])
    if turn == 0:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    if turn < 0:
        b, c = c, b

    corner = np.empty(6 * n, np.int32)
    twin = np.full(6 * n, -1, np.int32)
    after = np.full(n, -1, np.int32)  # next and previous corner of the hull; -1: not on it
    before = np.full(n, -1, np.int32)
    hull_edge = np.empty(n, np.int32)
    n_slots = math.ceil(math.sqrt(n))
    slot = np.full(n_slots, a, np.int32)  # a corner of the hull in about each direction
    cx, cy = (x[a] + x[b] + x[c]) / 3.0, (y[a] + y[b] + y[c]) / 3.0
    corner[0], corner[1], corner[2] = a, b, c
    after[a], after[b], after[c] = b, c, a
    before[b], before[c], before[a] = a, b, c
    hull_edge[a], hull_edge[b], hull_edge[c] = 0, 1, 2
    for v in (a, b, c):
        slot[_angle_slot(x[v] - cx, y[v] - cy, n_slots)] = v
    size = 3
    last = a
    stack = [0]
    stack.clear()

    for p in order[3:]:
        here = _angle_slot(x[p] - cx, y[p] - cy, n_slots)
        start = _first_seen(x, y, after, before, _near_slot(slot, after, here, last), p)
        size = _add_point(x, y, corner, twin, after, before, hull_edge, stack, size, start, p)
        slot[here] = p
        slot[_angle_slot(x[start] - cx, y[start] - cy, n_slots)] = start
        last = p
        _flip_until_empty(x, y, corner, twin, hull_edge, stack)
    return corner[:size].copy(), twin[:size].copy()

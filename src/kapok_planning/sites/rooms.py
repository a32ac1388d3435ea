"""A day at stations with lanes that go ahead and rooms that fill, compiled: event by event.

It does all that :mod:`kapok_planning.sites.lines` does, slower, and what a recursion cannot: who is
served stays at the desk while the next room is full, and holds the desk up.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NONE = -1
SIZE, SEQ = 0, 1
FREE, BUSY, QUEUE, ROOM, DIRTY, HEAD, TAIL = 0, 1, 2, 3, 4, 5, 8
N_STATES = 11
AFTER, AT = 0, 1
CAME, START, DONE, LEFT = 0, 1, 2, 3
FIRST, OTHERS, HELD_UP = 0, 1, 2


class House(NamedTuple):
    """One day, in few arrays, for each costs at each call.

    ``service`` (k, n) minutes by station and person; ``ahead`` (k, n); ``state`` (k, 11) of each
    station: desks at work now, how many of them are busy or held up, who waits in the room, what it
    holds, whether something became free, and first and last of three chains of people: who goes
    ahead, the others, and who is held up at the desk before. ``person`` (n, 2): next in the chain,
    station. ``times`` (n,) and ``heap`` (n, 2), order and person: services under way. ``counts``:
    how many, and services begun so far. ``visits`` (4, k, n): came, start, done, left.
    """

    service: FloatArray
    ahead: BoolArray
    state: IntArray
    person: IntArray
    times: FloatArray
    heap: IntArray
    counts: IntArray
    visits: FloatArray


@inlined
def _before(time_a: float, seq_a: int, time_b: float, seq_b: int) -> bool:
    return bool(time_a < time_b or (time_a == time_b and seq_a < seq_b))


@inlined
def _push(h: House, time: float, p: int) -> None:
    """Note that somebody will be served until ``time``."""
    at, seq = h.counts[SIZE], h.counts[SEQ]
    h.counts[SIZE] += 1
    h.counts[SEQ] += 1
    while at > 0:
        parent = (at - 1) >> 1
        if not _before(time, seq, h.times[parent], h.heap[parent, 0]):
            break
        h.times[at], h.heap[at, 0], h.heap[at, 1] = (
            h.times[parent],
            h.heap[parent, 0],
            h.heap[parent, 1],
        )
        at = parent
    h.times[at], h.heap[at, 0], h.heap[at, 1] = time, seq, p


@inlined
def _pop(h: House) -> int:
    """Who is served first."""
    first = h.heap[0, 1]
    h.counts[SIZE] -= 1
    size = h.counts[SIZE]
    time, seq, p = h.times[size], h.heap[size, 0], h.heap[size, 1]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _before(
            h.times[child + 1], h.heap[child + 1, 0], h.times[child], h.heap[child, 0]
        ):
            child += 1
        if _before(time, seq, h.times[child], h.heap[child, 0]):
            break
        h.times[at], h.heap[at, 0], h.heap[at, 1] = (
            h.times[child],
            h.heap[child, 0],
            h.heap[child, 1],
        )
        at = child
    h.times[at], h.heap[at, 0], h.heap[at, 1] = time, seq, p
    return int(first)


@inlined
def _append(h: House, k: int, chain: int, p: int) -> None:
    """Put somebody at the end of a chain."""
    h.person[p, AFTER] = NONE
    if h.state[k, HEAD + chain] == NONE:
        h.state[k, HEAD + chain] = p
    else:
        h.person[h.state[k, TAIL + chain], AFTER] = p
    h.state[k, TAIL + chain] = p


@inlined
def _take(h: House, k: int, chain: int) -> int:
    """Take the first of a chain."""
    p = h.state[k, HEAD + chain]
    if p != NONE:
        h.state[k, HEAD + chain] = h.person[p, AFTER]
    return int(p)


@inlined
def _serve(h: House, k: int, p: int, t: float) -> None:
    h.person[p, AT] = k
    h.state[k, BUSY] += 1
    h.visits[START, k, p] = t
    _push(h, t + h.service[k, p], p)


@inlined
def _join(h: House, k: int, p: int) -> None:
    h.person[p, AT] = k
    h.state[k, QUEUE] += 1
    _append(h, k, FIRST if h.ahead[k, p] else OTHERS, p)


@inlined
def _let_go(h: House, p: int, t: float) -> None:
    """Free the desk at which somebody is, if they do not come from outside."""
    u = h.person[p, AT]
    if u != NONE:
        h.visits[LEFT, u, p] = t
        h.state[u, BUSY] -= 1
        h.state[u, DIRTY] = 1


@inlined
def _fill(h: House, k: int, t: float) -> None:
    """Serve who waits as desks are free, and let in who is held up before a full room."""
    while True:
        if h.state[k, BUSY] < h.state[k, FREE]:
            p = _take(h, k, FIRST)
            if p == NONE:
                p = _take(h, k, OTHERS)
            if p != NONE:
                h.state[k, QUEUE] -= 1
            else:
                p = _take(h, k, HELD_UP)
                if p == NONE:
                    return
                _let_go(h, p, t)
            _serve(h, k, p, t)
        elif h.state[k, QUEUE] < h.state[k, ROOM] and h.state[k, HEAD + HELD_UP] != NONE:
            p = _take(h, k, HELD_UP)
            _let_go(h, p, t)
            _join(h, k, p)
        else:
            return


@inlined
def _settle(h: House, top: int, t: float) -> None:
    """What a freed desk means for the stations before it; what is freed there is before it too."""
    for k in range(top, -1, -1):
        if h.state[k, DIRTY] != 0:
            h.state[k, DIRTY] = 0
            _fill(h, k, t)


@inlined
def _next(h: House, p: int, k: int) -> int:
    """The next station at which somebody stops."""
    j = k + 1
    while j < len(h.state) and h.service[j, p] < 0.0:
        j += 1
    return j


@inlined
def _come_in(h: House, p: int, arrival: float, t: float) -> None:
    j = _next(h, p, NONE)
    if j == len(h.state):
        return
    h.visits[CAME, j, p] = arrival
    if (
        h.state[j, BUSY] < h.state[j, FREE]
        and h.state[j, QUEUE] == 0
        and h.state[j, HEAD + HELD_UP] == NONE
    ):
        _serve(h, j, p, t)
    elif h.state[j, QUEUE] < h.state[j, ROOM] and h.state[j, HEAD + HELD_UP] == NONE:
        _join(h, j, p)
    else:
        _append(h, j, HELD_UP, p)  # outside, in turn with who is held up at desks


@inlined
def _move_on(h: House, p: int, t: float) -> None:
    """Somebody is served: on to the next station, if there is room."""
    k = h.person[p, AT]
    h.visits[DONE, k, p] = t
    j = _next(h, p, k)
    if j == len(h.state):
        _let_go(h, p, t)
    else:
        h.visits[CAME, j, p] = t
        if (
            h.state[j, BUSY] < h.state[j, FREE]
            and h.state[j, QUEUE] == 0
            and h.state[j, HEAD + HELD_UP] == NONE
        ):
            _let_go(h, p, t)
            _serve(h, j, p, t)
        elif h.state[j, QUEUE] < h.state[j, ROOM] and h.state[j, HEAD + HELD_UP] == NONE:
            _let_go(h, p, t)
            _join(h, j, p)
        else:
            _append(h, j, HELD_UP, p)
            return
    _settle(h, k, t)


@jit
def _new_house(service: FloatArray, ahead: BoolArray, room: IntArray) -> House:
    n_stations, n = service.shape
    state = np.zeros((n_stations, N_STATES), np.int64)
    state[:, HEAD:] = NONE
    state[:, ROOM] = room
    return House(
        service,
        ahead,
        state,
        np.full((n, 2), NONE, np.int64),
        np.empty(n + 1),
        np.empty((n + 1, 2), np.int64),
        np.zeros(2, np.int64),
        np.full((4, n_stations, n), np.inf),
    )


@jit
def _change(h: House, at_min: FloatArray, number: IntArray, step: IntArray, t: float) -> float:
    """Bring the desks at work to ``t``; returns when they change next."""
    following = np.inf
    for k in range(len(h.state)):
        moved = False
        while step[k] < at_min.shape[1] and at_min[k, step[k]] <= t:
            h.state[k, FREE] = number[k, step[k]]
            step[k] += 1
            moved = True
        if moved:
            h.state[k, DIRTY] = 1
        if step[k] < at_min.shape[1]:
            following = min(following, at_min[k, step[k]])
    return following


@jit
def _run(h: House, arrival: FloatArray, at_min: FloatArray, number: IntArray) -> None:
    """The day, moment by moment: first desks change, then people are served, then some come."""
    n, coming = len(arrival), 0
    top = len(h.state) - 1
    step = np.zeros(top + 1, np.int64)
    change = _change(h, at_min, number, step, 0.0)
    while True:
        ends = h.times[0] if h.counts[SIZE] > 0 else np.inf
        comes = max(arrival[coming], 0.0) if coming < n else np.inf
        if change <= ends and change <= comes:
            if change == np.inf:
                return
            t = change
            change = _change(h, at_min, number, step, t)
            _settle(h, top, t)
        elif ends <= comes:
            _move_on(h, _pop(h), ends)
        else:
            _come_in(h, coming, arrival[coming], comes)
            coming += 1


@jit
def walk_rooms(
    first: IntArray,
    service: FloatArray,
    ahead: BoolArray,
    room: IntArray,
    at_min: FloatArray,
    number: IntArray,
    arrival: FloatArray,
    visits: FloatArray,
) -> None:
    """All stations on several days; fills ``visits`` (4, k, n): came, start, done, left."""
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        h = _new_house(
            np.ascontiguousarray(service[:, a:b]), np.ascontiguousarray(ahead[:, a:b]), room
        )
        _run(h, arrival[a:b], at_min, number)
        visits[:, :, a:b] = h.visits

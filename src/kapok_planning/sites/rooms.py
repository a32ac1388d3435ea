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


class House(NamedTuple):
    """One day. Visits are (k, n): stations by people; lists of who waits are chains of people.

    ``free`` (k,) desks at work now; ``busy`` (k,) of them, also those held up; ``queue`` (k,) who
    waits in the room; ``room`` (k,); ``head``, ``tail`` (k, 3): queues of who goes ahead, of the
    others, and of who is held up at the desk before; ``after`` (n,) the next in a chain; ``at``
    (n,) station of each; ``dirty`` (k,) where something became free; ``times``, ``seqs``,
    ``people`` a heap of services under way; ``counts`` its size, and services begun so far.
    """

    service: FloatArray
    ahead: BoolArray
    room: IntArray
    free: IntArray
    busy: IntArray
    queue: IntArray
    head: IntArray
    tail: IntArray
    after: IntArray
    at: IntArray
    dirty: BoolArray
    times: FloatArray
    seqs: IntArray
    people: IntArray
    counts: IntArray
    came: FloatArray
    start: FloatArray
    done: FloatArray
    left: FloatArray


@inlined
def _before(time_a: float, seq_a: int, time_b: float, seq_b: int) -> bool:
    return bool(time_a < time_b or (time_a == time_b and seq_a < seq_b))


@jit
def _push(h: House, time: float, p: int) -> None:
    """Note that somebody will be served until ``time``."""
    at, seq = h.counts[SIZE], h.counts[SEQ]
    h.counts[SIZE] += 1
    h.counts[SEQ] += 1
    while at > 0:
        parent = (at - 1) >> 1
        if not _before(time, seq, h.times[parent], h.seqs[parent]):
            break
        h.times[at], h.seqs[at], h.people[at] = h.times[parent], h.seqs[parent], h.people[parent]
        at = parent
    h.times[at], h.seqs[at], h.people[at] = time, seq, p


@jit
def _pop(h: House) -> int:
    """Who is served first."""
    first = h.people[0]
    h.counts[SIZE] -= 1
    size = h.counts[SIZE]
    time, seq, p = h.times[size], h.seqs[size], h.people[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _before(
            h.times[child + 1], h.seqs[child + 1], h.times[child], h.seqs[child]
        ):
            child += 1
        if _before(time, seq, h.times[child], h.seqs[child]):
            break
        h.times[at], h.seqs[at], h.people[at] = h.times[child], h.seqs[child], h.people[child]
        at = child
    h.times[at], h.seqs[at], h.people[at] = time, seq, p
    return int(first)


@inlined
def _append(h: House, k: int, chain: int, p: int) -> None:
    """Put somebody at the end of a chain."""
    h.after[p] = NONE
    if h.head[k, chain] == NONE:
        h.head[k, chain] = p
    else:
        h.after[h.tail[k, chain]] = p
    h.tail[k, chain] = p


@inlined
def _take(h: House, k: int, chain: int) -> int:
    """Take the first of a chain."""
    p = h.head[k, chain]
    if p != NONE:
        h.head[k, chain] = h.after[p]
    return int(p)


@inlined
def _serve(h: House, k: int, p: int, t: float) -> None:
    h.at[p] = k
    h.busy[k] += 1
    h.start[k, p] = t
    _push(h, t + h.service[k, p], p)


@inlined
def _join(h: House, k: int, p: int) -> None:
    h.at[p] = k
    h.queue[k] += 1
    _append(h, k, 0 if h.ahead[k, p] else 1, p)


@inlined
def _let_go(h: House, p: int, t: float) -> None:
    """Free the desk at which somebody is."""
    u = h.at[p]
    h.left[u, p] = t
    h.busy[u] -= 1
    h.dirty[u] = True


@jit
def _fill(h: House, k: int, t: float) -> None:
    """Serve who waits as desks are free, and let in who is held up before a full room."""
    while True:
        if h.busy[k] < h.free[k]:
            p = _take(h, k, 0)
            if p == NONE:
                p = _take(h, k, 1)
            if p != NONE:
                h.queue[k] -= 1
            else:
                p = _take(h, k, 2)
                if p == NONE:
                    return
                _let_go(h, p, t)
            _serve(h, k, p, t)
        elif h.queue[k] < h.room[k] and h.head[k, 2] != NONE:
            p = _take(h, k, 2)
            _let_go(h, p, t)
            _join(h, k, p)
        else:
            return


@jit
def _settle(h: House, top: int, t: float) -> None:
    """What a freed desk means for the stations before it; what is freed there is before it too."""
    for k in range(top, -1, -1):
        if h.dirty[k]:
            h.dirty[k] = False
            _fill(h, k, t)


@inlined
def _next(h: House, p: int, k: int) -> int:
    """The next station at which somebody stops."""
    j = k + 1
    while j < len(h.room) and h.service[j, p] < 0.0:
        j += 1
    return j


@jit
def _come_in(h: House, p: int, arrival: float, t: float) -> None:
    j = _next(h, p, NONE)
    if j == len(h.room):
        return
    h.came[j, p] = arrival
    if h.busy[j] < h.free[j] and h.queue[j] == 0 and h.head[j, 2] == NONE:
        _serve(h, j, p, t)
    else:
        _join(h, j, p)


@jit
def _move_on(h: House, p: int, t: float) -> None:
    """Somebody is served: on to the next station, if there is room."""
    k = h.at[p]
    h.done[k, p] = t
    j = _next(h, p, k)
    if j == len(h.room):
        _let_go(h, p, t)
    else:
        h.came[j, p] = t
        if h.busy[j] < h.free[j] and h.queue[j] == 0 and h.head[j, 2] == NONE:
            _let_go(h, p, t)
            _serve(h, j, p, t)
        elif h.queue[j] < h.room[j] and h.head[j, 2] == NONE:
            _let_go(h, p, t)
            _join(h, j, p)
        else:
            _append(h, j, 2, p)
            return
    _settle(h, k, t)


@jit
def _new_house(service: FloatArray, ahead: BoolArray, room: IntArray) -> House:
    n_stations, n = service.shape
    endless = np.full((4, n_stations, n), np.inf)
    return House(
        service,
        ahead,
        room,
        np.zeros(n_stations, np.int64),
        np.zeros(n_stations, np.int64),
        np.zeros(n_stations, np.int64),
        np.full((n_stations, 3), NONE, np.int64),
        np.full((n_stations, 3), NONE, np.int64),
        np.full(n, NONE, np.int64),
        np.full(n, NONE, np.int64),
        np.zeros(n_stations, np.bool_),
        np.empty(n + 1),
        np.empty(n + 1, np.int64),
        np.empty(n + 1, np.int64),
        np.zeros(2, np.int64),
        endless[0],
        endless[1],
        endless[2],
        endless[3],
    )


@jit
def _change(h: House, at_min: FloatArray, number: IntArray, step: IntArray, t: float) -> float:
    """Bring the desks at work to ``t``; returns when they change next."""
    following = np.inf
    for k in range(len(h.room)):
        moved = False
        while step[k] < at_min.shape[1] and at_min[k, step[k]] <= t:
            h.free[k] = number[k, step[k]]
            step[k] += 1
            moved = True
        if moved:
            h.dirty[k] = True
        if step[k] < at_min.shape[1]:
            following = min(following, at_min[k, step[k]])
    return following


@jit
def _run(h: House, arrival: FloatArray, at_min: FloatArray, number: IntArray) -> None:
    """The day, moment by moment: first desks change, then people are served, then some come."""
    n, coming = len(arrival), 0
    top = len(h.room) - 1
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
        visits[0, :, a:b] = h.came
        visits[1, :, a:b] = h.start
        visits[2, :, a:b] = h.done
        visits[3, :, a:b] = h.left

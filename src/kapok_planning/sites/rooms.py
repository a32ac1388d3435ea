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
FREE, BUSY, QUEUE, ROOM, DIRTY, HEAD, TAIL, ENDS, LAST = 0, 1, 2, 3, 4, 5, 8, 11, 12
N_STATES = 13
AFTER, AT, GOES_AHEAD, WHO = 0, 1, 2, 3
FIRST, OTHERS, HELD_UP = 0, 1, 2
SERVICE, UNDER_WAY, CAME, START, DONE, LEFT = 0, 1, 2, 3, 4, 5
N_ROWS = 6


class House(NamedTuple):
    """One day, in three arrays, for each costs at each call.

    ``minutes`` (6, k, n): by station, how long each person's service takes, ends of services under
    way in order, and visits to be filled: came, start, done, left.

    ``people`` (3 + k, n): next in the chain, station, and (as bits) stations at which they go
    ahead, of each person; then, by station, whose the services under way are.

    ``state`` (k, 13): desks at work now, how many of them are busy or held up, who waits in the
    room, what it holds, whether something became free, first and last of three chains of people
    (who goes ahead, the others, who is held up at the desk before), and where services under way
    begin and end.
    """

    minutes: FloatArray
    people: IntArray
    state: IntArray


@inlined
def _serve(h: House, k: int, p: int, t: float) -> None:
    """Begin a service, and note its end in order."""
    h.people[AT, p] = k
    h.state[k, BUSY] += 1
    h.minutes[START, k, p] = t
    end = t + h.minutes[SERVICE, k, p]
    head, i = h.state[k, ENDS], h.state[k, LAST]
    h.state[k, LAST] += 1
    while i > head and h.minutes[UNDER_WAY, k, i - 1] > end:
        h.minutes[UNDER_WAY, k, i] = h.minutes[UNDER_WAY, k, i - 1]
        h.people[WHO + k, i] = h.people[WHO + k, i - 1]
        i -= 1
    h.minutes[UNDER_WAY, k, i], h.people[WHO + k, i] = end, p


@inlined
def _append(h: House, k: int, chain: int, p: int) -> None:
    """Put somebody at the end of a chain."""
    h.people[AFTER, p] = NONE
    if h.state[k, HEAD + chain] == NONE:
        h.state[k, HEAD + chain] = p
    else:
        h.people[AFTER, h.state[k, TAIL + chain]] = p
    h.state[k, TAIL + chain] = p


@inlined
def _take(h: House, k: int, chain: int) -> int:
    """Take the first of a chain."""
    p = h.state[k, HEAD + chain]
    if p != NONE:
        h.state[k, HEAD + chain] = h.people[AFTER, p]
    return int(p)


@inlined
def _join(h: House, k: int, p: int) -> None:
    h.people[AT, p] = k
    h.state[k, QUEUE] += 1
    _append(h, k, FIRST if h.people[GOES_AHEAD, p] >> k & 1 else OTHERS, p)


@inlined
def _let_go(h: House, p: int, t: float) -> None:
    """Free the desk at which somebody is, if they do not come from outside."""
    u = h.people[AT, p]
    if u != NONE:
        h.minutes[LEFT, u, p] = t
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


@jit
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
    while j < len(h.state) and h.minutes[SERVICE, j, p] < 0.0:
        j += 1
    return j


@inlined
def _come_in(h: House, p: int, arrival: float, t: float) -> None:
    j = _next(h, p, NONE)
    if j == len(h.state):
        return
    h.minutes[CAME, j, p] = arrival
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
def _move_on(h: House, k: int, p: int, t: float) -> None:
    """Somebody is served: on to the next station, if there is room."""
    h.minutes[DONE, k, p] = t
    j = _next(h, p, k)
    if j == len(h.state):
        _let_go(h, p, t)
    else:
        h.minutes[CAME, j, p] = t
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
        k, ends = 0, np.inf
        for j in range(top + 1):
            head = h.state[j, ENDS]
            if head < h.state[j, LAST] and h.minutes[UNDER_WAY, j, head] < ends:
                k, ends = j, h.minutes[UNDER_WAY, j, head]
        comes = max(arrival[coming], 0.0) if coming < n else np.inf
        if change <= ends and change <= comes:
            if change == np.inf:
                return
            t = change
            change = _change(h, at_min, number, step, t)
            _settle(h, top, t)
        elif ends <= comes:
            p = h.people[WHO + k, h.state[k, ENDS]]
            h.state[k, ENDS] += 1
            _move_on(h, k, p, ends)
        else:
            _come_in(h, coming, arrival[coming], comes)
            coming += 1


@jit
def walk_rooms(
    first: IntArray,
    service: FloatArray,
    ahead: IntArray,
    room: IntArray,
    at_min: FloatArray,
    number: IntArray,
    arrival: FloatArray,
    visits: FloatArray,
) -> None:
    """All stations on several days; fills ``visits`` (4, k, n): came, start, done, left.

    ``ahead`` (n,) has the bits of the stations at which somebody goes ahead.
    """
    n_stations, most = len(service), 0
    for d in range(len(first) - 1):
        most = max(most, first[d + 1] - first[d])
    state = np.empty((n_stations, N_STATES), np.int64)
    minutes = np.empty((N_ROWS, n_stations, most))
    people = np.empty((WHO + n_stations, most), np.int64)
    for d in range(len(first) - 1):
        a, b = first[d], first[d + 1]
        state[:] = 0
        state[:, HEAD:ENDS] = NONE
        state[:, ROOM] = room
        minutes[SERVICE, :, : b - a] = service[:, a:b]
        minutes[CAME:, :, : b - a] = np.inf
        people[AT, :] = NONE
        people[GOES_AHEAD, : b - a] = ahead[a:b]
        _run(House(minutes, people, state), arrival[a:b], at_min, number)
        visits[:, :, a:b] = minutes[CAME:, :, : b - a]

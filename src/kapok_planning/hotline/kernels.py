"""Stationary queues of callers, compiled. Recursions of probabilities only: nothing overflows."""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import inlined, jit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

P_WAIT, SERVED, ABANDONED, QUEUE = 0, 1, 2, 3
N_FIGURES = 4
NEGLIGIBLE = 1e-15
LOG_SMALL = -640.0
MOST_AGENTS = 1_000_000


@jit
def blocked(load: float, servers: int) -> float:
    """Erlang B: share of callers who find all of ``servers`` busy, where nobody waits."""
    share = 1.0
    for k in range(1, servers + 1):
        share = load * share / (k + load * share)
    return share


@inlined
def _without_patience(
    load: float, servers: int, share_b: float, within: float, out: FloatArray
) -> None:
    """Erlang C from Erlang B; ``within`` is in handling times. More load than agents: no end."""
    if load >= servers:
        out[P_WAIT], out[SERVED], out[ABANDONED], out[QUEUE] = 1.0, 0.0, 0.0, np.inf
        return
    waits = servers * share_b / (servers - load * (1.0 - share_b))
    out[P_WAIT] = waits
    out[SERVED] = 1.0 - waits * np.exp(-(servers - load) * within)
    out[ABANDONED] = 0.0
    out[QUEUE] = waits * load / (servers - load)


@jit
def _with_patience(
    load: float, servers: int, share_b: float, theta: float, within: float, out: FloatArray
) -> None:
    """Erlang A: states are added one by one, each with its share among those so far.

    Times are in handling times; ``theta`` is one over the mean patience. Who finds ``j`` callers
    waiting is served first when ``j + 1`` of those before are gone, at the rates ``servers``,
    ``servers + theta`` ...: minus the logarithm of a Beta(servers / theta, j + 1) variable, over
    theta. The share served in time is thus a sum of terms of a negative binomial law.
    """
    a = servers / theta + 1.0
    x = np.exp(-theta * within)
    log_term = -theta * within * a
    plain = log_term > LOG_SMALL
    beyond, term = 0.0, np.exp(log_term)
    top, waits, queue, served = share_b, share_b, 0.0, 1.0 - share_b
    j = 0
    while True:
        ratio = (1.0 - x) * (a + j) / (j + 1.0)
        if plain:
            beyond += term
            term *= ratio
        elif ratio > 0.0:  # the first terms are too small for a number, not for its logarithm
            log_term += np.log(ratio)
            plain = log_term > LOG_SMALL
            term = np.exp(log_term)
        in_time = max(1.0 - beyond, 0.0) * (a - 1.0) / (a + j)
        served += top * in_time  # the share of this state was taken off when it was added
        j += 1
        leaving = servers + j * theta
        top = load * top / (leaving + load * top)
        if top < NEGLIGIBLE and leaving > load:
            break
        waits = waits * (1.0 - top) + top
        queue = queue * (1.0 - top) + j * top
        served *= 1.0 - top
    out[P_WAIT], out[SERVED], out[QUEUE] = waits, served, queue
    out[ABANDONED] = theta * queue / load


@jit
def figures(
    load: float, servers: int, share_b: float, theta: float, within: float, out: FloatArray
) -> None:
    """Fill ``out`` (4,): share that waits, share served in time, share that gives up, queue."""
    if load <= 0.0:
        out[P_WAIT], out[SERVED], out[ABANDONED], out[QUEUE] = 0.0, 1.0, 0.0, 0.0
    elif theta <= 0.0:
        _without_patience(load, servers, share_b, within, out)
    else:
        _with_patience(load, servers, share_b, theta, within, out)


@jit
def measure_all(
    load: FloatArray, agents: IntArray, theta: FloatArray, within: FloatArray, out: FloatArray
) -> None:
    """The figures of each interval with its agents, (t, 4)."""
    for t in range(len(load)):
        figures(load[t], agents[t], blocked(load[t], agents[t]), theta[t], within[t], out[t])


@inlined
def _is_enough(load: float, n: int, out: FloatArray, limits: FloatArray) -> bool:
    """Whether share served, share that gives up and occupancy are within ``limits``."""
    busy = load * (1.0 - out[ABANDONED])
    return bool(out[SERVED] >= limits[0] and out[ABANDONED] <= limits[1] and busy <= limits[2] * n)


@jit
def least_all(
    load: FloatArray,
    theta: FloatArray,
    within: FloatArray,
    limits: FloatArray,
    least: int,
    agents: IntArray,
    out: FloatArray,
) -> None:
    """Fewest agents of each interval for ``limits`` (3,), and their figures (t, 4).

    Fewer than the share that must be answered of the load cannot be enough, so the search goes
    up from there; Erlang B of one more agent follows from that of one fewer.
    """
    for t in range(len(load)):
        answered = max(limits[0], 1.0 - limits[1]) if theta[t] > 0.0 else 1.0
        n = max(least, int(np.ceil(load[t] * answered - 1e-9)))
        share = blocked(load[t], n)
        while True:
            figures(load[t], n, share, theta[t], within[t], out[t])
            if _is_enough(load[t], n, out[t], limits) or n >= MOST_AGENTS:
                break
            n += 1
            share = load[t] * share / (n + load[t] * share)
        agents[t] = n

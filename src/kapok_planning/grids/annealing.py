"""Improve a plan by moving single buildings across borders, hot at first, then cold.

Simulated annealing after Kirkpatrick, Gelatt and Vecchi (1983), *Science* 220, 671-680, with moves that keep every
grid contiguous. The price of a household outside the bounds rises as the temperature falls.
"""

from collections import namedtuple

import numpy as np

from kapok_planning.grids.kernels import jit, stays_connected

N_LOGS = 4096
_LOGS = -np.log((np.arange(N_LOGS) + 0.5) / N_LOGS)  # quantiles of the exponential distribution

PRICE_AT_FIRST, PRICE_RISE = 2.0, 30.0  # of a household outside, in mean inertias of a household

Wishes = namedtuple("Wishes", "low high aim balance street move")
Wishes.__doc__ = """What a plan is judged by, beside compactness.

``low``, ``high``, ``aim`` [households]; ``balance``, ``street`` and ``move`` are prices, in mean inertias of
a household: of a grid one aim off its aim, of a main street crossed inside a grid, and of a
household that leaves its former grid.
"""

Schedule = namedtuple("Schedule", "sweeps hot cold far")
Schedule.__doc__ = """How long and how hot.

``sweeps`` proposals per building; ``hot`` and ``cold`` are the first and last temperature, in mean
inertias of a building; ``far`` asks for the exact test of contiguity.
"""


@jit
def seeded(seed, stream):
    """State of a random stream (splitmix64 of seed and stream number)."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(stream)
    z = z * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    z *= np.uint64(0xD6E8FEB86659FD93)
    z ^= z >> np.uint64(32)
    return z | np.uint64(1)


@jit
def _advanced(state):
    """The next state of a random stream (xorshift64)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@jit
def outside(load, wishes):
    """Households of a grid outside the bounds."""
    if load < wishes.low:
        return wishes.low - load
    if load > wishes.high:
        return load - wishes.high
    return 0.0


@jit
def sums(x, y, w, label, load, sx, sy):
    """Fill households and weighted coordinates of each grid; return inertia and households in all."""
    load[:] = 0.0
    sx[:] = 0.0
    sy[:] = 0.0
    for i in range(len(label)):
        g = label[i]
        load[g] += w[i]
        sx[g] += w[i] * x[i]
        sy[g] += w[i] * y[i]
    inertia, total = 0.0, 0.0
    for i in range(len(label)):
        g = label[i]
        if load[g] > 0.0:
            dx, dy = x[i] - sx[g] / load[g], y[i] - sy[g] / load[g]
            inertia += w[i] * (dx * dx + dy * dy)
            total += w[i]
    return inertia, total


@jit
def _neighbour(indptr, indices, fixed, label, i, state):
    """A link of ``i`` to another grid that may take it, from a random turn on; -1 for none."""
    start, stop = indptr[i], indptr[i + 1]
    degree = stop - start
    turn = ((state >> np.uint64(8)) & np.uint64(0xFFFF)) * np.uint64(degree) >> np.uint64(16)
    for t in range(degree):
        e = start + np.int64(turn) + t
        if e >= stop:
            e -= degree
        j = indices[e]
        if label[j] != label[i] and not fixed[j]:
            return e
    return -1


@jit
def _spread(w, dx, dy, load):
    """Inertia that ``w`` households add to a grid of ``load`` others, ``(dx, dy)`` from its centre."""
    if load <= 0.0:
        return 0.0
    return w * load / (load + w) * (dx * dx + dy * dy)


@jit
def _streets_change(indptr, indices, streets, label, i, b):
    """Change of main streets inside grids when ``i`` moves to grid ``b``."""
    change = 0.0
    for e in range(indptr[i], indptr[i + 1]):
        if streets[e]:
            g = label[indices[e]]
            if g == label[i]:
                change -= streets[e]
            elif g == b:
                change += streets[e]
    return change


@jit
def anneal(
    x, y, w, indptr, indices, streets, fixed, previous, label, load,
    wishes, schedule, first, last, unit, household_unit, state,
):  # fmt: skip
    """Run sweeps ``first`` to ``last`` of a schedule on ``label``, in place; return the random state.

    ``unit`` and ``household_unit`` are the mean inertias of a building and of a household at the start.
    Every grid that is contiguous stays so, and none is emptied.
    """
    n = len(label)
    sx, sy = np.empty(len(load)), np.empty(len(load))
    sums(x, y, w, label, load, sx, sy)
    mark, queue, stamp = np.zeros(n, np.int32), np.empty(n, np.int32), 1
    cooling = (schedule.cold / schedule.hot) ** (1.0 / max(1, schedule.sweeps - 1))
    temperature = schedule.hot * unit * cooling**first
    balance = 2.0 * wishes.balance * household_unit / wishes.aim
    street, move = wishes.street * household_unit, wishes.move * household_unit
    for sweep in range(first, last):
        price = household_unit * (PRICE_AT_FIRST + PRICE_RISE * sweep / schedule.sweeps)
        for _ in range(n):
            state = _advanced(state)
            i = np.int64((state >> np.uint64(32)) * np.uint64(n) >> np.uint64(32))
            if fixed[i]:
                continue
            link = _neighbour(indptr, indices, fixed, label, i, state)
            if link < 0:
                continue
            a, b, wi = label[i], label[indices[link]], w[i]
            la, lb = load[a], load[b]
            change = price * (
                outside(la - wi, wishes) - outside(la, wishes)
                + outside(lb + wi, wishes) - outside(lb, wishes)
            )  # fmt: skip
            if wi > 0.0:
                if lb > 0.0:
                    change += _spread(wi, x[i] - sx[b] / lb, y[i] - sy[b] / lb, lb)
                # The centre without i lies la / (la - w) times as far from i as the centre with it.
                rest = la - wi
                if rest > 0.0:
                    dx, dy = x[i] - sx[a] / la, y[i] - sy[a] / la
                    change -= wi * la / rest * (dx * dx + dy * dy)
                change += balance * wi * (lb - la + wi)
            if move > 0.0 and previous[i] >= 0:
                change += move * wi * ((previous[i] == a) - (previous[i] == b))
            if street > 0.0:
                change += street * _streets_change(indptr, indices, streets, label, i, b)
            if change > 0.0:
                state = _advanced(state)
                if change > temperature * _LOGS[np.int64(state >> np.uint64(52))]:
                    continue
            stamp += 2
            if not stays_connected(indptr, indices, label, i, mark, stamp, queue, schedule.far):
                continue
            label[i] = b
            load[a], load[b] = la - wi, lb + wi
            sx[a] -= wi * x[i]
            sy[a] -= wi * y[i]
            sx[b] += wi * x[i]
            sy[b] += wi * y[i]
        temperature *= cooling
    return state

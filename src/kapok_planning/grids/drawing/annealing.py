"""Improve a plan by moving single buildings across borders, hot at first, then cold.

Simulated annealing after Kirkpatrick, Gelatt and Vecchi (1983), *Science* 220, 671-680, with moves
that keep every grid contiguous. The price of a household outside the bounds rises as the
temperature falls.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import jit
from kapok_planning.grids.drawing.kernels import Local, Nodes, stays_connected
from kapok_planning.grids.town import BoolArray, FloatArray, IntArray

N_LOGS = 4096
_LOGS = -np.log((np.arange(N_LOGS) + 0.5) / N_LOGS)  # quantiles of the exponential distribution

EMPTY = 0.25  # a building without households counts as this many, or it would lie anywhere
PRICE_AT_FIRST, PRICE_RISE = 2.0, 30.0  # of a household outside, in mean inertias of one


class Wishes(NamedTuple):
    """What a plan is judged by, beside compactness.

    ``low``, ``high``, ``aim`` [households]; ``balance``, ``street``, ``move`` are prices, in mean
    inertias of a household: of a grid one aim off its aim, of a main street crossed inside
    a grid, and of a household that leaves its former grid.
    """

    low: float
    high: float
    aim: float
    balance: float
    street: float
    move: float


class Schedule(NamedTuple):
    """How long and how hot.

    ``sweeps`` proposals per building; ``hot`` and ``cold`` are the first and last temperature, in
    mean inertias of a building; ``far`` asks for the exact test of contiguity.
    """

    sweeps: int
    hot: float
    cold: float
    far: bool


class Units(NamedTuple):
    """Mean inertia [m² x households] of a building and of a household of the plan at the start."""

    building: float
    household: float


@jit
def seeded(seed: np.uint64, stream: np.uint64) -> np.uint64:
    """State of a random stream (splitmix64 of seed and stream number)."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(stream)
    z = z * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    z *= np.uint64(0xD6E8FEB86659FD93)
    z ^= z >> np.uint64(32)
    return z | np.uint64(1)


@jit
def _advanced(state: np.uint64) -> np.uint64:
    """The next state of a random stream (xorshift64)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@jit
def outside(load: float, wishes: Wishes) -> float:
    """Households of a grid outside the bounds."""
    if load < wishes.low:
        return wishes.low - load
    if load > wishes.high:
        return load - wishes.high
    return 0.0


@jit
def sums(
    at: Local, label: IntArray, load: FloatArray, sx: FloatArray, sy: FloatArray
) -> tuple[float, float]:
    """Fill households and weighted coordinates of each grid; return inertia and households."""
    load[:] = 0.0
    sx[:] = 0.0
    sy[:] = 0.0
    for i in range(len(label)):
        g = label[i]
        load[g] += at.w[i]
        sx[g] += at.w[i] * at.x[i]
        sy[g] += at.w[i] * at.y[i]
    inertia, total = 0.0, 0.0
    for i in range(len(label)):
        g = label[i]
        if load[g] > 0.0:
            dx, dy = at.x[i] - sx[g] / load[g], at.y[i] - sy[g] / load[g]
            inertia += at.w[i] * (dx * dx + dy * dy)
            total += at.w[i]
    return inertia, total


@jit
def units(at: Local, label: IntArray, n_labels: int) -> Units:
    """The units in which temperatures and prices of a plan are counted."""
    inertia, total = sums(at, label, np.empty(n_labels), np.empty(n_labels), np.empty(n_labels))
    return Units(inertia / len(label) + 1e-9, inertia / max(total, 1.0) + 1e-9)


@jit
def _neighbour(
    indptr: Nodes, indices: IntArray, fixed: BoolArray, label: IntArray, i: int, state: np.uint64
) -> int:
    """A building next to ``i`` whose grid may take it, from a random turn on; -1 for none."""
    start, stop = indptr[i], indptr[i + 1]
    degree = stop - start
    turn = ((state >> np.uint64(8)) & np.uint64(0xFFFF)) * np.uint64(degree) >> np.uint64(16)
    for t in range(degree):
        e = start + np.int64(turn) + t
        if e >= stop:
            e -= degree
        j = indices[e]
        if label[j] != label[i] and not fixed[j]:
            return int(j)
    return -1


@jit
def _streets_change(
    indptr: Nodes,
    indices: IntArray,
    streets: NDArray[np.uint8],
    label: IntArray,
    i: int,
    b: int,
) -> float:
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
def _outside_change(w: float, load_a: float, load_b: float, wishes: Wishes) -> float:
    """Change of households outside the bounds when ``w`` of them go from one grid to another."""
    return (
        outside(load_a - w, wishes)
        - outside(load_a, wishes)
        + outside(load_b + w, wishes)
        - outside(load_b, wishes)
    )


@jit
def _joining(w: float, dx: float, dy: float, load: float) -> float:
    """Inertia that ``w`` households add to a grid of ``load``, ``(dx, dy)`` from its centre."""
    return w * load / (load + w) * (dx * dx + dy * dy)


@jit
def _leaving(w: float, dx: float, dy: float, load: float) -> float:
    """Inertia that ``w`` households take from their grid of ``load``, ``(dx, dy)`` from its centre.

    The centre without them is ``load / (load - w)`` times as far from them as the one with them.
    """
    return w * load / (load - w) * (dx * dx + dy * dy) if load > w else 0.0


@jit
def _sweep(
    x: FloatArray,
    y: FloatArray,
    weight: FloatArray,
    indptr: Nodes,
    indices: IntArray,
    streets: NDArray[np.uint8],
    fixed: BoolArray,
    former: IntArray,
    label: IntArray,
    load: FloatArray,
    sx: FloatArray,
    sy: FloatArray,
    mark: IntArray,
    queue: IntArray,
    stamp: int,
    wishes: Wishes,
    prices: Wishes,
    outside_price: float,
    temperature: float,
    far: bool,
    state: np.uint64,
) -> tuple[np.uint64, int]:
    """One proposal per building at one temperature; returns the random state and the last stamp.

    ``prices`` are the wishes' prices in square metres.
    """
    n = len(label)
    for _ in range(n):
        state = _advanced(state)
        i = int((state >> np.uint64(32)) * np.uint64(n) >> np.uint64(32))
        j = -1 if fixed[i] else _neighbour(indptr, indices, fixed, label, i, state)
        if j < 0:
            continue
        a, b, w = label[i], label[j], weight[i]
        la, lb = load[a], load[b]
        change = outside_price * _outside_change(w, la, lb, wishes)
        change += prices.balance * w * (lb - la + w)
        if lb > 0.0:
            change += _joining(max(w, EMPTY), x[i] - sx[b] / lb, y[i] - sy[b] / lb, lb)
        if la > 0.0:
            change -= _leaving(max(w, EMPTY), x[i] - sx[a] / la, y[i] - sy[a] / la, la)
        if prices.move > 0.0 and former[i] >= 0:
            change += prices.move * max(w, EMPTY) * ((former[i] == a) - (former[i] == b))
        if prices.street > 0.0:
            change += prices.street * _streets_change(indptr, indices, streets, label, i, b)
        if change > 0.0:
            state = _advanced(state)
            if change > temperature * _LOGS[int(state >> np.uint64(52))]:
                continue
        stamp += 2
        if stays_connected(indptr, indices, label, i, mark, stamp, queue, far):
            label[i] = b
            load[a], load[b] = la - w, lb + w
            sx[a] -= w * x[i]
            sy[a] -= w * y[i]
            sx[b] += w * x[i]
            sy[b] += w * y[i]
    return state, stamp


@jit
def anneal(
    at: Local,
    label: IntArray,
    n_labels: int,
    wishes: Wishes,
    schedule: Schedule,
    first: int,
    last: int,
    unit: Units,
    state: np.uint64,
) -> np.uint64:
    """Run sweeps ``first`` to ``last`` on ``label``, in place; return the random state.

    Every grid that is contiguous stays so, and none is emptied.
    """
    load, sx, sy = np.empty(n_labels), np.empty(n_labels), np.empty(n_labels)
    sums(at, label, load, sx, sy)
    mark, queue, stamp = np.zeros(len(label), np.int32), np.empty(len(label), np.int32), 1
    cooling = (schedule.cold / schedule.hot) ** (1.0 / max(1, schedule.sweeps - 1))
    temperature = schedule.hot * unit.building * cooling**first
    prices = Wishes(
        wishes.low, wishes.high, wishes.aim,
        2.0 * wishes.balance * unit.household / wishes.aim,
        wishes.street * unit.household, wishes.move * unit.household,
    )  # fmt: skip
    for sweep in range(first, last):
        outside_price = PRICE_AT_FIRST + PRICE_RISE * sweep / schedule.sweeps
        # Arrays one by one: handed on as a tuple, they double the time of the innermost loop.
        state, stamp = _sweep(
            at.x, at.y, at.w, at.indptr, at.indices, at.streets, at.fixed, at.former,
            label, load, sx, sy, mark, queue, stamp, wishes, prices,
            outside_price * unit.household, temperature, schedule.far, state,
        )  # fmt: skip
        temperature *= cooling
    return state

"""Draw one community after another: local arrays, a start, annealing, and the best of a few tries."""

from collections import namedtuple

import numpy as np

from kapok_planning.grids.annealing import anneal, outside, seeded, sums
from kapok_planning.grids.kernels import jit
from kapok_planning.grids.starting import grid_count, start

Effort = namedtuple("Effort", "schedule small_schedule small tries rescues")
Effort.__doc__ = """How much work a community is worth.

``schedule`` for most; communities of up to ``small`` buildings get the best of ``tries`` runs of
``small_schedule``; ``rescues`` more runs where households are left outside the bounds.
"""


@jit
def gather(nodes, local, x, y, w, indptr, indices, streets, fixed, previous):
    """Copies of a community's arrays in local order; the centre of gravity becomes the origin."""
    n = len(nodes)
    cx, cy, cw = np.empty(n), np.empty(n), np.empty(n)
    cfixed, cprevious = np.empty(n, np.bool_), np.empty(n, np.int32)
    cptr = np.zeros(n + 1, np.int32)
    for t in range(n):
        i = nodes[t]
        cx[t], cy[t], cw[t] = x[i], y[i], w[i]
        cfixed[t], cprevious[t] = fixed[i], previous[i]
        cptr[t + 1] = cptr[t] + (indptr[i + 1] - indptr[i])
    cx -= cx.mean()
    cy -= cy.mean()
    cind, cstreets = np.empty(cptr[n], np.int32), np.empty(cptr[n], np.uint8)
    at = 0
    for i in nodes:
        for e in range(indptr[i], indptr[i + 1]):
            cind[at] = local[indices[e]]
            cstreets[at] = streets[e]
            at += 1
    return cx, cy, cw, cptr, cind, cstreets, cfixed, cprevious


@jit
def judged(x, y, w, indptr, indices, streets, fixed, previous, label, n_labels, wishes):
    """What is wrong with a plan: grids outside the bounds, households outside, and its cost.

    The cost is inertia plus the wishes' prices, per household, so that tries can be compared.
    """
    load, sx, sy = np.empty(n_labels), np.empty(n_labels), np.empty(n_labels)
    inertia, total = sums(x, y, w, label, load, sx, sy)
    locked = np.zeros(n_labels, np.bool_)
    used = np.zeros(n_labels, np.bool_)
    for i in range(len(label)):
        used[label[i]] = True
        locked[label[i]] |= fixed[i]
    n_outside, households = 0, 0.0
    household_unit = inertia / max(total, 1.0)
    cost = inertia
    for g in range(n_labels):
        if used[g] and not locked[g]:
            over = outside(load[g], wishes)
            n_outside += over > 0.0
            households += over
            off = load[g] - wishes.aim
            cost += wishes.balance * household_unit * off * off / wishes.aim
    for i in range(len(label)):
        if previous[i] >= 0 and previous[i] != label[i]:
            cost += wishes.move * household_unit * w[i]
        for e in range(indptr[i], indptr[i + 1]):
            if streets[e] and label[indices[e]] == label[i]:
                cost += 0.5 * wishes.street * household_unit * streets[e]
    return n_outside, households, cost


@jit
def _one_try(x, y, w, indptr, indices, streets, fixed, previous, n_previous, turn, wishes, schedule, state):
    """One start and one annealing; returns labels and how many there are."""
    n = len(x)
    label, load = np.empty(n, np.int32), np.zeros(n + n_previous + 2)
    n_labels = start(
        x, y, w, indptr, indices, fixed, previous, n_previous, turn, wishes, label, load
    )
    inertia, total = sums(x, y, w, label, load, np.empty(len(load)), np.empty(len(load)))
    if n_labels > 1 and total > 0.0 and schedule.sweeps > 0:
        anneal(
            x, y, w, indptr, indices, streets, fixed, previous, label, load[:n_labels].copy(),
            wishes, schedule, 0, schedule.sweeps, inertia / n + 1e-9, inertia / total + 1e-9, state,
        )  # fmt: skip
    return label, n_labels


@jit
def _without_former(fixed, previous):
    """Former grids of fixed buildings only: a start from scratch."""
    kept = previous.copy()
    for i in range(len(kept)):
        if not fixed[i]:
            kept[i] = -1
    return kept


@jit
def draw_community(x, y, w, indptr, indices, streets, fixed, previous, n_previous, wishes, effort, seed, stream):
    """Labels of one community, how many, and how many households they leave outside the bounds."""
    small = len(x) <= effort.small
    schedule = effort.small_schedule if small else effort.schedule
    tries = effort.tries if small else 1
    best, best_n, best_out, best_over, best_cost = np.zeros(len(x), np.int32), 1, 1 << 60, 0.0, 0.0
    for turn in range(tries + effort.rescues):
        rescue = turn >= tries
        if rescue and best_over == 0.0:
            break
        # A rescue starts from scratch and tries the other possible numbers of grids in turn.
        kept = _without_former(fixed, previous) if rescue else previous
        state = seeded(seed, stream * np.uint64(64) + np.uint64(turn))
        label, n_labels = _one_try(
            x, y, w, indptr, indices, streets, fixed, kept, n_previous,
            turn - tries if rescue else 0, wishes, schedule, state,
        )  # fmt: skip
        n_out, over, cost = judged(
            x, y, w, indptr, indices, streets, fixed, previous, label, n_labels, wishes
        )
        if (n_out, over, cost) < (best_out, best_over, best_cost):
            best, best_n, best_out, best_over, best_cost = label, n_labels, n_out, over, cost
    return best, best_n, best_over


@jit
def draw_batch(
    first, last, starts, order, local, x, y, w, indptr, indices, streets, fixed, previous,
    wishes, effort, seed, out, out_count, out_over,
):  # fmt: skip
    """Draw communities ``first`` to ``last``: labels from 0 in ``out``, their number, households outside."""
    for c in range(first, last):
        nodes = order[starts[c] : starts[c + 1]]
        if len(nodes) == 0:
            continue
        cx, cy, cw, cptr, cind, cstreets, cfixed, cprevious = gather(
            nodes, local, x, y, w, indptr, indices, streets, fixed, previous
        )
        n_previous = max(0, cprevious.max() + 1)
        label, n_labels, over = draw_community(
            cx, cy, cw, cptr, cind, cstreets, cfixed, cprevious, n_previous,
            wishes, effort, seed, np.uint64(c),
        )  # fmt: skip
        for t in range(len(nodes)):
            out[nodes[t]] = label[t]
        out_count[c] = n_labels
        out_over[c] = over

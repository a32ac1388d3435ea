"""A second opinion on plans, written apart from what makes them.

States of the queue by their balance equations in logarithms, waits by the laws of gamma and beta
variables: no code is shared with the recursions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, gammaln, logsumexp

from kapok_planning.hotline.needs import Calls, Staffing, Target
from kapok_planning.hotline.shifts import Shift, ShiftPlan

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NEAR = 1e-6
STEP = 512


@dataclass(frozen=True)
class Judged:
    """Share served in time, share that gives up and occupancy of one interval."""

    served: float
    abandoned: float
    occupancy: float

    def is_within(self, target: Target) -> bool:
        """Whether the target is met, but for rounding."""
        return (
            self.served >= target.share - NEAR
            and self.abandoned <= target.most_abandoned + NEAR
            and self.occupancy <= target.most_occupancy + NEAR
        )


def judge(load: float, agents: int, theta: float, within: float) -> Judged:
    """Judge one interval; times in handling times, ``theta`` is 0 where nobody gives up."""
    if load == 0.0:
        return Judged(1.0, 0.0, 0.0)
    if theta == 0.0 and load >= agents:
        return Judged(0.0, 0.0, np.inf)
    k = np.arange(agents + 1)
    log_p = k * np.log(load) - gammaln(k + 1.0)
    if theta == 0.0:
        log_p = np.append(log_p[:-1], log_p[-1] - np.log1p(-load / agents))
        p = np.exp(log_p - logsumexp(log_p))
        queue = _geometric(load / agents)
        late = _late_gamma(len(queue), agents * within)
        return Judged(float(1.0 - p[-1] * (queue @ late)), 0.0, load / agents)
    tail = _tail(load, agents, theta)
    log_all = np.concatenate([log_p[:-1], log_p[-1] + tail])
    p = np.exp(log_all - logsumexp(log_all))
    waiting = p[agents:]
    j = np.arange(len(waiting))
    rate = agents / theta
    if agents:
        in_time = rate / (rate + j + 1.0) * (1 - betainc(rate + 1, j + 1, np.exp(-theta * within)))
    else:
        in_time = np.zeros(len(j))
    gone = theta * float(waiting @ j) / load
    occupancy = load * (1.0 - gone) / agents if agents else 0.0
    return Judged(float(p[:agents].sum() + waiting @ in_time), gone, occupancy)


def _geometric(ratio: float) -> FloatArray:
    """Shares of callers who wait behind 0, 1, 2 ... others."""
    n = int(np.ceil(np.log(1e-17) / np.log(ratio))) + 1 if ratio > 0 else 1
    return np.asarray((1 - ratio) * ratio ** np.arange(min(n, 2_000_000)))


def _late_gamma(n: int, mean_number: float) -> FloatArray:
    """Chance that the (j + 1)-th departure is after the limit."""
    return np.asarray(1.0 - gammainc(np.arange(n) + 1.0, mean_number))


def _tail(load: float, agents: int, theta: float) -> FloatArray:
    """Logarithms of the shares of 0, 1, 2 ... waiting, against that of 0."""
    parts, last, start = [np.zeros(1)], 0.0, 1
    while True:
        j = np.arange(start, start + STEP)
        logs = last + np.cumsum(np.log(load) - np.log(agents + j * theta))
        parts.append(logs)
        last, start = float(logs[-1]), start + STEP
        if agents + start * theta > load and last < max(float(p.max()) for p in parts) - 45.0:
            return np.concatenate(parts)


def broken_needs(calls: Calls, target: Target, plan: Staffing) -> list[str]:
    """What is wrong with a staffing, in sentences; none for a sound one.

    The target is met in each interval, and would not be with one agent fewer.
    """
    found, load, theta = [], calls.load, calls.theta
    within = target.within_s / calls.handling_s
    for t, n in enumerate(plan.agents.tolist()):
        now = judge(float(load[t]), n, float(theta[t]), float(within[t]))
        if not now.is_within(target):
            found.append(f"Interval {t}: {n} agents are too few.")
        if abs(now.served - plan.service_level[t]) > NEAR:
            found.append(f"Interval {t}: the service level is {now.served:.6f}.")
        if n > target.least:
            fewer = judge(float(load[t]), n - 1, float(theta[t]), float(within[t]))
            if fewer.is_within(target) and not _is_close(fewer, target):
                found.append(f"Interval {t}: {n - 1} agents would do.")
    return found


def _is_close(found: Judged, target: Target) -> bool:
    """Whether rounding may decide."""
    return (
        abs(found.served - target.share) < 2 * NEAR
        or abs(found.abandoned - target.most_abandoned) < 2 * NEAR
        or abs(found.occupancy - target.most_occupancy) < 2 * NEAR
    )


def broken_shifts(need: IntArray, shifts: Sequence[Shift], plan: ShiftPlan) -> list[str]:
    """What is wrong with a plan of shifts, in sentences; none for a sound one."""
    found, there, paid = [], [0] * len(need), 0
    for shift, n in zip(shifts, plan.people.tolist(), strict=True):
        if n < 0:
            found.append(f"{n} people work a shift.")
        paid += n * (shift.end - shift.start)
        for t in range(shift.start, shift.end):
            if not any(a <= t < b for a, b in shift.breaks):
                there[t] += n
    for t, n in enumerate(there):
        if n != plan.at_work[t]:
            found.append(f"Interval {t}: {n} are at work, not {plan.at_work[t]}.")
        if max(int(need[t]) - n, 0) != plan.short[t]:
            found.append(f"Interval {t}: {max(int(need[t]) - n, 0)} are missing.")
    if paid != plan.cost:
        found.append(f"The plan costs {paid} intervals, not {plan.cost:g}.")
    return found

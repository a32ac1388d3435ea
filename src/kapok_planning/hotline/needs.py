"""How many agents an interval needs, and what callers meet with those that are there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.hotline.kernels import (
    ABANDONED,
    N_FIGURES,
    P_WAIT,
    QUEUE,
    SERVED,
    least_all,
    measure_all,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

S_IN_H = 3600.0
MOST_LOAD = 100_000.0
LONGEST_PATIENCE_S = 86_400.0


@dataclass(frozen=True)
class Calls:
    """What is offered in each interval.

    Attributes
    ----------
    per_hour : (t,) float array
        Calls an hour, not negative.
    handling_s : (t,) float array
        Mean handling time, talk and notes, over 0.
    patience_s : (t,) float array
        Mean patience of who waits; infinite where nobody gives up.

    Raises
    ------
    ValueError
        When shapes disagree or a number makes no sense.
    """

    per_hour: FloatArray
    handling_s: FloatArray
    patience_s: FloatArray

    def __post_init__(self) -> None:
        for name in ("per_hour", "handling_s", "patience_s"):
            if getattr(self, name).shape != (self.n,):
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, not ({self.n},).")
        if not (np.isfinite(self.per_hour) & (self.per_hour >= 0)).all():
            raise ValueError("per_hour must be finite and not negative.")
        if not (np.isfinite(self.handling_s) & (self.handling_s > 0)).all():
            raise ValueError("handling_s must be finite and over 0.")
        if not (self.patience_s > 0).all():
            raise ValueError("patience_s must be over 0; infinite where nobody gives up.")
        if (np.isfinite(self.patience_s) & (self.patience_s > LONGEST_PATIENCE_S)).any():
            raise ValueError("patience_s must be at most a day, or infinite.")
        if (self.load > MOST_LOAD).any():
            raise ValueError(f"The load must be at most {MOST_LOAD:,.0f} Erlang.")

    @property
    def n(self) -> int:
        """Number of intervals."""
        return len(self.per_hour)

    @property
    def load(self) -> FloatArray:
        """Offered load [Erlang], (t,)."""
        return np.asarray(self.per_hour * self.handling_s / S_IN_H)

    @property
    def theta(self) -> FloatArray:
        """Handling time over patience, (t,); 0 where nobody gives up."""
        return np.asarray(self.handling_s / self.patience_s)


@dataclass(frozen=True)
class Target:
    """What callers may expect, and what agents may be asked for.

    Attributes
    ----------
    share, within_s
        Share of all calls that are answered within so many seconds.
    most_abandoned
        Share of calls that may give up, where patience is known.
    most_occupancy
        Share of their time that agents may be busy.
    shrinkage
        Share of paid time that is not at the phone: breaks, notes, supervision, illness.
    least
        Agents even when nobody calls.
    """

    share: float = 0.80
    within_s: float = 20.0
    most_abandoned: float = 0.05
    most_occupancy: float = 0.85
    shrinkage: float = 0.30
    least: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"share = {self.share} is not between 0 and 1.")
        if not (np.isfinite(self.within_s) and self.within_s >= 0):
            raise ValueError(f"within_s = {self.within_s} must be finite and not negative.")
        if not 0 < self.most_abandoned <= 1:
            raise ValueError(f"most_abandoned = {self.most_abandoned} is not in 0 .. 1.")
        if not 0 < self.most_occupancy <= 1:
            raise ValueError(f"most_occupancy = {self.most_occupancy} is not in 0 .. 1.")
        if not 0 <= self.shrinkage < 1:
            raise ValueError(f"shrinkage = {self.shrinkage} is not from 0 to below 1.")
        if self.least < 0:
            raise ValueError(f"least = {self.least} is negative.")

    @property
    def limits(self) -> FloatArray:
        """Share answered, share that gives up and occupancy, (3,)."""
        return np.array([self.share, self.most_abandoned, self.most_occupancy])


@dataclass(frozen=True)
class Staffing:
    """Agents of each interval and what they mean, (t,) each.

    Attributes
    ----------
    agents
        At the phone.
    rostered
        On the roster, for ``shrinkage``.
    load
        Offered [Erlang].
    service_level
        Share of all calls answered in time.
    waits
        Share of calls that are not answered at once.
    abandoned
        Share of calls that give up.
    wait_s
        Mean wait of all calls; infinite where the queue has no end.
    occupancy
        Share of their time that agents are busy; 1 where the queue has no end.
    """

    agents: IntArray
    rostered: IntArray
    load: FloatArray
    service_level: FloatArray
    waits: FloatArray
    abandoned: FloatArray
    wait_s: FloatArray
    occupancy: FloatArray


@dataclass(frozen=True)
class Overload:
    """An interval whose agents cannot keep up: the queue grows as long as it lasts."""

    interval: int
    load: float
    agents: int

    @property
    def missing(self) -> float:
        """Agents' work that is not done [Erlang]."""
        return self.load - self.agents

    @property
    def utilisation(self) -> float:
        """Load over agents; infinite without any."""
        return self.load / self.agents if self.agents else np.inf


def staff(calls: Calls, target: Target) -> Staffing:
    """Find the fewest agents of each interval.

    Each interval is taken as if it lasted (a stationary queue). Erlang A where patience is known,
    Erlang C elsewhere.

    Parameters
    ----------
    calls
        What is offered.
    target
        What callers may expect.

    Returns
    -------
    Staffing

    Examples
    --------
    Twelve calls an hour of eight minutes:

    >>> calls = Calls(np.array([12.0]), np.array([480.0]), np.array([np.inf]))
    >>> found = staff(calls, Target())
    >>> found.agents.tolist(), found.rostered.tolist()
    ([4], [6])
    >>> round(float(found.service_level[0]), 3), round(float(found.wait_s[0]), 1)
    (0.918, 18.1)
    """
    agents, out = np.zeros(calls.n, np.int64), np.zeros((calls.n, N_FIGURES))
    within = target.within_s / calls.handling_s
    least_all(calls.load, calls.theta, within, target.limits, target.least, agents, out)
    return _staffing(calls, agents, out, target.shrinkage)


def measure(calls: Calls, agents: IntArray, target: Target) -> Staffing:
    """Say what callers meet with given agents.

    Parameters
    ----------
    calls
        What is offered.
    agents : (t,) int array
        At the phone, not negative.
    target
        Its ``within_s`` and ``shrinkage`` count.

    Returns
    -------
    Staffing

    Raises
    ------
    ValueError
        When the shape disagrees or a number is negative.
    """
    if agents.shape != (calls.n,):
        raise ValueError(f"agents has shape {agents.shape}, not ({calls.n},).")
    if (agents < 0).any():
        raise ValueError("agents must not be negative.")
    out = np.zeros((calls.n, N_FIGURES))
    within = target.within_s / calls.handling_s
    measure_all(calls.load, agents.astype(np.int64), calls.theta, within, out)
    return _staffing(calls, agents.astype(np.int64), out, target.shrinkage)


def overloads(calls: Calls, agents: IntArray) -> tuple[Overload, ...]:
    """The intervals in which at least as much is offered as the agents can do."""
    over = np.flatnonzero((calls.load >= agents) & (calls.load > 0))
    return tuple(Overload(int(t), float(calls.load[t]), int(agents[t])) for t in over)


def _staffing(calls: Calls, agents: IntArray, out: FloatArray, shrinkage: float) -> Staffing:
    done = calls.load * (1.0 - out[:, ABANDONED])
    busy = np.divide(done, agents, out=np.zeros(calls.n), where=agents > 0)
    a_second = calls.per_hour / S_IN_H
    wait = np.divide(out[:, QUEUE], a_second, out=np.zeros(calls.n), where=a_second > 0)
    return Staffing(
        agents=agents,
        rostered=np.ceil(agents / (1.0 - shrinkage) - 1e-9).astype(np.int64),
        load=calls.load,
        service_level=out[:, SERVED].copy(),
        waits=out[:, P_WAIT].copy(),
        abandoned=out[:, ABANDONED].copy(),
        wait_s=wait,
        occupancy=np.minimum(busy, 1.0),
    )

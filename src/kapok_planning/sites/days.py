"""Days drawn by chance, before anybody is served: the same people for every plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.site import Arrivals, Situation

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WALKS_BY = -1.0


@dataclass(frozen=True)
class Days:
    """Days side by side; people of a day stand in the order in which they come.

    Attributes
    ----------
    first : (d + 1,) int array
        Where each day's people begin.
    arrival_min : (n,) float array
        When each comes; before 0 for who is there already and has waited.
    service_min : (k, n) float array
        How long each takes at each station; negative where they walk by.
    kind : (n,) int array
        Kinds of people, 0 ordinary.
    ahead : (k, n) bool array
        Who goes ahead of others where.
    begun : (n,) bool array
        Who was at a desk already when the clock began; their first visit counts no wait.
    """

    first: IntArray
    arrival_min: FloatArray
    service_min: FloatArray
    kind: IntArray
    ahead: NDArray[np.bool_]
    begun: NDArray[np.bool_]

    @property
    def n(self) -> int:
        """Number of days."""
        return len(self.first) - 1

    def some(self, begin: int, end: int) -> "Days":
        """The days ``begin`` <= d < ``end``."""
        a, b = int(self.first[begin]), int(self.first[end])
        return Days(
            self.first[begin : end + 1] - a,
            self.arrival_min[a:b],
            self.service_min[:, a:b],
            self.kind[a:b],
            self.ahead[:, a:b],
            self.begun[a:b],
        )


def draw_days(situation: Situation, *, seed: int, numbers: Sequence[int]) -> Days:
    """Draw days, each from a random stream of its own.

    Parameters
    ----------
    situation
        Site and arrivals; staff does not count, so plans meet the same people and service times.
    seed
        Equal seeds give equal days.
    numbers
        Which days of the seed.

    Returns
    -------
    Days
    """
    drawn = [_day(situation, np.random.default_rng([seed, number])) for number in numbers]
    first = np.concatenate([[0], np.cumsum([len(each[0]) for each in drawn])])
    kind = np.concatenate([each[2] for each in drawn])
    return Days(
        first=first.astype(np.int64),
        arrival_min=np.concatenate([each[0] for each in drawn]),
        service_min=np.concatenate([each[1] for each in drawn], axis=1),
        kind=kind,
        ahead=_ahead(situation, kind),
        begun=np.concatenate([each[3] for each in drawn]),
    )


def _ahead(situation: Situation, kind: IntArray) -> NDArray[np.bool_]:
    names = ["", *(name for name, _ in situation.arrivals.kinds)]
    ahead = np.zeros((situation.site.n, len(kind)), np.bool_)
    for k, station in enumerate(situation.site.stations):
        if station.first:
            ahead[k] = np.isin(kind, [names.index(name) for name in station.first])
    return ahead


def _day(
    situation: Situation, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, IntArray, NDArray[np.bool_]]:
    """Arrival, service and kind of one day's people, and who is at a desk already."""
    arrivals = situation.arrivals
    arrival = _moments(situation, rng)
    edges = np.cumsum([share for _, share in arrivals.kinds])
    kind = np.searchsorted(edges, rng.random(len(arrival)), side="right") + 1
    kind = np.where(kind > len(edges), 0, kind).astype(np.int64)
    service = _services(situation, kind, rng)
    begun = np.zeros(len(arrival), np.bool_)
    if situation.now:
        came, own, at_desk = _people_now(situation, rng)
        arrival = np.concatenate([came, arrival])
        service = np.concatenate([own, service], axis=1)
        kind = np.concatenate([np.zeros(len(came), np.int64), kind])
        begun = np.concatenate([at_desk, begun])
    return arrival, service, kind, begun


def _moments(situation: Situation, rng: np.random.Generator) -> FloatArray:
    """When people come, in order; families and buses at one moment."""
    arrivals, slot = situation.arrivals, situation.site.slot_min
    booked = _booked(arrivals, slot, rng)
    expected = np.array(arrivals.walk_in)
    mean_size = float(np.arange(1, len(arrivals.families) + 1) @ np.array(arrivals.families))
    n = rng.poisson(expected / mean_size) if len(expected) else np.zeros(0, np.int64)
    starts = np.repeat(np.arange(len(n)) * slot, n)
    walk_in = starts + slot * rng.random(len(starts))
    sizes = rng.choice(len(arrivals.families), len(walk_in), p=_sizes(arrivals)) + 1
    buses = np.repeat([at for at, _ in arrivals.buses], [n for _, n in arrivals.buses])
    return np.sort(np.concatenate([booked, np.repeat(walk_in, sizes), buses]))


def _sizes(arrivals: Arrivals) -> FloatArray:
    """Chances of families of 1, 2, 3 ... people."""
    shares = np.array(arrivals.families)
    return np.asarray(shares / shares.sum())


def _booked(arrivals: Arrivals, slot: float, rng: np.random.Generator) -> FloatArray:
    """Appointments stand evenly in their slot, in families; each is kept, late or early, or not."""
    moments = [
        h * slot + slot * (np.arange(round(n)) + 0.5) / max(round(n), 1)
        for h, n in enumerate(arrivals.booked)
    ]
    due = np.concatenate([*moments, np.zeros(0)])
    sizes = rng.choice(len(arrivals.families), len(due), p=_sizes(arrivals)) + 1
    ends = np.cumsum(sizes)
    family = np.searchsorted(ends, np.arange(len(due)), side="right")
    leader = np.concatenate([[0], ends[:-1]])[family] if len(due) else family
    late = rng.normal(arrivals.late_min, arrivals.late_sd_min, len(due))
    kept = rng.random(len(due)) >= arrivals.absent
    return np.maximum((due[leader] + late[leader])[kept], 0.0)


def _services(situation: Situation, kind: IntArray, rng: np.random.Generator) -> FloatArray:
    """How long each takes at each station, (k, n); negative where they walk by."""
    n, stations = len(kind), situation.site.stations
    service = np.full((len(stations), n), WALKS_BY)
    names = ["", *(name for name, _ in situation.arrivals.kinds)]
    inside = np.ones(n, np.bool_)
    for k, station in enumerate(stations):
        taken, stays, leaves = station.law.draw(rng, n), rng.random(n), rng.random(n)
        stops = inside & _of_lane(situation, k, kind, names) & (stays < station.share)
        service[k, stops] = taken[stops]
        inside &= ~(stops & (leaves < station.leaves))
    return service


def _of_lane(situation: Situation, k: int, kind: IntArray, names: list[str]) -> NDArray[np.bool_]:
    """Who belongs to a station among the lanes of its stage."""
    station = situation.site.stations[k]
    if station.lane is not None:
        return np.asarray(kind == names.index(station.lane))
    others = [
        names.index(other.lane)
        for other in situation.site.stations
        if other.lane is not None and other.stage == station.stage
    ]
    return ~np.isin(kind, others)


def _people_now(
    situation: Situation, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Who is there already, as if they had come before the clock began: those at desks first."""
    site, came, service, begun = situation.site, [], [], []
    longest = max((max(queue.waited_min, default=0.0) for queue in situation.now), default=0.0)
    for k in range(site.n - 1, -1, -1):
        queue = situation.now[k]
        n_at, n_waiting = len(queue.served_min), len(queue.waited_min)
        own = _services(situation, np.zeros(n_at + n_waiting, np.int64), rng)
        own[:k] = WALKS_BY
        law = site.stations[k].law
        own[k] = law.draw(rng, n_at + n_waiting)
        own[k, :n_at] = law.rest(rng, np.array(queue.served_min, float))
        service.append(own)
        waited = -np.array(queue.waited_min, float)
        came.append(np.concatenate([np.full(n_at, -longest - 1.0), waited]))
        begun.append(np.arange(n_at + n_waiting) < n_at)
    moment = np.concatenate(came)
    order = np.argsort(moment, kind="stable")
    return moment[order], np.concatenate(service, axis=1)[:, order], np.concatenate(begun)[order]

"""What becomes of calls that find their own line busy, and what pooling lines would save."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from kapok_planning.hotline.erlang import erlang_b, erlang_b_between
from kapok_planning.hotline.needs import S_IN_H, Calls, Staffing, Target, staff

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MOST_LINES = 100_000
POISSON = 1e-9


@dataclass(frozen=True)
class Pooling:
    """Lines alone and together.

    Attributes
    ----------
    alone : (l,) Staffing
        Each line with agents of its own.
    together : (1,) Staffing
        One pool for all of them.
    engaged : (l,) float array
        Share of callers who find a line busy that is a single telephone (Erlang B).
    """

    alone: Staffing
    together: Staffing
    engaged: FloatArray

    @property
    def saved(self) -> int:
        """Agents that the pool does without."""
        return int(self.alone.agents.sum() - self.together.agents[0])


def merged(calls: Calls) -> Calls:
    """All lines as one: calls add up; handling and patience are means over calls.

    Callers who never give up keep the pool's patience infinite only where nobody does.
    """
    total = float(calls.per_hour.sum())
    weight = calls.per_hour / total if total else np.full(calls.n, 1.0 / max(calls.n, 1))
    handling = float(weight @ calls.handling_s) if calls.n else 1.0
    leaving = float(weight @ (1.0 / calls.patience_s)) if calls.n else 0.0
    patience = 1.0 / leaving if leaving > 0 else np.inf
    return Calls(np.array([total]), np.array([handling]), np.array([patience]))


def pool(calls: Calls, target: Target) -> Pooling:
    """Compare lines or skills with agents of their own to one pool that answers all calls.

    Parameters
    ----------
    calls
        What each line or skill is offered in one and the same interval.
    target
        What callers may expect, alone and together.

    Returns
    -------
    Pooling

    Examples
    --------
    >>> four = Calls(np.full(4, 4.0), np.full(4, 480.0), np.full(4, np.inf))
    >>> found = pool(four, Target())
    >>> found.alone.agents.tolist(), found.together.agents.tolist(), found.saved
    ([2, 2, 2, 2], [4], 4)
    """
    if not calls.n:
        raise ValueError("There is no line to pool.")
    engaged = np.array([erlang_b(load, 1) for load in calls.load.tolist()])
    return Pooling(staff(calls, target), staff(merged(calls), target), engaged)


@dataclass(frozen=True)
class Stream:
    """A stream of calls: its mean [Erlang], and its variance over its mean (1: a Poisson stream).

    What overflows comes in bursts, so its ``peakedness`` is over 1 and it needs more lines.
    """

    load: float
    peakedness: float

    def lost_at(self, lines: int) -> float:
        """Share of the calls that find all of so many lines busy."""
        if self.load == 0.0:
            return 0.0
        source, before = self._source()
        return source * erlang_b_between(source, before + lines) / self.load

    def beyond(self, lines: int) -> "Stream":
        """What overflows from so many lines: mean by Erlang B, variance by Riordan's formula."""
        if self.load == 0.0:
            return Stream(0.0, 1.0)
        source, before = self._source()
        n = before + lines
        lost = source * erlang_b_between(source, n)
        return Stream(lost, max(1.0 - lost + source / (n + 1.0 + lost - source), 1.0))

    def _source(self) -> tuple[float, float]:
        """The Poisson stream, and the lines from which it would overflow as this one (Wilkinson).

        Riordan's formula gives the lines for each load; the load is where the means are equal.
        """
        mean, z = self.load, self.peakedness
        if z <= 1.0 + POISSON:
            return mean, 0.0

        def lines(load: float) -> float:
            return max(load / (z + mean - 1.0) + load - mean - 1.0, 0.0)

        def gap(load: float) -> float:
            return load * erlang_b_between(load, lines(load)) - mean

        low = (mean + 1.0) * (z + mean - 1.0) / (z + mean)
        high = 2.0 * low
        while gap(high) > 0.0:
            high *= 1.5
        load = float(brentq(gap, low, high, xtol=1e-13))
        return load, lines(load)


def joined(streams: list[Stream]) -> Stream:
    """Independent streams as one: means and variances add up."""
    load = sum(each.load for each in streams)
    if load <= 0.0:
        return Stream(0.0, 1.0)
    return Stream(load, sum(each.load * each.peakedness for each in streams) / load)


@dataclass(frozen=True)
class Overflow:
    """Calls that find their street's lines busy go to the district, and from there to the city.

    Attributes
    ----------
    street_share : (s,) float array
        Share of each street's calls that leave it.
    district_offered, district_peakedness, district_share : (d,) float arrays
        What reaches each district [Erlang], how it comes in bursts, and what share of it leaves.
    city
        What reaches the city.
    city_lines
        Fewest lines there, so that at most ``most_lost`` of all calls are lost.
    lost
        Share of all calls that are lost.
    """

    street_share: FloatArray
    district_offered: FloatArray
    district_peakedness: FloatArray
    district_share: FloatArray
    city: Stream
    city_lines: int
    lost: float


def overflow(
    load: FloatArray,
    lines: IntArray,
    district: IntArray,
    district_lines: IntArray,
    *,
    most_lost: float,
) -> Overflow:
    """Size the city's pool behind streets and districts whose busy lines pass calls on.

    Streets are exact; what comes together in districts and city is taken as independent and
    described by mean and variance (Riordan, Wilkinson's equivalent random method).

    Parameters
    ----------
    load : (s,) float array
        Offered to each street [Erlang].
    lines : (s,) int array
        Telephones of each street.
    district : (s,) int array
        District of each street.
    district_lines : (d,) int array
        Telephones of each district.
    most_lost
        Share of all calls that may find the city busy too, over 0.

    Returns
    -------
    Overflow

    Raises
    ------
    ValueError
        When shapes disagree or a number makes no sense.

    Examples
    --------
    >>> two = np.zeros(2, np.int64)
    >>> found = overflow(np.array([0.1, 0.1]), two + 1, two, np.ones(1, np.int64), most_lost=0.001)
    >>> found.street_share.round(4).tolist(), found.city_lines
    ([0.0909, 0.0909], 1)
    """
    _check_overflow(load, lines, district, district_lines, most_lost)
    n = len(district_lines)
    leaving = [Stream(float(a), 1.0).beyond(int(c)) for a, c in zip(load, lines, strict=True)]
    reached = [
        joined([s for s, at in zip(leaving, district, strict=True) if at == d]) for d in range(n)
    ]
    passed = [s.beyond(int(c)) for s, c in zip(reached, district_lines, strict=True)]
    city, total = joined(passed), float(load.sum())
    seats = 0
    while city.load * city.lost_at(seats) > most_lost * total and seats < MOST_LINES:
        seats += 1
    return Overflow(
        street_share=_shares([s.load for s in leaving], load),
        district_offered=np.array([s.load for s in reached]),
        district_peakedness=np.array([s.peakedness for s in reached]),
        district_share=_shares([s.load for s in passed], np.array([s.load for s in reached])),
        city=city,
        city_lines=seats,
        lost=city.load * city.lost_at(seats) / total if total else 0.0,
    )


def _shares(part: list[float], whole: FloatArray) -> FloatArray:
    shares = np.zeros(len(whole))
    np.divide(np.array(part), whole, out=shares, where=whole > 0)
    return shares


def _check_overflow(
    load: FloatArray,
    lines: IntArray,
    district: IntArray,
    district_lines: IntArray,
    most_lost: float,
) -> None:
    n = len(load)
    if lines.shape != (n,) or district.shape != (n,):
        raise ValueError(f"lines and district must have shape ({n},).")
    if not (np.isfinite(load) & (load >= 0)).all():
        raise ValueError("load must be finite and not negative.")
    if (lines < 0).any() or (district_lines < 0).any():
        raise ValueError("Numbers of lines must not be negative.")
    if n and not 0 <= district.min() <= district.max() < len(district_lines):
        raise ValueError(f"district must lie in 0 .. {len(district_lines) - 1}.")
    if not 0 < most_lost < 1:
        raise ValueError(f"most_lost = {most_lost} is not between 0 and 1.")


def load_of(calls: float, hours: float, handling_s: float) -> float:
    """Load of so many calls in so many hours [Erlang]."""
    if not hours > 0:
        raise ValueError(f"hours = {hours} must be over 0.")
    return calls / hours * handling_s / S_IN_H

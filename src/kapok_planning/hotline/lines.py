"""Many telephones through a day: alone, overflowing to districts and the city, and as one pool."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from kapok_planning.hotline.needs import Calls, Target, staff
from kapok_planning.hotline.pooling import overflow
from kapok_planning.spreading import Spread, in_turn

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CHUNK = 128  # intervals of one part of work: 234 lines take about 0.2 s
NEAR = 1e-9

Progress = Callable[[int, int], None]
StoppingRule = Callable[[], bool]


@dataclass(frozen=True)
class Lines:
    """Telephones of streets, and where calls go that find them busy.

    Attributes
    ----------
    share : (s,) float array
        Share of all calls that dial each street's number; they add up to 1.
    telephones : (s,) int array
        Telephones of each street.
    district : (s,) int array
        District of each street.
    district_telephones : (d,) int array
        Telephones of each district; 0 where it passes every call on.
    most_lost
        Share of all calls that may find the city busy too.

    Raises
    ------
    ValueError
        When shapes disagree or a number makes no sense.
    """

    share: FloatArray
    telephones: IntArray
    district: IntArray
    district_telephones: IntArray
    most_lost: float = 0.001

    def __post_init__(self) -> None:
        n = len(self.share)
        if not n:
            raise ValueError("There is no line.")
        if self.telephones.shape != (n,) or self.district.shape != (n,):
            raise ValueError(f"telephones and district must have shape ({n},).")
        if not (np.isfinite(self.share) & (self.share >= 0)).all():
            raise ValueError("share must be finite and not negative.")
        if abs(float(self.share.sum()) - 1.0) > NEAR * n:
            raise ValueError(f"The shares add up to {self.share.sum():g}, not to 1.")
        if (self.telephones < 0).any() or (self.district_telephones < 0).any():
            raise ValueError("Numbers of telephones must not be negative.")
        if not 0 <= self.district.min() <= self.district.max() < len(self.district_telephones):
            raise ValueError(f"district must lie in 0 .. {len(self.district_telephones) - 1}.")
        if not 0 < self.most_lost < 1:
            raise ValueError(f"most_lost = {self.most_lost} is not between 0 and 1.")

    @property
    def n(self) -> int:
        """Number of streets with a line."""
        return len(self.share)


@dataclass(frozen=True)
class Overflowing:
    """What lines mean in each interval, (t,) each.

    Attributes
    ----------
    alone
        Agents, if each line keeps the target by itself.
    left_street, reached_city
        Share of calls that find their street busy, and that find the district busy too.
    city_seats
        Fewest seats in the city, so that at most ``most_lost`` of all calls are lost.
    lost
        Share of calls that are lost then.
    """

    alone: IntArray
    left_street: FloatArray
    reached_city: FloatArray
    city_seats: IntArray
    lost: FloatArray


def overflowing(
    calls: Calls,
    lines: Lines,
    target: Target,
    *,
    spread: Spread = in_turn,
    on_progress: Progress = lambda done, total: None,
    should_stop: StoppingRule = lambda: False,
) -> Overflowing | None:
    """Say what becomes of each interval's calls when they dial many numbers instead of one.

    Intervals that are offered the same are reckoned once. Parts of work are chunks of intervals.

    Parameters
    ----------
    calls
        What all lines together are offered in each interval.
    lines
        The lines and the way up.
    target
        What callers may expect of a line that stands alone.
    spread, on_progress
        Who does the parts; nothing here changes what comes out.
    should_stop
        Asked between parts; once true, nothing comes out, for half of the intervals says nothing.

    Examples
    --------
    Twenty-four calls an hour over six telephones in two districts:

    >>> calls = Calls(np.array([24.0]), np.array([480.0]), np.array([np.inf]))
    >>> lines = Lines(np.full(6, 1 / 6), np.ones(6, np.int64), np.arange(6) % 2, np.array([1, 1]))
    >>> found = overflowing(calls, lines, Target())
    >>> found.alone.tolist(), found.city_seats.tolist(), round(float(found.left_street[0]), 3)
    ([12], [5], 0.348)
    """
    offered = np.stack([calls.per_hour, calls.handling_s, calls.patience_s], axis=1)
    different, place = np.unique(offered, axis=0, return_inverse=True)
    parts = [different[i : i + CHUNK] for i in range(0, len(different), CHUNK)]
    results = []
    for done, part in enumerate(spread(partial(_part, lines, target), parts), start=1):
        results.append(part)
        on_progress(done, len(parts))
        if done < len(parts) and should_stop():
            return None
    table = np.concatenate(results) if results else np.zeros((0, 5))
    alone, left, reached, seats, lost = table[place.ravel()].T
    return Overflowing(
        alone=alone.astype(np.int64),
        left_street=left.copy(),
        reached_city=reached.copy(),
        city_seats=seats.astype(np.int64),
        lost=lost.copy(),
    )


def _part(lines: Lines, target: Target, offered: FloatArray) -> FloatArray:
    """The figures of one chunk of intervals, (t, 5)."""
    return np.array(list(_rows(lines, target, offered)))


def _rows(lines: Lines, target: Target, offered: FloatArray) -> Iterator[tuple[float, ...]]:
    shares, how_often = np.unique(lines.share, return_counts=True)
    for per_hour, handling_s, patience_s in offered.tolist():
        each = Calls(
            per_hour * shares,
            np.full(len(shares), handling_s),
            np.full(len(shares), patience_s),
        )
        alone = int(staff(each, target).agents @ how_often)
        load = per_hour * handling_s / 3600.0 * lines.share
        up = overflow(
            load,
            lines.telephones,
            lines.district,
            lines.district_telephones,
            most_lost=lines.most_lost,
        )
        total = float(load.sum())
        left = float(up.street_share @ load) / total if total else 0.0
        reached = up.city.load / total if total else 0.0
        yield alone, left, reached, up.city_lines, up.lost

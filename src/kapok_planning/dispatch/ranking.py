"""Who could go to one matter, nearest first."""

from dataclasses import dataclass

import numpy as np

from kapok_planning.dispatch.problem import (
    NOBODY,
    BoolArray,
    FloatArray,
    IntArray,
    Matters,
    Times,
    Units,
    Why,
)
from kapok_planning.dispatch.reasons import arrivals, could_go, name_left_out


@dataclass(frozen=True)
class Ranking:
    """The units that could do a matter now, who arrives first first.

    Attributes
    ----------
    unit : (k,) int array
    travel_min, travel_m : (k,) float arrays
    by_street : (k,) bool array
        Whether the way follows streets.
    arrival_min, late_min : (k,) float arrays
        When a unit would arrive, and how late that is.
    why
        Why nobody could go; None where somebody could.
    """

    unit: IntArray
    travel_min: FloatArray
    travel_m: FloatArray
    by_street: BoolArray
    arrival_min: FloatArray
    late_min: FloatArray
    why: Why | None


def nearest(units: Units, matters: Matters, matter: int, times: Times, *, now: float) -> Ranking:
    """Rank the units that could go to one matter by when they would arrive.

    Units that arrive at the same moment stand in order of distance, then of number. A unit that is
    not free yet stands where it would arrive after being free.

    Parameters
    ----------
    units, matters, times
        As in :func:`kapok_planning.dispatch.assign`; only the column of the matter is looked at.
    matter
        Number of the matter.
    now
        The moment [minutes].

    Returns
    -------
    Ranking

    Raises
    ------
    IndexError
        When there is no such matter.
    """
    if not 0 <= matter < matters.n:
        raise IndexError(f"There is no matter {matter}; there are {matters.n}.")
    alone, ways = matters.only(matter), times.only(matter)
    able = np.flatnonzero(could_go(alone, units, ways, now)[:, 0])
    arrival = arrivals(units, ways, now)[able, 0]
    metres = ways.first.metres[able, 0]
    order = np.lexsort((able, metres, arrival))
    able, arrival = able[order], arrival[order]
    why = None
    if not len(able):
        nobody = np.full(1, NOBODY, np.int32)
        why = name_left_out(alone, units, ways, nobody, now=now)[0].why
    return Ranking(
        unit=able.astype(np.int32),
        travel_min=ways.first.minutes[able, 0],
        travel_m=metres[order],
        by_street=ways.first.by_street[able, 0],
        arrival_min=arrival,
        late_min=np.maximum(arrival - matters.due_min[matter], 0.0),
        why=why,
    )

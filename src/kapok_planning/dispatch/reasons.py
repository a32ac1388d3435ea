"""Who could go to a matter at all, and why nobody goes."""

import numpy as np

from kapok_planning.dispatch.problem import (
    NOBODY,
    TOLERANCE_MIN,
    BoolArray,
    FloatArray,
    IntArray,
    LeftOut,
    Matters,
    SkillArray,
    Times,
    Units,
    Why,
)


def has_skills(matters: Matters, units: Units) -> BoolArray:
    """Which unit (row) has all skills that a matter (column) needs, (u, m)."""
    needs, has = in_words(matters.skills), in_words(units.skills)
    every = np.ones((units.n, matters.n), np.bool_)
    for word in range(needs.shape[1]):
        every &= (needs[None, :, word] & ~has[:, None, word]) == 0
    return every


def in_words(skills: SkillArray) -> SkillArray:
    """Skills as rows of words, (n, w), however they were given."""
    return np.ascontiguousarray(skills.reshape(len(skills), -1 if skills.size else 1), np.int64)


def arrivals(units: Units, times: Times, now: float) -> FloatArray:
    """When each unit would arrive at each matter if it went there first, (u, m)."""
    return np.asarray(np.maximum(units.free_min, now)[:, None] + times.first.minutes)


def could_go(matters: Matters, units: Units, times: Times, now: float) -> BoolArray:
    """Which unit (row) could do a matter (column) if it had no other, (u, m)."""
    done = arrivals(units, times, now) + matters.service_min[None, :]
    in_time = np.isfinite(done) & (done <= units.shift_end_min[:, None] + TOLERANCE_MIN)
    return has_skills(matters, units) & in_time & (units.capacity > 0)[:, None]


def name_left_out(
    matters: Matters, units: Units, times: Times, unit: IntArray, *, now: float
) -> tuple[LeftOut, ...]:
    """Name why each matter without a unit has none: the first reason that holds.

    Parameters
    ----------
    matters, units, times
        As in :func:`kapok_planning.dispatch.assign`.
    unit : (m,) int array
        Unit of each matter, -1 for none.
    now
        The moment of the dispatch [minutes].

    Returns
    -------
    tuple of LeftOut
        In the order of the matters.
    """
    without = np.flatnonzero(unit == NOBODY)
    if not len(without):
        return ()
    skilled = has_skills(matters, units)
    reached = skilled & np.isfinite(times.first.minutes)
    done = arrivals(units, times, now) + matters.service_min[None, :]
    in_time = reached & (done <= units.shift_end_min[:, None] + TOLERANCE_MIN)
    load = np.bincount(unit[unit != NOBODY], minlength=units.n)
    with_room = in_time & (load < units.capacity)[:, None]
    found = []
    for i in without.tolist():
        for able, why in (
            (skilled, Why.NO_SKILL),
            (reached, Why.NO_WAY),
            (in_time, Why.SHIFT_ENDS),
            (with_room, Why.UNITS_FULL),
        ):
            if not able[:, i].any():
                found.append(LeftOut(i, why))
                break
        else:
            found.append(LeftOut(i, Why.NO_TIME_LEFT))
    return tuple(found)

"""A second opinion on simulated days, written apart from what makes them.

Whole columns at a time, by sorting what happened: no heap, no queue, no clock.
"""

import numpy as np
from numpy.typing import NDArray

from kapok_planning.sites.running import Run
from kapok_planning.sites.site import Site

FloatArray = NDArray[np.float64]
NEAR = 1e-6


def broken_rules(site: Site, run: Run) -> list[str]:
    """What must not happen on any day, in sentences; none for sound days.

    Nobody is served before they come, nor longer or shorter than drawn; people are at one place at
    a time and none is lost; no desk or seat serves two at once, beyond who was begun before staff
    went; rooms hold no more than they can; and who came first is served first, but for those who go
    ahead.
    """
    found: list[str] = []
    for d in range(run.days.n):
        day = slice(int(run.days.first[d]), int(run.days.first[d + 1]))
        found += [f"Day {d}: {sentence}" for sentence in _broken_ways(site, run, day)]
        for k, station in enumerate(site.stations):
            told = _broken_station(site, run, day, k)
            found += [f"Day {d}, {station.name}: {sentence}" for sentence in told]
    return found


def _broken_ways(site: Site, run: Run, day: slice) -> list[str]:
    """Each person's own way."""
    found = []
    free_at = run.days.arrival_min[day].copy()
    for k in range(site.n):
        stops = run.days.service_min[k, day] >= 0
        came, start = run.came[k, day][stops], run.start[k, day][stops]
        reached = np.isfinite(free_at[stops])
        if not np.allclose(came[reached], free_at[stops][reached], atol=NEAR, rtol=0):
            found.append(f"somebody comes to {site.stations[k].name} from nowhere.")
        if (start < came - NEAR).any():
            found.append(f"somebody is served at {site.stations[k].name} before they come.")
        served = np.isfinite(start)
        length = run.done[k, day][stops][served] - start[served]
        needed = run.days.service_min[k, day][stops][served]
        if not np.allclose(length, needed, atol=NEAR, rtol=0):
            found.append(f"a service at {site.stations[k].name} is not as long as it takes.")
        if (run.left[k, day][stops][served] < run.done[k, day][stops][served] - NEAR).any():
            found.append(f"somebody leaves {site.stations[k].name} before they are served.")
        free_at[stops] = run.done[k, day][stops]
    return found


def _broken_station(site: Site, run: Run, day: slice, k: int) -> list[str]:
    here = (run.days.service_min[k, day] >= 0) & np.isfinite(run.start[k, day])
    came, start = run.came[k, day][here], run.start[k, day][here]
    left, ahead = run.left[k, day][here], run.days.ahead[k, day][here]
    found = []
    if _overfull(site, k, start, left):
        found.append("more are served at once than work there.")
    for some in (ahead, ~ahead):
        order = np.argsort(came[some], kind="stable")
        if (np.diff(start[some][order]) < -NEAR).any():
            found.append("somebody is served before who came first.")
    if _idle(site, k, came, start, left):
        found.append("somebody waits beside a free desk.")
    return found


def _staff_at(site: Site, k: int, moments: FloatArray) -> FloatArray:
    """People at work by the site's own slots and breaks, told anew."""
    slot = np.clip((moments / site.slot_min + 1e-9).astype(int), 0, site.n_slots - 1)
    staff = np.array([int(site.staff[k, h]) for h in range(site.n_slots)])[slot].astype(float)
    there = staff.copy()
    for pause in site.stations[k].breaks:
        turns = int((pause.to_min - pause.from_min) / pause.minutes + 1e-9)
        turn = np.floor((moments - pause.from_min) / pause.minutes + 1e-9)
        away = (turn >= 0) & (turn < turns)
        each, more = np.divmod(staff, turns)
        there -= away * (each + (turn < more))
    return np.asarray(np.maximum(there, 0.0))


def _overfull(site: Site, k: int, start: FloatArray, left: FloatArray) -> bool:
    """Whether somebody begins to be served while all who work there are busy."""
    begins, ends = np.sort(start), np.sort(left)
    inside = np.arange(1, len(begins) + 1) - np.searchsorted(ends, begins, side="right")
    # The moments at which staff changes count as after the change; rounding may go either way.
    most = np.maximum(_staff_at(site, k, begins), _staff_at(site, k, begins - NEAR))
    return bool((inside > most).any())


def _idle(site: Site, k: int, came: FloatArray, start: FloatArray, left: FloatArray) -> bool:
    """Whether a desk is free at the middle of a stretch in which somebody waits for it.

    Where this station's visitors are held up elsewhere, their wait begins before they can be here;
    so only stations that let all in are looked at, and where nobody goes ahead.
    """
    if site.stations[k].room is not None or not len(came):
        return False
    moments = np.unique(np.concatenate([came, start, left]))
    middle = (moments[1:] + moments[:-1]) / 2
    middle = middle[(np.diff(moments) > NEAR) & (middle > 0)]
    waiting = np.searchsorted(np.sort(came), middle) - np.searchsorted(np.sort(start), middle)
    inside = np.searchsorted(np.sort(start), middle) - np.searchsorted(np.sort(left), middle)
    return bool(((waiting > 0) & (inside < _staff_at(site, k, middle))).any())

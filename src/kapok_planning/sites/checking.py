"""A second opinion on simulated days, written apart from what makes them.

Whole columns at a time, by sorting what happened: no heap, no queue, no clock.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from kapok_planning.compiled import jit
from kapok_planning.sites.running import Run
from kapok_planning.sites.site import Site

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
NEAR = 1e-6
LONG_AFTER_MIN = 1e7


def broken_rules(site: Site, run: Run, *, first_day: int = 0) -> list[str]:
    """What must not happen on any day, in sentences; none for sound days.

    Nobody is served before they come, nor longer or shorter than drawn; people are at one place at
    a time and none is lost; no desk or seat serves two at once, beyond who was begun before staff
    went; rooms hold no more than they can; who came first is served first, but for those who go
    ahead; and nobody waits beside a free desk. Days are numbered from ``first_day``.
    """
    found = list(_broken_ways(site, run, first_day))
    entered = _entered(run)
    for d in range(run.days.n):
        day = slice(int(run.days.first[d]), int(run.days.first[d + 1]))
        for k, station in enumerate(site.stations):
            told = _broken_station(site, run, day, k, entered)
            found += [f"Day {first_day + d}, {station.name}: {sentence}" for sentence in told]
    return found


def _broken_ways(site: Site, run: Run, first_day: int) -> Iterator[str]:
    """Each person's own way; the first day on which it breaks is named."""

    def told(some: BoolArray, sentence: str) -> Iterator[str]:
        if some.any():
            d = int(np.searchsorted(run.days.first, some.argmax(), side="right")) - 1
            yield f"Day {first_day + d}: {sentence}"

    free_at = run.days.arrival_min.copy()
    for k, name in enumerate(site.names):
        needed, came, start = run.days.service_min[k], run.came[k], run.start[k]
        done, left = run.done[k], run.left[k]
        stops = needed >= 0
        with np.errstate(invalid="ignore"):
            odd = stops & (free_at < np.inf) & ~(np.abs(came - free_at) <= NEAR)
            yield from told(odd, f"somebody comes to {name} from nowhere.")
            early = stops & (start < came - NEAR)
            yield from told(early, f"somebody is served at {name} before they come.")
            served = stops & (start < np.inf)
            other = served & ~(np.abs(done - start - needed) <= NEAR)
            yield from told(other, f"a service at {name} is not as long as it takes.")
            gone = served & (left < done - NEAR)
            yield from told(gone, f"somebody leaves {name} before they are served.")
        free_at[stops] = done[stops]


def _entered(run: Run) -> FloatArray:
    """When who comes from another station is in the room of the next, (k, n); else infinite."""
    entered = np.full(run.start.shape, np.inf)
    left = np.full(run.start.shape[1], np.inf)
    for k in range(len(entered)):
        stops = run.days.service_min[k] >= 0
        entered[k, stops] = left[stops]
        left[stops] = run.left[k, stops]
    return entered


def _broken_station(site: Site, run: Run, day: slice, k: int, entered: FloatArray) -> list[str]:
    here = (run.days.service_min[k, day] >= 0) & (run.came[k, day] < np.inf)
    came, start, left = run.came[k, day][here], run.start[k, day][here], run.left[k, day][here]
    found = []
    sorted_ = np.sort(came), np.sort(start), np.sort(left)
    moments, waiting, inside, begins = _sweep(*sorted_)
    if _overfull(site, k, moments[begins], inside[begins]):
        found.append("more are served at once than work there.")
    if _idle(site, k, moments, waiting, inside):
        found.append("somebody waits beside a free desk.")
    if site.stations[k].first:
        ahead = run.days.ahead[k, day][here]
        groups = [(came[some], start[some]) for some in (ahead, ~ahead)]
    else:
        groups = [(came, start)]
    if any(_overtaken(*group) for group in groups):
        found.append("somebody is served before who came first.")
    room = site.stations[k].room
    if room is not None:
        inner = np.sort(entered[k, day][here])
        _, in_room, _, _ = _sweep(inner, np.sort(start[entered[k, day][here] < np.inf]), inner[:0])
        if len(in_room) and in_room.max() > room:
            found.append("its room holds more than it can.")
    return found


@jit
def _sweep(
    came: FloatArray, start: FloatArray, left: FloatArray
) -> tuple[FloatArray, IntArray, IntArray, BoolArray]:
    """After each moment at which something happens: who waits, who is served, and whether
    a service began. The three are sorted.
    """
    most = len(came) + len(start) + len(left)
    moments, waiting = np.empty(most), np.empty(most, np.int64)
    inside, begins = np.empty(most, np.int64), np.empty(most, np.bool_)
    a, b, c, n = 0, 0, 0, 0
    while True:
        t = np.inf
        if a < len(came):
            t = min(t, came[a])
        if b < len(start):
            t = min(t, start[b])
        if c < len(left):
            t = min(t, left[c])
        if t == np.inf:
            return moments[:n], waiting[:n], inside[:n], begins[:n]
        before = b
        while a < len(came) and came[a] <= t:
            a += 1
        while b < len(start) and start[b] <= t:
            b += 1
        while c < len(left) and left[c] <= t:
            c += 1
        moments[n], waiting[n], inside[n], begins[n] = t, a - b, b - c, b > before
        n += 1


def _staff_at(site: Site, k: int, moments: FloatArray) -> FloatArray:
    """People at work by the site's own slots and breaks, told anew."""
    slot = np.clip((moments / site.slot_min + 1e-9).astype(int), 0, site.n_slots - 1)
    staff = np.array(site.stations[k].staff, float)
    there = staff[np.minimum(slot, len(staff) - 1)]
    whole = there.copy()
    for pause in site.stations[k].breaks:
        turns = int((pause.to_min - pause.from_min) / pause.minutes + 1e-9)
        turn = np.floor((moments - pause.from_min) / pause.minutes + 1e-9)
        away = (turn >= 0) & (turn < turns)
        each, more = np.divmod(whole, turns)
        there -= away * (each + (turn < more))
    return np.asarray(np.maximum(there, 0.0))


def _overfull(site: Site, k: int, begins: FloatArray, inside: IntArray) -> bool:
    """Whether somebody begins to be served while all who work there are busy."""
    # The moments at which staff changes count as after the change; rounding may go either way.
    most = np.maximum(_staff_at(site, k, begins), _staff_at(site, k, begins - NEAR))
    return bool((inside > most).any())


def _idle(site: Site, k: int, moments: FloatArray, waiting: IntArray, inside: IntArray) -> bool:
    """Whether a desk is free at the middle of a stretch in which somebody waits for it."""
    if not len(moments):
        return False
    ends = np.append(moments[1:], moments[-1] + LONG_AFTER_MIN)
    middle = (moments + ends) / 2
    some = (waiting > 0) & (ends - moments > NEAR) & (middle > 0)
    return bool((inside[some] < _staff_at(site, k, middle[some])).any())


def _overtaken(came: FloatArray, start: FloatArray) -> bool:
    """Whether who came later was served first; who came at one moment may be served either way."""
    order = np.argsort(came, kind="stable")
    if (start[order][1:] >= start[order][:-1] - NEAR).all():
        return False
    order = np.lexsort((start, came))
    return bool((start[order][1:] < start[order][:-1] - NEAR).any())

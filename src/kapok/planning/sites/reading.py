"""From a document to a site, who comes, and what is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from kapok.planning.rosters.cells import day_from
from kapok.planning.sites.clocks import ZONE, Clock
from kapok.planning.sites.documents import Part, part_of, read_document
from kapok.planning.sites.stations import check_slots, read_stations
from kapok.words import gettext as _
from kapok_planning.sites import Arrivals, Break, Goal, Hall, Queue, Site, Situation, Station

MOST_SLOTS = 288
NEAR = 1e-9


@dataclass(frozen=True)
class Description:
    """What a document says.

    Attributes
    ----------
    name, situation, goal, clock, hall
        As given.
    has_staff
        Whether each station has its staff or seats.
    finds_least
        Whether the least staff is asked for.
    least
        People at each station in each slot, where the least staff is looked for.
    """

    name: str
    situation: Situation
    goal: Goal
    clock: Clock
    hall: Hall
    has_staff: bool
    finds_least: bool
    least: int


def read_site(path: Path) -> Description:
    """Read the description of a site. Raises ``Refused`` with line and reason."""
    return described(read_document(path), path.stem)


def read_mapping(document: Mapping[str, Any]) -> Description:
    """The same, from a page or the database."""
    return described(part_of(document), "")


def described(root: Part, name: str) -> Description:
    """Read a whole document."""
    clock = _clock(root)
    arrivals = _arrivals(root.part("arrivals"), clock)
    kinds = [kind for kind, _share in arrivals.kinds]
    parts = root.parts("stations")
    if not parts:
        raise root.wrong(root.node, _("“stations” is missing; list them in walking order"))
    has_staff = all([part.has("staff") or part.has("seats") for part in parts])  # noqa: C419
    stations = [station for part in parts for station in read_stations(part, clock, kinds)]
    read = Description(
        name=root.text("site", name),
        situation=_situation(root, stations, clock, arrivals),
        goal=_goal(root),
        clock=clock,
        hall=_hall(root),
        has_staff=has_staff,
        finds_least=_finds_least(root, has_staff=has_staff),
        least=int(root.number("least", 1.0, most=1_000, whole=True)),
    )
    now = root.part("now") if root.has("now") else None
    root.refuse_the_rest()
    return read if now is None else _as_it_is(now, read)


def _situation(root: Part, stations: list[Station], clock: Clock, arrivals: Arrivals) -> Situation:
    names = [station.name for station in stations]
    for name in names:
        if names.count(name) > 1:
            raise root.wrong(root.node, _("two stations are called “%(name)s”") % {"name": name})
    try:
        return Situation(Site(tuple(stations), clock.slot_min, clock.n_slots), arrivals)
    except ValueError as error:
        raise root.wrong(root.node, str(error).rstrip(".")) from None


def _finds_least(root: Part, *, has_staff: bool) -> bool:
    word = root.text("find", "given" if has_staff else "least")
    if word not in ("given", "least"):
        sentence = _("“find” is “%(word)s”; write “least” or “given”")
        raise root.wrong(root.node, sentence % {"word": word})
    return word == "least"


def _hall(root: Part) -> Hall:
    if not root.has("hall"):
        return Hall()
    part = root.part("hall")
    found = Hall(
        width_m=part.number("width_m", low=6.0, most=500.0) if part.has("width_m") else None,
        length_m=part.number("length_m", low=6.0, most=500.0) if part.has("length_m") else None,
        m2_per_desk=part.number("m2_per_desk", Hall.m2_per_desk, low=2.0, most=100.0),
        m2_per_seat=part.number("m2_per_seat", Hall.m2_per_seat, low=0.5, most=20.0),
        queue_m=part.number("queue_m", Hall.queue_m, low=0.3, most=5.0),
    )
    part.refuse_the_rest()
    return found


def _clock(root: Part) -> Clock:
    opens, closes = root.moment("opens"), root.moment("closes")
    slot = root.number("slot_min", 60.0, low=1.0, most=1440.0)
    day, zone = _day(root), _zone(root)
    if closes <= opens:
        raise root.wrong(root.node, _("the site closes before it opens; give times of one day"))
    clock = Clock(opens, slot, 1, day, zone)
    n = clock.minutes(closes) / slot
    if abs(n - round(n)) > NEAR or round(n) < 1:
        sentence = _("from opening to closing there is no whole number of %(n)s minutes")
        raise root.wrong(root.node, sentence % {"n": f"{slot:g}"})
    if n > MOST_SLOTS:
        sentence = _("%(n)s slots are too many; make them longer")
        raise root.wrong(root.node, sentence % {"n": f"{n:g}"})
    return Clock(opens, slot, round(n), day, zone)


def _day(root: Part) -> date | None:
    text = root.text("date", "")
    if not text:
        return None
    found = day_from(text)
    if found is None:
        sentence = _("“date” is “%(text)s”; write a day as 2021-06-14")
        raise root.wrong(root.node, sentence % {"text": text})
    return found


def _zone(root: Part) -> str:
    name = root.text("zone", ZONE)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        sentence = _("“zone” is “%(name)s”, which is no time zone; write one as Asia/Shanghai")
        raise root.wrong(root.node, sentence % {"name": name}) from None
    return name


def _goal(root: Part) -> Goal:
    if not root.has("goal"):
        return Goal()
    part = root.part("goal")
    goal = Goal(
        part.number("wait_min", 15.0, most=1440.0),
        part.number("share", 0.95, low=0.0, most=0.9999, over=True),
    )
    part.refuse_the_rest()
    return goal


def _by_slot(part: Part, name: str, clock: Clock) -> tuple[float, ...]:
    """A number of people spread evenly over the day, or one for each slot."""
    values = part.numbers(name, (0.0,))
    if not part.is_list(name):
        return (values[0] / clock.n_slots,) * clock.n_slots
    check_slots(part, name, len(values), clock)
    return values


def _arrivals(part: Part, clock: Clock) -> Arrivals:
    families = part.numbers("families", (1.0,), most=1.0)
    if abs(sum(families) - 1) > 1e-6:
        sentence = _("“families” are shares of 1, 2, 3 … people; they sum to %(sum)s, not to 1")
        raise part.wrong(part.node, sentence % {"sum": f"{sum(families):g}"})
    arrivals = Arrivals(
        booked=_booked(part, clock),
        walk_in=_by_slot(part, "walk_in", clock),
        late_min=part.number("late_min", 0.0, low=-1440.0, most=1440.0),
        late_sd_min=part.number("late_sd_min", 0.0, most=1440.0),
        absent=part.number("absent", 0.0, most=1.0),
        families=families,
        buses=_buses(part, clock),
        kinds=_kinds(part),
    )
    part.refuse_the_rest()
    if arrivals.expected <= 0:
        raise part.wrong(part.node, _("nobody comes: give “booked”, “walk_in” or “buses”"))
    return arrivals


def _buses(part: Part, clock: Clock) -> tuple[tuple[float, int], ...]:
    buses = []
    for bus in part.parts("buses"):
        at = clock.minutes(bus.moment("at"))
        if not 0 <= at <= clock.end_min:
            raise bus.wrong(bus.node, _("this bus comes while the site is closed"))
        buses.append((at, int(bus.number("people", low=1.0, most=500.0, whole=True))))
        bus.refuse_the_rest()
    return tuple(buses)


def _kinds(part: Part) -> tuple[tuple[str, float], ...]:
    if not part.has("kinds"):
        return ()
    own = part.part("kinds")
    kinds = tuple((name, own.number(name, most=1.0)) for name, _node in list(own.items()))
    if sum(share for _name, share in kinds) > 1 + NEAR:
        raise own.wrong(own.node, _("the shares of kinds are over 1 together"))
    return kinds


def _booked(part: Part, clock: Clock) -> tuple[float, ...]:
    """Appointments by slot, whole; what is left over goes to the first slots."""
    booked = _by_slot(part, "booked", clock)
    if part.is_list("booked"):
        return booked
    each, more = divmod(round(sum(booked)), clock.n_slots)
    return tuple(float(each + (h < more)) for h in range(clock.n_slots))


def _as_it_is(now: Part, read: Description) -> Description:
    """The rest of the day, from the queues as they are."""
    clock, site, old = read.clock, read.situation.site, read.situation.arrivals
    passed = clock.minutes(now.moment("at")) / clock.slot_min
    if not 0 <= passed < clock.n_slots or abs(passed - round(passed)) > NEAR:
        sentence = _(
            "“at” is not the beginning of a slot of %(n)s minutes in the day; "
            "choose one, or a shorter slot_min"
        )
        raise now.wrong(now.node, sentence % {"n": f"{clock.slot_min:g}"})
    skip, queues = round(passed), []
    for station in site.stations:
        part = now.part(station.name) if now.has(station.name) else None
        queues.append(Queue() if part is None else _queue(part, station))
    now.refuse_the_rest()
    at = skip * clock.slot_min
    stations = tuple(_later(station, skip, at) for station in site.stations)
    arrivals = replace(
        old,
        booked=old.booked[skip:],
        walk_in=old.walk_in[skip:],
        buses=tuple((moment - at, n) for moment, n in old.buses if moment >= at),
    )
    rest = Site(stations, site.slot_min, site.n_slots - skip)
    situation = Situation(rest, arrivals, tuple(queues))
    return replace(read, situation=situation, clock=clock.later(skip))


def _queue(part: Part, station: Station) -> Queue:
    """People spread evenly over the longest wait, and over the time that they have been served."""
    waiting = int(part.number("waiting", 0.0, most=100_000, whole=True))
    longest = part.number("longest_wait_min", 0.0, most=1_440.0)
    served = int(part.number("served", 0.0, most=100_000, whole=True))
    part.refuse_the_rest()
    waits = np.linspace(longest, 0.0, waiting) if waiting else np.zeros(0)
    passed = station.law.mean_min * (np.arange(served) + 0.5) / max(served, 1)
    return Queue(tuple(waits.tolist()), tuple(passed.tolist()))


def _later(station: Station, skip: int, at: float) -> Station:
    breaks = tuple(
        Break(b.minutes, b.from_min - at, b.to_min - at) for b in station.breaks if b.from_min >= at
    )
    return replace(station, staff=station.staff[skip:] or station.staff[-1:], breaks=breaks)

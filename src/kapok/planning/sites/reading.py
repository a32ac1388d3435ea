"""From a file to a site, who comes, and what is asked."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kapok.errors import Refused
from kapok.planning.sites.documents import Part, read_document
from kapok_planning.sites import (
    Arrivals,
    Break,
    Goal,
    Law,
    Queue,
    Shape,
    Site,
    Situation,
    Station,
)

S_IN_MIN = 60.0
LAWS = {
    "lognormal": Shape.LOGNORMAL,
    "gamma": Shape.GAMMA,
    "exponential": Shape.GAMMA,
    "constant": Shape.CONSTANT,
}
MOST_SLOTS = 288


@dataclass(frozen=True)
class Description:
    """What a file says: ``opens_min`` is the clock's zero, in minutes after midnight."""

    name: str
    situation: Situation
    goal: Goal
    opens_min: float
    has_staff: bool


@dataclass(frozen=True)
class _Clock:
    opens: float
    slot_min: float
    n_slots: int


def read_site(path: Path) -> Description:
    """Read the description of a site. Raises ``Refused`` with line and reason."""
    root = read_document(path)
    clock = _clock(root)
    arrivals = _arrivals(root.part("arrivals"), clock)
    kinds = [name for name, _ in arrivals.kinds]
    parts = root.parts("stations")
    if not parts:
        raise root.wrong(root.node, "“stations” is missing; list them in walking order")
    stations: list[Station] = []
    has_staff = True
    for part in parts:
        has_staff &= part.has("staff") or part.has("seats")
        stations += _stations(part, clock, kinds)
    goal = _goal(root)
    name = root.text("site", path.stem)
    now = root.part("now") if root.has("now") else None
    root.refuse_the_rest()
    try:
        site = Site(tuple(stations), clock.slot_min, clock.n_slots)
        situation = Situation(site, arrivals)
        if now is not None:
            situation, clock = _as_it_is(now, situation, clock)
    except ValueError as error:
        raise Refused(f"{path}: {error}") from None
    return Description(name, situation, goal, clock.opens, has_staff)


def _clock(root: Part) -> _Clock:
    opens, closes = root.moment("opens"), root.moment("closes")
    slot = root.number("slot_min", 60.0, low=1.0, most=1440.0)
    if closes <= opens:
        raise root.wrong(root.node, "the site closes before it opens; give times of one day")
    n = (closes - opens) / slot
    if abs(n - round(n)) > 1e-9:
        raise root.wrong(
            root.node, f"from opening to closing there is no whole number of {slot:g} minutes"
        )
    if n > MOST_SLOTS:
        raise root.wrong(root.node, f"{n:g} slots are too many; make them longer")
    return _Clock(opens, slot, round(n))


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


def _by_slot(part: Part, name: str, clock: _Clock) -> tuple[float, ...]:
    """A number of people spread evenly over the day, or one for each slot."""
    values = part.numbers(name, (0.0,))
    if not part.is_list(name):
        return (values[0] / clock.n_slots,) * clock.n_slots
    if len(values) != clock.n_slots:
        raise part.wrong(
            part.node, f"“{name}” has {len(values)} numbers, but the day has {clock.n_slots} slots"
        )
    return values


def _arrivals(part: Part, clock: _Clock) -> Arrivals:
    buses = []
    for bus in part.parts("buses"):
        at = bus.moment("at") - clock.opens
        if not 0 <= at <= clock.slot_min * clock.n_slots:
            raise bus.wrong(bus.node, "this bus comes while the site is closed")
        buses.append((at, int(bus.number("people", low=1.0, most=500.0, whole=True))))
        bus.refuse_the_rest()
    kinds: list[tuple[str, float]] = []
    if part.has("kinds"):
        own = part.part("kinds")
        kinds = [(name, own.number(name, most=1.0)) for name, _ in list(own.items())]
        if sum(share for _, share in kinds) > 1 + 1e-9:
            raise own.wrong(own.node, "the shares of kinds are over 1 together")
    families = part.numbers("families", (1.0,), most=1.0)
    if abs(sum(families) - 1) > 1e-6:
        raise part.wrong(
            part.node,
            f"“families” are shares of 1, 2, 3 … people; they sum to {sum(families):g}, not to 1",
        )
    arrivals = Arrivals(
        booked=_booked(part, clock),
        walk_in=_by_slot(part, "walk_in", clock),
        late_min=part.number("late_min", 0.0, low=-1440.0, most=1440.0),
        late_sd_min=part.number("late_sd_min", 0.0, most=1440.0),
        absent=part.number("absent", 0.0, most=1.0),
        families=families,
        buses=tuple(buses),
        kinds=tuple(kinds),
    )
    part.refuse_the_rest()
    if arrivals.expected <= 0:
        raise part.wrong(part.node, "nobody comes: give “booked”, “walk_in” or “buses”")
    return arrivals


def _booked(part: Part, clock: _Clock) -> tuple[float, ...]:
    """Appointments by slot, whole; what is left over goes to the first slots."""
    booked = _by_slot(part, "booked", clock)
    if part.is_list("booked"):
        return booked
    total = round(sum(booked))
    each, more = divmod(total, clock.n_slots)
    return tuple(float(each + (h < more)) for h in range(clock.n_slots))


def _stations(part: Part, clock: _Clock, kinds: list[str]) -> list[Station]:
    """A station, and its lanes beside it."""
    name = part.text("name")
    part.where = f"station “{name}”"
    law = _law(part)
    is_seats = part.has("seats")
    if is_seats and part.has("staff"):
        raise part.wrong(part.node, "it has seats or staff, not both")
    staff = _staff(part, clock, "seats" if is_seats else "staff")
    room = int(part.number("room", whole=True)) if part.has("room") else None
    first = part.words("first")
    for kind in first:
        _check_kind(part, kind, kinds)
    common = Station(
        name=name,
        law=law,
        staff=staff,
        is_seats=is_seats,
        share=part.number("share", 1.0, most=1.0),
        leaves=part.number("leaves", 0.0, most=1.0),
        room=0 if is_seats and room is None else room,
        stage=name,
        first=first,
        breaks=_breaks(part, clock),
    )
    lanes = _lanes(part, common, kinds)
    part.refuse_the_rest()
    return [common, *lanes]


def _lanes(part: Part, common: Station, kinds: list[str]) -> list[Station]:
    if not part.has("lanes"):
        return []
    own, found = part.part("lanes"), []
    for kind, _ in list(own.items()):
        _check_kind(own, kind, kinds)
        n = int(own.number(kind, most=10_000, whole=True))
        found.append(
            Station(
                name=f"{common.name} ({kind})",
                law=common.law,
                staff=(n,),
                is_seats=common.is_seats,
                share=common.share,
                leaves=common.leaves,
                room=common.room,
                lane=kind,
                stage=common.name,
                breaks=common.breaks,
            )
        )
    return found


def _check_kind(part: Part, kind: str, kinds: list[str]) -> None:
    if kind not in kinds:
        known = ", ".join(kinds) or "none"
        raise part.wrong(part.node, f"“{kind}” is no kind of people (arrivals → kinds: {known})")


def _law(part: Part) -> Law:
    if part.has("measured_s"):
        times = part.numbers("measured_s", most=86_400.0)
        if not sum(times) > 0:
            raise part.wrong(part.node, "the measured times are all 0, so they have no mean")
        return Law.measured(tuple(t / S_IN_MIN for t in times))
    if not part.has("mean_s") and not part.has("mean_min"):
        raise part.wrong(
            part.node, "its time has no mean; give “mean_s”, “mean_min” or “measured_s”"
        )
    if part.has("mean_s"):
        mean = part.number("mean_s", over=True, most=86_400.0) / S_IN_MIN
    else:
        mean = part.number("mean_min", over=True, most=1_440.0)
    word = part.text("law", "lognormal")
    if word not in LAWS:
        raise part.wrong(part.node, f"“{word}” is no law; write one of {', '.join(LAWS)}")
    usual = {"exponential": 1.0, "constant": 0.0}.get(word, 0.5)
    cv = part.number("cv", usual, most=10.0)
    if word in ("exponential", "constant") and cv != usual:
        raise part.wrong(part.node, f"a time that is {word} has a cv of {usual:g}")
    return Law(mean, cv, LAWS[word] if cv else Shape.CONSTANT)


def _staff(part: Part, clock: _Clock, name: str) -> tuple[int, ...]:
    if not part.has(name):
        return (1,)
    values = part.numbers(name, most=100_000, whole=True)
    if part.is_list(name) and len(values) != clock.n_slots:
        raise part.wrong(
            part.node, f"“{name}” has {len(values)} numbers, but the day has {clock.n_slots} slots"
        )
    if not any(values):
        raise part.wrong(part.node, f"“{name}” is 0 all day, so nobody could ever pass")
    return tuple(int(v) for v in values)


def _breaks(part: Part, clock: _Clock) -> tuple[Break, ...]:
    found = []
    for each in part.parts("breaks"):
        begin, end = each.moment("from") - clock.opens, each.moment("to") - clock.opens
        minutes = each.number("minutes", low=0.0, over=True, most=1_440.0)
        each.refuse_the_rest()
        if begin < 0 or end > clock.slot_min * clock.n_slots:
            raise each.wrong(each.node, "a break lies outside the hours of the site")
        try:
            found.append(Break(minutes, begin, end))
        except ValueError as error:
            raise each.wrong(each.node, str(error).rstrip(".")) from None
    return tuple(found)


def _as_it_is(now: Part, situation: Situation, clock: _Clock) -> tuple[Situation, _Clock]:
    """The rest of the day, from the queues as they are."""
    passed = (now.moment("at") - clock.opens) / clock.slot_min
    if not 0 <= passed < clock.n_slots or abs(passed - round(passed)) > 1e-9:
        raise now.wrong(
            now.node,
            f"“at” is not the beginning of a slot of {clock.slot_min:g} minutes in the day; "
            "choose one, or a shorter slot_min",
        )
    skip, site, queues = round(passed), situation.site, []
    for station in site.stations:
        part = now.part(station.name) if now.has(station.name) else None
        queues.append(Queue() if part is None else _queue(part, station))
    now.refuse_the_rest()
    at = skip * clock.slot_min
    stations = tuple(_later(station, skip, at) for station in site.stations)
    rest = Site(stations, site.slot_min, site.n_slots - skip)
    old = situation.arrivals
    arrivals = Arrivals(
        booked=old.booked[skip:],
        walk_in=old.walk_in[skip:],
        late_min=old.late_min,
        late_sd_min=old.late_sd_min,
        absent=old.absent,
        families=old.families,
        buses=tuple((moment - at, n) for moment, n in old.buses if moment >= at),
        kinds=old.kinds,
    )
    later = _Clock(clock.opens + at, clock.slot_min, rest.n_slots)
    return Situation(rest, arrivals, tuple(queues)), later


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
    staff = station.staff[skip:] or station.staff[-1:]
    breaks = tuple(
        Break(b.minutes, b.from_min - at, b.to_min - at) for b in station.breaks if b.from_min >= at
    )
    return Station(
        name=station.name,
        law=station.law,
        staff=staff,
        is_seats=station.is_seats,
        share=station.share,
        leaves=station.leaves,
        room=station.room,
        lane=station.lane,
        stage=station.stage,
        first=station.first,
        breaks=breaks,
    )

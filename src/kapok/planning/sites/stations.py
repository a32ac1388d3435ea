"""Stations of a description: what is done there, how long it takes, and who works there."""

from kapok.planning.sites.clocks import Clock
from kapok.planning.sites.documents import Part
from kapok.words import gettext as _
from kapok.words import listed
from kapok_planning.sites import Break, Law, Shape, Station

S_IN_MIN = 60.0
LAWS = {
    "lognormal": Shape.LOGNORMAL,
    "gamma": Shape.GAMMA,
    "exponential": Shape.GAMMA,
    "constant": Shape.CONSTANT,
}


def read_stations(part: Part, clock: Clock, kinds: list[str]) -> list[Station]:
    """A station, and its lanes beside it."""
    name = part.text("name")
    part.where = _("station “%(name)s”") % {"name": name}
    law = _law(part)
    is_seats = part.has("seats")
    if is_seats and part.has("staff"):
        raise part.wrong(part.node, _("it has seats or staff, not both"))
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
    lanes = _lanes(part, common, kinds, clock)
    part.refuse_the_rest()
    return [common, *lanes]


def _lanes(part: Part, common: Station, kinds: list[str], clock: Clock) -> list[Station]:
    if not part.has("lanes"):
        return []
    own, found = part.part("lanes"), []
    for kind, _node in list(own.items()):
        _check_kind(own, kind, kinds)
        found.append(
            Station(
                name=f"{common.name} ({kind})",
                law=common.law,
                staff=_numbers_by_slot(own, kind, clock),
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
        said = {"kind": kind, "known": listed(kinds) or "–"}
        sentence = _("“%(kind)s” is no kind of people (arrivals → kinds: %(known)s)")
        raise part.wrong(part.node, sentence % said)


def _law(part: Part) -> Law:
    if part.has("measured_s"):
        times = part.numbers("measured_s", most=86_400.0)
        if not sum(times) > 0:
            raise part.wrong(part.node, _("the measured times are all 0, so they have no mean"))
        return Law.measured(tuple(t / S_IN_MIN for t in times))
    if not part.has("mean_s") and not part.has("mean_min"):
        raise part.wrong(
            part.node, _("its time has no mean; give “mean_s”, “mean_min” or “measured_s”")
        )
    if part.has("mean_s"):
        mean = part.number("mean_s", over=True, most=86_400.0) / S_IN_MIN
    else:
        mean = part.number("mean_min", over=True, most=1_440.0)
    word = part.text("law", "lognormal")
    if word not in LAWS:
        said = {"word": word, "laws": listed(LAWS)}
        raise part.wrong(part.node, _("“%(word)s” is no law; write one of %(laws)s") % said)
    usual = {"exponential": 1.0, "constant": 0.0}.get(word, 0.5)
    cv = part.number("cv", usual, most=10.0)
    if word in ("exponential", "constant") and cv != usual:
        sentence = _("a time that is %(word)s has a cv of %(cv)s")
        raise part.wrong(part.node, sentence % {"word": word, "cv": f"{usual:g}"})
    return Law(mean, cv, LAWS[word] if cv else Shape.CONSTANT)


def _staff(part: Part, clock: Clock, name: str) -> tuple[int, ...]:
    if not part.has(name):
        return (1,)
    return _numbers_by_slot(part, name, clock)


def _numbers_by_slot(part: Part, name: str, clock: Clock) -> tuple[int, ...]:
    """One number for the day, or one for each slot."""
    values = part.numbers(name, most=100_000, whole=True)
    if part.is_list(name):
        check_slots(part, name, len(values), clock)
    if not any(values):
        sentence = _("“%(name)s” is 0 all day, so nobody could ever pass")
        raise part.wrong(part.node, sentence % {"name": name})
    return tuple(int(v) for v in values)


def check_slots(part: Part, name: str, n: int, clock: Clock) -> None:
    """Refuse a list that has not a number for each slot."""
    if n != clock.n_slots:
        sentence = _("“%(name)s” has %(n)d numbers, but the day has %(slots)d slots")
        raise part.wrong(part.node, sentence % {"name": name, "n": n, "slots": clock.n_slots})


def _breaks(part: Part, clock: Clock) -> tuple[Break, ...]:
    found = []
    for each in part.parts("breaks"):
        begin, end = clock.minutes(each.moment("from")), clock.minutes(each.moment("to"))
        minutes = each.number("minutes", low=0.0, over=True, most=1_440.0)
        each.refuse_the_rest()
        if begin < 0 or end > clock.end_min:
            raise each.wrong(each.node, _("a break lies outside the hours of the site"))
        if minutes > end - begin:
            sentence = _("a break of %(n)s minutes does not fit between these times")
            raise each.wrong(each.node, sentence % {"n": f"{minutes:g}"})
        found.append(Break(minutes, begin, end))
    return tuple(found)

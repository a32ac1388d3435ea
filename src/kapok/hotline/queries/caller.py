"""Who calls, before they have said so: their file, their home and its rules, what was before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import translation

from kapok.access.models import Look
from kapok.access.scope import current
from kapok.access.trace import look
from kapok.codes import WIDTH, Level
from kapok.hotline.models import Call
from kapok.hotline.queries.homes import Home, homes_of
from kapok.hotline.queries.records import Record
from kapok.hotline.workflow import Risk, State
from kapok.matters.engine.facts import Spot
from kapok.matters.models import Matter
from kapok.matters.queries import labels
from kapok.matters.workflow import State as MatterState
from kapok.packs.schema import Hotline
from kapok.people import wanted
from kapok.people.models import Person
from kapok.people.queries.find import Answer, Found, find, found_lines
from kapok.people.shown import for_acting
from kapok.places.models import Building
from kapok.places.names import of_places
from kapok.zones.queries import covering, hanging
from kapok.zones.retasking import strictest

MOST_EARLIER, MOST_MATTERS = 8, 8
MOST_FOUND = 10  # beside a call nobody reads more
MOST_AT_HOME = 8
EARLIER = "SELECT * FROM hotline_earlier(%s, %s)"


@dataclass(frozen=True)
class Earlier:
    """An earlier call of the number, wherever it was taken; never a word of it."""

    rang_at: datetime
    line: str
    state: str
    categories: tuple[str, ...]
    level: str
    n_follow_ups: int


@dataclass(frozen=True)
class OpenMatter:
    """A matter that was reported from the number and is not ended."""

    id: UUID
    number: int
    kind: str
    state: str
    received_at: datetime


@dataclass(frozen=True)
class ZoneRules:
    """What holds at the address now."""

    name: str
    kind: str
    colour: str
    until: datetime
    rules: tuple[str, ...]
    ways_out: tuple[str, ...]


@dataclass(frozen=True)
class Where:
    """Where the caller is, as far as it is known."""

    place: int
    building: UUID | None
    household: UUID | None
    address: str
    place_name: str
    is_guess: bool = False  # follows from the number; nobody has confirmed it


@dataclass(frozen=True)
class Caller:
    """All that a call's page shows of the caller."""

    record: Record
    found: Answer | None
    home: tuple[Found, ...]  # of the household that was said to be theirs, where nobody is found
    where: Where | None
    zone: ZoneRules | None
    earlier: tuple[Earlier, ...]
    matters: tuple[OpenMatter, ...]


def caller_of(call: Call, record: Record, words: Hotline, *, today: date, at: datetime) -> Caller:
    """What is known of the caller; what is looked at is written into the trace."""
    found = by_words(record.phone, today=today) if record.phone else None
    where = where_of(record, found)
    return Caller(
        record=record,
        found=found,
        home=() if found and found.found else _at_home(record, today),
        where=where,
        zone=zone_at(where, at) if where else None,
        earlier=earlier(record, words),
        matters=open_matters(record),
    )


def by_words(text: str, *, today: date) -> Answer | None:
    """People of one's places by number, name or address; in the trace."""
    asked = wanted.read(text)
    if asked.kind == wanted.Kind.NOTHING:
        return None
    answer = find(asked, for_acting(current()), today=today)
    return replace(
        answer,
        found=_with_communities(answer.found[:MOST_FOUND]),
        has_more=answer.has_more or len(answer.found) > MOST_FOUND,
    )


def _at_home(record: Record, today: date) -> tuple[Found, ...]:
    """Who lives in the household that was chosen, their names as far as they may be shown."""
    if record.household is None:
        return ()
    rows = Person.objects.filter(household=record.household, left_at=None)
    people = list(rows.select_related("household__dwelling__building").order_by("id"))
    if not people:
        return ()
    people = people[:MOST_AT_HOME]
    look(Look.Action.LIST, [person.pk for person in people], place=people[0].place)
    return found_lines(people, for_acting(current()), today=today)


def _with_communities(found: Sequence[Found]) -> tuple[Found, ...]:
    """People with the community before their grid: grids of all communities are called alike."""
    rows = Person.objects.filter(pk__in=[each.id for each in found]).values_list("pk", "place")
    wide = WIDTH[Level.COMMUNITY]
    of = {key: place - place % wide for key, place in rows} if found else {}
    names = of_places(set(of.values()))
    return tuple(
        each
        if names.get(of.get(each.id, 0), "") in each.place_name
        else replace(each, place_name=f"{names[of[each.id]]} {each.place_name}")
        for each in found
    )


def where_of(record: Record, found: Answer | None) -> Where | None:
    """What was written down; else the home of the only household that has the number."""
    if record.building is not None:
        return _written(record)
    if record.address:
        return Where(0, None, record.household, record.address, "")
    households = {line.household_id for line in found.found} if found else set()
    if len(households) != 1:
        return None
    [home] = homes_of([key for key in households if key]) or [None]
    return _lives_at(home) if home else None


def _written(record: Record) -> Where | None:
    row = Building.objects.filter(pk=record.building).first() if record.building else None
    if row is None:
        return None
    name = labels.places([row.place])[row.place]
    return Where(row.place, row.pk, record.household, record.address or str(row), name)


def _lives_at(home: Home) -> Where:
    look(Look.Action.OPEN, [home.household], place=home.place)
    return Where(
        home.place, home.building, home.household, home.address, home.place_name, is_guess=True
    )


def zone_at(where: Where, at: datetime) -> ZoneRules | None:
    """The strictest zone over the address, in the words of its pack."""
    if not where.place:
        return None
    [over] = covering.lying([Spot(where.place, where.building)], at)
    zone = strictest(over)
    if zone is None:
        return None
    kind = hanging.kind_of(zone.pack, zone.kind)
    return ZoneRules(
        name=zone.name,
        kind=kind.label.here(),
        colour=kind.colour,
        until=zone.ends_at,
        rules=tuple(rule.here() for rule in kind.rules),
        ways_out=tuple(way.label.here() for way in kind.exits if way.always_open),
    )


def earlier(record: Record, words: Hotline) -> tuple[Earlier, ...]:
    """Earlier calls of the number anywhere in the box, for whoever holds this one."""
    if record.phone_index is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, [record.phone_index, MOST_EARLIER])
        return tuple(_earlier(row, words) for row in cursor.fetchall())


def _earlier(row: Sequence[Any], words: Hotline) -> Earlier:
    rang_at, zh, en, state, codes, level, n_follow_ups = row
    is_english = (translation.get_language() or "").startswith("en")
    return Earlier(
        rang_at=rang_at,
        line=en if is_english and en else zh,
        state=str(State(state).label),
        categories=tuple(label_of(words, code) for code in codes),
        level="" if level is None else str(Risk(level).label),
        n_follow_ups=n_follow_ups,
    )


def label_of(words: Hotline, code: str) -> str:
    """What a need is called; its code where the pack has dropped it."""
    found = words.category(code)
    return found.label.here() if found else code


def open_matters(record: Record) -> tuple[OpenMatter, ...]:
    """Open matters that were reported from the number, as far as whoever acts sees them."""
    if record.phone_index is None:
        return ()
    rows = (
        Matter.objects.filter(reports__phone_index=record.phone_index, closed_at=None)
        .order_by("-received_at")
        .distinct()[:MOST_MATTERS]
    )
    found = list(rows)
    if found:
        look(Look.Action.LIST, [row.pk for row in found])
    return tuple(
        OpenMatter(
            row.pk,
            row.number,
            labels.kind_label(row.pack_id, row.kind),
            str(MatterState(row.state).label),
            row.received_at,
        )
        for row in found
    )

"""Find somebody among a million: by name, home, or number, inside one's places."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.people import names
from kapok.people.models import Contact, Dwelling, Household, Person
from kapok.people.queries.homes import buildings_like
from kapok.people.shown import Shown, age
from kapok.people.wanted import Kind, Wanted
from kapok.places.models import Area

MOST = 50
CANDIDATES = 300
MOST_HOMES = 100


@dataclass(frozen=True)
class Found:
    """Somebody who may be meant, in one line."""

    id: UUID
    household_id: UUID | None
    name: str
    sex: str
    age: int | None
    presence: str
    building: str
    room: str
    place_name: str


@dataclass(frozen=True)
class Answer:
    """What was found, or why nothing is shown.

    Attributes
    ----------
    found
        At most fifty, the likeliest first.
    has_more
        There are others: more must be said.
    known_elsewhere
        Nobody here, but a whole number is written down for somebody of another place.
    by
        How what was typed was understood, for people.
    is_short
        One sign of a name was typed, which is not looked for.
    """

    found: tuple[Found, ...]
    has_more: bool
    known_elsewhere: bool
    by: str
    is_short: bool = False


BY = {
    Kind.NAME: _("by name"),
    Kind.HOME: _("by building and room"),
    Kind.TAIL: _("by the last four digits of a telephone"),
    Kind.NUMBER: _("by the whole number"),
}


def find(wanted: Wanted, shown: Shown, *, today: date) -> Answer:
    """Look for somebody; one entry of the trace names all who are shown, also when it is nobody."""
    people = _people(wanted)
    has_more = len(people) > MOST
    people = people[:MOST]
    look(Look.Action.SEARCH, [person.pk for person in people])
    return Answer(
        found=found_lines(people, shown, today=today),
        has_more=has_more,
        known_elsewhere=not people and wanted.kind == Kind.NUMBER and _is_elsewhere(wanted),
        by=str(BY.get(wanted.kind, "")),
        is_short=wanted.kind == Kind.NAME and len(wanted.text) == 1,
    )


def found_lines(people: list[Person], shown: Shown, *, today: date) -> tuple[Found, ...]:
    """People in one line each; the caller has written them into the trace."""
    areas = Area.objects.filter(code__in={person.place for person in people})
    names_of = {area.code: area.name for area in areas.only("code", "name_zh", "name_en")}
    return tuple(_line(person, shown, today, names_of) for person in people)


def _people(wanted: Wanted) -> list[Person]:
    """One more than is shown, so that it is known whether there are others."""
    if wanted.kind == Kind.NAME:
        return _by_name(wanted.text)
    if wanted.kind == Kind.HOME:
        found = _at_home(wanted)
        return found or _by_name(wanted.text)
    if wanted.kind == Kind.TAIL:
        return _with_phone(Q(tail_index=wanted.tail_index))
    if wanted.kind == Kind.NUMBER:
        return _with_number(wanted)
    return []


def _living() -> QuerySet[Person]:
    return Person.objects.filter(left_at=None).select_related("household__dwelling__building")


def _by_name(text: str) -> list[Person]:
    """Those of that name or sound; only where they are few, those with a slip as well.

    Names in a million share parts with thousands of others: looking for slips first would read
    them all.
    """
    everything = names.query_tokens(text)
    sounding = everything & names.query_tokens("".join(names.syllables(text)))
    ranked = ranked_by_name(text, sounding)
    if len(ranked) <= MOST and sounding != everything:
        of_initials = names.query_tokens(names.initials(text)) if names.is_chinese(text) else set()
        ranked = ranked_by_name(text, everything - of_initials)
    likely = ranked[: MOST + 1]
    people = _living().in_bulk(likely)
    return [people[key] for key in likely if key in people]


def ranked_by_name(text: str, tokens: AbstractSet[int]) -> list[UUID]:
    """Keys of people with one of the tokens whose name answers ``text``, the best first."""
    everything = names.query_tokens(text)
    sounding = everything & names.query_tokens("".join(names.syllables(text)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, name FROM people_find(%s, %s, %s, %s)",
            [sorted(tokens), sorted(everything), sorted(sounding), CANDIDATES],
        )
        found = cursor.fetchall()
    ranked = [(names.matches(name, text), name, key) for key, name in found]
    return [key for rank, _name, key in sorted(each for each in ranked if each[0] is not None)]


def _at_home(wanted: Wanted) -> list[Person]:
    """Step by step along the keys, so that each step finds its index behind the policies."""
    buildings = [each.id for each in buildings_like(wanted.building)]
    homes = Dwelling.objects.filter(building__in=buildings)
    if wanted.room:
        homes = homes.filter(room__in={wanted.room, wanted.room.lower(), wanted.room.upper()})
    home_ids = list(homes.order_by("room").values_list("id", flat=True)[:MOST_HOMES])
    living_there = Household.objects.filter(dwelling__in=home_ids, ended_at=None)
    people = _living().filter(household__in=list(living_there.values_list("id", flat=True)))
    order = {key: place for place, key in enumerate(home_ids)}
    found = people[: MOST + 1]
    return sorted(found, key=lambda each: (_home_order(each, order), each.household_id, each.pk))


def _home_order(person: Person, order: dict[UUID, int]) -> int:
    return order.get(person.household.dwelling_id, 0) if person.household else 0


def _with_number(wanted: Wanted) -> list[Person]:
    """Those whose papers or telephone it is, each once."""
    found: list[Person] = []
    if wanted.identity_index:
        found += _living().filter(identity_index=wanted.identity_index)[: MOST + 1]
    if wanted.phone_index:
        found += _with_phone(Q(value_index=wanted.phone_index))
    return list({person.pk: person for person in found}.values())


def _with_phone(which: Q) -> list[Person]:
    ids = Contact.objects.filter(which).values_list("person", flat=True)[: MOST + 1]
    return list(_living().filter(pk__in=list(ids)).order_by("id"))


def _is_elsewhere(wanted: Wanted) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_known_elsewhere(%s, %s)", [wanted.identity_index, wanted.phone_index]
        )
        return bool(cursor.fetchone()[0])


def _line(person: Person, shown: Shown, today: date, names_of: dict[int, str]) -> Found:
    dwelling = person.household.dwelling if person.household else None
    return Found(
        id=person.pk,
        household_id=person.household_id,
        name=shown.name(person.name),
        sex=person.get_sex_display(),
        age=age(person.birth_date, today),
        presence=person.get_presence_display(),
        building=str(dwelling.building) if dwelling else "",
        room=shown.room(dwelling.room) if dwelling else "",
        place_name=names_of.get(person.place, str(person.place)),
    )

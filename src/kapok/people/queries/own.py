"""What a resident sees: their own file, their household, who looked at it, what they asked for.

Of themselves (and of children under 14 in the household, and those whom they answer for) everything
is shown; of the other members only what people of one home know of each other, so that nobody
learns from Kapok that somebody at home is on a register, or who came to ask about them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from kapok.access.models import Look
from kapok.access.purposes import PURPOSES, Purpose
from kapok.access.roles import ROLES
from kapok.access.trace import look
from kapok.people.models import Guardian, Person, RightsRequest
from kapok.people.queries.cards import PersonFile
from kapok.people.queries.file import CHILD_UNDER, files, place_name
from kapok.people.queries.rights import RequestLine, request_line
from kapok.people.shown import age, whole

MOST_LOOKS = 100
FIRST_LOOKS = 10


@dataclass(frozen=True)
class Known:
    """Whom a proven telephone leads to.

    Attributes
    ----------
    people
        Those whose own mobile it is.
    handed
        All keys that they may see: their people, household and home.
    place
        Where they live.
    """

    people: tuple[UUID, ...]
    handed: tuple[UUID, ...]
    place: int


@dataclass(frozen=True)
class Housemate:
    """Somebody of the same home, as everybody in it knows them."""

    id: UUID
    name: str
    relation: str
    presence: str


@dataclass(frozen=True)
class LookLine:
    """Somebody looked: when, as what, why, where; by name only a grid worker of one's own grid."""

    entry: str
    at: datetime
    role: str
    worker: str
    purpose: str
    why: str
    action: str
    place_name: str


@dataclass(frozen=True)
class Own:
    """All of it."""

    people: tuple[PersonFile, ...]
    housemates: tuple[Housemate, ...]
    looks: tuple[LookLine, ...]
    requests: tuple[RequestLine, ...]
    note: str

    @property
    def first_looks(self) -> tuple[LookLine, ...]:
        """The latest, which the page shows at once."""
        return self.looks[:FIRST_LOOKS]

    @property
    def more_looks(self) -> tuple[LookLine, ...]:
        """Those before them."""
        return self.looks[FIRST_LOOKS:]


def known_by(phone_index: bytes) -> list[Known]:
    """The households that a telephone leads to; works before anybody acts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, household, dwelling, place, members FROM people_of_phone(%s)",
            [phone_index],
        )
        rows = cursor.fetchall()
    found: dict[UUID, Known] = {}
    for person, household, dwelling, place, members in rows:
        key = household or person
        before = found.get(key)
        people = (*(before.people if before else ()), person)
        handed = [*(members or [person]), *(each for each in (household, dwelling) if each)]
        found[key] = Known(people, tuple(handed), place)
    return list(found.values())


def own_people(known: Known, *, today: date) -> list[Person]:
    """Those of whom everything is shown, themselves first."""
    people = list(Person.objects.filter(pk__in=known.handed, left_at=None).order_by("id"))
    wards = set(
        Guardian.objects.filter(guardian__in=known.people, ended_on=None).values_list(
            "person", flat=True
        )
    )
    mine = [each for each in people if each.pk in known.people]
    theirs = [
        each
        for each in people
        if each.pk not in known.people and (each.pk in wards or _is_child(each, today))
    ]
    return [*mine, *theirs]


def _is_child(person: Person, today: date) -> bool:
    years = age(person.birth_date, today)
    return years is not None and years < CHILD_UNDER


def own(known: Known, *, today: date, action: Look.Action = Look.Action.OPEN) -> Own:
    """Everything, written into the trace as a look of the residents at themselves."""
    people = own_people(known, today=today)
    ids = [each.pk for each in people]
    others = Person.objects.filter(pk__in=known.handed, left_at=None).exclude(pk__in=ids)
    asked = RightsRequest.objects.filter(person__in=ids).order_by("-asked_at")
    household = people[0].household if people else None
    look(action, [*ids, *(each.pk for each in others)], place=known.place)
    return Own(
        people=files(people, whole(), today=today),
        housemates=tuple(
            Housemate(each.pk, each.name, each.get_relation_display(), each.get_presence_display())
            for each in others.order_by("id")
        ),
        looks=looks_at(ids),
        requests=tuple(request_line(each, today) for each in asked),
        note=household.note if household else "",
    )


def looks_at(person_ids: list[UUID]) -> tuple[LookLine, ...]:
    """The latest looks at people that were handed to who acts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry, at, role, purpose, action, place, worker "
            "FROM people_looks_at(%s::uuid[], %s)",
            [person_ids, MOST_LOOKS],
        )
        rows = cursor.fetchall()
    names = {place: place_name(place) for place in {row[5] for row in rows} if place}
    return tuple(
        LookLine(
            entry=str(entry)[-8:],
            at=at,
            role=str(ROLES[role].label) if role in ROLES else role,
            worker=worker or "",
            purpose=_label(PURPOSES.get(purpose)),
            why=_why(PURPOSES.get(purpose)),
            action=str(Look.Action(action).label),
            place_name=names.get(place, ""),
        )
        for entry, at, role, purpose, action, place, worker in rows
    )


def _label(purpose: Purpose | None) -> str:
    return str(purpose.label) if purpose else ""


def _why(purpose: Purpose | None) -> str:
    return str(purpose.why) if purpose else ""

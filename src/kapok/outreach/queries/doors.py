"""The doors that somebody answers for: flats, and who has a notice already.

Whoever stands for a stairwell reads no name. Several households of one flat are told apart by a
number, the same in all lists; who may see people reads a masked name besides.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.access import masks
from kapok.access.models import Look
from kapok.access.purposes import PURPOSES
from kapok.access.scope import acting, current, for_purpose, is_justified
from kapok.access.trace import look
from kapok.outreach.workflow import How
from kapok.people.models import Person, Presence, Relation

MOST = 2000  # of outreach_doors
CARE = "household_care"  # the purpose for which people are seen
COLUMNS = "household, building, building_name, room, has_phone, how, noted_at"


@dataclass(frozen=True)
class Door:
    """A household as the list shows it.

    Attributes
    ----------
    how, noted_at
        How and when it was told; empty: not yet.
    turn, n_in_room
        The number of the household in its flat, and how many live there.
    called
        A masked name of its household, for who may see people; empty: for nobody else.
    """

    household: UUID
    building: UUID
    building_name: str
    room: str
    has_phone: bool
    how: str = ""
    noted_at: datetime | None = None
    turn: int = 1
    n_in_room: int = 1
    called: str = ""

    @property
    def is_told(self) -> bool:
        """Whether the household has the notice."""
        return self.noted_at is not None

    @property
    def how_label(self) -> str:
        """How it was told, for people."""
        return str(How(self.how).label) if self.how else ""

    @property
    def household_label(self) -> str:
        """Which of several households of a flat it is."""
        return _("household %(turn)s of %(n)s") % {"turn": self.turn, "n": self.n_in_room}


@dataclass(frozen=True)
class Room:
    """A flat with the households of one list."""

    building_name: str
    room: str
    doors: tuple[Door, ...]

    @property
    def is_shared(self) -> bool:
        """Whether several households live there, of which the list may hold one."""
        return self.doors[0].n_in_room > 1


def doors(version: UUID, *, lo: int | None = None, hi: int | None = None) -> list[Door]:
    """All doors of a version that who acts answers for, by building and room."""
    who = current()
    places = who.ranges or ((0, 0),)
    low, high = min(start for start, _end in places), max(end for _start, end in places)
    values: list[Any] = [version, low if lo is None else lo, high if hi is None else hi, who.at]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM outreach_doors(%s, %s, %s, %s)", values)
        rows = cursor.fetchall()
    turns: Counter[tuple[UUID, str]] = Counter()
    n_in_room = Counter((building, room) for _home, building, _name, room, *_rest in rows)
    found = []
    for home, building, name, room, has_phone, how, noted_at in rows:
        flat = (building, room)
        turns[flat] += 1
        found.append(
            Door(
                home, building, name, room, has_phone, how or "", noted_at, turns[flat],
                n_in_room[flat],
            )
        )  # fmt: skip
    return found


def n_silent(passings: Sequence[UUID], *, left_out: Container[UUID]) -> dict[UUID, int]:
    """How many doors without telephone nobody has told, that who acts answers for.

    By passing; without those in some buildings.
    """
    found: Counter[UUID] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT passing, building, n FROM outreach_silent(%s::uuid[], %s)",
            [list(passings), current().at],
        )
        for passing, building, n in cursor.fetchall():
            if building not in left_out:
                found[passing] += n
    return found


def with_names(found: Sequence[Door]) -> list[Door]:
    """The same; in flats with several households with a masked name, for who may see people."""
    shared = {door.household for door in found if door.n_in_room > 1}
    names = _names(shared) if shared else {}
    return [replace(door, called=names.get(door.household, "")) for door in found]


def by_room(found: Iterable[Door]) -> tuple[Room, ...]:
    """Doors by flat, in the order in which they came."""
    rooms: dict[tuple[UUID, str], list[Door]] = {}
    for door in found:
        rooms.setdefault((door.building, door.room), []).append(door)
    return tuple(Room(each[0].building_name, each[0].room, tuple(each)) for each in rooms.values())


def _names(households: set[UUID]) -> dict[UUID, str]:
    """Whom each household is called after, masked; the trace holds who looked."""
    who = current()
    if who.role not in PURPOSES[CARE].roles or not is_justified(CARE):
        return {}
    with acting(for_purpose(CARE)):
        living = Person.objects.filter(household__in=households, left_at=None)
        rows = list(living.exclude(presence=Presence.REGISTERED).order_by("birth_date", "id"))
        rows.sort(key=lambda person: person.relation != Relation.HEAD)
        names: dict[UUID, Person] = {}
        for person in rows:
            if person.household_id is not None:
                names.setdefault(person.household_id, person)
        look(Look.Action.LIST, [person.pk for person in names.values()])
    return {household: masks.name(person.name) for household, person in names.items()}

"""A household: its home and the people in it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.people.models import Household, Need, Person, RegisterEntry
from kapok.people.queries.file import can_see_care, place_name
from kapok.people.shown import Shown, age


@dataclass(frozen=True)
class Member:
    """Somebody of the household, in one line."""

    id: UUID
    name: str
    relation: str
    sex: str
    age: int | None
    presence: str
    needs: tuple[str, ...]
    tier: str  # the highest of their registers; blank where none is, or none is shown


@dataclass(frozen=True)
class Neighbour:
    """Another household of the same dwelling."""

    id: UUID
    n_people: int


@dataclass(frozen=True)
class HouseholdFile:
    """A household, as the page shows it."""

    id: UUID
    place: int
    place_name: str
    building_id: UUID
    building: str
    room: str
    note: str
    ended_on: date | None
    revealed: bool
    shows_care: bool
    members: tuple[Member, ...]
    gone: tuple[Member, ...]
    others: tuple[Neighbour, ...]


def household_file(
    household_id: UUID, shown: Shown, *, today: date, action: Look.Action = Look.Action.OPEN
) -> HouseholdFile | None:
    """The household, written into the trace; ``None`` where there is none for who acts now."""
    household = (
        Household.objects.filter(pk=household_id).select_related("dwelling__building").first()
    )
    if household is None:
        return None
    people = list(Person.objects.filter(household=household, merged_into=None).order_by("id"))
    look(action, [household.pk, *(each.pk for each in people)], place=household.place)
    shows_care = can_see_care(shown)
    tiers = _tiers(people) if shows_care else {}
    lines = [(each, _member(each, shown, today, tiers)) for each in people]
    return HouseholdFile(
        id=household.pk,
        place=household.place,
        place_name=place_name(household.place),
        building_id=household.dwelling.building_id,
        building=str(household.dwelling.building),
        room=shown.room(household.dwelling.room),
        note=shown.words(household.note),
        ended_on=localdate(household.ended_at) if household.ended_at else None,
        revealed=shown.revealed,
        shows_care=shows_care,
        members=tuple(line for each, line in lines if each.left_at is None),
        gone=tuple(line for each, line in lines if each.left_at is not None),
        others=_others(household),
    )


def _member(person: Person, shown: Shown, today: date, tiers: dict[UUID, str]) -> Member:
    return Member(
        id=person.pk,
        name=shown.name(person.name),
        relation=person.get_relation_display(),
        sex=person.get_sex_display(),
        age=age(person.birth_date, today),
        presence=person.get_presence_display(),
        needs=tuple(str(Need(need).label) for need in person.needs),
        tier=tiers.get(person.pk, ""),
    )


def _tiers(people: list[Person]) -> dict[UUID, str]:
    """The highest tier of each: A before B before C."""
    rows = RegisterEntry.objects.filter(person__in=people, ended_on=None).order_by("-tier")
    return dict(rows.values_list("person", "tier"))


def _others(household: Household) -> tuple[Neighbour, ...]:
    people = Person.objects.filter(
        household__dwelling=household.dwelling_id, household__ended_at=None, left_at=None
    ).exclude(household=household)
    counts: dict[UUID, int] = {}
    for household_id in people.order_by("household").values_list("household", flat=True):
        counts[household_id] = counts.get(household_id, 0) + 1
    return tuple(Neighbour(key, n) for key, n in counts.items())

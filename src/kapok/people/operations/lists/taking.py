"""Taking a checked list over: all of it in one transaction, or nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapok.access import secrets
from kapok.access.models import Look, User
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.access.trace import LOCAL, look
from kapok.errors import NotAllowed, Refused
from kapok.people import names
from kapok.people.lists.values import Values, values_of
from kapok.people.models import (
    Contact,
    Dwelling,
    Household,
    ListRow,
    Person,
    PersonList,
    Presence,
    RegisterEntry,
    Residence,
)
from kapok.people.operations.lists.bringing import locked_list
from kapok.people.operations.lists.candidates import identity_index, phone_index
from kapok.people.operations.locking import hold_buildings
from kapok.places.models import Building

AT_ONCE = 2_000
REVIEW_MONTHS = 6
Home = tuple[str, str]  # key of the building, room
Status = ListRow.Status


@dataclass(frozen=True)
class Taken:
    """How many people were written down anew, and how many were known."""

    n_new: int
    n_known: int


@transaction.atomic
def take_list(*, list_id: UUID, by: User, at: datetime) -> Taken:
    """Write the new people of a list down, and what it adds about those who are known.

    A second call is refused, so nothing enters twice; the file is deleted. Raises ``NotAllowed``
    to whoever brought it, and ``Refused`` where rows are still to be settled, or somebody was
    written down meanwhile.
    """
    found = locked_list(list_id, PersonList.Status.CHECKED)
    require(Permission.LIST_TAKE, found.place)
    if found.brought_by_id == by.pk:
        raise NotAllowed(_("You brought this list yourself; a second person must take it over."))
    _refuse_unsettled(found)
    rows = list(found.rows.filter(status__in=(Status.NEW, Status.KNOWN)).order_by("number"))
    values = {row.pk: values_of(row) for row in rows}
    new = [row for row in rows if row.status == Status.NEW]
    known = [row for row in rows if row.status == Status.KNOWN]
    today = at.astimezone(LOCAL).date()
    people = _add_people(found, [values[row.pk] for row in new], today)
    for row, person in zip(new, people, strict=True):
        row.person = person
    people += _hold_known(known)
    _add_contacts(rows, values)
    if found.register:
        _put_on_register(found, people, by, today)
    ListRow.objects.bulk_update(rows, ["person"], batch_size=AT_ONCE)
    found.status, found.taken_by, found.taken_at, found.file = (
        PersonList.Status.TAKEN, by, at, None,
    )  # fmt: skip
    found.save(update_fields=["status", "taken_by", "taken_at", "file"])
    look(Look.Action.CHANGE, [person.pk for person in people], place=found.place)
    return Taken(len(new), len(known))


def _refuse_unsettled(found: PersonList) -> None:
    n = found.rows.filter(status=Status.UNCLEAR).count()
    if n:
        raise Refused(
            ngettext(
                "%(n)s row is still to be settled. Say who it is, or leave it out.",
                "%(n)s rows are still to be settled. Say who they are, or leave them out.",
                n,
            )
            % {"n": f"{n:,}"}
        )


def _add_people(found: PersonList, values: list[Values], today: date) -> list[Person]:
    """New people in their dwellings; those of one dwelling are one household."""
    households = _households({(said.building, said.room) for said in values})
    people = [
        _person(said, households[said.building, said.room], f"list:{found.pk}") for said in values
    ]
    try:
        with transaction.atomic():
            Person.objects.bulk_create(people, batch_size=AT_ONCE)
    except IntegrityError:
        raise Refused(
            _(
                "Somebody of this list was written down meanwhile, or their papers stand in it "
                "twice. Check the list again; nothing was taken over."
            )
        ) from None
    Residence.objects.bulk_create(
        [
            Residence(
                place=person.place,
                person=person,
                dwelling_id=households[said.building, said.room].dwelling_id,
                presence=person.presence,
                began_on=today,
            )
            for person, said in zip(people, values, strict=True)
        ],
        batch_size=AT_ONCE,
    )
    return people


def _person(said: Values, household: Household, source: str) -> Person:
    return Person(
        place=household.place,
        household=household,
        name=said.name,
        name_pinyin=names.pinyin(said.name)[:200],
        name_tokens=sorted(names.tokens(said.name)),
        sex=said.sex or "U",
        birth_date=said.born,
        identity_kind=said.identity_kind,
        identity=secrets.encrypt(said.identity, about="identity") if said.identity else None,
        identity_index=identity_index(said.identity) if said.identity else None,
        presence=Presence.LIVING,
        source=source,
    )


def _households(homes: set[Home]) -> dict[Home, Household]:
    """A living household in each home; dwellings and households that are missing are made."""
    keys = {building for building, _room in homes}
    hold_buildings(UUID(key) for key in keys)
    buildings = {
        str(building.pk): building
        for building in Building.objects.filter(pk__in=keys, gone_at=None)
    }
    missing_room = [home for home in homes if home[0] not in buildings]
    if missing_room:
        raise Refused(_("A building of this list is gone meanwhile. Check the list again."))
    dwellings = _dwellings(homes, buildings)
    living = Household.objects.filter(
        dwelling__in=[each.pk for each in dwellings.values()], ended_at=None
    )
    by_dwelling = {each.dwelling_id: each for each in living.order_by("-pk")}
    made = {
        home: Household(dwelling=each, place=each.place)
        for home, each in dwellings.items()
        if each.pk not in by_dwelling
    }
    Household.objects.bulk_create(made.values(), batch_size=AT_ONCE)
    return {home: made.get(home) or by_dwelling[each.pk] for home, each in dwellings.items()}


def _dwellings(homes: set[Home], buildings: dict[str, Building]) -> dict[Home, Dwelling]:
    there = Dwelling.objects.filter(building__in=list(buildings.values()))
    found = {(str(each.building_id), each.room): each for each in there}
    made = {
        (key, room): Dwelling(building=buildings[key], place=buildings[key].place, room=room)
        for key, room in sorted(homes)
        if (key, room) not in found
    }
    Dwelling.objects.bulk_create(made.values(), batch_size=AT_ONCE)
    return {home: found.get(home) or made[home] for home in homes}


def _hold_known(rows: list[ListRow]) -> list[Person]:
    """The people that rows are about, locked; each row is tied to theirs."""
    keys = {row.candidate for row in rows if row.candidate}
    people = Person.objects.select_for_update(of=["self"]).filter(pk__in=keys, left_at=None)
    by_key = {person.pk: person for person in people.order_by("pk")}
    if keys - set(by_key):
        raise Refused(
            _("Somebody of this list moved away or was merged meanwhile. Check the list again.")
        )
    for row in rows:
        row.person = by_key[row.candidate] if row.candidate else None
    return list(by_key.values())


def _add_contacts(rows: list[ListRow], values: dict[UUID, Values]) -> None:
    """Telephones that are not yet known of somebody."""
    wanted = {
        (row.person.pk, phone_index(phone)): (row.person, phone)
        for row in rows
        if row.person is not None
        for phone in values[row.pk].phones
    }
    people = [row.person_id for row in rows if row.status == Status.KNOWN]
    known = Contact.objects.filter(person__in=people).values_list("person_id", "value_index")
    for person_id, index in known:
        wanted.pop((person_id, bytes(index)), None)
    Contact.objects.bulk_create(
        [
            Contact(
                place=person.place,
                person=person,
                value=secrets.encrypt(phone, about="phone"),
                value_index=index,
                tail_index=secrets.blind_index(phone[-4:], about="phone-tail"),
            )
            for (_key, index), (person, phone) in wanted.items()
        ],
        batch_size=AT_ONCE,
    )


def _put_on_register(found: PersonList, people: list[Person], by: User, today: date) -> None:
    """Everybody of the list is on the register that it is, in its lowest tier until a review."""
    require(Permission.REGISTER_EDIT, found.place)
    there = set(
        RegisterEntry.objects.filter(
            person__in=people, kind=found.register, ended_on=None
        ).values_list("person_id", flat=True)
    )
    month = today.month + REVIEW_MONTHS
    review = date(today.year + (month - 1) // 12, (month - 1) % 12 + 1, min(today.day, 28))
    RegisterEntry.objects.bulk_create(
        [
            RegisterEntry(
                place=person.place,
                person=person,
                kind=found.register,
                tier=RegisterEntry.Tier.C,
                review_on=review,
                began_on=today,
                added_by=by,
            )
            for person in people
            if person.pk not in there
        ],
        batch_size=AT_ONCE,
    )

"""Moves: somebody comes, moves on, or goes away; somebody new is written down."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.people.models import Dwelling, Household, Person, Presence, RegisterEntry, Residence
from kapok.people.operations import contacts, facts, locking
from kapok.places.models import Building


@dataclass(frozen=True)
class Home:
    """A dwelling: a building, and the room as people there write it."""

    building: UUID
    room: str


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is written down for the first time."""

    facts: facts.Facts
    identity_kind: str = ""
    identity: str = ""
    reach: tuple[contacts.Reach, ...] = field(default=())


@transaction.atomic
def add_person(
    *,
    newcomer: Newcomer,
    home: Home,
    household_id: UUID | None = None,
    on: date,
    by: User | None,
    at: datetime,
) -> Person:
    """Write somebody down who lives in a dwelling since a day.

    They join ``household_id`` of that dwelling, or begin a household of their own. Refused where
    their papers are wrong, or known already.
    """
    scope.require(Permission.PERSON_EDIT)
    locking.hold_buildings([home.building])
    dwelling = _dwelling(home)
    household = _household_in(dwelling, household_id)
    _refuse_day(on, at)
    person = Person(place=dwelling.place, household=household)
    facts.write_facts(person, newcomer.facts, at=at)
    facts.write_papers(person, newcomer.identity_kind, newcomer.identity, at=at)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise facts.known_already() from None
    _begin(person, dwelling, on)
    for each in newcomer.reach:
        contacts.write_contact(person, each)
    locking.changed(person, household.pk)
    return person


@transaction.atomic
def move(
    *,
    person_ids: list[UUID],
    home: Home,
    household_id: UUID | None = None,
    presence: str = Presence.LIVING,
    on: date,
    by: User | None,
    at: datetime,
) -> Household:
    """People move to a dwelling on a day: from elsewhere in one's places, or back after leaving.

    They join ``household_id`` there; else, those who all leave one household stay that household,
    and others begin a new one. Place, and all that is written down of them, goes with them.
    """
    people = locking.people(person_ids, and_buildings=[home.building], gone_too=True)
    dwelling = _dwelling(home)
    _refuse_day(on, at)
    left = {each.household_id for each in people if each.household_id}
    household = (
        _household_in(dwelling, household_id)
        if household_id
        else _whole_household(people, dwelling) or _household_in(dwelling, None)
    )
    for person in people:
        _end_residences(person, on)
        _begin(person, dwelling, on, presence)
        person.household, person.place = household, dwelling.place
        person.presence, person.left_at = presence, None
        try:
            with transaction.atomic():
                person.save(update_fields=["household", "place", "presence", "left_at"])
        except IntegrityError:
            raise facts.known_already() from None
        locking.changed(person, household.pk)
    end_empty_households(left - {household.pk}, at)
    return household


@transaction.atomic
def leave(*, person_id: UUID, on: date, by: User | None, at: datetime) -> Person:
    """Somebody went away for good, or died: they are no longer of this place from a day on.

    Their registers end. A household that nobody lives in any longer ends as well.
    """
    person = locking.person(person_id)
    _refuse_day(on, at)
    _end_residences(person, on)
    for entry in RegisterEntry.objects.filter(person=person, ended_on=None):
        entry.ended_on = max(on, entry.began_on)
        entry.save(update_fields=["ended_on"])
    person.left_at = at
    person.save(update_fields=["left_at"])
    if person.household_id:
        end_empty_households({person.household_id}, at)
    locking.changed(person)
    return person


def end_empty_households(households: set[UUID], at: datetime) -> None:
    """End those in which nobody lives any longer; the caller holds them."""
    living = Person.objects.filter(household__in=households, left_at=None)
    empty = households - set(living.values_list("household", flat=True))
    Household.objects.filter(pk__in=empty, ended_at=None).update(ended_at=at)


def _dwelling(home: Home) -> Dwelling:
    """The dwelling, made where it is new; its building is held. Refused outside one's places."""
    room = home.room.strip()
    building = Building.objects.filter(pk=home.building, gone_at=None).first()
    if building is None:
        raise Refused(_("This building no longer stands. Choose another one."))
    if not scope.can(Permission.PERSON_EDIT, building.place):
        raise Refused(
            _(
                "That building is not in your places. Write down that they left; whoever looks "
                "after the building writes down that they came."
            )
        )
    if not room:
        raise Refused(_("Say which room it is. For a house of one family write 1."))
    found, _made = Dwelling.objects.get_or_create(
        building=building, room=room, defaults={"place": building.place}
    )
    return found


def _household_in(dwelling: Dwelling, household_id: UUID | None) -> Household:
    """The household of this dwelling that somebody joins, or a new one."""
    if household_id is None:
        return Household.objects.create(dwelling=dwelling, place=dwelling.place)
    found = (
        Household.objects.filter(pk=household_id, ended_at=None)
        .select_for_update(no_key=True)
        .first()
    )
    if found is None:
        raise Http404
    if found.dwelling_id != dwelling.pk:
        raise Refused(_("This household lives in another dwelling. Choose one of this dwelling."))
    return found


def _whole_household(people: list[Person], dwelling: Dwelling) -> Household | None:
    """Their household, moved as a whole; ``None`` where somebody of it stays behind."""
    households = {each.household_id for each in people}
    [household_id, *others] = households
    if household_id is None or others or any(each.left_at for each in people):
        return None
    household = Household.objects.get(pk=household_id)
    if household.people.filter(left_at=None).count() != len(people):
        return None
    household.dwelling, household.place = dwelling, dwelling.place
    household.save(update_fields=["dwelling", "place"])
    return household


def _begin(person: Person, dwelling: Dwelling, on: date, presence: str = "") -> None:
    Residence.objects.create(
        person=person,
        place=dwelling.place,
        dwelling=dwelling,
        presence=presence or person.presence,
        began_on=on,
    )


def _end_residences(person: Person, on: date) -> None:
    for residence in Residence.objects.filter(person=person, ended_on=None):
        if on < residence.began_on:
            raise Refused(
                _("They came here on %(day)s, and cannot have moved before. Correct the date.")
                % {"day": residence.began_on.isoformat()}
            )
        residence.ended_on = on
        residence.save(update_fields=["ended_on"])


def _refuse_day(on: date, at: datetime) -> None:
    if on > localdate(at):
        raise Refused(_("This day is still to come. Write a move down when it has happened."))

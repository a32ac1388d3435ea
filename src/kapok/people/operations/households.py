"""Households of one dwelling: part them, put them together, note what a visitor must know."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access.models import Look, User
from kapok.access.trace import look
from kapok.errors import Refused
from kapok.people.models import Household, Person
from kapok.people.operations import locking
from kapok.people.operations.moves import end_empty_households


@transaction.atomic
def split_household(
    *, household_id: UUID, person_ids: list[UUID], by: User | None, at: datetime
) -> Household:
    """Some people of a household keep house on their own from now on, in the same dwelling."""
    people = locking.people(person_ids)
    if {each.household_id for each in people} != {household_id}:
        raise Http404
    household = Household.objects.select_related("dwelling").get(pk=household_id)
    if household.people.filter(left_at=None).count() == len(people):
        raise Refused(_("Somebody must stay. Choose those who keep house on their own."))
    made = Household.objects.create(dwelling=household.dwelling, place=household.place)
    Person.objects.filter(pk__in=person_ids).update(household=made)
    look(Look.Action.CHANGE, [household.pk, made.pk, *sorted(person_ids)], place=household.place)
    return made


@transaction.atomic
def join_households(
    *, household_id: UUID, into_id: UUID, by: User | None, at: datetime
) -> Household:
    """Two households of one dwelling are one from now on."""
    if household_id == into_id:
        raise Refused(_("A household cannot be put together with itself. Choose another one."))
    living = Person.objects.filter(household__in=[household_id, into_id], left_at=None)
    locking.people(list(living.values_list("pk", flat=True)))
    kept = locking.household(into_id)
    ending = Household.objects.filter(pk=household_id, ended_at=None).first()
    if ending is None:
        raise Http404
    if ending.dwelling_id != kept.dwelling_id:
        raise Refused(
            _("They live in different dwellings. Write down that they moved together instead.")
        )
    moved = Person.objects.filter(household=ending, left_at=None)
    ids = sorted(moved.values_list("pk", flat=True))
    moved.update(household=kept)
    end_empty_households({ending.pk}, at)
    look(Look.Action.CHANGE, [kept.pk, ending.pk, *ids], place=kept.place)
    return kept


@transaction.atomic
def note_household(*, household_id: UUID, note: str, by: User | None, at: datetime) -> Household:
    """Write down what whoever rings the bell must know, such as a dog."""
    household = locking.household(household_id)
    household.note = note.strip()
    household.save(update_fields=["note"])
    look(Look.Action.CHANGE, [household.pk], place=household.place)
    return household

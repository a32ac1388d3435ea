"""Who answers for a child, or for somebody who cannot."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.people.models import Guardian, Person
from kapok.people.operations import locking


@dataclass(frozen=True)
class Answering:
    """A guardian: a person of the same places, or a name where they live elsewhere."""

    relation: str
    guardian_id: UUID | None = None
    name: str = ""


@transaction.atomic
def name_guardian(
    *, person_id: UUID, answering: Answering, by: User | None, at: datetime
) -> Guardian:
    """Write down who answers for somebody from today on."""
    person = locking.person(person_id, Permission.REGISTER_EDIT)
    if not answering.relation.strip():
        raise Refused(_("Say how they are related, such as: mother, appointed by the court."))
    if answering.guardian_id == person.pk:
        raise Refused(_("Nobody is their own guardian. Choose somebody else."))
    if answering.guardian_id:
        guardian = Person.objects.filter(pk=answering.guardian_id, left_at=None).first()
        if guardian is None:
            raise Http404
    elif not answering.name.strip():
        raise Refused(_("Choose somebody of the household, or write the guardian's name."))
    made = Guardian.objects.create(
        place=person.place,
        person=person,
        guardian_id=answering.guardian_id,
        name="" if answering.guardian_id else answering.name.strip(),
        relation=answering.relation.strip(),
        began_on=localdate(at),
    )
    locking.changed(person)
    return made


@transaction.atomic
def end_guardian(*, person_id: UUID, guardian_id: UUID, by: User | None, at: datetime) -> Guardian:
    """Somebody no longer answers for them."""
    person = locking.person(person_id, Permission.REGISTER_EDIT)
    found = Guardian.objects.filter(pk=guardian_id, person=person, ended_on=None).first()
    if found is None:
        raise Http404
    found.ended_on = localdate(at)
    found.save(update_fields=["ended_on"])
    locking.changed(person)
    return found

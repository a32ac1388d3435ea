"""Ways to reach somebody: add one, or take one away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.models import User
from kapok.errors import Refused
from kapok.people import phones
from kapok.people.models import Contact, Person
from kapok.people.operations import locking

MOST = 8  # of one person


@dataclass(frozen=True)
class Reach:
    """A telephone, and whose it is where it is not their own."""

    number: str
    kind: str = Contact.Kind.MOBILE
    whose: str = ""


@transaction.atomic
def add_contact(*, person_id: UUID, reach: Reach, by: User | None, at: datetime) -> Contact:
    """Write down a telephone. Refused where it cannot be one, or is there already."""
    person = locking.person(person_id)
    made = write_contact(person, reach)
    locking.changed(person)
    return made


def write_contact(person: Person, reach: Reach) -> Contact:
    """Add a telephone to a person whom the caller holds."""
    number = phones.read_phone(reach.number)
    if person.contacts.count() >= MOST:
        raise Refused(_("Eight telephones are enough for one person. Take an old one away first."))
    if reach.kind == Contact.Kind.RELATIVE and not reach.whose.strip():
        raise Refused(_("Say whose telephone it is, such as: daughter, Ms Li."))
    try:
        with transaction.atomic():
            return Contact.objects.create(
                person=person,
                place=person.place,
                kind=reach.kind,
                whose=reach.whose.strip(),
                value=secrets.encrypt(number.e164, about="phone"),
                value_index=secrets.blind_index(number.e164, about="phone"),
                tail_index=secrets.blind_index(number.tail, about="phone-tail"),
            )
    except IntegrityError:
        raise Refused(_("This telephone is written down for them already.")) from None


@transaction.atomic
def remove_contact(*, person_id: UUID, contact_id: UUID, by: User | None, at: datetime) -> None:
    """Take a telephone away; its history keeps it for as long as the person's."""
    person = locking.person(person_id)
    found = Contact.objects.filter(pk=contact_id, person=person).first()
    if found is None:
        raise Http404
    found.delete()
    locking.changed(person)

"""What somebody agreed to, one purpose at a time; taking it back is as easy as giving it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.purposes import PURPOSES
from kapok.errors import Refused
from kapok.people.models import Consent
from kapok.people.operations import locking


@dataclass(frozen=True)
class Agreement:
    """To what somebody agreed, after reading which text, and how they said so."""

    purpose: str
    text_version: str
    how: str
    is_separate: bool = False


@transaction.atomic
def give_consent(
    *, person_id: UUID, agreement: Agreement, by: User | None, at: datetime
) -> Consent:
    """Write down that somebody agreed to one purpose, after reading its notice."""
    person = locking.person(person_id)
    if agreement.purpose not in PURPOSES:
        raise Refused(_("Kapok knows no such purpose. Choose one of the list."))
    if not agreement.how.strip() or not agreement.text_version.strip():
        raise Refused(_("Say how they agreed, and to which text: without both it is no consent."))
    try:
        with transaction.atomic():
            made = Consent.objects.create(
                place=person.place,
                person=person,
                purpose=agreement.purpose,
                is_separate=agreement.is_separate,
                text_version=agreement.text_version.strip(),
                how=agreement.how.strip(),
                given_at=at,
                recorded_by=by,
            )
    except IntegrityError:
        raise Refused(_("They have agreed to this already.")) from None
    locking.changed(person)
    return made


@transaction.atomic
def withdraw_consent(
    *, person_id: UUID, consent_id: UUID, by: User | None, at: datetime
) -> Consent:
    """Somebody takes their consent back. No reason is asked."""
    person = locking.person(person_id)
    found = Consent.objects.filter(pk=consent_id, person=person, withdrawn_at=None).first()
    if found is None:
        raise Http404
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    locking.changed(person)
    return found

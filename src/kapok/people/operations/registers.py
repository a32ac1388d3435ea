"""Registers of people who need care: put somebody on, look again, take off."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.people.models import RegisterEntry
from kapok.people.operations import locking

REVIEW = timedelta(days=184)  # at least twice a year somebody asks whether it still holds


@dataclass(frozen=True)
class Care:
    """How somebody is looked after: the tier, and when somebody looks whether it is still right."""

    tier: str
    review_on: date
    note: str = ""


def usual_review(at: datetime) -> date:
    """The day of the next review, unless somebody says an earlier one."""
    return localdate(at) + timedelta(days=180)


@transaction.atomic
def put_on_register(
    *, person_id: UUID, kind: str, care: Care, by: User | None, at: datetime
) -> RegisterEntry:
    """Put somebody on a register. Refused where they are on it, or the review is too far away."""
    person = locking.person(person_id, Permission.REGISTER_EDIT)
    _refuse_review(care.review_on, at)
    try:
        with transaction.atomic():
            entry = RegisterEntry.objects.create(
                place=person.place,
                person=person,
                kind=kind,
                tier=care.tier,
                note=care.note.strip(),
                review_on=care.review_on,
                began_on=localdate(at),
                added_by=by,
            )
    except IntegrityError:
        raise Refused(_("They are on this register already. Review that entry instead.")) from None
    locking.changed(person)
    return entry


@transaction.atomic
def review_entry(
    *, person_id: UUID, entry_id: UUID, care: Care, by: User | None, at: datetime
) -> RegisterEntry:
    """Say that an entry still holds, in which tier, and until when."""
    person = locking.person(person_id, Permission.REGISTER_EDIT)
    _refuse_review(care.review_on, at)
    entry = _entry(person_id, entry_id)
    entry.tier, entry.note, entry.review_on = care.tier, care.note.strip(), care.review_on
    entry.save(update_fields=["tier", "note", "review_on"])
    locking.changed(person)
    return entry


@transaction.atomic
def take_off_register(
    *, person_id: UUID, entry_id: UUID, by: User | None, at: datetime
) -> RegisterEntry:
    """An entry no longer holds."""
    person = locking.person(person_id, Permission.REGISTER_EDIT)
    entry = _entry(person_id, entry_id)
    entry.ended_on = localdate(at)
    entry.save(update_fields=["ended_on"])
    locking.changed(person)
    return entry


def _entry(person_id: UUID, entry_id: UUID) -> RegisterEntry:
    """An open entry, under the lock of its person."""
    found = RegisterEntry.objects.filter(pk=entry_id, person=person_id, ended_on=None).first()
    if found is None:
        raise Http404
    return found


def _refuse_review(review_on: date, at: datetime) -> None:
    if not localdate(at) < review_on <= localdate(at) + REVIEW:
        raise Refused(_("The review must be within half a year from today. Choose an earlier day."))

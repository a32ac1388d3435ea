"""Deleting people: with every row about them, and with what the histories kept of those rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from kapok.access.installing import ours
from kapok.access.models import Certificate, User
from kapok.access.retention import Deleted, certify
from kapok.access.roles import Permission
from kapok.access.scope import acting, current, of_deletion, require
from kapok.errors import Refused
from kapok.people.models import Contact, Household, ListRow, Person

WHAT = "people.Person"


@dataclass(frozen=True)
class Gone:
    """Whom a deletion takes: their keys, households that are left empty, their telephones.

    ``phones`` are the blind indexes that nobody else has. ``decided``: an officer decided it; else
    their time here is over, and what apps above keep for a purpose of its own stays.
    """

    people: frozenset[UUID]
    households: frozenset[UUID]
    phones: frozenset[bytes]
    decided: bool


Hearer = Callable[[Gone], int]
HEARERS: list[Hearer] = []  # of apps above; in the same transaction; the number of rows changed


def delete_person(*, person_id: UUID, by: User, at: datetime, why: str) -> Certificate:
    """Delete somebody for good, as an officer for data protection has decided.

    Raises :class:`~kapok.errors.NotAllowed`, or :class:`~kapok.errors.Refused` where nobody with
    this key lives in the officer's places or no reason is given; nothing has changed then.
    """
    who = require(Permission.DELETION_DECIDE)
    if not why.strip():
        raise Refused(_("Write why this person's data is deleted."))
    with acting(of_deletion(at=at, ranges=who.ranges, account=who.account)):
        if not Person.objects.filter(pk=person_id).exists():
            raise Refused(
                _("Nobody with this key is in your places; perhaps the data is deleted already.")
            )
    with acting(of_deletion(at=at, account=who.account)):
        keys, n_rows = delete_people([person_id], decided=True)
        deleted = Deleted(keys, n_rows, why.strip())
        return certify(deleted, what=WHAT, purpose="deletion", by=by, at=at)


def delete_again(*, at: datetime) -> int:
    """Delete anew whom a restored backup has brought back; the number of people.

    Every certificate about people names them by their keys.
    """
    n = 0
    for certificate in Certificate.objects.filter(what=WHAT).order_by("at"):
        with acting(of_deletion(at=at)):
            there = Person.objects.filter(pk__in=certificate.subjects)
            found = list(there.values_list("pk", flat=True))
            if found:
                decided = certificate.decided_by_id is not None
                keys, n_rows = delete_people(found, decided=decided)
                why = _("A restored backup had brought deleted data back.")
                certify(Deleted(keys, n_rows, why), what=WHAT, purpose="deletion", by=None, at=at)
                n += len(keys)
    return n


def delete_people(keys: Iterable[UUID], *, decided: bool = False) -> tuple[tuple[UUID, ...], int]:
    """Delete people, those who were merged into them, and all rows and histories about them.

    Whoever acts must reach every place (:func:`~kapok.access.scope.of_deletion`), since histories
    keep the place of their time. Answers with the keys that are gone and the number of rows.
    """
    assert current().role == "box"
    everybody = _with_merged(set(keys))
    Person.objects.filter(merged_into__in=everybody).update(merged_into=None)
    n_rows = ListRow.objects.filter(person__in=everybody).delete()[0]
    ListRow.objects.filter(candidate__in=everybody).update(candidate=None)
    households = _emptied_households(everybody)
    gone = Gone(frozenset(everybody), frozenset(households), _own_phones(everybody), decided)
    n_rows += Person.objects.filter(pk__in=everybody).delete()[0]
    n_rows += Household.objects.filter(pk__in=households).delete()[0]
    n_rows += forget(Person, everybody) + forget(Household, households)
    n_rows += sum(hear(gone) for hear in HEARERS)
    return tuple(sorted(everybody)), n_rows


def forget(model: Any, keys: Iterable[UUID]) -> int:
    """Delete what histories keep of rows of a model, and of rows that pointed at them."""
    keys, n = list(keys), 0
    for history in histories():
        about = Q()
        if history.pgh_tracked_model is model:
            about |= Q(id__in=keys)
        for field in history._meta.concrete_fields:
            if field.remote_field and field.related_model is model and field.name != "pgh_obj":
                about |= Q(**{f"{field.attname}__in": keys})
        if about and not (model is Household and history.pgh_tracked_model is Person):
            n += history.objects.filter(about).delete()[0]
    return n


def histories() -> list[Any]:
    """The models that keep the former rows of others."""
    return [model for model in ours() if getattr(model, "pgh_tracked_model", None)]


def _with_merged(keys: set[UUID]) -> set[UUID]:
    while True:
        merged = Person.objects.filter(merged_into__in=keys).exclude(pk__in=keys)
        more = set(merged.values_list("pk", flat=True))
        if not more:
            return keys
        keys = keys | more


def _emptied_households(keys: set[UUID]) -> set[UUID]:
    """Households in which nobody is left without these people."""
    others = Person.objects.filter(household=OuterRef("pk")).exclude(pk__in=keys)
    theirs = Household.objects.filter(people__pk__in=keys).filter(~Exists(others))
    return set(theirs.values_list("pk", flat=True))


def _own_phones(keys: set[UUID]) -> frozenset[bytes]:
    """Telephones of these people that nobody else is reached by; those of relatives are theirs."""
    own = Contact.objects.filter(person__in=keys).exclude(kind=Contact.Kind.RELATIVE)
    theirs = {bytes(index) for index in own.values_list("value_index", flat=True)}
    others = Contact.objects.filter(value_index__in=theirs).exclude(person__in=keys)
    return frozenset(
        theirs - {bytes(each) for each in others.values_list("value_index", flat=True)}
    )

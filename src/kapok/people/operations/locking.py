"""Holding what an operation changes, in one order for all: buildings, households, people.

Each is taken by rising key, and what hangs on a person (contacts, registers) is changed under the
person's lock alone. Publishing grids changes buildings first, and what follows them afterwards, so
that it waits for whoever holds a building here. A row that may not be changed here and now is not
found, as if it did not exist.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import Refused
from kapok.people.models import Dwelling, Household, Person

RESIDENT = "resident"


def hold_buildings(buildings: Iterable[UUID]) -> None:
    """Keep buildings where they are until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_hold_buildings(%s::uuid[])", [list(buildings)])


def person(person_id: UUID, permission: Permission = Permission.PERSON_EDIT) -> Person:
    """Somebody living here, locked; 404 where who acts may not change them."""
    return people([person_id], permission)[0]


def people(
    person_ids: Iterable[UUID],
    permission: Permission = Permission.PERSON_EDIT,
    *,
    and_buildings: Iterable[UUID] = (),
    gone_too: bool = False,
) -> list[Person]:
    """People of one's places, locked by key with their households; 404 where one is missing.

    ``and_buildings`` are held as well; ``gone_too`` takes also those who moved away.
    """
    wanted = set(person_ids)
    found = _locked(wanted, permission, and_buildings)
    if len(found) != len(wanted) or not wanted:
        raise Http404
    for each in found:
        _refuse_beyond(each, permission)
        if each.left_at and not gone_too:
            raise Refused(
                _("This person is no longer here since %(day)s; nothing about them is changed.")
                % {"day": localdate(each.left_at).isoformat()}
            )
    return found


def _locked(
    wanted: set[UUID], permission: Permission, and_buildings: Iterable[UUID]
) -> list[Person]:
    scope.require(permission)
    homes = Dwelling.objects.filter(households__people__in=wanted)
    hold_buildings({*homes.values_list("building", flat=True), *and_buildings})
    of_them = Household.objects.filter(people__in=wanted).values("pk")
    held = Household.objects.filter(pk__in=of_them).order_by("pk").select_for_update(no_key=True)
    held_ids = set(held.values_list("pk", flat=True))
    rows = Person.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    found = list(rows)
    if not {each.household_id for each in found if each.household_id} <= held_ids:
        raise Refused(_("Somebody moved them just now. Load the page anew and look again."))
    return found


def _refuse_beyond(found: Person, permission: Permission) -> None:
    """Beyond one's places things are looked at in an emergency, but never changed."""
    if scope.current().role != RESIDENT:
        scope.require(permission, found.place)


def household(household_id: UUID) -> Household:
    """A household of one's places, locked with its building; 404 where there is none."""
    scope.require(Permission.PERSON_EDIT)
    buildings = Dwelling.objects.filter(households=household_id).values_list("building", flat=True)
    hold_buildings(buildings)
    found = (
        Household.objects.filter(pk=household_id, ended_at=None)
        .select_related("dwelling")
        .select_for_update(no_key=True, of=("self",))
        .first()
    )
    if found is None:
        raise Http404
    scope.require(Permission.PERSON_EDIT, found.place)
    return found


def changed(person: Person, *others: UUID) -> None:
    """Write into the trace that somebody was changed."""
    look(Look.Action.CHANGE, [person.pk, *others], place=person.place)

"""The files of people and households."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.people.queries.file import person_file
from kapok.people.queries.history import history
from kapok.people.queries.household import household_file
from kapok.people.shown import for_acting
from kapok.people.views import page


@require_safe
@page.for_people(Permission.PERSON_VIEW)
def person(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Somebody's file, masked."""
    return show_person(request, person_id)


@require_POST
@page.for_people(Permission.PERSON_REVEAL)
def reveal_person(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Somebody's file in whole, for this answer alone."""
    return show_person(request, person_id, revealed=True)


def show_person(
    request: SignedInRequest, person_id: UUID, *, revealed: bool = False
) -> HttpResponse:
    """The page of a person; 404 where there is nobody for who acts."""
    shown = for_acting(scope.current(), revealed=revealed)
    action = Look.Action.REVEAL if revealed else Look.Action.OPEN
    file = person_file(person_id, shown, today=_today(), action=action)
    if file is None:
        raise Http404
    may_edit = scope.can(Permission.PERSON_EDIT, file.place)
    may_keep = scope.can(Permission.REGISTER_EDIT, file.place)
    context = {"file": file, "may_edit": may_edit, "may_keep": may_keep and file.shows_care}
    return page.show(request, "people/person.html", context)


@require_safe
@page.for_people(Permission.PERSON_VIEW)
def household(request: SignedInRequest, household_id: UUID) -> HttpResponse:
    """A household, masked."""
    return _household(request, household_id)


@require_POST
@page.for_people(Permission.PERSON_REVEAL)
def reveal_household(request: SignedInRequest, household_id: UUID) -> HttpResponse:
    """A household in whole, for this answer alone."""
    return _household(request, household_id, revealed=True)


def _household(
    request: SignedInRequest, household_id: UUID, *, revealed: bool = False
) -> HttpResponse:
    shown = for_acting(scope.current(), revealed=revealed)
    action = Look.Action.REVEAL if revealed else Look.Action.OPEN
    file = household_file(household_id, shown, today=_today(), action=action)
    if file is None:
        raise Http404
    may_edit = scope.can(Permission.PERSON_EDIT, file.place)
    return page.show(request, "people/household.html", {"file": file, "may_edit": may_edit})


@require_safe
@page.for_people(Permission.PERSON_VIEW)
def person_history(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """What was changed of somebody."""
    return _history(request, person_id, revealed=False)


@require_POST
@page.for_people(Permission.PERSON_REVEAL)
def reveal_history(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """The same with the former values."""
    return _history(request, person_id, revealed=True)


def _history(request: SignedInRequest, person_id: UUID, *, revealed: bool) -> HttpResponse:
    changes = history(person_id, for_acting(scope.current(), revealed=revealed))
    if changes is None:
        raise Http404
    context = {"changes": changes, "person_id": person_id, "revealed": revealed}
    return page.show(request, "people/history.html", context)


def _today() -> date:
    return timezone.localdate()

"""Correcting what is written down: each change is a form of its own, and calls one operation."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import NotAllowed, Refused
from kapok.people import forms
from kapok.people.queries.cards import PersonFile
from kapok.people.queries.file import person_file
from kapok.people.queries.homes import buildings_like
from kapok.people.queries.start import start_of
from kapok.people.shown import for_acting
from kapok.people.views import page
from kapok.people.views.table import BY_ITEM, CHANGES, Change, Doing


@require_http_methods(["GET", "HEAD", "POST"])
@page.for_people(Permission.PERSON_VIEW)
def change(
    request: SignedInRequest, person_id: UUID, what: str, item: UUID | None = None
) -> HttpResponse:
    """The form of one change, with what is written down now; then the change."""
    wanted = CHANGES.get(what)
    if wanted is None or (what in BY_ITEM) != (item is not None):
        raise Http404
    file = _file(person_id, wanted)
    start = start_of(person_id, item)
    if what == "guardian":  # whose form offers the others of the household by their whole names
        look(Look.Action.REVEAL, [key for key, _name in start.housemates], place=file.place)
    data = (request.POST,) if request.method == "POST" else ()
    form = wanted.form(start, *data)
    status = 200
    if request.method == "POST":
        status = _attempt(form, wanted, Doing(person_id, item, request.user, timezone.now()))
        if status == 200:
            messages.success(request, str(wanted.said))
            return redirect("person", person_id)
    context = {
        "change": wanted,
        "form": form,
        "file": file,
        "start": start,
        "buildings": buildings_like("") if what == "move" else (),
    }
    return page.show(request, "people/change.html", context, status=status)


def _file(person_id: UUID, wanted: Change) -> PersonFile:
    """The whole file of somebody who may be changed here: 404 unseen, 403 forbidden."""
    scope.require(wanted.permission)
    shown = for_acting(scope.current(), revealed=True)
    file = person_file(person_id, shown, today=timezone.localdate(), action=Look.Action.REVEAL)
    if file is None:
        raise Http404
    scope.require(wanted.permission, file.place)
    if wanted.field and not shown.needs(wanted.field):
        raise NotAllowed(
            str(_("Your purpose does not need this. Choose another one above, where you have it."))
        )
    return file


def _attempt(form: forms.Plain, wanted: Change, doing: Doing) -> int:
    """Try the change; 200 where it was made, else the status of the page with its refusal."""
    if not form.is_valid():
        return 422
    try:
        with transaction.atomic():
            wanted.do(form, doing)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return 409
    return 200

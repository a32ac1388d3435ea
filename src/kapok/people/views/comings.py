"""Writing somebody down, households, and making two rows one."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.people import forms, operations
from kapok.people.queries.file import person_file
from kapok.people.queries.homes import buildings_like, households_of
from kapok.people.queries.household import HouseholdFile, household_file
from kapok.people.queries.twins import is_merged, twins_of
from kapok.people.shown import for_acting
from kapok.people.views import page

EDIT = Permission.PERSON_EDIT


@require_http_methods(["GET", "HEAD", "POST"])
@page.for_people(EDIT)
def add_person(request: SignedInRequest) -> HttpResponse:
    """Write somebody down who lives here and is not known yet."""
    initial = {"on": timezone.localdate(), "presence": "LIVING", "sex": "U", "relation": "OTHER"}
    initial |= {key: request.GET[key] for key in ("building", "room") if key in request.GET}
    form = forms.NewPersonForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    person = _add(form, request)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("They are written down."))
                return redirect("person", person)
    context = {"form": form, "buildings": buildings_like("")}
    return page.show(request, "people/add.html", context, status=status)


def _add(form: forms.NewPersonForm, request: SignedInRequest) -> UUID:
    data, home = form.cleaned_data, form.home()
    number = data["number"].strip()
    newcomer = operations.Newcomer(
        facts=form.facts(),
        identity_kind=data["identity_kind"],
        identity=data["identity"],
        reach=(operations.Reach(number),) if number else (),
    )
    there = households_of(home.building, home.room.strip())
    made = operations.add_person(
        newcomer=newcomer,
        home=home,
        household_id=there[0].id if len(there) == 1 else None,
        on=data["on"],
        by=request.user,
        at=timezone.now(),
    )
    return made.pk


@require_http_methods(["GET", "HEAD", "POST"])
@page.for_people(EDIT)
def change_household(request: SignedInRequest, household_id: UUID) -> HttpResponse:
    """The note of a household, who keeps house on their own, and two that are one."""
    shown = for_acting(scope.current(), revealed=True)
    file = household_file(
        household_id, shown, today=timezone.localdate(), action=Look.Action.REVEAL
    )
    if file is None:
        raise Http404
    scope.require(EDIT, file.place)
    note = forms.NoteForm(initial={"note": file.note})
    split = forms.SplitForm(members=[(each.id, each.name) for each in file.members])
    refusal = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                target = _change_household(request, file)
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("household", target)
    context = {"file": file, "note": note, "split": split, "refusal": refusal}
    status = 409 if refusal else 200
    return page.show(request, "people/change_household.html", context, status=status)


def _change_household(request: SignedInRequest, file: HouseholdFile) -> UUID:
    """Do the one of the three that was asked for; the household to show then."""
    at = timezone.now()
    what = request.POST.get("what")
    if what == "note":
        noted = forms.NoteForm(request.POST)
        if not noted.is_valid():
            raise Refused(_("The note is too long: 200 characters are enough."))
        note = noted.cleaned_data["note"]
        operations.note_household(household_id=file.id, note=note, by=request.user, at=at)
        return file.id
    if what == "split":
        form = forms.SplitForm(
            request.POST, members=[(each.id, each.name) for each in file.members]
        )
        if not form.is_valid():
            raise Refused(_("Choose who keeps house on their own."))
        ids = [UUID(each) for each in form.cleaned_data["people"]]
        return operations.split_household(
            household_id=file.id, person_ids=ids, by=request.user, at=at
        ).pk
    into = {str(each.id): each.id for each in file.others}.get(request.POST.get("into", ""))
    if what != "join" or into is None:
        raise Refused(_("Choose the household that they join."))
    return operations.join_households(household_id=file.id, into_id=into, by=request.user, at=at).pk


@require_http_methods(["GET", "HEAD", "POST"])
@page.for_people(EDIT)
def merge(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Who may be the same person; the one chosen becomes one with this."""
    shown = for_acting(scope.current(), revealed=True)
    today = timezone.localdate()
    file = person_file(person_id, shown, today=today, action=Look.Action.REVEAL)
    if file is None:
        raise Http404
    scope.require(EDIT, file.place)
    twins = twins_of(person_id, shown, today=today, also=_uuid(request.GET.get("with")))
    refusal = ""
    if request.method == "POST":
        other = _uuid(request.POST.get("other"))
        try:
            if other is None:
                raise Refused(_("Choose who is the same person."))
            operations.merge_people(
                kept_id=person_id, lost_id=other, by=request.user, at=timezone.now()
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("They are one now. For thirty days this can be undone."))
            return redirect("person", person_id)
    context = {"file": file, "twins": twins, "refusal": refusal}
    return page.show(request, "people/merge.html", context, status=409 if refusal else 200)


@require_POST
@page.for_people(EDIT)
def undo_merge(request: SignedInRequest, merge_id: UUID) -> HttpResponse:
    """They are two after all."""
    kept = is_merged(merge_id)
    if kept is None:
        raise Http404
    operations.undo_merge(merge_id=merge_id, by=request.user, at=timezone.now())
    messages.success(request, _("They are two again."))
    return redirect("person", kept)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None

"""Registers, emergency looks, and what residents ask for."""

from contextlib import AbstractContextManager
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission, Realm
from kapok.errors import NotAllowed, Refused
from kapok.people import forms, operations
from kapok.people.models import RegisterEntry
from kapok.people.queries import registers as register_queries
from kapok.people.queries.glass import own_looks, told_of
from kapok.people.queries.rights import requests
from kapok.people.shown import for_acting
from kapok.people.views import page

RIGHTS = "rights_request"


@require_safe
def registers(request: SignedInRequest) -> HttpResponse:
    """Entries for whoever keeps them, for a purpose; counts for command."""
    who = scope.current()
    if who.can(Permission.REGISTER_VIEW) and Realm.CARE in who.realms:
        return _entries(request)
    scope.require(Permission.REGISTER_COUNT)
    return page.show(request, "people/registers.html", {"counts": register_queries.counts()})


@page.for_people(Permission.REGISTER_VIEW)
def _entries(request: SignedInRequest) -> HttpResponse:
    shown = for_acting(scope.current())
    may_count = scope.can(Permission.REGISTER_COUNT)
    if not shown.needs("registerentry.kind"):
        other = {"needs_other": True, "counts": register_queries.counts() if may_count else None}
        return page.show(request, "people/registers.html", other)
    kind = request.GET.get("kind", "")
    number = request.GET.get("page", "1")
    entries = register_queries.entries(
        shown,
        today=timezone.localdate(),
        kind=kind,
        due_only="due" in request.GET,
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )
    context = {
        "entries": entries,
        "kinds": RegisterEntry.Kind.choices,
        "kind": kind,
        "due": "due" in request.GET,
        "counts": register_queries.counts() if may_count else None,
    }
    return page.show(request, "people/registers.html", context)


@require_safe
def looks(request: SignedInRequest) -> HttpResponse:
    """The emergency looks that one was told of, to be judged, and one's own."""
    return _looks(request)


def _looks(request: SignedInRequest, refusal: str = "") -> HttpResponse:
    at = timezone.now()
    context = {
        "told": told_of(request.user.pk, at=at),
        "own": own_looks(request.user.pk, at=at),
        "refusal": refusal,
    }
    return page.show(request, "people/looks.html", context, status=409 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page.for_people(Permission.BREAK_GLASS)
def break_glass(request: SignedInRequest) -> HttpResponse:
    """Say whom and why; then the household is open for half an hour.

    A page that has the number already posts it with ``fill``, and where to go back to.
    """
    is_sent = request.method == "POST" and "fill" not in request.POST
    known = {"number": request.POST.get("number", "")[:30]}
    form = forms.GlassForm(request.POST) if is_sent else forms.GlassForm(initial=known)
    status = 200
    if is_sent:
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    glass = operations.break_glass(
                        **form.cleaned_data, by=request.user, at=timezone.now()
                    )
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                said = _("Open until %(end)s. %(told)s was told and will ask you about it.")
                end = f"{timezone.localtime(glass.ends_at):%H:%M}"
                messages.warning(request, said % {"end": end, "told": glass.told})
                return redirect("household", operations.household_of(glass))
    context = {"form": form, "back": _back(request)}
    return page.show(request, "people/glass.html", context, status=status)


def _back(request: SignedInRequest) -> str:
    """The page of Kapok that the look was asked for from."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else ""


@require_POST
def judge_look(request: SignedInRequest, glass_id: UUID) -> HttpResponse:
    """The second person's word on an emergency look."""
    form = forms.JudgeForm(request.POST)
    if not form.is_valid():
        return _looks(request, _("Say whether it was right."))
    try:
        operations.judge_look(
            glass_id=glass_id,
            was_right=form.cleaned_data["was_right"] == "yes",
            judgement=form.cleaned_data["judgement"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _looks(request, str(refusal))
    messages.success(request, _("Your judgement is written down."))
    return redirect("emergency-looks")


@require_safe
def rights(request: SignedInRequest) -> HttpResponse:
    """What residents ask of the data protection officer, the earliest day first."""
    return _rights(request)


@require_POST
def answer_request(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """The answer to one of them."""
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return _rights(request, _("Write the answer in a sentence that the resident will read."))
    with _answering():
        try:
            operations.answer(
                request_id=request_id,
                granted=form.cleaned_data["granted"] == "yes",
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            return _rights(request, str(refusal))
    messages.success(request, _("The answer is on the resident's page now."))
    return redirect("rights-requests")


def _rights(request: SignedInRequest, refusal: str = "") -> HttpResponse:
    with _answering():
        context = {
            "requests": requests(today=timezone.localdate()),
            "refusal": refusal,
            "form": forms.AnswerForm(),
        }
        return page.show(request, "people/rights.html", context, status=409 if refusal else 200)


def _answering() -> AbstractContextManager[scope.Acting]:
    """Act for the one purpose that answering has."""
    if not scope.can(Permission.REQUEST_ANSWER):
        raise NotAllowed(_("Requests of residents are for the data protection officer."))
    return scope.acting(scope.for_purpose(RIGHTS))

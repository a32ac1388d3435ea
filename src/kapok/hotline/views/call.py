"""The page of one call: its notes, who calls, and what was added when it was closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.errors import Refused
from kapok.hotline.operations import noting
from kapok.hotline.page_forms import key_in
from kapok.hotline.queries import caller as callers
from kapok.hotline.queries.calls import Stand
from kapok.hotline.views.call_common import Desk, of_call, part, show
from kapok.hotline.views.call_needs import form_for
from kapok.matters.queries.desk import finding


@require_safe
@of_call
def page(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """The call; with ``?need=`` the form of that need is open beside it."""
    form = form_for(desk, request.GET.get("need", ""))
    chosen: dict[str, Any] = {"form": form, "category": form.category if form else None}
    if form is None:
        chosen = {"category": desk.words.category(request.GET.get("need", ""))}
    return show(request, desk, screening="screen" in request.GET, **chosen)


@require_POST
@of_call
def notes(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Save the notes: for a program the moment, for a browser without one the page again."""
    text, seen = request.POST.get("notes", ""), request.POST.get("seen", "")
    is_program = request.headers.get("Accept", "").startswith("application/json")
    try:
        seen = noting.note(call_id=desk.call.pk, text=text, seen=seen, by=request.user, at=desk.at)
    except noting.Changed as changed:
        if is_program:
            said = {"sentence": str(changed), "stored": changed.stored, "seen": changed.seen}
            return _json(said, 409)
        return show(request, desk, problem=str(changed), changed=changed)
    except Refused as refusal:
        if is_program:
            return _json({"sentence": str(refusal)}, 422)
        return show(request, desk, problem=str(refusal))
    if is_program:
        return _json({"saved": _clock(desk.at), "seen": seen}, 200)
    return redirect(desk.url)


def _json(said: dict[str, str], status: int) -> HttpResponse:
    answer = JsonResponse(said, status=status)
    answer["Cache-Control"] = "no-store, private"
    return answer


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M:%S")


@require_POST
@of_call
def find(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Look for the caller by name or address, or for a building by its name."""
    if desk.stand != Stand.HOLDER:
        raise Http404
    words = request.POST.get("q", "")
    found = callers.by_words(words, today=timezone.localdate(desk.at)) if words.strip() else None
    context: dict[str, Any] = {
        "q": words[:100],
        "answer": found,
        "buildings": finding.buildings(words),
        "looked": bool(words.strip()),
    }
    if request.htmx:
        return part(request, desk, "_found", context)
    return show(request, desk, **context)


@require_POST
@of_call
def who(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Say who calls: a household that was found, or name and address in words, or the number."""
    try:
        _write(request, desk)
    except Refused as refusal:
        return show(request, desk, problem=str(refusal))
    return redirect(f"{desk.url}#caller")


def _write(request: SignedInRequest, desk: Desk) -> None:
    sent, call, by = request.POST, desk.call.pk, request.user
    if sent.get("household"):
        noting.choose_household(
            call_id=call, household=key_in(sent["household"]), by=by, at=desk.at
        )
        return
    noting.say_who(
        call_id=call,
        caller=sent.get("caller"),
        address=sent.get("address"),
        building=_building(sent.get("building", "")),
        number=sent.get("number", ""),
        by=by,
        at=desk.at,
    )


def _building(said: str) -> UUID | None:
    return key_in(said) if said else None


@require_POST
@of_call
def add(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Add a correction to a closed call."""
    try:
        noting.add(
            call_id=desk.call.pk, text=request.POST.get("text", ""), by=request.user, at=desk.at
        )
    except Refused as refusal:
        return show(request, desk, problem=str(refusal))
    return redirect(desk.url)

"""Pages of call-backs: what is owed, and one of them, from taking it to what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.hotline.operations import calling
from kapok.hotline.queries import backs as queries
from kapok.hotline.views.after import require_any, show
from kapok.hotline.workflow import Due

PURPOSE = "urgent_help"
SEES = (Permission.CALL_TAKE, Permission.CALL_LEAD)


@require_safe
def list_of(request: SignedInRequest) -> HttpResponse:
    """What is owed, most urgent first."""
    require_any(*SEES)
    page = request.GET.get("page", "1")
    found = queries.owed(
        why=request.GET.get("why", ""),
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        by=request.user.pk,
        at=timezone.now(),
    )
    return show(request, "hotline/backs.html", {"owed": found, "here": "backs"})


@require_safe
def page(request: SignedInRequest, back_id: UUID) -> HttpResponse:
    """One call-back; with the caller's number for whoever has taken it."""
    return _page(request, back_id)


@require_POST
def take(request: SignedInRequest, back_id: UUID) -> HttpResponse:
    """Take it; the number is on the page then."""
    require_any(*SEES)
    try:
        calling.take(back_id=back_id, by=request.user.pk, at=timezone.now())
    except Refused as refusal:
        return _page(request, back_id, problem=str(refusal))
    return redirect("hotline-back", back_id)


@require_POST
def call(request: SignedInRequest, back_id: UUID) -> HttpResponse:
    """Call now: the page of the call that began."""
    require_any(*SEES)
    try:
        with scope.acting(scope.for_purpose(PURPOSE)):
            made = calling.call(back_id=back_id, by=request.user.pk, at=timezone.now())
    except Refused as refusal:
        return _page(request, back_id, problem=str(refusal))
    return redirect("call", made.pk)


@require_POST
def settle(request: SignedInRequest, back_id: UUID, what: str) -> HttpResponse:
    """Say what became of it: reached, not reached, for somebody else, or no longer needed."""
    require_any(*SEES)
    doing = {"back_id": back_id, "by": request.user.pk, "at": timezone.now()}
    try:
        said = _settle(what, request.POST.get("reason", ""), doing)
    except Refused as refusal:
        return _page(request, back_id, problem=str(refusal))
    messages.success(request, said)
    return redirect("hotline-backs")


def _settle(what: str, reason: str, doing: dict[str, Any]) -> str:
    if what == "reached":
        calling.reach(**doing)
        return _("Done.")
    if what == "missed":
        back = calling.miss(**doing)
        if back.state != Due.WAITING:
            return back.ended_why
        moment = timezone.localtime(back.next_at)
        return _("Somebody tries again at %(time)s.") % {"time": f"{moment:%m-%d %H:%M}"}
    if what == "put-back":
        calling.put_back(**doing)
        return _("Somebody else calls.")
    if what == "cancel":
        calling.cancel(reason=reason, **doing)
        return _("Nobody calls any more.")
    raise Http404


def _page(request: SignedInRequest, back_id: UUID, *, problem: str = "") -> HttpResponse:
    require_any(*SEES)
    with scope.acting(scope.for_purpose(PURPOSE)):
        found = queries.shown(back_id, by=request.user.pk, at=timezone.now())
    if found is None:
        raise Http404
    context = {"back": found, "problem": problem, "here": "backs"}
    return show(
        request,
        "hotline/back.html",
        context,
        status=409 if problem else 200,
        of_somebody=found.caller is not None,
    )

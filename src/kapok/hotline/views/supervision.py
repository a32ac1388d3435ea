"""The page of talks: what is owed and was held, the group, and asking for one."""

from datetime import date, datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.hotline.operations import supervision
from kapok.hotline.queries import supervision as queries
from kapok.hotline.views.after import require_any, show

SEES = (Permission.CALL_TAKE, Permission.CALL_LEAD)


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Talks: of the line for its lead, one's own for everybody else."""
    return _page(request)


@require_POST
def ask(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Ask for a talk about a call of one's own."""
    require_any(*SEES)
    try:
        supervision.ask(call_id=call_id, by=request.user.pk, at=timezone.now())
    except Refused as refusal:
        return _page(request, problem=str(refusal))
    messages.success(request, _("Your lead sees that you want to talk about it."))
    return redirect("hotline-supervision")


@require_POST
def hold(request: SignedInRequest, supervision_id: UUID) -> HttpResponse:
    """Note that a talk took place, and what both agreed on."""
    require_any(*SEES)
    try:
        supervision.hold(
            supervision_id=supervision_id,
            next_steps=request.POST.get("next_steps", ""),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, problem=str(refusal))
    messages.success(request, _("Noted."))
    return redirect("hotline-supervision")


@require_POST
def group(request: SignedInRequest) -> HttpResponse:
    """Note who came to the group."""
    require_any(Permission.CALL_LEAD)
    try:
        supervision.note_group(
            came=_keys(request.POST.getlist("came")),
            held_at=_noon(request.POST.get("held_on", "")),
            next_steps=request.POST.get("next_steps", ""),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, problem=str(refusal))
    messages.success(request, _("Noted."))
    return redirect("hotline-supervision")


def _keys(said: list[str]) -> list[UUID]:
    try:
        return [UUID(each) for each in said]
    except ValueError:
        raise Refused(_("Tick who came.")) from None


def _noon(said: str) -> datetime:
    """A day as a moment of it; of today the moment that has come."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Refused(_("Write the day of the talk, such as 2021-06-12.")) from None
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return min(noon, timezone.now()) if day == timezone.localdate() else noon


def _page(request: SignedInRequest, *, problem: str = "") -> HttpResponse:
    require_any(*SEES)
    context = {
        "talks": queries.talks(by=request.user.pk, at=timezone.now()),
        "problem": problem,
        "today": timezone.localdate().isoformat(),
        "here": "supervision",
    }
    return show(request, "hotline/supervision.html", context, status=409 if problem else 200)

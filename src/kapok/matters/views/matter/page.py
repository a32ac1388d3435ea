"""The page of one matter."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.matters.models import Report
from kapok.matters.operations import desk, revealing
from kapok.matters.queries.card.card import card
from kapok.matters.queries.card.said import Contact
from kapok.matters.views.common import for_desk, next_of, show
from kapok.matters.views.matter.doing import WORKS, buttons


@require_safe
@for_desk(*WORKS, words=True)
def matter(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """What, where, since when, who has it, what was said, and what can be done now."""
    return _page(request, matter_id)


def _page(
    request: SignedInRequest,
    matter_id: UUID,
    *,
    opened: tuple[UUID, Contact | None] | None = None,
    problem: str = "",
) -> HttpResponse:
    at = timezone.now()
    found = card(matter_id, at=at)
    if found is None:
        raise Http404
    place = found.facts.place
    context: dict[str, Any] = {
        "card": found,
        "buttons": buttons(found),
        "now": at,
        "opened": opened,
        "problem": problem,
        "may_see_reporter": scope.can(Permission.REPORTER_VIEW, place),
        "may_break_glass": scope.can(Permission.BREAK_GLASS),
        "may_send": scope.can(Permission.MATTER_SEND),
    }
    status = 422 if problem else 200
    return show(request, "matters/matter.html", context, status=status, words=True)


@require_POST
@for_desk(Permission.REPORTER_VIEW, words=True)
def reporter(request: SignedInRequest, matter_id: UUID, report_id: UUID) -> HttpResponse:
    """Who reported, in whole, for this answer alone; the reason is kept."""
    if not Report.objects.filter(pk=report_id, matter=matter_id).exists():
        raise Http404
    reason, at = request.POST.get("reason", ""), timezone.now()
    try:
        with transaction.atomic():
            if request.POST.get("emergency") == "1":
                revealing.break_glass(report_id=report_id, reason=reason, by=request.user, at=at)
            contact = revealing.reveal(report_id=report_id, reason=reason, by=request.user, at=at)
    except (Refused, NotAllowed) as refusal:
        return _page(request, matter_id, problem=str(refusal))
    return _page(request, matter_id, opened=(report_id, contact))


@require_POST
@for_desk(Permission.MATTER_SEND)
def not_same(request: SignedInRequest, matter_id: UUID, other_id: UUID) -> HttpResponse:
    """Say that two matters that look alike are two."""
    desk.say_other(matter_id=matter_id, other_id=other_id, by=request.user, at=timezone.now())
    messages.success(request, _("They stay two matters; nobody is asked again."))
    return redirect(next_of(request, f"/matters/{matter_id}/"))

"""A plan is changed by hand, put in force and ended."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kapok.access.requests import SignedInRequest
from kapok.errors import Refused
from kapok.planning.operations import changing, publishing
from kapok.planning.views.common import NOT_OF_THE_SITUATION, page, version_of


@require_POST
def change(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Change the plan; what it breaks is shown at once."""
    words = {
        name: value.strip()[:200]
        for name, value in request.POST.items()
        if name not in NOT_OF_THE_SITUATION and isinstance(value, str)
    }
    try:
        plan = changing.change(
            plan_id=plan_id,
            version=version_of(request),
            change=words,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="change")
    return _back(request, plan.pk)


@require_POST
def undo(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Take the last change back."""
    try:
        changing.undo(
            plan_id=plan_id, version=version_of(request), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="change")
    return _back(request, plan_id)


@require_POST
def put_in_force(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Put the plan in force."""
    try:
        publishing.put_in_force(
            plan_id=plan_id, version=version_of(request), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="put")
    messages.success(request, _("In force. Those who are on duty see it under “My shifts”."))
    return redirect("plan", plan_id)


@require_POST
def end(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """End the plan; what has not begun is cancelled."""
    try:
        publishing.end(
            plan_id=plan_id, version=version_of(request), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="put")
    messages.success(request, _("Ended. What had not begun was cancelled."))
    return redirect("plan", plan_id)


def _back(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """To the part of the plan that was looked at."""
    answer = redirect("plan", plan_id)
    if query := request.META.get("QUERY_STRING", ""):
        answer["Location"] += f"?{query[:300]}"
    return answer

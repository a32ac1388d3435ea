"""Handing a call over: offered with all that is known, taken or declined, and kept until then."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import Call
from kapok.hotline.operations import answering
from kapok.hotline.queries import colleagues, queue
from kapok.hotline.views.desk import show
from kapok.hotline.workflow import State


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def offer(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Choose a colleague or a line above; the call stays one's own until they take it."""
    scope.require(Permission.CALL_TAKE)
    at = timezone.now()
    calls = Call.objects.select_related("line")
    call = calls.filter(pk=call_id, operator=request.user.pk, state=State.TALKING).first()
    if call is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            answering.offer(
                call=call_id,
                by=request.user.pk,
                at=at,
                to_account=_key(request.POST.get("account", "")),
                to_line=_key(request.POST.get("line", "")),
            )
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(
                request, _("Offered. The call is yours until they take it; stay with the caller.")
            )
            return redirect("call", call_id)
    context = {
        "choices": colleagues.choices(call, at=at),
        "call": call,
        "line_name": queue.name_of(call.line),
        "problem": problem,
        "here": "desk",
    }
    return show(request, "hotline/offer.html", context, status=422 if problem else 200)


@require_POST
def take_over(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Take a call that was offered."""
    scope.require(Permission.CALL_TAKE)
    try:
        answering.take_over(call=call_id, by=request.user.pk, at=timezone.now())
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline")
    return redirect("call", call_id)


@require_POST
def decline(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Decline an offer, or take one's own back."""
    scope.require(Permission.CALL_TAKE)
    try:
        answering.decline(call=call_id, by=request.user.pk, at=timezone.now())
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
    return redirect("hotline")


def _key(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None

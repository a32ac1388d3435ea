"""Pages: what came from people who no longer may, and one's own phones."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import Refused
from kapok.phone.operations import devices, holding
from kapok.phone.queries import held as queries

PURPOSE = "matter_handling"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def held(request: SignedInRequest) -> HttpResponse:
    """Commands that wait for a decision; each is taken or dropped."""
    who = scope.require(Permission.MATTER_SEND)
    problem, status = "", 200
    if request.method == "POST":
        try:
            problem = _decide(request)
        except Refused as refused:
            problem = str(refused)
        if not problem:
            return redirect("held-commands")
        status = 409
    with scope.acting(scope.for_purpose(PURPOSE)):
        waiting = queries.waiting()
        if waiting:
            look(Look.Action.LIST, [each.matter for each in waiting], place=who.ranges[0][0])
    context = {"waiting": waiting, "problem": problem}
    return render(request, "phone/held.html", context, status=status)


def _decide(request: SignedInRequest) -> str:
    """What hinders it, or nothing."""
    with scope.acting(scope.for_purpose(PURPOSE)):
        return _decided(request)


def _decided(request: SignedInRequest) -> str:
    try:
        key = UUID(request.POST.get("command", ""))
    except ValueError:
        return ""
    reason = request.POST.get("reason", "")
    if request.POST.get("do") == "take":
        return holding.take(key, reason=reason).sentence
    holding.drop(key, reason=reason)
    return ""


@require_safe
@never_cache
def phones(request: SignedInRequest) -> HttpResponse:
    """Somebody's own phones."""
    return render(request, "phone/phones.html", {"phones": queries.phones(request.user)})


@require_POST
def give_up(request: SignedInRequest, device: UUID) -> HttpResponse:
    """Give one up; what it still sends is held."""
    devices.give_up(by=request.user, device=device, at=timezone.now())
    return redirect("phones")

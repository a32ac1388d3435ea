"""The page of one zone, and what is done there: reviewed, extended, lifted, taken back."""

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
from kapok.zones.operations import carrying, ordering, reviewing
from kapok.zones.page_forms import Extend, Reason
from kapok.zones.queries import page
from kapok.zones.views.common import key, show
from kapok.zones.workflow import OrderState


@require_safe
def zone(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """One zone."""
    return _page(request, zone_id)


@require_POST
def review(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """Say that the zone is still needed, and why."""
    try:
        reviewing.review(zone_id=zone_id, note=_reason(request), by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, zone_id, wrong="review", problem=str(refusal))
    messages.success(request, _("Reviewed."))
    return redirect("zone", zone_id)


@require_POST
def extend(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """Write the order for a later end."""
    ordering.zone_of(zone_id)
    form = Extend(request.POST, request.FILES, prefix="extend")
    if not form.is_valid():
        return _page(request, zone_id, wrong="extend", extend=form)
    try:
        order = ordering.draft_extension(
            zone_id=zone_id,
            ends_at=form.until(),
            reason=form.cleaned_data["reason"].strip(),
            paper=form.paper(),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, zone_id, wrong="extend", problem=str(refusal), extend=form)
    return redirect("zone-order", order.pk)


@require_POST
def lift(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """Lift it at once."""
    try:
        carrying.lift(zone_id=zone_id, reason=_reason(request), by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, zone_id, wrong="lift", problem=str(refusal))
    messages.success(request, _("Lifted. What hung on it was moved back."))
    return redirect("zone", zone_id)


@require_POST
def undo(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """Take the last order back."""
    ordering.zone_of(zone_id)
    order = key(request.POST.get("order", ""))
    try:
        if order is None:
            raise Refused(_("Only the last order about a zone is taken back. Look at its history."))
        done = carrying.undo(
            order_id=order, reason=_reason(request), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, zone_id, wrong="undo", problem=str(refusal))
    if done.state == OrderState.ORDERED:
        messages.success(request, _("It waits for a second person who may order zones."))
        return redirect("zone-order", done.pk)
    messages.success(request, _("Taken back."))
    return redirect("zone", zone_id)


def _reason(request: SignedInRequest) -> str:
    form = Reason(request.POST)
    form.is_valid()
    return str(form.cleaned_data.get("reason", "")).strip()


def _page(
    request: SignedInRequest,
    zone_id: UUID,
    *,
    wrong: str = "",
    problem: str = "",
    extend: Extend | None = None,
) -> HttpResponse:
    scope.require(Permission.ZONE_VIEW)
    card = page.card(zone_id, at=timezone.now())
    if card is None:
        raise Http404
    context: dict[str, Any] = {
        "card": card,
        "zone": card.line,
        "wrong": wrong,
        "problem": problem,
        "extend": extend or Extend(prefix="extend"),
        "sent_reason": request.POST.get("reason", ""),
        "place": card.place,
    }
    return show(request, "zones/zone.html", context, status=422 if wrong else 200)

"""Ordering a zone: the form, the preview, the second person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.matters.views.files import served
from kapok.zones.models import ZoneOrder
from kapok.zones.operations import carrying, ordering
from kapok.zones.page_forms import NewZone, Reason
from kapok.zones.queries import lists, page, papers, picking, preview
from kapok.zones.views.common import codes, show
from kapok.zones.workflow import OrderState, What


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Write the order for a new zone; opening an area shows what lies in it, and keeps the rest."""
    scope.require(Permission.ZONE_ORDER)
    at = timezone.now()
    if request.method != "POST":
        return _form(request, NewZone(), codes(request.GET.getlist("place")), at=at)
    picked = codes(request.POST.getlist("place"))
    if request.POST.get("open"):
        return _form(request, NewZone(request.POST, use_required_attribute=False), picked, at=at)
    form = NewZone(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, picked, at=at, status=422)
    said = form.cleaned_data
    try:
        asked = ordering.Asked(
            name=said["name"].strip(),
            kind=said["kind"],
            area=form.area(picked),
            reason=said["reason"].strip(),
            risk=said["risk"],
            starts_at=said["starts_at"],
            ends_at=said["ends_at"],
        )
        order = ordering.draft(asked=asked, paper=form.paper(), by=request.user, at=at)
    except Refused as refusal:
        return _form(request, form, picked, at=at, problem=str(refusal), status=422)
    return redirect("zone-order", order.pk)


def _form(
    request: SignedInRequest,
    form: NewZone,
    picked: list[int],
    *,
    at: Any,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    wanted = request.POST.get("open") or request.POST.get("within") or request.GET.get("within", "")
    within = int(wanted) if wanted.isascii() and wanted.isdigit() else None
    is_opening = bool(request.POST.get("open"))
    context = {
        "form": form,
        "problem": problem,
        "choices": picking.choices(within, picked),
        "kinds": picking.kinds(at),
        "risks": picking.risks(at),
        "has_errors": form.is_bound and not is_opening,
    }
    return show(request, "zones/new.html", context, status=status)


@require_safe
def order(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """One order: what it would change, the decision, who wrote it, what can be done."""
    return _order(request, order_id)


def _order(
    request: SignedInRequest, order_id: UUID, *, problem: str = "", status: int = 200
) -> HttpResponse:
    scope.require(Permission.ZONE_VIEW)
    row = lists.one(order_id)
    if row is None:
        raise Http404
    at = timezone.now()
    waits = row.state in {OrderState.DRAFT, OrderState.ORDERED}
    shows = waits and row.what == What.ENFORCE and scope.can(Permission.ZONE_ORDER, row.place)
    kind = lists.known_kind(row.pack_id, row.kind)
    context = {
        "order": lists.order_line(row),
        "rules": [rule.here() for rule in kind.rules] if kind else [],
        "risk": page.risk(row.pack_id, row.risk),
        "preview": preview.of_order(row, at=at) if shows else None,
        "problem": problem,
        "place": row.place,
        "n_before": row.before,
    }
    return show(request, "zones/order.html", context, status=status)


@require_safe
def document(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """The decision itself."""
    scope.require(Permission.ZONE_VIEW)
    found = papers.content_of(order_id)
    if found is None:
        raise Http404
    return served(found)


@require_POST
def hand_over(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """To a second person."""

    def act() -> ZoneOrder:
        return ordering.hand_over(order_id=order_id, by=request.user, at=timezone.now())

    return _done(request, order_id, act, _("It waits for a second person who may order zones."))


@require_POST
def confirm(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """A second person confirms."""

    def act() -> ZoneOrder:
        carrying.confirm(order_id=order_id, by=request.user, at=timezone.now())
        return ZoneOrder.objects.get(pk=order_id)

    return _done(request, order_id, act, _("Confirmed."))


@require_POST
def reject(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """A second person does not."""
    form = Reason(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "").strip()

    def act() -> ZoneOrder:
        return ordering.reject(order_id=order_id, reason=reason, by=request.user, at=timezone.now())

    return _done(request, order_id, act, _("Not confirmed."))


@require_POST
def withdraw(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """Whoever wrote it takes it back."""

    def act() -> ZoneOrder:
        return ordering.withdraw(order_id=order_id, by=request.user, at=timezone.now())

    return _done(request, order_id, act, _("Withdrawn."))


def _done(
    request: SignedInRequest, order_id: UUID, act: Callable[[], ZoneOrder], said: str
) -> HttpResponse:
    try:
        done = act()
    except (Refused, NotAllowed) as refusal:
        scope.require(Permission.ZONE_ORDER)
        return _order(request, order_id, problem=str(refusal), status=422)
    messages.success(request, said)
    if done.zone_id is not None and done.state == OrderState.CONFIRMED:
        return redirect("zone", done.zone_id)
    return redirect("zone-order", order_id)

"""The list of zones, and what the map shows."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.zones.models import Zone
from kapok.zones.queries import lists, outlines, page
from kapok.zones.views.common import show
from kapok.zones.workflow import Phase


def _phase(request: SignedInRequest) -> Phase:
    wanted = request.GET.get("show", "").upper()
    return Phase(wanted) if wanted in Phase.values else Phase.NOW


@require_safe
def zones(request: SignedInRequest) -> HttpResponse:
    """Zones that hold, come or are past; orders that wait; reviews that are due."""
    scope.require(Permission.ZONE_VIEW)
    at, phase = timezone.now(), _phase(request)
    now = lists.zones(Phase.NOW, at=at)
    shown = now if phase == Phase.NOW else lists.zones(phase, at=at)
    context = {
        "zones": shown,
        "phase": phase.value,
        "phases": [(each.value.lower(), each.label) for each in Phase],
        "waiting": lists.waiting(),
        "due": [zone for zone in now if zone.review],
        "now": at,
    }
    return show(request, "zones/zones.html", context)


@require_safe
def zones_map(request: SignedInRequest) -> HttpResponse:
    """The outlines of the zones of the list."""
    scope.require(Permission.ZONE_VIEW)
    rows = lists.rows_of(_phase(request), timezone.now())[: lists.MOST_LINES]
    return _collection(outlines.features(rows))


@require_safe
def zone_map(request: SignedInRequest, zone_id: UUID) -> HttpResponse:
    """The outline of one zone."""
    if page.card(zone_id, at=timezone.now()) is None:
        raise Http404
    return _collection(outlines.features(Zone.objects.filter(pk=zone_id)))


@require_safe
def order_map(request: SignedInRequest, order_id: UUID) -> HttpResponse:
    """The outline of what an order is about."""
    scope.require(Permission.ZONE_VIEW)
    found = lists.one(order_id)
    if found is None:
        raise Http404
    return _collection(outlines.features([found]))


def _collection(features: list[outlines.Feature]) -> JsonResponse:
    return JsonResponse({"type": "FeatureCollection", "features": features})

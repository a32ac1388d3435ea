"""Units: made, changed, on and off duty, on the map."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.matters.models import Unit
from kapok.matters.operations import units as operations
from kapok.matters.queries.desk import choices
from kapok.matters.queries.desk.filters import Filter
from kapok.matters.queries.sending import units
from kapok.matters.views.common import for_desk, show

SEES = (Permission.MATTER_SEND, Permission.UNIT_MANAGE)


@require_safe
@for_desk(*SEES)
def all_units(request: SignedInRequest) -> HttpResponse:
    """The units of one's places, who is free and where they are."""
    context = {"units": units.all_units(), "may_manage": scope.can(Permission.UNIT_MANAGE)}
    return show(request, "matters/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(Permission.UNIT_MANAGE)
def new_unit(request: SignedInRequest) -> HttpResponse:
    """Make a unit."""
    if request.method != "POST":
        return _form(request, None, {}, "")
    try:
        made = operations.make_unit(said=_said(request.POST), by=request.user, at=timezone.now())
    except (Refused, NotAllowed) as refusal:
        return _form(request, None, request.POST.dict(), str(refusal))
    messages.success(request, _("“%(unit)s” is made and free.") % {"unit": made.name})
    return redirect("matter-units")


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(Permission.UNIT_MANAGE)
def unit(request: SignedInRequest, unit_id: UUID) -> HttpResponse:
    """Correct a unit."""
    found = Unit.objects.filter(pk=unit_id, ended_at=None).first()
    if found is None or not scope.can(Permission.UNIT_MANAGE, found.place):
        raise Http404
    if request.method != "POST":
        return _form(request, found, _known(found), "")
    try:
        operations.change_unit(
            unit_id=unit_id, said=_said(request.POST), by=request.user, at=timezone.now()
        )
    except (Refused, NotAllowed) as refusal:
        return _form(request, found, request.POST.dict(), str(refusal))
    messages.success(request, _("Saved."))
    return redirect("matter-units")


@require_POST
@for_desk(Permission.UNIT_MANAGE)
def duty(request: SignedInRequest, unit_id: UUID) -> HttpResponse:
    """On duty or off."""
    on = request.POST.get("on") == "1"
    operations.set_duty(unit_id=unit_id, on=on, by=request.user, at=timezone.now())
    messages.success(request, _("On duty.") if on else _("Off duty."))
    return redirect("matter-units")


@require_POST
@for_desk(Permission.UNIT_MANAGE)
def end(request: SignedInRequest, unit_id: UUID) -> HttpResponse:
    """End a unit."""
    operations.end_unit(unit_id=unit_id, by=request.user, at=timezone.now())
    messages.success(request, _("The unit has ended."))
    return redirect("matter-units")


def _form(
    request: SignedInRequest, found: Unit | None, given: dict[str, Any], problem: str
) -> HttpResponse:
    place = int(given["place"]) if str(given.get("place", "")).isdigit() else None
    offered = choices.of_filter(Filter(), at=timezone.now())
    areas = request.POST.getlist("areas") or given.get("areas", [])
    known = list(offered.places)
    if place and str(place) not in {code for code, _name in known}:
        known.append((str(place), given.get("place_name") or str(place)))
    context = {
        "unit": found,
        "given": given,
        "problem": problem,
        "places": known,
        "areas": {str(code) for code in areas},
        "kinds": sorted({*Unit.objects.filter(ended_at=None).values_list("kind", flat=True)[:200]}),
        "matter_kinds": offered.kinds,
        "parents": [pair for pair in offered.units if found is None or pair[0] != str(found.pk)],
    }
    return show(request, "matters/unit.html", context, status=422 if problem else 200)


def _known(found: Unit) -> dict[str, Any]:
    areas = list(found.areas.all())
    return {
        "name": found.name,
        "kind": found.kind,
        "place": str(found.place),
        "lon": found.lon if found.lon is not None else "",
        "lat": found.lat if found.lat is not None else "",
        "parent": str(found.parent_id or ""),
        "alone": "on" if found.is_sent_alone else "",
        "areas": [str(area.lo) for area in areas],
        "for_kind": areas[0].kind if areas else "",
    }


def _said(sent: QueryDict) -> operations.Said:
    try:
        lon = float(str(sent["lon"])) if sent.get("lon", "").strip() else None
        lat = float(str(sent["lat"])) if sent.get("lat", "").strip() else None
        parent = UUID(str(sent["parent"])) if sent.get("parent") else None
        place = int(sent.get("place", ""))
        areas = tuple(int(code) for code in sent.getlist("areas"))
    except ValueError:
        raise Refused(
            _("Choose the place from the list, and the base on the map or as two numbers.")
        ) from None
    if (lon is None) != (lat is None) or abs(lon or 0) > 180 or abs(lat or 0) > 90:
        raise Refused(_("A base is a longitude and a latitude on earth. Choose it on the map."))
    return operations.Said(
        name=sent.get("name", "").replace("\x00", "").strip()[:80],
        kind=sent.get("kind", "").replace("\x00", "").strip()[:40],
        place=place,
        lon=lon,
        lat=lat,
        parent=parent,
        is_sent_alone=sent.get("alone") == "on",
        areas=areas,
        for_kind=sent.get("for_kind", "")[:60],
    )

"""What a community keeps of its online home: posters, telephones, who acts for whom."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.doors.queries.where import Place
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.portal import numbers, rendering
from kapok.portal.operations import doorways, mandates, phones
from kapok.portal.queries import doorways as known
from kapok.portal.queries import kept
from kapok.portal.views import pages
from kapok.workforce.posters import drawn


@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """The communities that one keeps."""
    return render(request, "portal/keep.html", {"places": kept.communities()})


@require_safe
def show(request: SignedInRequest, code: int) -> HttpResponse:
    """One of them."""
    return _page(request, _mine(code))


def _mine(code: int) -> Place:
    scope.require(Permission.PORTAL_KEEP)
    found = kept.one(code)
    if found is None:
        raise Http404
    return found


def _page(
    request: SignedInRequest, place: Place, *, status: int = 200, **more: Any
) -> HttpResponse:
    at = timezone.now()
    address = known.address_of(place.code)
    counted = kept.counted(place.code, at=at)
    context = {
        "place": place,
        "address": address,
        "url": _address(request, address) if address else "",
        "n_posters": len(known.posters(place.code)),
        "n_bare": known.without_poster(place.code),
        "buildings": kept.buildings(place.code),
        "phones": kept.phones(place.code),
        "n_said": counted.n_said,
        "n_ill": counted.n_ill,
        "helpers": kept.helpers(place.code, at=at),
    } | more
    return render(request, "portal/kept.html", context, status=status)


def _address(request: HttpRequest, code: str) -> str:
    return request.build_absolute_uri(reverse("portal-home", args=[code]))


@require_http_methods(["GET", "HEAD", "POST"])
def posters(request: SignedInRequest, code: int) -> HttpResponse:
    """Print them; make those that are missing."""
    place, at = _mine(code), timezone.now()
    if request.method == "POST":
        doorways.ensure_everywhere(community=code, by=request.user.pk, at=at)
        rendering.forget()
        return redirect("portal-kept", code)
    listed = [
        {
            "community": each.community,
            "at": each.at,
            "whole": f"{each.community} {each.at}".strip(),
            "address": _address(request, each.code).split("://", 1)[1],
            "qr": _qr(_address(request, each.code)),
        }
        for each in known.posters(place.code)
    ]
    context = {"code": code, "posters": listed, "numbers": numbers.announced(code, at=at)[:3]}
    return pages.shown(request, "posters.html", context)


def _qr(address: str) -> SafeString:
    return mark_safe(drawn(address))  # segno's own drawing of our own address


@require_POST
def stairwells(request: SignedInRequest, code: int) -> HttpResponse:
    """Name the stairwells of a building."""
    place = _mine(code)
    names = request.POST.get("stairwells", "").replace("，", ",").replace("、", ",").split(",")
    [building] = given.uuids([request.POST.get("building", "")]) or [UUID(int=0)]
    try:
        doorways.name_stairwells(
            building=building, stairwells=names, by=request.user.pk, at=timezone.now()
        )
    except Refused as refusal:
        return _page(request, place, status=422, fault=str(refusal))
    rendering.forget()
    return redirect("portal-kept", code)


@require_POST
def announce(request: SignedInRequest, code: int) -> HttpResponse:
    """Put a telephone on the page."""
    place, said = _mine(code), request.POST
    try:
        phones.announce(
            place=code,
            label_zh=said.get("label_zh", ""),
            label_en=said.get("label_en", ""),
            number=said.get("number", "")[:40],
            hours=said.get("hours", ""),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, place, status=422, fault=str(refusal), given=said)
    rendering.forget()
    return redirect("portal-kept", code)


@require_POST
def withdraw(request: SignedInRequest, code: int, phone: UUID) -> HttpResponse:
    """Take a telephone off the page."""
    _mine(code)
    phones.withdraw(phone=phone, place=code, by=request.user.pk, at=timezone.now())
    rendering.forget()
    return redirect("portal-kept", code)


@require_POST
def end_mandate(request: SignedInRequest, code: int, mandate: UUID) -> HttpResponse:
    """End a helper's acting, because the household wants it."""
    place = _mine(code)
    with scope.acting(scope.for_purpose(kept.ACTING_FOR)):
        try:
            mandates.end_for(mandate=mandate, by=request.user.pk, at=timezone.now())
        except Refused as refusal:
            return _page(request, place, status=422, fault=str(refusal))
    return redirect("portal-kept", code)

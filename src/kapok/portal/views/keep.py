"""What a community keeps of its online home: stairwells, telephones, who acts for whom."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.doors.queries.where import Place
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.portal import rendering
from kapok.portal.operations import doorways, mandates, phones
from kapok.portal.queries import doorways as known
from kapok.portal.queries import kept


@require_safe
def choose(request: SignedInRequest) -> HttpResponse:
    """The communities that one keeps."""
    return render(request, "portal/keep.html", {"places": kept.communities()})


@require_safe
def show(request: SignedInRequest, code: int) -> HttpResponse:
    """One of them."""
    return _page(request, mine(code))


def mine(code: int) -> Place:
    """A community of one's own; others are not there for them."""
    scope.require(Permission.PORTAL_KEEP)
    found = kept.one(code)
    if found is None:
        raise Http404
    return found


def _page(
    request: SignedInRequest, place: Place, *, status: int = 200, **more: Any
) -> HttpResponse:
    at = timezone.now()
    door = known.address_of(place.code)
    counted = kept.counted(place.code, at=at)
    context = {
        "place": place,
        "address": door,
        "url": address(request, door) if door else "",
        "n_posters": len(known.posters(place.code)),
        "n_bare": known.without_poster(place.code),
        "buildings": known.of_community(place.code),
        "phones": kept.phones(place.code),
        "n_said": counted.n_said,
        "n_ill": counted.n_ill,
        "helpers": kept.helpers(place.code, at=at),
    } | more
    return render(request, "portal/kept.html", context, status=status)


def address(request: HttpRequest, code: str) -> str:
    """A short address in whole."""
    return request.build_absolute_uri(reverse("portal-home", args=[code]))


@require_POST
def stairwells(request: SignedInRequest, code: int) -> HttpResponse:
    """Name the stairwells of a building."""
    place = mine(code)
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
    place, said = mine(code), request.POST
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
    mine(code)
    phones.withdraw(phone=phone, place=code, by=request.user.pk, at=timezone.now())
    rendering.forget()
    return redirect("portal-kept", code)


@require_POST
def end_mandate(request: SignedInRequest, code: int, mandate: UUID) -> HttpResponse:
    """End a helper's acting, because the household wants it."""
    place = mine(code)
    with scope.acting(scope.for_purpose(kept.ACTING_FOR)):
        try:
            mandates.end_for(mandate=mandate, by=request.user.pk, at=timezone.now())
        except Refused as refusal:
            return _page(request, place, status=422, fault=str(refusal))
    return redirect("portal-kept", code)

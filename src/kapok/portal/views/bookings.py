"""Appointments: the hours that are left, a place in one of them, and giving it back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access.residents import proven
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.portal.models import Mandate
from kapok.portal.operations import bookings
from kapok.portal.queries import slots
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages


@require_safe
@pages.at_door
def choose(request: HttpRequest, here: Here) -> HttpResponse:
    """The hours that can be booked here."""
    try:
        acting = pages.acting_for(request, here, Mandate.Use.BOOKING)
    except Refused as refusal:
        return pages.refused(request, here, refusal)
    found = slots.days(slots.open_slots(here.community, at=timezone.now()))
    return pages.shown(request, "slots.html", {"here": here, "days": found, "acting": acting})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
@pages.with_phone
def book(request: HttpRequest, here: Here, slot: UUID) -> HttpResponse:
    """Ask once more, then book."""
    at = timezone.now()
    try:
        acting = pages.acting_for(request, here, Mandate.Use.BOOKING)
        if request.method == "POST":
            made = bookings.book(
                key=given.key(request.POST.get("key", "")), here=here, slot=slot,
                phone=pages.number_of(request), at=at, mandate=acting.id if acting else None,
            )  # fmt: skip
            return redirect("portal-booking", here.code, made.pk)
    except Refused as refusal:
        return pages.refused(request, here, refusal)
    found = next((s for s in slots.open_slots(here.community, at=at) if s.id == slot), None)
    if found is None:
        return redirect("portal-slots", here.code)
    page = {"here": here, "slot": found, "acting": acting, "key": uuid7()}
    return pages.shown(request, "slot.html", page)


@require_safe
@pages.at_door
@pages.with_phone
def show(request: HttpRequest, here: Here, booking: UUID) -> HttpResponse:
    """A booking of one's own, with its code, to be shown at the site."""
    found = _own(request, booking)
    if found is None:
        return redirect("portal-own", here.code)
    return pages.shown(request, "booking.html", {"here": here, "booking": found})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
def find(request: HttpRequest, here: Here) -> HttpResponse:
    """By its code, for whoever has another telephone now. Wrong codes count."""
    context: dict[str, object] = {"here": here}
    if request.method == "POST":
        typed = request.POST.get("code", "")[:60]
        found = slots.of_code(typed, at=timezone.now())
        if found is None:
            fault = _("No booking has this code. It has 12 letters, such as BCDF-GHJK-LMNP.")
            return pages.shown(
                request, "booking_code.html", context | {"fault": fault, "code": typed}, status=422
            )
        return pages.shown(request, "booking.html", context | {"booking": found, "by_code": True})
    return pages.shown(request, "booking_code.html", context)


@require_POST
@pages.at_door
def cancel(request: HttpRequest, here: Here) -> HttpResponse:
    """Give the place back: with the code, which whoever booked has."""
    found = slots.of_code(request.POST.get("code", "")[:60], at=timezone.now())
    try:
        if found is None:
            raise Refused(_("No booking has this code. It has 12 letters, such as BCDF-GHJK-LMNP."))
        bookings.cancel(booking=found.id, at=timezone.now())
    except Refused as refusal:
        return pages.refused(request, here, refusal)
    return pages.shown(request, "cancelled.html", {"here": here, "booking": found})


def _own(request: HttpRequest, booking: UUID) -> slots.Booked | None:
    mine = slots.of_phone(proven(request) or b"", at=timezone.now())
    return next((each for each in mine if each.id == booking), None)

"""The desk of whoever sits at a line: sit down, the calls that ring, what is one's own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.hotline import pulse
from kapok.hotline.models import Seat
from kapok.hotline.operations import answering, seats
from kapok.hotline.queries import calls, places, queue
from kapok.hotline.workflow import Sitting


def show(
    request: SignedInRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the desk or the board, with what its navigation and its script need."""
    who, seat = scope.current(), context.get("seat")
    values = {
        "may_take": scope.can(Permission.CALL_TAKE),
        "pulse": pulse.address(request.user.pk, who.ranges, seat.place if seat else 0),
        "server_now": timezone.now(),
    }
    return render(request, template, values | context, status=status)


@require_safe
@never_cache
def start(request: SignedInRequest) -> HttpResponse:
    """Sit down; whoever sits sees what rings. Who takes no calls looks at the board."""
    if not scope.can(Permission.CALL_TAKE):
        return redirect("hotline-board")
    seat = queue.seat_of(request.user.pk)
    if seat is None:
        return _sit(request)
    return show(request, "hotline/desk.html", _ringing(seat) | _own(request, seat))


def _sit(request: SignedInRequest, *, problem: str = "") -> HttpResponse:
    last, given = places.last_seat(request.user.pk), request.POST
    context = {
        "lines": places.lines_here(at=timezone.now()),
        "chosen": given.get("line") or str(last.line_id if last else ""),
        "extension": given.get("extension", last.extension if last else ""),
        "languages": given.get("languages", last.languages if last else ""),
        "problem": problem,
        "own": queue.own(request.user.pk),
        "here": "desk",
    }
    return show(request, "hotline/sit.html", context, status=422 if problem else 200)


@require_safe
@never_cache
def ringing_part(request: SignedInRequest) -> HttpResponse:
    """The calls that ring, anew."""
    scope.require(Permission.CALL_TAKE)
    seat = queue.seat_of(request.user.pk)
    if seat is None:
        return HttpResponse(headers={"Kapok-Reload": "yes"})
    return render(request, "hotline/_ringing.html", _ringing(seat))


@require_safe
@never_cache
def own_part(request: SignedInRequest) -> HttpResponse:
    """One's seat, call, offers and wrap-ups, anew."""
    scope.require(Permission.CALL_TAKE)
    seat = queue.seat_of(request.user.pk)
    if seat is None:
        return HttpResponse(headers={"Kapok-Reload": "yes"})
    return render(request, "hotline/_own.html", _own(request, seat))


def _ringing(seat: Seat) -> dict[str, Any]:
    at = timezone.now()
    return {
        "queue": queue.queue(seat, at=at),
        "wanted": calls.wanted_now(),
        "seat": seat,
        "may_answer": seat.state not in {Sitting.BREAK, Sitting.TALKING},
        "server_now": at,
    }


def _own(request: SignedInRequest, seat: Seat) -> dict[str, Any]:
    at = timezone.now()
    owed = seats.break_owed(
        place=seat.place, state=seat.state, phones_since=seat.phones_since, at=at
    )
    own = queue.own(request.user.pk, seat)
    return {
        "seat": seat,
        "line_name": queue.name_of(seat.line),
        "own": own,
        "unfinished": seats.unfinished(len(own.wrap_ups)) if own.wrap_ups else "",
        "break_owed": owed,
        "here": "desk",
    }


@require_POST
def sit_down(request: SignedInRequest) -> HttpResponse:
    """Sit down at a line."""
    given = request.POST
    try:
        seats.sit_down(
            line=_key(given.get("line", "")),
            extension=given.get("extension", ""),
            languages=given.get("languages", ""),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _sit(request, problem=str(refusal))
    return redirect("hotline")


@require_POST
def get_up(request: SignedInRequest) -> HttpResponse:
    """Leave the line."""
    by, is_sure = request.user.pk, "is_sure" in request.POST
    return _done(request, lambda: seats.get_up(by=by, at=timezone.now(), is_sure=is_sure))


@require_POST
def take_break(request: SignedInRequest) -> HttpResponse:
    """Take a break."""
    return _done(request, lambda: seats.take_break(by=request.user.pk, at=timezone.now()))


@require_POST
def come_back(request: SignedInRequest) -> HttpResponse:
    """Come back from it."""
    return _done(request, lambda: seats.come_back(by=request.user.pk, at=timezone.now()))


@require_POST
def answer(request: SignedInRequest, call_id: UUID) -> HttpResponse:
    """Answer: whoever is first goes to the call's page; the others stay, and are told who was."""
    scope.require(Permission.CALL_TAKE)
    return _done(
        request,
        lambda: answering.answer(call=call_id, by=request.user.pk, at=timezone.now()),
        to=reverse("call", args=[call_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_hand(request: SignedInRequest) -> HttpResponse:
    """A call that no telephone system told of: the number is typed, or was withheld."""
    scope.require(Permission.CALL_TAKE)
    seat = queue.seat_of(request.user.pk)
    if seat is None:
        return redirect("hotline")
    problem = ""
    if request.method == "POST":
        given = request.POST
        phone = "" if given.get("withheld") else given.get("phone", "").strip()
        try:
            if not phone and not given.get("withheld"):
                raise Refused(_("Type the number, or say that it was withheld."))
            call = answering.begin_by_hand(
                line=seat.line_id, phone=phone, by=request.user.pk, at=timezone.now()
            )
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("call", call.pk)
    context = {"problem": problem, "given": request.POST, "here": "desk", "seat": seat}
    return show(request, "hotline/by_hand.html", context, status=422 if problem else 200)


@require_POST
def end_seat(request: SignedInRequest, seat_id: UUID) -> HttpResponse:
    """A lead ends a seat that somebody left."""
    at = timezone.now()
    return _done(
        request,
        lambda: seats.make_get_up(seat=seat_id, by=request.user.pk, at=at),
        to="/hotline/board/",
    )


def _done(
    request: SignedInRequest, act: Callable[[], object], *, to: str = "/hotline/"
) -> HttpResponse:
    """Do it and go on; what was refused is said on the page that one comes from."""
    try:
        act()
    except (Refused, NotAllowed) as refusal:
        messages.error(request, str(refusal))
        back = "/hotline/board/" if to.endswith("/board/") else "/hotline/"
        return redirect(back)
    return redirect(to)


def _key(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Refused(_("Choose the line that you sit down at.")) from None

"""The lead's shifts: the week of the posts as a wall sheet, one shift, swaps that wait."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.workforce import operations, page_forms, queries
from kapok.workforce.limits import week_of
from kapok.workforce.queries.walls import ShiftCard
from kapok.workforce.views.common import account_named, done, for_service, tried

MANAGE, VIEW = Permission.TEAM_MANAGE, Permission.WORKER_VIEW
PAPERS = ("a4", "a3")


@require_safe
@for_service(VIEW)
def wall(request: SignedInRequest) -> HttpResponse:
    """The week of all posts, to be looked at and to be printed on A4 or A3."""
    at = timezone.now()
    paper = request.GET.get("paper", "a4")
    context = {
        "wall": queries.wall(_monday(request), at=at),
        "swaps": queries.swaps_to_settle(at=at),
        "paper": paper if paper in PAPERS else "a4",
        "papers": PAPERS,
        "may_manage": scope.can(MANAGE),
        "today": timezone.localdate(at),
    }
    return render(request, "workforce/shifts.html", context)


@require_http_methods(["GET", "POST"])
@for_service(VIEW)
def shift(request: SignedInRequest, shift_id: UUID) -> HttpResponse:
    """One shift: given to somebody while its seat is open, or cancelled with a reason."""
    at = timezone.now()
    card = queries.shift_card(shift_id, at=at)
    if card is None:
        raise Http404
    do = request.POST.get("do", "")
    give = page_forms.GiveShift(request.POST if do == "give" else None)
    cancel = page_forms.CancelShift(request.POST if do == "cancel" else None)
    if do == "give" and give.is_valid():
        made = tried(give, "who", lambda: _give(request, shift_id, give))
        if made is not None:
            return _led_back(request, card, _("%(name)s is on duty then.") % {"name": made})
    if do == "cancel" and cancel.is_valid():
        gone = tried(cancel, "why", lambda: operations.cancel_shift(
            shift_id=shift_id,
            reason=cancel.cleaned_data["why"],
            seat_stays=cancel.cleaned_data["seat_stays"],
            by=request.user,
            at=at,
        ))  # fmt: skip
        if gone is not None:
            return _led_back(request, card, _("The shift is cancelled."))
    context = {
        "card": card,
        "give": give,
        "cancel": cancel,
        "monday": week_of(card.line.starts_at),
        "may_manage": scope.can(MANAGE, card.place),
        "people": queries.known_people(at=at) if card.candidates else (),
    }
    status = 422 if give.errors or cancel.errors else 200
    return render(request, "workforce/shift.html", context, status=status)


@require_POST
@for_service(MANAGE)
def swap(request: SignedInRequest, swap_id: UUID) -> HttpResponse:
    """Approve a swap, or refuse it with a reason."""
    reason = request.POST.get("reason", "")[:200]
    if request.POST.get("do") == "refuse":
        operations.refuse_swap(offer_id=swap_id, reason=reason, by=request.user, at=timezone.now())
        return done(request, _("Refused; both read the reason."), "staff-shifts")
    operations.approve_swap(offer_id=swap_id, reason=reason, by=request.user, at=timezone.now())
    return done(request, _("Approved: the shift has changed hands."), "staff-shifts")


def _give(request: SignedInRequest, shift_id: UUID, form: page_forms.GiveShift) -> object:
    user = account_named(form.cleaned_data["who"])
    operations.give_shift(
        shift_id=shift_id,
        account=user.pk,
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=timezone.now(),
    )
    return user


def _led_back(request: SignedInRequest, card: ShiftCard, said: str) -> HttpResponse:
    """To the wall, at the week of the shift."""
    answer = done(request, said, "staff-shifts")
    answer["Location"] += f"?day={timezone.localdate(card.line.starts_at)}"
    return answer


def _monday(request: SignedInRequest) -> date:
    form = page_forms.Week(request.GET)
    day = form.cleaned_data["day"] if form.is_valid() else None
    today = timezone.localdate()
    # Weeks without a page (before the year 1000, after 9000) are those of nobody's shifts.
    if day is None or not 1000 <= day.year <= 9000:
        day = today
    return date.fromordinal(day.toordinal() - day.weekday())

"""My shifts: the next duty, four weeks, swaps with colleagues, and the telephone's calendar."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.access.scope import acting, of_account
from kapok.workforce import feeds, operations, page_forms, queries
from kapok.workforce.operations.calendars import index_of
from kapok.workforce.queries.shifts import ShiftLine
from kapok.workforce.views.common import done, sent, tried


@require_safe
def my_shifts(request: SignedInRequest) -> HttpResponse:
    """What is next, and the four weeks after."""
    return _page(request)


@require_http_methods(["GET", "POST"])
def offer(request: SignedInRequest, shift_id: UUID) -> HttpResponse:
    """Offer a shift to one colleague, or to whoever can take it."""
    at = timezone.now()
    line = queries.own_shift(request.user, shift_id, at=at)
    if line is None:
        raise Http404
    people = [(user.pk, str(user)) for user in queries.colleagues()]
    form = page_forms.OfferShift(sent(request), people=people)
    if request.method == "POST" and form.is_valid():
        made = tried(form, None, lambda: operations.offer_swap(
            shift_id=shift_id,
            to=form.colleague(),
            note=form.cleaned_data["note"],
            by=request.user,
            at=at,
        ))  # fmt: skip
        if made is not None:
            said = _("Offered. You are still on duty then, until the lead has approved a swap.")
            return done(request, said, "my-shifts")
    context = {"shift": line, "form": form}
    status = 422 if form.errors else 200
    return render(request, "workforce/offer_shift.html", context, status=status)


@require_http_methods(["GET", "POST"])
def offered(request: SignedInRequest, swap_id: UUID) -> HttpResponse:
    """Agree to take the shift of a colleague, perhaps for one of one's own; or say no."""
    at = timezone.now()
    line = queries.offer_to(request.user, swap_id, at=at)
    if line is None:
        raise Http404
    duties = [(one.id, _told(one)) for one in queries.own_duties(request.user, at=at)]
    form = page_forms.AgreeSwap(sent(request), duties=duties)
    if request.method == "POST" and request.POST.get("do") == "refuse":
        operations.refuse_swap(offer_id=swap_id, by=request.user, at=at)
        return done(request, _("Declined. Thank you for saying so."), "my-shifts")
    if request.method == "POST" and form.is_valid():
        made = tried(form, None, lambda: operations.agree_swap(
            offer_id=swap_id, in_return=form.given(), by=request.user, at=at
        ))  # fmt: skip
        if made is not None:
            return done(request, _("Agreed. It holds once the lead has approved it."), "my-shifts")
    context = {"offer": line, "form": form}
    status = 422 if form.errors else 200
    return render(request, "workforce/agree_swap.html", context, status=status)


@require_POST
def withdraw(request: SignedInRequest, swap_id: UUID) -> HttpResponse:
    """Take an offer of one's own back."""
    operations.withdraw_swap(offer_id=swap_id, by=request.user, at=timezone.now())
    return done(request, _("The offer is withdrawn; you are on duty then."), "my-shifts")


@require_POST
def take(request: SignedInRequest, shift_id: UUID) -> HttpResponse:
    """Take an open seat."""
    shift = operations.take_shift(shift_id=shift_id, by=request.user, at=timezone.now())
    said = _("You are on duty at “%(post)s”. Thank you.") % {"post": shift.post}
    return done(request, said, "my-shifts")


@require_POST
def calendar(request: SignedInRequest) -> HttpResponse:
    """A new secret address of one's calendar, shown once; or none any more."""
    if request.POST.get("do") == "close":
        operations.close_calendar(by=request.user, at=timezone.now())
        said = _("The calendar is closed. Your telephone no longer gets your shifts.")
        return done(request, said, "my-shifts")
    key = operations.renew_calendar(by=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("shift-calendar", args=[key]))
    answer = _page(request, address=address)
    patch_cache_control(answer, no_store=True)
    return answer


@require_safe
@login_not_required
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar that a key opens, for telephones, which do not sign in."""
    at = timezone.now()
    account = queries.calendar_owner(index_of(key))
    if account is None:
        raise Http404
    with acting(of_account(account, at=at)):
        text = feeds.written(_("My shifts"), queries.calendar_of(account, at=at))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="shifts.ics"'
    answer["Referrer-Policy"] = "no-referrer"
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _page(request: SignedInRequest, address: str = "") -> HttpResponse:
    mine = queries.my_shifts(request.user, at=timezone.now())
    subscribe = f"webcal:{address.partition(':')[2]}" if address else ""
    context = {"mine": mine, "address": address, "subscribe": subscribe}
    return render(request, "workforce/my_shifts.html", context)


def _told(line: ShiftLine) -> str:
    begins, ends = timezone.localtime(line.starts_at), timezone.localtime(line.ends_at)
    return f"{begins:%m-%d %H:%M}–{ends:%H:%M} {line.post}"

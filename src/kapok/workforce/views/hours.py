"""Hours: confirmed or refused by a lead; the phone's page at the post; one's own page."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce import forms, operations, posters, queries
from kapok.workforce.views.common import done, for_service, sent, tried

CONFIRM = Permission.ATTENDANCE_CONFIRM


@require_http_methods(["GET", "POST"])
@for_service(CONFIRM)
def hours(request: SignedInRequest) -> HttpResponse:
    """Hours that wait; several are confirmed or refused at once."""
    at = timezone.now()
    refusal = ""
    if request.method == "POST":
        try:
            return done(request, _settle(request), "staff-hours")
        except (Refused, NotAllowed) as refused:
            refusal = str(refused)
    context = {
        "entries": queries.entries_to_settle(at=at),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "workforce/hours.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@for_service(CONFIRM)
def correct(request: SignedInRequest, entry_id: UUID) -> HttpResponse:
    """When somebody really left, where they forgot to check out."""
    entries = [one for one in queries.entries_to_settle(at=timezone.now()) if one.id == entry_id]
    if not entries:
        raise Http404
    form = forms.Correct(sent(request), initial={"left_at": timezone.localtime(entries[0].left_at)})
    if request.method == "POST" and form.is_valid():
        kept = tried(form, "left_at", lambda: operations.correct(
            entry_id=entry_id,
            left_at=form.cleaned_data["left_at"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        ))  # fmt: skip
        if kept is not None:
            return done(request, _("Corrected; somebody has still to confirm it."), "staff-hours")
    context = {"entry": entries[0], "form": form}
    return render(request, "workforce/correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def here(request: SignedInRequest, token: str) -> HttpResponse:
    """At the post: check in, check out. The clock is the server's."""
    card, is_good = queries.post_of_token(token, timezone.localdate())
    if card is None:
        raise Http404
    refusal = "" if is_good else _("This poster is void. Ask for the new one of today.")
    if request.method == "POST" and request.POST.get("do") == "read" and card.briefing:
        operations.read_briefing(briefing_id=card.briefing, by=request.user, at=timezone.now())
        return redirect("post-here", token)
    if request.method == "POST" and is_good:
        leaves = request.POST.get("do") == "out"
        work = operations.check_out if leaves else operations.check_in
        try:
            work(post_id=card.id, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = str(refused)
        else:
            request.session["just"] = "out" if leaves else "in"
            return redirect("post-here", token)
    just = request.session.pop("just", "")
    context = {
        "site": card,
        "open_entry": queries.entry_of(request.user.pk),
        "just": just,
        "last": queries.last_entry(request.user.pk) if just == "out" else None,
        "refusal": refusal,
        "text": queries.text_to_read(card, request.user.pk),
        "is_good": is_good,
        "at": timezone.now(),
    }
    return render(request, "workforce/here.html", context, status=409 if refusal else 200)


@require_safe
def code(request: SignedInRequest) -> HttpResponse:
    """Where the short code of a poster is typed."""
    typed = request.GET.get("code", "")[:40]
    token = queries.post_of_code(posters.as_typed(typed), timezone.localdate()) if typed else None
    if token:
        return redirect("post-here", token)
    return render(request, "workforce/code.html", {"typed": typed}, status=404 if typed else 200)


@require_safe
def my_work(request: SignedInRequest) -> HttpResponse:
    """One's own appointments, calls, texts to read, and hours."""
    context = {"mine": queries.mine(request.user, at=timezone.now())}
    return render(request, "workforce/my_work.html", context)


@require_POST
def my_word(request: SignedInRequest) -> HttpResponse:
    """I agree; I have read the risks; I come, or I do not."""
    said = _said(request, timezone.now())
    return done(request, said, "my-work")


@require_safe
def certificate(request: SignedInRequest) -> HttpResponse:
    """The confirmed hours of a period, to be printed."""
    at = timezone.now()
    first, last = forms.Period(request.GET).days(timezone.localdate())
    found = queries.certificate(request.user, first=first, last=last, at=at)
    return render(request, "workforce/certificate.html", {"certificate": found, "at": at})


def _said(request: SignedInRequest, at: datetime) -> str:
    what, key = request.POST.get("do", ""), request.POST.get("key", "")
    if what == "agree":
        operations.agree(by=request.user, at=at)
        return _("Thank you. You can say no to every call.")
    try:
        chosen = UUID(key)
    except ValueError as error:
        raise Http404 from error
    if what == "read":
        operations.read_briefing(briefing_id=chosen, by=request.user, at=at)
        return _("Written down that you read it.")
    accepts = what == "accept"
    operations.answer_call(call_id=chosen, accepts=accepts, by=request.user, at=at)
    return _("You are expected.") if accepts else _("Declined. Thank you for saying so.")


def _settle(request: SignedInRequest) -> str:
    try:
        chosen = [UUID(key) for key in request.POST.getlist("entry")]
    except ValueError as error:
        raise Http404 from error
    if not chosen:
        raise Refused(_("Choose at least one line."))
    if request.POST.get("do") == "refuse":
        reason = request.POST.get("reason", "")[:200]
        operations.refuse(entry_ids=chosen, reason=reason, by=request.user, at=timezone.now())
        return _("%(n)d entries refused.") % {"n": len(chosen)}
    operations.confirm(entry_ids=chosen, by=request.user, at=timezone.now())
    return _("%(n)d entries confirmed.") % {"n": len(chosen)}

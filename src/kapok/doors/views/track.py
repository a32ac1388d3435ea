"""The tracking page: how it goes, shown to whoever has the code; and a resident's own reports."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access.residents import proven, resident_first
from kapok.access.scope import acting
from kapok.doors.operations import tracking
from kapok.doors.queries.tracked import by_phone, tracked
from kapok.errors import Refused

TRACKED = "tracked"  # key of the session: the matter whose code was shown
STARS = (1, 2, 3, 4, 5)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code. A wrong one counts against whoever tries."""
    if request.method != "POST":
        return render(request, "doors/track/code.html", {})
    typed = request.POST.get("code", "")[:80]
    matter = tracking.find(typed, at=timezone.now())
    if matter is None:
        fault = _("No report has this code. It has 12 letters, such as BCDF-GHJK-LMNP.")
        context = {"code": typed, "fault": fault}
        return render(request, "doors/track/code.html", context, status=422)
    request.session[TRACKED] = str(matter)
    return redirect("tracked")


@login_not_required
@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """How it goes."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    matter = request.session.get(TRACKED)
    at = timezone.now()
    with acting(tracking.reporter(at=at)):
        found = tracked(UUID(matter), at=at) if matter else None
    if found is None:
        return redirect("track")
    context = {"report": found, "stars": STARS, **more}
    return render(request, "doors/track/report.html", context, status=status)


@login_not_required
@require_POST
def move(request: HttpRequest, name: str) -> HttpResponse:
    """Withdraw, open again, or rate."""
    matter = request.session.get(TRACKED)
    if matter is None:
        return redirect("track")
    try:
        tracking.move(matter=UUID(matter), name=name, data=_data(request, name), at=timezone.now())
    except Refused as refusal:
        return _page(request, status=422, fault=str(refusal), tried=name)
    said = {
        "withdraw": _("Your report was withdrawn."),
        "reopen": _("Your report was opened again. The desk has been told."),
        "rate": _("Thank you. Your rating was kept."),
    }
    messages.success(request, said[name])
    return redirect("tracked")


def _data(request: HttpRequest, name: str) -> dict[str, Any]:
    if name == "rate":
        stars = request.POST.get("satisfaction", "")
        return {"satisfaction": int(stars) if stars in "12345" and stars else 0}
    return {"reason": request.POST.get("reason", "")[:500]}


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the code in this browser: the next person here sees nothing."""
    request.session.pop(TRACKED, None)
    return redirect("track")


@require_safe
@never_cache
@resident_first
def own(request: HttpRequest) -> HttpResponse:
    """The reports that were made with the telephone that was proven here."""
    at = timezone.now()
    with acting(tracking.reporter(at=at)):
        found = by_phone(proven(request) or b"", at=at)
    return render(request, "doors/track/own.html", {"reports": found})

"""What became of it: reports by their codes, and all that a telephone did here."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kapok.access.residents import proven
from kapok.doors.operations import tracking
from kapok.portal.queries import own, slots
from kapok.portal.queries.doorways import Here
from kapok.portal.views import moves, pages


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
def track(request: HttpRequest, here: Here) -> HttpResponse:
    """How a request goes, for whoever has its code. A wrong one counts against whoever tries."""
    if request.method != "POST":
        return pages.shown(request, "track.html", {"here": here})
    at = timezone.now()
    typed = request.POST.get("code", "")[:80]
    matter = tracking.find(typed, at=at)
    if matter is not None:
        return moves.page(request, here, matter, code=typed)
    fault = _("No report has this code. It has 12 letters, such as BCDF-GHJK-LMNP.")
    context = {"here": here, "code": typed, "fault": fault}
    return pages.shown(request, "track.html", context, status=422)


@require_safe
@pages.at_door
@pages.with_phone
def mine(request: HttpRequest, here: Here) -> HttpResponse:
    """Requests, self-reports and appointments of the telephone that was proven here."""
    at, phone = timezone.now(), proven(request) or b""
    context = {
        "here": here,
        "requests": own.requests(phone, at=at),
        "said": own.self_reports(phone, at=at),
        "booked": slots.of_phone(phone, at=at),
        "held": own.held_by(phone, at=at),
    }
    return pages.shown(request, "own.html", context)

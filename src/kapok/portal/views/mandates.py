"""A helper acts for a household that has no telephone."""

from datetime import datetime, time
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access.residents import proven
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.places.models import Building
from kapok.portal.models import Mandate
from kapok.portal.operations import mandates
from kapok.portal.operations.mandates import Consent
from kapok.portal.queries import own
from kapok.portal.queries.doorways import Here, of_community
from kapok.portal.views import pages

DAYS = (1, 3, 7, 14)
USUAL_DAYS = 7


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
@pages.with_phone
def record(request: HttpRequest, here: Here) -> HttpResponse:
    """Write a consent down, beside those that hold."""
    at = timezone.now()
    fault, buildings = "", Building.objects.none()
    if request.method == "POST":
        try:
            mandates.record(
                here=here, phone=pages.number_of(request), consent=_consent(request, at), at=at
            )
        except mandates.Unplaced as refusal:
            fault, buildings = str(refusal), of_community(here.community)
        except Refused as refusal:
            fault = str(refusal)
        else:
            return redirect("portal-for", here.code)
    context = {
        "here": here,
        "fault": fault,
        "buildings": buildings,
        "given": request.POST,
        "chosen": request.POST.getlist("uses"),
        "today": timezone.localdate(),
        "hows": Mandate.How.choices,
        "uses": Mandate.Use.choices,
        "days": DAYS,
        "for_days": _days(request.POST) or USUAL_DAYS,
        "held": own.held_by(proven(request) or b"", at=at),
    }
    return pages.shown(request, "for.html", context, status=422 if fault else 200)


def _consent(request: HttpRequest, at: datetime) -> Consent:
    said = request.POST
    return Consent(
        helper=said.get("helper", "")[:60],
        home=said.get("home", ""),
        given_by=said.get("given_by", "")[:60],
        how=said.get("how", ""),
        given_at=_moment(said.get("given_on", ""), at),
        uses=said.getlist("uses"),
        days=_days(said),
        building=next(iter(given.uuids([said.get("building", "")])), None),
    )


def _days(said: QueryDict) -> int:
    days = said.get("days", "")
    return int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0


def _moment(text: str, at: datetime) -> datetime:
    """The day that was said, at its beginning; today is now. A day that cannot be is long ago."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1 < day.year < 9998:
        return datetime.min.replace(year=2, tzinfo=at.tzinfo)
    if day == timezone.localdate(at):
        return at
    return timezone.make_aware(datetime.combine(day, time(12)))


@require_POST
@pages.at_door
@pages.with_phone
def end(request: HttpRequest, here: Here, mandate: UUID) -> HttpResponse:
    """End it before its time."""
    mandates.end(mandate=mandate, phone=proven(request) or b"", at=timezone.now())
    return redirect("portal-for", here.code)

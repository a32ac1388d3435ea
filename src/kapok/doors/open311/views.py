"""The addresses of GeoReport v2."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from kapok.access import rates
from kapok.access.fields import Ranges
from kapok.access.scope import acting
from kapok.codes import span
from kapok.doors.entrances import OPEN311, Entrance
from kapok.doors.models import ApiKey
from kapok.doors.open311 import requests as matters
from kapok.doors.open311 import services
from kapok.doors.open311.forms import TYPES, Error, answer, errors
from kapok.doors.operations import keys, reporting
from kapok.doors.queries.kinds import Reportable
from kapok.ids import uuid7
from kapok.matters.queries import words
from kapok.places.models import Area

READS = rates.Limit("open311", 300)
WRITES = rates.Limit("open311 reports", 600)
WRONG_KEYS = rates.Limit("wrong keys", 30, 600)
ATTRIBUTE = re.compile(r"attribute\[([a-z][a-z0-9_]{0,59})\](\[\])?")
View = Callable[..., HttpResponse]


def door(view: View) -> View:
    """A view of this door: anybody asks, and what is wrong is said in the form of the standard.

    Only where the address says ``writes`` is anything but reading possible.
    """

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, form: str, **more: Any) -> HttpResponse:
        try:
            if form not in TYPES:
                raise Error(400, _("Ask for .json or .xml."))
            if request.method not in {"GET", "HEAD"} and not more.pop("writes", False):
                raise Error(405, _("This can only be read."))
            more.pop("writes", None)
            wait_s = rates.over(READS, rates.who_asks(request))
            if wait_s:
                raise Error(429, _("Too often. Wait %(n)s seconds.") % {"n": wait_s})
            return view(request, form, **more)
        except Error as error:
            return errors(form, [error])
        except (RequestDataTooBig, TooManyFieldsSent):
            return errors(form, [Error(400, _("The request is too long. Send less at once."))])

    return wrapped


def area_of(given: QueryDict, *, unknown: int = 404) -> Area:
    """The area that ``jurisdiction_id`` names: its code with or without zeros at the end."""
    text = given.get("jurisdiction_id", "").strip()
    if not text:
        raise Error(400, _("jurisdiction_id is missing: it is the code of an area."))
    area = None
    if text.isascii() and text.isdigit() and len(text) <= 15 and text[0] != "0":
        area = Area.objects.filter(code=int(text.ljust(15, "0")), valid_to=None).first()
    if area is None:
        raise Error(unknown, _("No area has this jurisdiction_id."))
    return area


def ranges_of(area: Area) -> Ranges:
    """The codes inside an area."""
    return (span(area.code, area.level),)


@door
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the service is, and what it speaks."""
    here = request.build_absolute_uri("/open311/v2")
    formats = ["application/json", "text/xml"]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": here,
        "changeset": "2021-05-21T00:00:00+08:00",
        "type": "production",
        "formats": formats,
    }
    body = {
        "changeset": endpoint["changeset"],
        "contact": _("Ask the community for a key."),
        "key_service": _("Administrators make keys on the page “Programs”."),
        "endpoints": [endpoint],
    }
    return answer(form, "discovery", body)


@door
def services_view(request: HttpRequest, form: str) -> HttpResponse:
    """The kinds that can be reported in an area."""
    area = area_of(request.GET)
    return answer(form, "services", services.services(area.code, at=timezone.now()))


@door
def service_view(request: HttpRequest, form: str, code: str) -> HttpResponse:
    """What one kind asks."""
    found = _service(area_of(request.GET), code)
    body = {"service_code": found.code, "attributes": services.attributes(found)}
    return answer(form, "service_definition", body)


def _service(area: Area, code: str) -> Reportable:
    found = services.service(area.code, code, at=timezone.now())
    if found is None:
        raise Error(404, _("No service of this area has this service_code."))
    return found


@door
def requests_view(request: HttpRequest, form: str) -> HttpResponse:
    """Read the requests of an area, or make one."""
    if request.method == "POST":
        return _make(request, form)
    area = area_of(request.GET, unknown=401)
    at = timezone.now()
    wanted = matters.asked(request.GET, at=at)
    with acting(OPEN311.acting(at=at)):
        found = matters.requests(wanted, ranges_of(area))
    return answer(form, "service_requests", found)


@door
def request_view(request: HttpRequest, form: str, number: str, *, listed: bool) -> HttpResponse:
    """One request: as the standard's text has it in a list, as its description has it alone."""
    area = area_of(request.GET)
    with acting(OPEN311.acting(at=timezone.now())):
        found = matters.request(number, ranges_of(area))
    if found is None:
        raise Error(404, _("No request that can be shown has this service_request_id."))
    if listed:
        return answer(form, "service_requests", [found])
    return answer(form, "request", found)


@door
def token_view(request: HttpRequest, form: str, token: str) -> HttpResponse:
    """The number of a request by its token."""
    with acting(OPEN311.acting(at=timezone.now())):
        number = matters.number_of(token)
    if number is None:
        raise Error(404, _("No request has this token."))
    return answer(form, "service_requests", [{"service_request_id": number, "token": token}])


def _make(request: HttpRequest, form: str) -> HttpResponse:
    given = request.GET.copy()
    given.update(request.POST)
    entrance = _entrance(request, given)
    area = area_of(given)
    service = _service(area, given.get("service_code", ""))
    said = _said(given, service, area)
    key = request.headers.get("Idempotency-Key", "")[:200] or str(uuid7())
    try:
        taken = reporting.report(entrance=entrance, key=key, said=said, at=timezone.now())
    except reporting.NotNow as refusal:
        raise Error(503, refusal.sentence) from None
    except reporting.NotTaken as refusal:
        raise Error(400, refusal.sentence) from None
    notice = _("Follow it at %(link)s with the code %(code)s.")
    made = {
        "service_request_id": str(taken.number),
        "token": str(taken.matter),
        "service_notice": notice % {"link": words.address(), "code": taken.code},
    }
    return answer(form, "service_requests", [made])


def _entrance(request: HttpRequest, given: QueryDict) -> Entrance:
    if rates.over(WRITES, rates.who_asks(request)):
        raise Error(429, _("Too many reports. Wait a minute."))
    found = keys.entrance_of(given.get("api_key", ""), ApiKey.Use.OPEN311)
    if found is None:
        if rates.over(WRONG_KEYS, rates.who_asks(request)):
            raise Error(429, _("Too many wrong keys. Wait ten minutes."))
        raise Error(403, _("api_key is missing, or is no key that may report here."))
    return found


def _said(given: QueryDict, service: Reportable, area: Area) -> dict[str, Any]:
    why, answers = services.answers(service, _attributes(given))
    said: dict[str, Any] = {
        "kind": service.code,
        "why": why,
        "answers": answers,
        "text": given.get("description", ""),
        "address": given.get("address_string", ""),
        "contact": {
            "name": f"{given.get('last_name', '')}{given.get('first_name', '')}",
            "phone": given.get("phone", ""),
            "email": given.get("email", ""),
        },
    }
    return said | _where(given, area)


def _where(given: QueryDict, area: Area) -> dict[str, Any]:
    lat, lon = given.get("lat", "").strip(), given.get("long", "").strip()
    if lat or lon:
        try:
            return {"lat": float(lat), "lon": float(lon)}
        except ValueError:
            raise Error(400, _("lat and long are numbers of degrees (WGS84).")) from None
    if given.get("address_id"):
        return {"building": given["address_id"]}
    if given.get("address_string") and area.level in {"COMMUNITY", "GRID"}:
        return {"place": area.code}
    raise Error(400, _("Say where: lat and long, or address_id, or in a community address_string."))


def _attributes(given: QueryDict) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in given:
        if matched := ATTRIBUTE.fullmatch(name):
            found.setdefault(matched[1], []).extend(given.getlist(name))
    for pair in given.getlist("attribute"):
        name, equals, value = pair.partition("=")
        if not equals:
            raise Error(400, _("Attributes are written attribute[code]=value."))
        found.setdefault(name[:60], []).append(value)
    return {name: [value for value in values if value] or [""] for name, values in found.items()}

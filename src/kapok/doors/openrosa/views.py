"""The addresses of OpenRosa 1.0: list of forms, forms, submissions.

A telephone shows its key as the password of HTTP Basic, or in the address that it was set up with
(as app users of ODK Central do); Basic is for HTTPS alone.
"""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kapok.access import rates
from kapok.doors.entrances import Entrance
from kapok.doors.models import ApiKey
from kapok.doors.openrosa import submissions, xforms
from kapok.doors.operations import files, keys, reporting
from kapok.doors.queries.kinds import Reportable, one, reportable
from kapok.errors import Refused
from kapok.matters.files import MOST_BYTES
from kapok.matters.workflow import Door

LIST, RESPONSE = "http://openrosa.org/xforms/xformsList", "http://openrosa.org/http/response"
WRONG_KEYS = rates.Limit("wrong keys", 30, 600)
ALL = rates.Limit("openrosa", 600)
SUBMITTED = "xml_submission_file"
MOST_FILES = 20
NARROW = 1000  # codes of a community
View = Callable[..., HttpResponse]


def for_telephones(view: View) -> View:
    """A view for whoever has a key for forms."""

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, key: str = "", **more: Any) -> HttpResponse:
        who = rates.who_asks(request)
        if wait_s := rates.over(ALL, who):
            return _said(_("Too often. Wait %(n)s seconds.") % {"n": wait_s}, status=429)
        entrance = keys.entrance_of(key or _password(request), ApiKey.Use.FORM)
        if entrance is None:
            return _refused_key(who)
        try:
            answer = view(request, entrance, key=key, **more)
        except reporting.NotNow as refusal:
            answer = _said(str(refusal), status=503)
            answer["Retry-After"] = str(refusal.again_s)
        except Refused as refusal:
            answer = _said(str(refusal), status=400)
        answer["X-OpenRosa-Version"] = "1.0"
        answer["Date"] = http_date(timezone.now().timestamp())
        return answer

    return wrapped


def _refused_key(who: str) -> HttpResponse:
    if wait_s := rates.over(WRONG_KEYS, who):
        return _said(_("Too many wrong keys. Wait %(n)s seconds.") % {"n": wait_s}, status=429)
    answer = _said(_("This key opens no forms. Ask the community for one."), status=401)
    answer["WWW-Authenticate"] = 'Basic realm="Kapok", charset="UTF-8"'
    return answer


def _password(request: HttpRequest) -> str:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


@require_safe
@for_telephones
def form_list(request: HttpRequest, entrance: Entrance, *, key: str) -> HttpResponse:
    """The forms of the kinds that the area of the key may report so."""
    ElementTree.register_namespace("", LIST)
    root = Element(f"{{{LIST}}}xforms")
    wanted = request.GET.get("formID")
    for kind in reportable(_place(entrance), Door.FORM, at=timezone.now()):
        if wanted in {None, xforms.form_id(kind.code)}:
            _entry(SubElement(root, f"{{{LIST}}}xform"), request, kind, entrance, key)
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


def _entry(
    node: Element, request: HttpRequest, kind: Reportable, entrance: Entrance, key: str
) -> None:
    name = "openrosa-form-key" if key else "openrosa-form"
    arguments = {"kind": kind.code} | ({"key": key} if key else {})
    facts = {
        "formID": xforms.form_id(kind.code),
        "name": f"{kind.kind.label.zh} {kind.kind.label.en}",
        "version": xforms.version_of(kind.pack),
        "hash": xforms.digest(_form(kind, entrance)),
        "descriptionText": kind.description,
        "downloadUrl": request.build_absolute_uri(reverse(name, kwargs=arguments)),
    }
    for tag, text in facts.items():
        SubElement(node, f"{{{LIST}}}{tag}").text = text


@require_safe
@for_telephones
def form(request: HttpRequest, entrance: Entrance, *, key: str, kind: str) -> HttpResponse:
    """One form."""
    found = one(_place(entrance), kind, Door.FORM, at=timezone.now())
    if found is None:
        return _said(_("There is no such form in this area."), status=404)
    return HttpResponse(_form(found, entrance), content_type="text/xml; charset=utf-8")


def _form(kind: Reportable, entrance: Entrance) -> bytes:
    return xforms.xform(kind.kind, kind.pack, needs_spot=not _is_narrow(entrance))


@require_http_methods(["HEAD", "POST"])
@for_telephones
def submission(request: HttpRequest, entrance: Entrance, *, key: str) -> HttpResponse:
    """``HEAD``: where to send and how much. ``POST``: a form, with all or some of its files."""
    if request.method == "HEAD":
        answer = HttpResponse(status=204)
        answer["Location"] = request.build_absolute_uri()
        answer["X-OpenRosa-Accept-Content-Length"] = str(MOST_BYTES["PHOTO"])
        return answer
    sent = request.FILES.get(SUBMITTED)
    if sent is None or isinstance(sent, list):
        raise Refused(_("The form itself is missing."))
    found = submissions.read(sent.read())
    taken = _take(request, entrance, found)
    return _said(
        _("Received with the number %(number)s. Follow it with the code %(code)s.")
        % {"number": taken.number, "code": taken.code},
        status=201,
    )


def _take(
    request: HttpRequest, entrance: Entrance, found: submissions.Submission
) -> reporting.Taken:
    at = timezone.now()
    place = _place(entrance)
    kind = one(place, found.kind, Door.FORM, at=at)
    if kind is None:
        raise Refused(_("There is no such form in this area any more. Load the list anew."))
    command = reporting.command_id(entrance, found.key)
    named = submissions.media(found, kind.kind.report_form)
    if len(named) > MOST_FILES:
        raise Refused(_("At most %(n)s files come with one form.") % {"n": MOST_FILES})
    for name in named:
        part = request.FILES.get(name)
        if part is not None and not isinstance(part, list):
            files.keep_one(
                entrance=entrance, command=command, name=name, data=part.read(), kind=None, at=at
            )
    ids = {name: str(reporting.file_id(command, name)) for name in named}
    said = submissions.said(found, kind.kind.report_form, ids)
    if "lon" not in said and _is_narrow(entrance):
        said["place"] = place
    return reporting.report(entrance=entrance, key=found.key, said=said, at=at)


def _place(entrance: Entrance) -> int:
    return entrance.ranges[0][0]


def _is_narrow(entrance: Entrance) -> bool:
    """Whether the area of a key is a community or a grid: then a report needs no position."""
    [(lo, hi)] = entrance.ranges
    return hi - lo <= NARROW


def _said(sentence: str, *, status: int) -> HttpResponse:
    ElementTree.register_namespace("", RESPONSE)
    root = Element(f"{{{RESPONSE}}}OpenRosaResponse")
    nature = "submit_success" if status < 300 else "error"
    SubElement(root, f"{{{RESPONSE}}}message", {"nature": nature}).text = sentence
    text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="text/xml; charset=utf-8", status=status)

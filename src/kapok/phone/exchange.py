"""What a phone and the box say to each other: docs/reference/sync.md describes it byte by byte.

Sending needs no session: each command is signed by its phone, so that what waits also arrives from
somebody who signed out or may no longer act here. Pulling needs the session of the phone's holder.
"""

import json
import logging
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kapok.access import rates, scope
from kapok.access.purposes import PURPOSES
from kapok.access.requests import SignedInRequest
from kapok.errors import NotAllowed, Refused
from kapok.phone import sealing
from kapok.phone.models import HeldCommand
from kapok.phone.operations import devices, syncing
from kapok.phone.queries import pulling

LOG = logging.getLogger("kapok.phone")
LARGEST = 2 * 1024 * 1024
LEASE_HOURS = 72
UNKNOWN = rates.Limit("unknown phones", 30, 600)
PURPOSE = "matter_handling"


def problem(status: int, title: str, detail: str) -> JsonResponse:
    """A problem document, as the rest of the API gives it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The body as an object. Raises ``Refused`` with what is wrong."""
    try:
        body = request.body
    except RequestDataTooBig:
        body = bytes(LARGEST + 1)
    if len(body) > LARGEST:
        raise Refused(_("This is more than 2 MB. Send fewer commands at once; photos go apart."))
    try:
        said = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Refused(_("This is no JSON in UTF-8.")) from None
    if not isinstance(said, dict):
        raise Refused(_("An object is expected."))
    return said


@require_POST
@never_cache
def enrol(request: SignedInRequest) -> HttpResponse:
    """Make a phone known; it learns the key that its commands are sealed to."""
    try:
        said = read_json(request)
        phone = devices.enrol(
            by=request.user,
            public_key=str(said.get("public_key", ""))[:200],
            name=str(said.get("name", "")),
            at=timezone.now(),
        )
    except Refused as refused:
        return problem(HTTPStatus.BAD_REQUEST, "Refused", str(refused))
    key = {"id": sealing.text(sealing.key_id()), "public": sealing.text(sealing.public())}
    return JsonResponse({"device": str(phone.pk), "server_key": key}, status=HTTPStatus.CREATED)


@csrf_exempt  # each command is signed by its phone; what is pulled is only ever read
@login_not_required
@require_POST
@never_cache
def sync(request: HttpRequest) -> HttpResponse:
    """Take a batch, answer each command, and say what changed."""
    now = timezone.now()
    try:
        said = read_json(request)
        phone = syncing.phone_of(_key(said.get("device")), at=now)
        batch = _batch(said.get("commands", []))
        chosen = getattr(request, "appointment", None)
        answers = syncing.take(phone, batch, chosen=chosen.pk if chosen else None, at=now)
        pulled = _pulled(request, phone, said) if said.get("pull") else {}
    except syncing.Unknown as refused:
        wait_s = rates.over(UNKNOWN, rates.who_asks(request))
        if wait_s:
            return _wait(wait_s)
        return problem(HTTPStatus.FORBIDDEN, "DeviceUnknown", str(refused))
    except NotAllowed as refused:
        return problem(HTTPStatus.FORBIDDEN, "DeviceRevoked", str(refused))
    except Refused as refused:
        return problem(HTTPStatus.BAD_REQUEST, "Refused", str(refused))
    except (OperationalError, InterfaceError) as error:
        if not syncing.is_outage(error):
            raise
        LOG.warning("the database is not reached; phones send again later")
        return _not_now(request)
    return JsonResponse(
        {
            "now": now.isoformat(),
            "lease_hours": LEASE_HOURS,
            "answers": [syncing.as_json(answer) for answer in answers],
            "cursor": said.get("cursor"),
            "more": False,
            "changes": None,
        }
        | pulled
    )


def _not_now(request: Any) -> HttpResponse:
    """Nothing was answered, so nothing is lost: the phone keeps its outbox and sends it again."""
    request.failed = True
    sentence = _("Kapok cannot store anything at the moment. Send it again in some seconds.")
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, "NotNow", sentence)
    answer["Retry-After"] = "5"
    return answer


def _wait(wait_s: int) -> HttpResponse:
    sentence = _("Too many phones that are not known here. Wait %(n)d seconds.") % {"n": wait_s}
    answer = problem(HTTPStatus.TOO_MANY_REQUESTS, "TooMany", sentence)
    answer["Retry-After"] = str(wait_s)
    return answer


def _key(said: Any) -> UUID:
    try:
        return UUID(str(said))
    except ValueError:
        raise Refused(_("“%(key)s” is no identifier.") % {"key": str(said)[:60]}) from None


def _batch(said: Any) -> list[syncing.Sealed]:
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise Refused(_("“commands” is a list of objects with id, sealed and signature."))
    return [
        syncing.Sealed(
            _key(each.get("id")), str(each.get("sealed", "")), str(each.get("signature", ""))
        )
        for each in said
    ]


def _pulled(request: HttpRequest, phone: syncing.Phone, said: dict[str, Any]) -> dict[str, Any]:
    """What changed, for the phone's holder who is signed in; ``NotAllowed`` if they may not act."""
    if phone.why_not:
        raise NotAllowed(str(HeldCommand.Why(phone.why_not).label))
    if not request.user.is_authenticated or request.user.pk != phone.account:
        return {}
    who = scope.current()
    if not who.role:
        raise NotAllowed(str(HeldCommand.Why.APPOINTMENT.label))
    if who.role not in PURPOSES[PURPOSE].roles:
        raise NotAllowed(_("As what you act, no matters are handled. Choose another appointment."))
    with scope.acting(scope.for_purpose(PURPOSE)):
        cursor = said.get("cursor")
        changes, following, more = pulling.pull(
            pulling.read(cursor if isinstance(cursor, str) else None)
        )
    return {"changes": changes, "cursor": str(following), "more": more}

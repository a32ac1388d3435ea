"""``POST /api/reports/``: one report from another program, by its key or its signature."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kapok.access import rates
from kapok.doors.entrances import Entrance
from kapok.doors.models import ApiKey
from kapok.doors.operations import keys, reporting
from kapok.doors.senders import by_key
from kapok.doors.views import answers
from kapok.errors import Refused

WRONG_KEYS = rates.Limit("wrong keys", 30, 600)
LONGEST_KEY = 200
OURS = ("door", "tracking", "parent", "subject", "notes")  # what the box says itself


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Take a report in. ``Idempotency-Key`` makes sure that it is one matter however often sent."""
    try:
        said = answers.read_json(request)
    except Refused as refusal:
        return answers.problem(400, "NotRead", str(refusal))
    entrance = _entrance(request)
    if entrance is None:
        wait_s = rates.over(WRONG_KEYS, rates.who_asks(request))
        return answers.wait(wait_s) if wait_s else answers.no_key()
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > LONGEST_KEY:
        sentence = _(
            "Send an Idempotency-Key: a word of your own for this report, always the same."
        )
        return answers.problem(400, "NoIdempotencyKey", sentence)
    return _take(entrance, key, said)


def _take(entrance: Entrance, key: str, said: dict[str, Any]) -> HttpResponse:
    at = timezone.now()
    try:
        for name in OURS:
            if name in said:
                raise Refused(_("“%(field)s” is not known here. Leave it out.") % {"field": name})
        said = said | {"files": _files(said.get("files", []))}
        taken = reporting.report(entrance=entrance, key=key, said=said, at=at)
    except reporting.NotNow as refusal:
        return answers.not_now(refusal, refusal.again_s)
    except reporting.NotTaken as refusal:
        return answers.faults(refusal, refusal.faults)
    except Refused as refusal:
        return answers.problem(422, "NotTaken", str(refusal))
    body = {
        "id": str(taken.matter),
        "number": taken.number,
        "state": taken.state,
        "tracking": taken.code,
    }
    return JsonResponse(body, status=201)


def _files(named: Any) -> list[str]:
    """Files are keys of what was sent with the same key before."""
    if not isinstance(named, list) or len(named) > 20:
        raise Refused(_("“files” is a list of at most 20 files that were sent before."))
    return [str(each) for each in named]


def _entrance(request: HttpRequest) -> Entrance | None:
    signature = request.headers.get("Kapok-Signature")
    if signature is None:
        return by_key(request, ApiKey.Use.REPORT)
    try:
        key = UUID(request.headers.get("Kapok-Key", ""))
    except ValueError:
        return None
    return keys.entrance_of_signature(key, signature, request.body, at=timezone.now())

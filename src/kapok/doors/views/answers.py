"""Answers for programs: problem documents (RFC 9457), and requests read with limits."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from kapok.errors import Refused


def problem(status: int, title: str, detail: str, **more: object) -> HttpResponse:
    """A problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def no_key() -> HttpResponse:
    """No key was shown, or one that does not open this."""
    answer = problem(401, "NoKey", _("Show a key that is good for this, or ask for one."))
    answer["WWW-Authenticate"] = 'Bearer realm="Kapok"'
    return answer


def wait(seconds: int) -> HttpResponse:
    """Too often."""
    sentence = _("Too many requests. Wait %(seconds)s seconds and try again.")
    answer = problem(429, "TooManyRequests", sentence % {"seconds": seconds})
    answer["Retry-After"] = str(seconds)
    return answer


def not_now(refusal: Refused, seconds: int) -> HttpResponse:
    """Nothing is wrong with it: it is worth sending again."""
    answer = problem(503, "NotNow", str(refusal))
    answer["Retry-After"] = str(seconds)
    return answer


def faults(refusal: Refused, found: Mapping[str, str]) -> HttpResponse:
    """What is wrong, by field."""
    wrong = [{"field": name, "detail": sentence} for name, sentence in found.items()]
    return problem(422, "NotTaken", str(refusal), errors=wrong)


def read_json(request: HttpRequest, *, most_bytes: int = 1 << 20) -> dict[str, Any]:
    """The body as an object of JSON. Raises ``Refused``."""
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (most_bytes + 1)
    if len(body) > most_bytes:
        raise Refused(_("The request is too long. Send less at once."))
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(_("The body is no JSON that can be read.")) from None
    if not isinstance(found, dict):
        raise Refused(_("The body must be one object of JSON."))
    return found

"""Files in parts, as tus does it: begin, send parts from an offset, ask how far it came."""

import secrets as randomness
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from ninja.utils import check_csrf

from kapok.access import rates
from kapok.access.scope import acting
from kapok.doors.senders import Sender, sender
from kapok.doors.views import answers
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7
from kapok.matters.files import PART_BYTES, limits
from kapok.matters.operations import uploads

BEGUN = rates.Limit("begin uploads", 60, 600)
PARTS = rates.Limit("parts of uploads", 1200, 600)
MOST_BYTES = 10_000  # of the words that begin a file
View = Callable[..., HttpResponse]


def for_senders(limit: rates.Limit) -> Callable[[View], View]:
    """A view for whoever may send files; the browser's own forms must show that they are ours."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @login_not_required
        @never_cache
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            who = sender(request)
            if who is None:
                return answers.no_key()
            if who.acting is None and check_csrf(request, view) is not None:
                return answers.problem(403, "NotOurs", _("Load the page anew and try again."))
            wait_s = rates.over(limit, rates.who_asks(request))
            if wait_s:
                return answers.wait(wait_s)
            try:
                with _acting(who):
                    return view(request, who, *args, **kwargs)
            except NotAllowed as refusal:
                return answers.problem(403, "NotAllowed", str(refusal))
            except Refused as refusal:
                return answers.problem(422, "NotTaken", str(refusal))

        return wrapped

    return wrap


def _acting(who: Sender) -> AbstractContextManager[Any]:
    return nullcontext() if who.acting is None else acting(who.acting)


@require_POST
@for_senders(BEGUN)
def begin(request: HttpRequest, who: Sender) -> HttpResponse:
    """``{"kind", "size", "name"?, "sha256"?, "id"?}``: make room for a file."""
    said = answers.read_json(request, most_bytes=MOST_BYTES)
    file = _announced(said)
    if who.is_stranger and file.kind == limits.PAPER:
        raise Refused(_("Papers are sent by those who signed in. Bring it to the community."))
    token = randomness.token_urlsafe(24) if who.is_stranger else ""
    most = limits.MOST_BYTES_A_DAY_OF_STRANGERS if who.is_stranger else limits.MOST_BYTES_A_DAY
    if who.is_stranger and "id" in said:
        raise Refused(_("Leave the identifier out: you get one."))
    found = uploads.begin(file=file, token=token, most_a_day=most)
    body: dict[str, Any] = {"id": str(found.id), "offset": found.offset, "state": found.state}
    if token:
        body["token"] = token
    answer = JsonResponse(body, status=201)
    answer["Location"] = f"{request.path}{found.id}/"
    return _with_offset(answer, found)


@require_http_methods(["HEAD", "PATCH"])
@for_senders(PARTS)
def go_on(request: HttpRequest, who: Sender, file: UUID) -> HttpResponse:
    """``HEAD``: how far it came. ``PATCH`` with ``Upload-Offset``: the next part."""
    if who.is_stranger:
        uploads.shown([(file, request.headers.get("Upload-Token", ""))])
    if request.method == "HEAD":
        found = uploads.progress(file=file)
        return HttpResponse(status=404) if found is None else _with_offset(HttpResponse(), found)
    return _part(request, file)


def _part(request: HttpRequest, file: UUID) -> HttpResponse:
    offset, length = _number(request.headers.get("Upload-Offset")), _length(request)
    if offset is None:
        raise Refused(_("Say with Upload-Offset where this part begins."))
    if length > PART_BYTES:
        sentence = _("Send parts of at most %(mb)s MB.") % {"mb": PART_BYTES // limits.MB}
        return answers.problem(413, "TooLarge", sentence)
    data = request.read(length)
    if len(data) < length:
        return answers.problem(400, "BrokeOff", _("The part broke off. Send it again."))
    try:
        found = uploads.take_part(file=file, offset=offset, data=data)
    except uploads.WrongOffset as wrong:
        sentence = _("The next part begins at %(offset)s.") % {"offset": wrong.offset}
        answer = answers.problem(409, "WrongOffset", sentence, offset=wrong.offset)
        answer["Upload-Offset"] = str(wrong.offset)
        return answer
    if found.refusal:
        return _with_offset(answers.problem(422, "NotTaken", found.refusal), found)
    return _with_offset(JsonResponse({"offset": found.offset, "state": found.state}), found)


def _with_offset(answer: HttpResponse, found: uploads.Progress) -> HttpResponse:
    answer["Upload-Offset"], answer["Upload-Length"] = str(found.offset), str(found.size)
    return answer


def _announced(said: dict[str, Any]) -> uploads.Announced:
    size, name, digest = said.get("size"), said.get("name", ""), said.get("sha256", "")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 <= size < 1 << 31:
        raise Refused(_("Say with “size” how many bytes the file has."))
    if not isinstance(name, str) or not isinstance(digest, str):
        raise Refused(_("“name” and “sha256” are texts."))
    try:
        key = UUID(said["id"]) if said.get("id") else uuid7()
        return uploads.Announced(
            id=key,
            kind=str(said.get("kind", "")),
            name="".join(letter for letter in name if letter.isprintable())[:200],
            size=size,
            digest=bytes.fromhex(digest) or None,
        )
    except (ValueError, AttributeError, TypeError):
        raise Refused(_("“id” is a UUID, “sha256” 64 hexadecimal digits.")) from None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None


def _length(request: HttpRequest) -> int:
    return _number(request.META.get("CONTENT_LENGTH")) or 0

"""What came of a self-report: a page of its own, so that Back, reload and another language find it.

For ten minutes it is kept in a sealed cookie of that page alone, good for the telephone that sent
it: nothing of it stands in an address, and a rush writes no row for it. What is kept are codes; the
pack has the words in each language.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from kapok.access import secrets
from kapok.access.residents import proven
from kapok.errors import Refused
from kapok.packs import conditions, look_up
from kapok.packs.schema import Screening
from kapok.portal import numbers
from kapok.portal.operations import calling_back
from kapok.portal.operations.self_reports import Stored, Told
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages

COOKIE, ABOUT = "kapok_said", "what came of a self-report"
SHOWN_S = 600
TOKEN = "token-of-this-form"  # in a page that is kept, where each browser's own one goes
MOST_THANKS = 1_000
_THANKS: dict[tuple[Any, ...], str] = {}


@dataclass(frozen=True)
class Kept:
    """What came of it; ``advice`` are places in the list of its pack, and none is for the well."""

    phone: str
    pack: str
    advice: tuple[int, ...]
    place: int
    has_symptoms: bool
    is_called: bool
    number: int | None
    code: str
    until: int


def lead_on(request: HttpRequest, here: Here, told: Told, stored: Stored) -> HttpResponse:
    """To the page that says what came of it."""
    kept = Kept(
        phone=_phone(request),
        pack=str(told.pack),
        advice=fitting(told.screening, told.values),
        place=told.here.place,
        has_symptoms=stored.has_symptoms,
        is_called=stored.is_called,
        number=stored.number,
        code=stored.code,
        until=int(told.at.timestamp()) + SHOWN_S,
    )
    answer = redirect("portal-check-done", here.code)
    answer.set_cookie(
        COOKIE, _sealed(kept), SHOWN_S, path=_path(here), secure=request.is_secure(),
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return answer


@require_safe
@pages.at_door
def done(request: HttpRequest, here: Here) -> HttpResponse:
    """Advice, and who calls or is to be called. Later it stands among one's own reports."""
    kept = _kept(request, at=timezone.now())
    advice = _words(kept) if kept is not None else None
    if kept is None or advice is None:
        return redirect("portal-own", here.code)
    context = {"here": here, "stored": kept, "advice": advice}
    if not kept.has_symptoms:
        return _thanks(request, context)
    if kept.is_called:
        context["kept_days"] = calling_back.kept_days(kept.place, at=timezone.now())
    else:
        context["numbers"] = numbers.announced(kept.place, at=timezone.now())
    return pages.shown(request, "screening_done.html", context)


def fitting(asked: Screening, values: Mapping[str, Any]) -> tuple[int, ...]:
    """Which advice of a pack is for whoever answered so."""
    known = {"answers": dict(values)}
    return tuple(n for n, each in enumerate(asked.advice) if conditions.holds(each.when, known))


def _words(kept: Kept) -> tuple[str, ...] | None:
    """The advice in the language in use; ``None`` where its pack is not here any more."""
    try:
        portal = look_up.pack(UUID(kept.pack)).portal
    except Refused:
        return None
    if portal is None or portal.screening is None:
        return None
    asked = portal.screening
    return tuple(asked.advice[n].say.here() for n in kept.advice) or (asked.fine.here(),)


def _path(here: Here) -> str:
    return reverse("portal-check-done", args=[here.code])


def _sealed(kept: Kept) -> str:
    return base64.urlsafe_b64encode(secrets.encrypt(json.dumps(asdict(kept)), about=ABOUT)).decode()


def _phone(request: HttpRequest) -> str:
    return (proven(request) or b"").hex()


def _kept(request: HttpRequest, *, at: datetime) -> Kept | None:
    """What was kept; nothing where its time is over, or another telephone was proven since."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        text = secrets.decrypt(sealed, about=ABOUT)
    except (Refused, binascii.Error, ValueError):
        return None
    read = json.loads(text)
    kept = Kept(**read | {"advice": tuple(read["advice"])})
    is_theirs = kept.phone and kept.phone == _phone(request)
    return kept if is_theirs and kept.until > at.timestamp() else None


def _thanks(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The same page for every household that is well: it is made once for a community."""
    here: Here = context["here"]
    asked = (here.code, here.name, get_language(), pages.is_large(request), context["advice"])
    text = _THANKS.get(asked)
    if text is None:
        whole = context | {"csrf_token": TOKEN, "has_phone": True, "path": _path(here)}
        made = pages.shown(request, "screening_done.html", whole)
        if len(_THANKS) >= MOST_THANKS:
            _THANKS.clear()
        text = _THANKS[asked] = made.content.decode()
    return HttpResponse(text.replace(TOKEN, get_token(request)))

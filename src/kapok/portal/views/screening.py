"""How a household is: a form of the pack, advice at once, and a call where somebody feels ill."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import secrets
from kapok.access.residents import proven
from kapok.doors.operations.together import AGAIN_S, Busy
from kapok.doors.queries import kinds
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters.engine import asking
from kapok.packs import conditions, look_up
from kapok.packs.schema import Screening
from kapok.portal import homes, numbers
from kapok.portal.models import Mandate
from kapok.portal.operations import screening
from kapok.portal.operations.screening import Outcome, Stored, Told
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages

TOKEN = "token-of-this-form"  # in a page that is kept, where each browser's own one goes
DONE = "portal_check_done"  # key of the session: what came of it, sealed, for some minutes
AGAIN = "done"  # in the address of the page that shows it again
SHOWN_S = 600
KEPT = ("has_symptoms", "is_called", "number", "code")
MOST_THANKS = 1_000
_THANKS: dict[tuple[Any, ...], str] = {}


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
@pages.with_phone
def report(request: HttpRequest, here: Here) -> HttpResponse:
    """The form, or what comes of it."""
    if request.method != "POST" and AGAIN in request.GET and (kept := _kept(request)):
        return _result(request, here, kept)
    found = look_up.packs_at(here.place, timezone.now()).screening()
    if found is None:
        context = {"here": here, "sentence": _("Nothing is asked of your household at present.")}
        return pages.shown(request, "refused.html", context)
    asked, ref = found
    try:
        acting = pages.acting_for(request, here, Mandate.Use.SCREENING)
    except Refused as refusal:
        return pages.refused(request, here, refusal)
    page = {"here": here, "asked": asked, "acting": acting, "pack": ref.id}
    if request.method == "POST":
        return _take(request, page)
    return _form(request, page, key=uuid7(), home=here.at)


def _take(request: HttpRequest, page: dict[str, Any]) -> HttpResponse:
    here, asked, acting = page["here"], page["asked"], page["acting"]
    at = timezone.now()
    key = given.key(request.POST.get("key", ""))
    answers = given.answers(asked.form, request.POST)
    hours = look_up.packs_at(here.place, at).calendar
    checked = asking.checked(asked.form, answers, place=here.place, now=at, hours=hours)
    faults = {fault.field: fault.sentence for fault in checked.faults}
    home = acting.home if acting else request.POST.get("home", "")
    try:
        home = homes.written(home)
    except Refused as refusal:
        faults["home"] = str(refusal)
    if faults:
        return _form(request, page, key=key, answers=answers, faults=faults, home=home)
    told = Told(
        key=key,
        here=replace(here, place=acting.place) if acting else here,
        phone=pages.number_of(request),
        home=home,
        values=checked.values,
        screening=asked,
        pack=page["pack"],
        at=at,
        mandate=acting.id if acting else None,
        helper=acting.helper if acting else "",
    )
    try:
        stored = screening.tell(told)
    except Busy:
        return _come_back(request, page, told)
    return _said(request, page, told, stored)


def _said(request: HttpRequest, page: dict[str, Any], told: Told, stored: Stored) -> HttpResponse:
    """What came of it: advice at once, on the same page, so that it costs one request."""
    if stored.outcome is not Outcome.STORED:
        return pages.refused(request, page["here"], Refused(_sentence(stored.outcome)))
    context = {
        "here": page["here"],
        "stored": stored,
        "advice": advice(told.screening, told.values),
    }
    if not stored.has_symptoms:
        return _thanks(request, context)
    kept = {
        "stored": {key: getattr(stored, key) for key in KEPT},
        "advice": list(context["advice"]),
        "place": told.here.place,
        "until": told.at.timestamp() + SHOWN_S,
    }
    sealed = secrets.encrypt(json.dumps(kept), about=screening.ABOUT)
    request.session[DONE] = base64.b64encode(sealed).decode()
    return _result(request, page["here"], kept)


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What came of a self-report some minutes ago, for another language or print."""
    sealed = request.session.get(DONE)
    if sealed is None:
        return None
    text = secrets.decrypt(base64.b64decode(sealed), about=screening.ABOUT)
    kept: dict[str, Any] = json.loads(text)
    if kept["until"] < timezone.now().timestamp():
        del request.session[DONE]
        return None
    return kept


def _result(request: HttpRequest, here: Here, kept: dict[str, Any]) -> HttpResponse:
    """Advice, and who calls or is to be called, with switches that find this page again."""
    context = {
        "here": here,
        "stored": kept["stored"],
        "advice": kept["advice"],
        "path": f"{request.path}?{AGAIN}=1",
    }
    if not kept["stored"]["is_called"]:
        context["numbers"] = numbers.announced(kept["place"], at=timezone.now())
    return pages.shown(request, "screening_done.html", context)


def _thanks(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The same page for every household that is well: it is made once for a community."""
    here: Here = context["here"]
    asked = (here.code, here.name, get_language(), pages.is_large(request), context["advice"])
    text = _THANKS.get(asked)
    if text is None:
        made = pages.shown(request, "screening_done.html", context | {"csrf_token": TOKEN})
        if len(_THANKS) >= MOST_THANKS:
            _THANKS.clear()
        text = _THANKS[asked] = made.content.decode()
    return HttpResponse(text.replace(TOKEN, get_token(request)))


def advice(asked: Screening, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What somebody is told who answered so."""
    known = {"answers": dict(values)}
    found = tuple(each.say.here() for each in asked.advice if conditions.holds(each.when, known))
    return found or (asked.fine.here(),)


def _sentence(outcome: Outcome) -> str:
    if outcome is Outcome.OTHER_HOMES:
        return _(
            "This telephone has reported for %(most)s homes within a day. For a neighbour, write "
            "down that they agreed (“Act for a neighbour”), or tell your grid worker."
        ) % {"most": screening.MOST_HOMES}
    return _(
        "This home was reported often enough within a day. If somebody is worse, call the "
        "community, or 120."
    )


def _come_back(request: HttpRequest, page: dict[str, Any], told: Told) -> HttpResponse:
    """Nothing is lost: the answers stay in the form, which is sent again by one button."""
    sentence = _(
        "So many report at this moment that yours could not be taken yet. Your answers are still "
        "here: wait %(seconds)s seconds, then send them again. If somebody is badly ill, call 120."
    ) % {"seconds": AGAIN_S}
    answer = _form(
        request, page, key=told.key, answers=dict(told.values), home=told.home, notice=sentence
    )
    answer.status_code = 503
    answer["Retry-After"] = str(AGAIN_S)
    return answer


def _form(
    request: HttpRequest,
    page: dict[str, Any],
    *,
    key: UUID,
    answers: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    home: str = "",
    notice: str = "",
) -> HttpResponse:
    asked: Screening = page["asked"]
    faults = faults or {}
    names = {field.name for field in asked.form.fields} | {"home"}
    context = page | {
        "title": asked.title.here(),
        "why": asked.why.here(),
        "questions": kinds.questions(asked.form, answers or {}, faults),
        "key": key,
        "home": home,
        "home_fault": faults.get("home", ""),
        "other_faults": [words for name, words in faults.items() if name not in names],
        "has_faults": bool(faults),
        "notice": notice,
    }
    return pages.shown(request, "screening.html", context, status=422 if faults else 200)


@require_POST
@pages.at_door
@pages.with_phone
def forget(request: HttpRequest, here: Here, said: UUID) -> HttpResponse:
    """Take a self-report back."""
    phone = proven(request) or b""
    screening.forget(key=said, phone=phone, at=timezone.now())
    return redirect("portal-own", here.code)

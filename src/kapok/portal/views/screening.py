"""How a household is: a form of the pack; what came of it is on a page of its own (``told``)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access.residents import proven
from kapok.doors.operations.together import AGAIN_S, Busy
from kapok.doors.queries import kinds
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters.engine import asking
from kapok.packs import look_up
from kapok.packs.schema import Screening
from kapok.portal import homes
from kapok.portal.models import Mandate
from kapok.portal.operations import screening
from kapok.portal.operations.self_reports import Outcome, Stored, Told
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages
from kapok.portal.views.told import lead_on


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
@pages.with_phone
def report(request: HttpRequest, here: Here) -> HttpResponse:
    """The form, or what comes of it."""
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
    """What came of it."""
    if stored.outcome is not Outcome.STORED:
        return pages.refused(request, page["here"], Refused(_sentence(stored.outcome)))
    return lead_on(request, page["here"], told, stored)


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

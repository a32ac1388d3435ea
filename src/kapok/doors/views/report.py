"""The report page: where, what, why, and the form. Nobody has to sign in or say who they are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kapok.doors.entrances import PORTAL
from kapok.doors.operations import reporting
from kapok.doors.queries import kinds, where
from kapok.doors.views import given
from kapok.ids import uuid7
from kapok.matters.engine.reporting import PHONE, WHERE, WORDS
from kapok.matters.workflow import Door
from kapok.packs.schema import Form, Kind

DONE = "report_done"  # key of the session: what is shown once
SAID_ONCE = {WHERE: "address", PHONE: "contact.phone", WORDS: "text"}  # questions of every report


@login_not_required
@require_safe
def choose_place(request: HttpRequest) -> HttpResponse:
    """Where: by the name of the community, or by the position of the telephone."""
    position = given.position(request.GET)
    not_found = False
    if position is not None:
        place = where.around(*position)
        if place is not None:
            return redirect(f"{_kinds_url(place)}?{urlencode(_as_query(position))}")
        not_found = True
    text = request.GET.get("q", "")[:60]
    found = where.communities(text) if text.strip() else where.first_communities()
    context = {"q": text, "places": found, "not_found": not_found}
    return render(request, "doors/report/place.html", context)


@login_not_required
@require_safe
def choose_kind(request: HttpRequest, place: int) -> HttpResponse:
    """What: the kinds that the rules of the place let the public report; or only needs."""
    found = where.known(place)
    if found is None:
        raise Http404
    only_needs = request.GET.get("needs") == "1"
    of = kinds.asked_for if only_needs else kinds.reportable
    context = {
        "place": found,
        "kinds": of(place, Door.PORTAL, at=timezone.now()),
        "only_needs": only_needs,
        "position": urlencode(_as_query(given.position(request.GET))),
    }
    return render(request, "doors/report/kinds.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: HttpRequest, place: int, kind: str) -> HttpResponse:
    """Why first, then the form of what it is; then it is a matter."""
    at = timezone.now()
    found_place, found = where.known(place), kinds.one(place, kind, Door.PORTAL, at=at)
    if found_place is None or found is None:
        raise Http404
    sent = request.POST if request.method == "POST" else request.GET
    why = sent.get("why", "")[:60]
    page: dict[str, Any] = {"place": found_place, "kind": found, "why": why}
    page["position"] = urlencode(_as_query(given.position(sent)))
    if found.kind.why is not None and found.kind.why.option(why) is None:
        return render(request, "doors/report/why.html", page)
    asked = kinds.led_to(found, why, place, at=at)
    if request.method != "POST":
        return _form(request, page, asked, key=uuid7(), answers=_of_reason(found.kind, why))
    return _take(request, page, asked, place)


def _take(request: HttpRequest, page: dict[str, Any], asked: Kind, place: int) -> HttpResponse:
    at = timezone.now()
    key = given.key(request.POST.get("key", ""))
    command = reporting.command_id(PORTAL, str(key))
    faults: dict[str, str] = {}
    answers = given.answers(asked.report_form, request.POST)
    if request.POST.get("website"):
        faults["website"] = _("Leave this field empty: only programs fill it in.")
    kept = given.kept(command, request.POST, faults)
    kept += given.new_files(request, asked, command, answers, faults)
    if faults:
        return _form(request, page, asked, key=key, answers=answers, faults=faults, kept=kept)
    said = given.said(request.POST, page["kind"].code, page["why"], place, answers, kept)
    try:
        taken = reporting.report(entrance=PORTAL, key=str(key), said=said, at=at)
    except reporting.NotTaken as refusal:
        faults = dict(refusal.faults) or {"": refusal.sentence}
        form = _form(request, page, asked, key=key, answers=answers, faults=faults, kept=kept)
        return given.not_now(form, refusal)
    request.session[DONE] = {"number": taken.number, "code": taken.code}
    return redirect("report-done")


@login_not_required
@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The number and the tracking code, once."""
    shown = request.session.pop(DONE, None)
    if shown is None:
        return redirect("track")
    return render(request, "doors/report/done.html", shown)


def _form(
    request: HttpRequest,
    page: dict[str, Any],
    asked: Kind,
    *,
    key: UUID,
    answers: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    kept: list[UUID] | None = None,
) -> HttpResponse:
    position = given.position(request.POST if request.method == "POST" else request.GET)
    faults = faults or {}
    faults = {SAID_ONCE.get(name, name): sentence for name, sentence in faults.items()}
    asked_names = {field.name for field in asked.report_form.fields}
    shown = {"", "photos", "address", "place", "text", "contact.phone", "website"} | asked_names
    context = page | {
        "asked": asked,
        "asked_label": asked.label.here(),
        "questions": kinds.questions(_left_to_ask(asked.report_form), answers or {}, faults),
        "needs_address": any(
            f.name == WHERE and f.required is True for f in asked.report_form.fields
        ),
        "key": key,
        "faults": {name.replace(".", "_"): sentence for name, sentence in faults.items()},
        "other_faults": [words for name, words in faults.items() if name not in shown or not name],
        "kept": kept or [],
        "given": request.POST,
        "lon": position[0] if position else None,
        "lat": position[1] if position else None,
        "place_variables": {"code": str(page["place"].code)},
    }
    return render(request, "doors/report/form.html", context, status=422 if faults else 200)


def _left_to_ask(form: Form) -> Form:
    """The questions that the page does not ask of every report."""
    return form.model_copy(
        update={"fields": tuple(each for each in form.fields if each.name not in SAID_ONCE)}
    )


def _of_reason(kind: Kind, why: str) -> dict[str, Any]:
    """What follows from the reason is not asked again; it stands in the form, to be changed."""
    reason = kind.why.option(why) if kind.why else None
    return dict(reason.answers) if reason else {}


def _as_query(position: tuple[float, float] | None) -> dict[str, str]:
    return {} if position is None else {"lon": str(position[0]), "lat": str(position[1])}


def _kinds_url(place: int) -> str:
    return redirect("report-kinds", place=place)["Location"]

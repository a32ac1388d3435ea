"""A request for help: what is needed, a short form, then it is a matter as from any other door."""

from collections.abc import Mapping
from time import time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kapok.access import rates
from kapok.access.phones import canonical, phone_index
from kapok.doors.entrances import PORTAL
from kapok.doors.operations import reporting
from kapok.doors.queries import kinds
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters import notes
from kapok.matters.engine.reporting import PHONE, WHERE, WORDS
from kapok.packs import look_up
from kapok.packs.schema import FieldType, HelpAsked, Kind
from kapok.portal.models import Mandate
from kapok.portal.operations import mandates
from kapok.portal.operations.mandates import ActingFor
from kapok.portal.queries import asking, home
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages

DONE = "portal_help_done"  # key of the session: what is shown for a while
SHOWN_S = 600  # so long that the switches of language and print lose no code
# Of one telephone: whoever asks for the old people of a whole stairwell comes through.
OF_A_TELEPHONE = rates.Limit("ask for help by telephone", 20, 600)
SAID_ONCE = {WHERE: "address", PHONE: "contact.phone", WORDS: "text"}


@require_safe
@pages.at_door
def choose(request: HttpRequest, here: Here) -> HttpResponse:
    """What is needed."""
    try:
        acting = pages.acting_for(request, here, Mandate.Use.HELP)
    except Refused as refusal:
        return pages.refused(request, here, refusal)
    found = home.needs(here.place, at=timezone.now())
    return pages.shown(request, "help.html", {"here": here, "needs": found, "acting": acting})


@require_http_methods(["GET", "HEAD", "POST"])
@pages.at_door
def ask(request: HttpRequest, here: Here, need: str) -> HttpResponse:
    """The form of one need, and what comes of it."""
    rules = look_up.packs_at(here.place, timezone.now())
    asked = rules.help_asked()
    kind = rules.find(asked.kind) if asked else None
    if asked is None or kind is None or need not in _labels(kind, asked):
        return redirect("portal-help", here.code)
    try:
        acting = pages.acting_for(request, here, Mandate.Use.HELP)
    except Refused as refusal:
        return pages.refused(request, here, refusal)
    page = {
        "here": here,
        "need": need,
        "label": _labels(kind, asked)[need],
        "acting": acting,
        "number": pages.number_of(request),
    }
    if request.method == "POST":
        return _take(request, page, kind, asked)
    return _form(request, page, kind, asked, key=uuid7())


def _labels(kind: Kind, asked: HelpAsked) -> dict[str, str]:
    question = kind.report_form.field(asked.question)
    options = question.options if question else ()
    return {option.code: option.label.here() for option in options}


def _take(request: HttpRequest, page: dict[str, Any], kind: Kind, asked: HelpAsked) -> HttpResponse:
    here, acting = page["here"], page["acting"]
    key = given.key(request.POST.get("key", ""))
    command = reporting.command_id(PORTAL, str(key))
    faults: dict[str, str] = {}
    answers = given.answers(kind.report_form, request.POST) | {asked.question: page["need"]}
    if request.POST.get("website"):
        faults["website"] = _("Leave this field empty: only programs fill it in.")
    kept = given.kept(command, request.POST, faults)
    kept += given.new_files(request, kind, command, answers, faults)
    if not faults and (wait_s := _over(request)):
        return rates.too_many(request, wait_s=wait_s)
    if not faults:
        said = _said(request, kind, here, answers, kept, acting)
        try:
            taken = _reported(here, str(key), said, acting)
        except reporting.NotNow as busy:
            form = _form(
                request, page, kind, asked, key=key, answers=answers, kept=kept,
                notice=busy.sentence,
            )  # fmt: skip
            return given.not_now(form, busy)
        except reporting.NotTaken as refusal:
            faults = dict(refusal.faults) or {"": refusal.sentence}
        else:
            shown = {"number": taken.number, "code": taken.code}
            request.session[DONE] = shown | {"until": int(time()) + SHOWN_S}
            return redirect("portal-help-done", here.code)
    return _form(request, page, kind, asked, key=key, answers=answers, faults=faults, kept=kept)


def _over(request: HttpRequest) -> int:
    """How long to wait where so much was asked for with one telephone: that was proven, or that
    somebody wrote at one address. Who writes a neighbour's number elsewhere shuts out nobody.
    """
    who = rates.who_asks(request)
    if pages.number_of(request):
        return rates.over(OF_A_TELEPHONE, who)
    try:
        written = phone_index(canonical(request.POST.get("phone", "")[:40]))
    except Refused:
        return 0  # the form says what is wrong with it
    return rates.over(OF_A_TELEPHONE, f"{who}:{written.hex()}")


def _reported(
    here: Here, key: str, said: Mapping[str, Any], acting: ActingFor | None
) -> reporting.Taken:
    """Report it. What a helper does is written down first: what cannot be is not done."""
    at = timezone.now()
    if acting is None:
        return reporting.report(entrance=PORTAL, key=key, said=said, at=at)
    subject = reporting.matter_of(PORTAL, key)
    mandates.note(mandate=acting.id, place=here.place, use=Mandate.Use.HELP, subject=subject, at=at)
    try:
        return reporting.report(entrance=PORTAL, key=key, said=said, at=at)
    except reporting.NotNow:
        raise  # it is sent again
    except reporting.NotTaken:
        mandates.strike(mandate=acting.id, subject=subject, at=at)
        raise


def _said(
    request: HttpRequest,
    kind: Kind,
    here: Here,
    answers: Mapping[str, Any],
    kept: list[UUID],
    acting: ActingFor | None,
) -> dict[str, Any]:
    """The report. Where it is follows from the short address, never from the form."""
    said = given.said(request.POST, kind.code, "", here.place, answers, kept)
    if here.building is not None and acting is None:
        said["building"] = str(here.building)
    if acting is not None:
        said["place"] = acting.place
        said["address"] = acting.home
        said["contact"] = said["contact"] | {"name": acting.helper}
        agreed = notes.for_neighbour(helper=acting.helper, given_by=acting.given_by)
        said["notes"] = [notes.stored(agreed)]
    return said


def _form(
    request: HttpRequest,
    page: dict[str, Any],
    kind: Kind,
    asked: HelpAsked,
    *,
    key: UUID,
    answers: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
    kept: list[UUID] | None = None,
    notice: str = "",
) -> HttpResponse:
    faults = {SAID_ONCE.get(name, name): words for name, words in (faults or {}).items()}
    form = asking.left(kind.report_form, {asked.question: page["need"]}, set(SAID_ONCE))
    names = {field.name for field in form.fields} | {"address", "contact.phone", "text", "website"}
    context = page | {
        "questions": kinds.questions(form, answers or {}, faults),
        "key": key,
        "faults": {name.replace(".", "_"): words for name, words in faults.items()},
        "other_faults": [words for name, words in faults.items() if name not in names],
        "has_faults": bool(faults),
        "notice": notice,
        "kept": kept or [],
        "asks_photos": any(field.type == FieldType.PHOTO for field in form.fields),
        "given": request.POST,
        "may_hide": not kind.anonymous,
    }
    return pages.shown(request, "help_form.html", context, status=422 if faults else 200)


@require_safe
@pages.at_door
def done(request: HttpRequest, here: Here) -> HttpResponse:
    """The number and the tracking code, for some minutes."""
    shown = request.session.get(DONE)
    if shown is None or shown["until"] < time():
        request.session.pop(DONE, None)
        return redirect("portal-track", here.code)
    return pages.shown(request, "help_done.html", {"here": here, **shown})

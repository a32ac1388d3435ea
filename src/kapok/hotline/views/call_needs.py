"""The needs of a call: their list as it stands, the form of one, and what becomes of it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kapok.access.requests import SignedInRequest
from kapok.errors import NotAllowed, Refused
from kapok.hotline.operations import needs, screening
from kapok.hotline.page_forms import NeedForm, data_of, key_in, need_form
from kapok.hotline.queries import call_page, caller
from kapok.hotline.queries.calls import Stand
from kapok.hotline.queries.needs import needs_of, sends_to_no_door
from kapok.hotline.queries.records import record_of
from kapok.hotline.views.call_common import SEES_RECORD, Desk, of_call, part, show
from kapok.ids import uuid7
from kapok.matters.engine.facts import Status
from kapok.packs import look_up
from kapok.packs.schema import CallCategory, Kind


@require_safe
@of_call
def list_of(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """The needs as they stand now: asked for every few seconds."""
    if desk.stand not in SEES_RECORD:
        raise Http404
    return part(request, desk, "_needs", {"needs": needs_of(desk.call.pk, desk.words)})


def form_for(desk: Desk, code: str) -> NeedForm | None:
    """The form of a need that becomes a matter, filled in as far as it is known."""
    category = desk.words.category(code)
    kind = _kind(desk, category) if category else None
    if category is None or kind is None or desk.stand != Stand.HOLDER:
        return None
    record = record_of(desk.call.pk)
    found = None
    if record.phone and record.building is None and not record.address:
        found = caller.by_words(record.phone, today=desk.at.date())
    where = caller.where_of(record, found)
    return need_form(category, kind, key=uuid7(), record=record, where=where)


def _kind(desk: Desk, category: CallCategory) -> Kind | None:
    if category.kind is None:
        return None
    return look_up.packs_at(desk.call.place, desk.at).find(category.kind)


@require_http_methods(["GET", "HEAD", "POST"])
@of_call
def need(request: SignedInRequest, desk: Desk, category: str) -> HttpResponse:
    """One need: its script and form; sent, it is a matter, answered, or referred."""
    chosen = desk.words.category(category)
    if chosen is None or desk.stand != Stand.HOLDER:
        raise Http404
    if request.method != "POST":
        if "back" in request.GET:
            return _chosen(request, desk, None, None)
        return _chosen(request, desk, chosen, form_for(desk, category))
    try:
        refused = _sent(request, desk, chosen)
    except (Refused, NotAllowed) as refusal:
        refused = _again(request, desk, chosen, problem=str(refusal))
        if refused is None:
            return show(request, desk, problem=str(refusal), category=chosen)
    if refused is not None:
        return _chosen(request, desk, chosen, refused, status=422)
    if request.htmx:
        return _chosen(request, desk, None, None)
    return redirect(f"{desk.url}#needs")


def _sent(request: SignedInRequest, desk: Desk, category: CallCategory) -> NeedForm | None:
    """Carry it out; its form again where it was refused."""
    sent, how = request.POST, request.POST.get("how", "")
    about: dict[str, Any] = {
        "call_id": desk.call.pk,
        "category": category.code,
        "by": request.user,
        "at": desk.at,
    }
    key = key_in(sent.get("key", ""))
    if how == "answered":
        needs.answered(key=key, **about)
        return None
    if how == "referred":
        needs.refer(key=key, to=sent.get("to", ""), **about)
        return None
    kind = _kind(desk, category)
    if kind is None:
        raise Refused(_("This need becomes no matter here. Say that it was answered, or referred."))
    answer = needs.open_matter(key=key, data=data_of(kind, sent), **about)
    if answer.status == Status.TAKEN:
        said = _("Taken as No. %(number)s. Tell it to the caller.") % {"number": answer.number}
        messages.success(request, said)
        return None
    return _again(request, desk, category, faults=answer.faults, problem=answer.sentence)


def _again(
    request: SignedInRequest,
    desk: Desk,
    category: CallCategory,
    *,
    faults: Mapping[str, str] | None = None,
    problem: str = "",
) -> NeedForm | None:
    """The form as it was sent, with what was wrong beside each field."""
    kind = _kind(desk, category)
    if kind is None:
        return None
    return need_form(
        category,
        kind,
        key=key_in(request.POST.get("key", "")),
        record=record_of(desk.call.pk),
        where=None,
        sent=request.POST,
        faults=faults,
        problem=problem,
    )


def _chosen(
    request: SignedInRequest,
    desk: Desk,
    category: CallCategory | None,
    form: NeedForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The chooser with the form in it; for htmx with the script and the list beside it."""
    if category is not None and category.is_screened and desk.stand == Stand.HOLDER:
        screening.begin(desk.call)
    context: dict[str, Any] = {"category": category, "form": form, "fresh": uuid7()}
    if not request.htmx:
        return show(request, desk, status=status, **context)
    found = needs_of(desk.call.pk, desk.words)
    more = {
        "script": desk.words.script(category.script if category else desk.words.opening),
        "needs": found,
        "no_door": sends_to_no_door(found),
        "places": call_page.places_near(desk.call) if form and not form.building else (),
        "is_part": True,
    }
    return part(request, desk, "_need_parts", context | more, status=status)

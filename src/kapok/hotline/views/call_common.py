"""What the pages of one call share: who stands how to it, and its page with all its parts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.hotline import rules, typed
from kapok.hotline.models import Call
from kapok.hotline.operations import screening
from kapok.hotline.queries import call_page, calls
from kapok.hotline.queries.calls import Stand, call_of, stand
from kapok.hotline.queries.records import seen_of
from kapok.ids import uuid7
from kapok.packs.schema import Hotline
from kapok.people.views import page as people_page

PURPOSE = "urgent_help"
REDIRECTS = 302
SEES_RECORD = frozenset({Stand.HOLDER, Stand.LEAD, Stand.HELPER, Stand.NEXT})


@dataclass(frozen=True)
class Desk:
    """A call as it lies before whoever acts."""

    call: Call
    stand: Stand
    words: Hotline
    at: datetime

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("call", args=[self.call.pk])


View = Callable[..., HttpResponse]


def of_call(view: View) -> View:
    """A view of one call: opening it is what the data is looked at for."""

    @wraps(view)
    def wrapped(request: SignedInRequest, phone_call: UUID, **more: str) -> HttpResponse:
        if not scope.can(Permission.CALL_LEAD):
            scope.require(Permission.CALL_TAKE)
        with scope.acting(scope.for_purpose(PURPOSE)):
            call = call_of(phone_call)
            if call is None or call.answered_at is None:
                raise Http404
            at = timezone.now()
            words = rules.spoken_at(call.place, at)
            desk = Desk(call, stand(call, scope.current()), words, at)
            answer = view(request, desk, **more)
        if answer.status_code == REDIRECTS:  # what was sent was taken
            typed.taken(request)
        return answer

    return wrapped


def show(
    request: SignedInRequest,
    desk: Desk,
    *,
    problem: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The whole page; with what was refused, and all that was typed beside it."""
    if desk.stand not in SEES_RECORD:
        about = {
            "problem": problem,
            "wants_help": calls.wants_help(desk.call),
            "line": calls.line_name(desk.call),
        }
        return part(request, desk, "call_other", about, status=422 if problem else status)
    if desk.stand == Stand.HOLDER:
        screening.begin_where_due(desk.call)
        _declare_purpose(request)
    found = call_page.page_of(desk.call, desk.stand, desk.words, at=desk.at)
    kept = None if problem else typed.of(request, desk.call, desk.stand)
    sent = request.POST if problem else kept or QueryDict()
    values = {
        "page": found,
        "problem": problem,
        "sent": sent,
        "is_kept": kept is not None,
        "watermark": people_page.watermark(request),
        "fresh": uuid7(),
        "q": "",
        "seen": seen_of(found.caller.record.notes),
        "questions": _questions(sent, desk),
    }
    form, category = more.get("form"), more.get("category")
    if form is not None and not form.building:
        values["places"] = call_page.places_near(desk.call)
    values["script"] = desk.words.script(category.script) if category else found.opening
    return part(request, desk, "call", values | more, status=422 if problem else status)


def _declare_purpose(request: SignedInRequest) -> None:
    """Files that are opened from a call are opened for it, unless another purpose was chosen."""
    if not people_page.chosen_purpose(request, scope.current().role):
        request.session[people_page.PURPOSE] = PURPOSE


def _questions(sent: QueryDict, desk: Desk) -> list[dict[str, Any]]:
    """The questions of the screening, with what was sent."""
    return [
        {
            "code": each.code,
            "ask": each.ask.here(),
            "level": each.level,
            "said": sent.get(f"asked.{each.code}", ""),
        }
        for each in desk.words.questions
    ]


def part(
    request: SignedInRequest,
    desk: Desk,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page or a part of it, kept by nobody."""
    values = {
        "call": desk.call,
        "stand": str(desk.stand),
        "is_holder": desk.stand == Stand.HOLDER,
        "is_open": desk.call.state in {"TALKING", "WRAP_UP"},
        "words": desk.words,
        "now": desk.at,
    }
    answer = render(request, f"hotline/{name}.html", values | context, status=status)
    return people_page.private(answer)

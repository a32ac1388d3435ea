"""The page behind a short address: light, for old phones, without an account."""

from time import time
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.rates import Limit, over, who_asks
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.outreach.operations import answering
from kapok.outreach.page_forms import LONGEST_ADDRESS, AnswerForm
from kapok.outreach.queries.communities import where
from kapok.outreach.queries.links import Linked, linked
from kapok.outreach.queries.public import public
from kapok.people.views.page import private

OF_HOUSEHOLD = Limit("notice answer of a household", 6, 600)
OF_ADDRESS = Limit("notice answer", 40, 600)
DONE = "notice_answered"  # key of the session: what is shown for a while
SHOWN_S = 600  # so long that a reload and the switches of language and print lose no code
PRINT, LARGE = "kapok_print", "large"  # the cookie of the online homes
READ, ANSWERED, STOPPED = "read", "answered", "stopped"
SAID = {
    READ: lambda: _("Thank you for reading it."),
    STOPPED: lambda: _("This telephone gets no more messages, but urgent ones of danger to life."),
}


@require_safe
@login_not_required
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The notice; nothing is noted by opening it alone, since programs open links as well."""
    return _page(request, code, said=request.GET.get("said", ""))


@require_POST
@login_not_required
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody has it on their screen."""
    _found(code)
    answering.open_link(code=code, at=timezone.now())
    return redirect(_address(code, said=READ, within=_within(request)))


@require_POST
@login_not_required
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What they need, or their answer: a matter."""
    found = _found(code)
    form = AnswerForm(request.POST)
    _refuse_floods(request, found, code)
    if not form.is_valid():
        return _page(request, code, form=form, status=422)
    said = form.cleaned_data
    words = answering.Words(
        said["text"], said["phone"], said["address"], said["needs_help"], _within(request)
    )
    try:
        arrived = answering.answer(code=code, key=_key(request), words=words, at=timezone.now())
    except Refused as refusal:
        return _page(request, code, form=form, fault=str(refusal), status=422)
    shown = {"number": arrived.number, "tracking": arrived.tracking}
    request.session[DONE] = shown | {"notice": code, "until": int(time()) + SHOWN_S}
    return redirect(_address(code, said=ANSWERED, within=arrived.community) + "#arrived")


@require_POST
@login_not_required
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """No more messages to the telephone that got this link."""
    _found(code)
    try:
        answering.opt_out_by_link(code=code, at=timezone.now())
    except Refused as refusal:
        return _page(request, code, problem=str(refusal), status=422)
    return redirect(_address(code, said=STOPPED))


def _refuse_floods(request: HttpRequest, found: Linked, code: str) -> None:
    """A household by its own link, strangers by where they are: thousands share one address."""
    limit, who = (OF_HOUSEHOLD, code) if found.household else (OF_ADDRESS, who_asks(request))
    if over(limit, who):
        raise Refused(
            _("Many answers came from here just now. Wait a little, or call the community.")
        )


def _address(code: str, *, said: str = "", within: str = "") -> str:
    asked = urlencode({name: each for name, each in (("said", said), ("in", within)) if each})
    return reverse("notice-open", args=[code]) + (f"?{asked}" if asked else "")


def _within(request: HttpRequest) -> str:
    """The community that was chosen, or on whose page the notice was read: what was said last."""
    said = request.POST.getlist("in") or request.GET.getlist("in")
    return next((each[:20] for each in reversed(said) if each.strip()), "")


def _key(request: HttpRequest) -> UUID:
    """The form's own key, so that whoever sends it twice makes one matter."""
    return uuid5(answering.DOOR, f"{request.POST.get('key', '')[:60]}\x1f{request.path}")


def _found(code: str) -> Linked:
    found = linked(code, at=timezone.now())
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    code: str,
    *,
    form: AnswerForm | None = None,
    problem: str = "",
    fault: str = "",
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    found, within = _found(code), _within(request)
    typed = form.data.get("address", "") if form is not None else ""
    here = where(found, within, typed[:LONGEST_ADDRESS], at=at)
    context = {
        "notice": public(found, at=at),
        "code": code,
        "form": form or AnswerForm(),
        "key": request.POST.get("key") or str(uuid7()),
        "where": here,
        "again": _address(code, said=said, within=within),
        "problem": problem,
        "fault": fault or (here.sentence if here.is_foreign else ""),
        "said": SAID.get(said, lambda: "")(),
        "has_answered": said == ANSWERED,
        "arrived": _arrived(request, code) if said == ANSWERED else None,
        "is_large": request.COOKIES.get(PRINT) == LARGE,
    }
    return private(render(request, "outreach/n/page.html", context, status=status))


def _arrived(request: HttpRequest, code: str) -> dict[str, Any] | None:
    """The number and the tracking code of an answer, for some minutes."""
    shown: dict[str, Any] | None = request.session.get(DONE)
    if shown is None or shown["notice"] != code or shown["until"] < time():
        return None
    return shown

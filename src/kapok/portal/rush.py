"""What residents read where they could not be answered: what to do, and all that they typed.

The page needs neither database nor session. What was typed goes back to where it was sent, with the
token of the form that it came from, so that nothing passes here that would not pass there.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kapok.access.middleware import MOST_BYTES
from kapok.box.turns import HOME, TURNED_AWAY
from kapok.doors.operations.together import AGAIN_S
from kapok.portal import rendering, standing
from kapok.portal.views import pages
from kapok.portal.views.home import as_answer

OURS = "/c/"
CODE = re.compile(r"/c/([^/]+)/")
OWN_PAGES = {429, 500}  # of which the pages of the desk are too heavy, and keep nothing
LOG = logging.getLogger("kapok.portal")
NOTED_EVERY_S = 60
PASSED_ON = ("Retry-After",)
MOST_FIELDS = 200


@dataclass(frozen=True)
class Typed:
    """What somebody sent: fields, and the names of those that held files, which cannot be kept."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()
    is_lost: bool = False  # it could not be read


@dataclass
class _Noted:
    at_s: float = -1e9


_NOTED = _Noted()


class Rush:
    """Answers those who were turned away, and residents whom something kept from being answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless it was turned away."""
        if request.META.get(TURNED_AWAY):
            with translation.override(translation.get_language_from_request(request)):
                answer = kept_page(request) or turned_away(request)
        else:
            answer = self.get_response(request)
            if answer.status_code not in OWN_PAGES or not request.path.startswith(OURS):
                return answer
            answer = in_our_words(request, answer)
        answer["Content-Length"] = str(len(answer.content))
        return answer


def kept_page(request: HttpRequest) -> HttpResponse | None:
    """The page of a community as it was made last, for whoever wanted to read that."""
    if request.method not in {"GET", "HEAD"} or not HOME.fullmatch(request.path):
        return None
    [code] = CODE.findall(request.path)
    language = get_language() or settings.LANGUAGE_CODE
    made = rendering.kept(rendering.asked(code, language, is_large=pages.is_large(request)))
    return None if made is None else as_answer(request, made)


def turned_away(request: HttpRequest) -> HttpResponse:
    """Too many are here: when to come again, with what was typed."""
    if request.method == "POST":
        sentence = _(
            "So many are here at this moment that what you sent could not be taken yet. Wait "
            "%(seconds)s seconds, then press “Send again”."
        )
    else:
        sentence = _(
            "So many are here at this moment that this page could not be made. Wait %(seconds)s "
            "seconds, then open it again."
        )
    _note()
    answer = page(request, _("Very many people are here"), sentence % {"seconds": AGAIN_S}, 503)
    answer["Retry-After"] = str(AGAIN_S)
    return answer


def _note() -> None:
    """Write down that it happens, once in a while."""
    now = monotonic()
    if now - _NOTED.at_s > NOTED_EVERY_S:
        _NOTED.at_s = now
        LOG.warning("Very many people are here: some are told to come again.")


def in_our_words(request: HttpRequest, given: HttpResponse) -> HttpResponse:
    """Too often, or a fault of Kapok: on a light page, with what was typed."""
    with translation.override(translation.get_language_from_request(request)):
        if given.status_code == 429:
            sentence = _("This was done very often from here. Wait %(seconds)s seconds.")
            seconds = given.headers.get("Retry-After", str(AGAIN_S))
            answer = page(request, _("Please wait"), sentence % {"seconds": seconds}, 429)
        else:
            sentence = _(
                "Something went wrong in Kapok. It is no fault of yours, and it was written down. "
                "Try again in a minute, or call the community."
            )
            answer = page(request, _("This did not work"), sentence, given.status_code)
    for name in PASSED_ON:
        if name in given.headers:
            answer[name] = given[name]
    return answer


def typed(request: HttpRequest) -> Typed:
    """What was typed, as far as it can be read."""
    if request.method != "POST":
        return Typed()
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdigit() or int(announced) > MOST_BYTES:
        return Typed(is_lost=True)
    try:
        return Typed(tuple(_fields(request)), tuple(dict.fromkeys(request.FILES)))
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return Typed(is_lost=True)


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    n = 0
    for name, values in request.POST.lists():
        for value in values:
            n += 1
            if n > MOST_FIELDS:
                return
            yield name, str(value)


def page(
    request: HttpRequest, title: str, sentence: str, status: int, *, kept: Typed | None = None
) -> HttpResponse:
    """The light page with a sentence, and what was typed, or ``kept`` instead of that."""
    code = CODE.match(request.path)
    context = {
        "here": standing.remembered(code[1]) if code else None,
        "is_large": pages.is_large(request),
        "path": "" if request.method == "POST" else request.path,  # a switch would lose it
        "title": title,
        "sentence": sentence,
        "typed": typed(request) if kept is None else kept,
        "is_sent": request.method == "POST",
        "target": request.get_full_path(),
        "home": f"/c/{code[1]}/" if code else "",
    }
    answer = HttpResponse(render_to_string("portal/turned_away.html", context), status=status)
    answer["Cache-Control"] = "no-store"
    answer._has_been_logged = True  # type: ignore[attr-defined]  # no line for each in a rush
    return answer

"""Posters to print: in Chinese with English below it, or in one of the two."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kapok.access.requests import SignedInRequest
from kapok.portal import numbers, rendering
from kapok.portal.operations import doorways
from kapok.portal.queries import doorways as known
from kapok.portal.views import pages
from kapok.portal.views.keep import address, mine
from kapok.workforce.posters import drawn

MARKS = {"zh-hans": "zh-CN", "en": "en"}  # of a language in a page
BOTH = "both"
PRINTED = {BOTH: tuple(MARKS), "zh": ("zh-hans",), "en": ("en",)}
MOST_NUMBERS = 3


@dataclass(frozen=True)
class Words:
    """What a poster says in one language."""

    mark: str
    community: str
    at: str
    title: str
    says: str
    no_phone: str


@dataclass(frozen=True)
class Sheet:
    """One poster."""

    address: str
    qr: SafeString
    words: tuple[Words, ...]

    @property
    def communities(self) -> tuple[str, ...]:
        """The name of the community; once where it has one name for both languages."""
        return _once(each.community for each in self.words)

    @property
    def places(self) -> tuple[str, ...]:
        """The building and stairwell, likewise."""
        return _once(each.at for each in self.words)

    @property
    def whole(self) -> str:
        """Where it hangs, in a line."""
        return " ".join((*self.communities, *self.places))


@dataclass(frozen=True)
class Line:
    """A telephone on a poster."""

    labels: tuple[str, ...]
    number: str
    hours: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: SignedInRequest, code: int) -> HttpResponse:
    """Print them; make those that are missing."""
    place, at = mine(code), timezone.now()
    if request.method == "POST":
        doorways.ensure_everywhere(community=code, by=request.user.pk, at=at)
        rendering.forget()
        return redirect("portal-kept", code)
    asked = request.GET.get("in", BOTH)
    chosen = asked if asked in PRINTED else BOTH
    choices = [
        (BOTH, _("Chinese with English below")),
        ("zh", _("Chinese alone")),
        ("en", _("English alone")),
    ]
    context = {
        "code": code,
        "chosen": chosen,
        "choices": choices,
        "posters": _sheets(request, place.code, PRINTED[chosen]),
        "numbers": _lines(place.code, PRINTED[chosen], at),
    }
    return pages.shown(request, "posters.html", context)


def _sheets(request: HttpRequest, community: int, languages: Iterable[str]) -> tuple[Sheet, ...]:
    said: dict[str, list[Words]] = {}
    for language in languages:
        with translation.override(language):
            for each in known.posters(community):
                said.setdefault(each.code, []).append(_words(each, MARKS[language]))
    return tuple(
        Sheet(address(request, code).split("://", 1)[1], _qr(address(request, code)), tuple(words))
        for code, words in said.items()
    )


def _words(poster: known.Poster, mark: str) -> Words:
    return Words(
        mark=mark,
        community=poster.community,
        at=poster.at,
        title=_("Our online home"),
        says=_("Notices, help, medicine, health advice, appointments. Scan, or type:"),
        no_phone=_("No telephone? Tell your building representative or grid worker."),
    )


def _lines(community: int, languages: Iterable[str], at: datetime) -> tuple[Line, ...]:
    said = []
    for language in languages:
        with translation.override(language):
            said.append(numbers.announced(community, at=at)[:MOST_NUMBERS])
    return tuple(
        Line(_once(each.label for each in same), same[0].number, _once(each.hours for each in same))
        for same in zip(*said, strict=True)
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in words if each))


def _qr(target: str) -> SafeString:
    return mark_safe(drawn(target))  # segno's own drawing of our own address

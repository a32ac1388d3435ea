"""The board of calls and seats."""

from collections import Counter
from functools import lru_cache
from itertools import islice

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kapok.access.requests import SignedInRequest
from kapok.hotline.queries import board, calls, wrap_ups
from kapok.hotline.views.desk import show
from kapok.hotline.workflow import Sitting

AT_WORK = (Sitting.FREE, Sitting.TALKING)
MOST_LINES_AT_WORK = 40  # the others are in their lines


@require_safe
@never_cache
def page(request: SignedInRequest) -> HttpResponse:
    """All lines of one's reach."""
    return show(request, "hotline/board.html", _board() | {"here": "board"})


@require_safe
@never_cache
def part(request: SignedInRequest) -> HttpResponse:
    """The same without its frame, anew."""
    return render(request, "hotline/_board.html", _board())


def _board() -> dict[str, object]:
    at = timezone.now()
    found = board.board(at=at)
    states = [(state.label, found.n_seats.get(state.value, 0)) for state in Sitting]
    language = translation.get_language() or ""
    return {
        "board": found,
        "line_parts": [_line(line, language) for line in found.lines],
        "at_work": _at_work(found, language),
        "states": states,
        "sums": found.sums,
        "server_now": at,
        "wanted": calls.wanted_now(),
        "left": wrap_ups.left(at=at),
    }


@lru_cache(maxsize=2_000)
def _line(line: board.LineBoard, language: str) -> SafeString:
    """One line of the board: of ninety, few change between two looks.

    What is kept is looked up by all that it shows, which whoever asks has read in their own scope.
    """
    n = Counter(seat.state_label for seat in line.seats)
    return render_to_string("hotline/_line.html", {"line": line, "states": n.items()})


def _at_work(found: board.Board, language: str) -> list[SafeString]:
    """On a telephone, before the lines: who is free and then who talks, of so many lines."""
    asked = [(line, state.value.lower()) for state in AT_WORK for line in found.lines]
    parts = (_sitters(line, state, language) for line, state in asked if _sits(line, state))
    return list(islice(parts, MOST_LINES_AT_WORK))


def _sits(line: board.LineBoard, state: str) -> bool:
    return any(seat.state == state for seat in line.seats)


@lru_cache(maxsize=4_000)
def _sitters(line: board.LineBoard, state: str, language: str) -> SafeString:
    """Who sits at a line and does one thing, kept as its part of the board is."""
    seats = [seat for seat in line.seats if seat.state == state]
    return render_to_string("hotline/_at_work.html", {"line": line, "seats": seats})

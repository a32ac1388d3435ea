"""Addresses of the hotline."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from kapok.hotline.views import (
    backs,
    board,
    call,
    call_acts,
    call_needs,
    desk,
    exchange,
    figures,
    lines,
    offers,
    supervision,
)

View = Callable[..., Any]


def _below(stem: str, *rest: tuple[str, View, str]) -> list[URLPattern]:
    """Addresses that begin alike."""
    return [path(f"{stem}{end}", view, name=name) for end, view, name in rest]


# Calls that come in, seats, queue and board.
CALLS_IN = [
    path("api/calls/", exchange.tell, name="api-calls"),
    *_below(
        "hotline/",
        ("", desk.start, "hotline"),
        ("ringing/", desk.ringing_part, "hotline-ringing"),
        ("own/", desk.own_part, "hotline-own"),
        ("sit/", desk.sit_down, "hotline-sit"),
        ("get-up/", desk.get_up, "hotline-get-up"),
        ("break/", desk.take_break, "hotline-break"),
        ("back/", desk.come_back, "hotline-come-back"),
        ("by-hand/", desk.by_hand, "hotline-by-hand"),
        ("board/", board.page, "hotline-board"),
        ("board/now/", board.part, "hotline-board-now"),
        ("seats/<uuid:seat_id>/end/", desk.end_seat, "hotline-seat-end"),
    ),
    *_below(
        "hotline/calls/<uuid:call_id>/",
        ("answer/", desk.answer, "call-answer"),
        ("offer/", offers.offer, "call-offer"),
        ("take-over/", offers.take_over, "call-take-over"),
        ("decline/", offers.decline, "call-decline"),
    ),
]
CALL = _below(  # the screen of one call
    "hotline/calls/<uuid:phone_call>/",
    ("", call.page, "call"),
    ("notes/", call.notes, "call-notes"),
    ("find/", call.find, "call-find"),
    ("who/", call.who, "call-who"),
    ("add/", call.add, "call-add"),
    ("needs/", call_needs.list_of, "call-needs"),
    ("needs/<slug:category>/", call_needs.need, "call-need"),
    ("screen/start/", call_acts.start_screen, "call-screen-start"),
    ("screen/", call_acts.screen, "call-screen"),
    ("second/", call_acts.call_help, "call-help"),
    ("second/come/", call_acts.come, "call-come"),
    ("second/told/", call_acts.told, "call-told"),
    ("discreet/", call_acts.cannot_speak, "call-discreet"),
    ("discreet/mistake/", call_acts.can_speak, "call-not-discreet"),
    ("discreet/said/", call_acts.yes_no, "call-yes-no"),
    ("hang-up/", call_acts.hang_up, "call-hang-up"),
    ("close/", call_acts.close, "call-close"),
    ("hand-on/", call_acts.hand_on, "call-hand-on"),
    ("close-for/", call_acts.close_for, "call-close-for"),
)
AFTER = _below(  # lines, call-backs, supervision, figures
    "hotline/",
    ("lines/", lines.list_of, "hotline-lines"),
    ("lines/new/", lines.new, "hotline-line-new"),
    ("lines/<uuid:line_id>/", lines.edit, "hotline-line"),
    ("lines/<uuid:line_id>/retire/", lines.retire, "hotline-line-retire"),
    ("backs/", backs.list_of, "hotline-backs"),
    ("backs/<uuid:back_id>/", backs.page, "hotline-back"),
    ("backs/<uuid:back_id>/take/", backs.take, "hotline-back-take"),
    ("backs/<uuid:back_id>/call/", backs.call, "hotline-back-call"),
    ("backs/<uuid:back_id>/<slug:what>/", backs.settle, "hotline-back-settle"),
    ("supervision/", supervision.page, "hotline-supervision"),
    ("supervision/group/", supervision.group, "hotline-supervision-group"),
    ("supervision/<uuid:supervision_id>/hold/", supervision.hold, "hotline-supervision-hold"),
    ("supervision/ask/<uuid:call_id>/", supervision.ask, "hotline-supervision-ask"),
    ("figures/", figures.page, "hotline-figures"),
    ("figures/calls.csv", figures.sheet, "hotline-figures-sheet"),
    ("figures/half-hours.csv", figures.intervals, "hotline-half-hours"),
)
urlpatterns = CALLS_IN + CALL + AFTER

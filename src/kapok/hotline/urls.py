"""Addresses of the hotline."""

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

# Calls that come in, seats, queue and board.
CALLS_IN = [
    path("api/calls/", exchange.tell, name="api-calls"),
    path("hotline/", desk.start, name="hotline"),
    path("hotline/ringing/", desk.ringing_part, name="hotline-ringing"),
    path("hotline/own/", desk.own_part, name="hotline-own"),
    path("hotline/sit/", desk.sit_down, name="hotline-sit"),
    path("hotline/get-up/", desk.get_up, name="hotline-get-up"),
    path("hotline/break/", desk.take_break, name="hotline-break"),
    path("hotline/back/", desk.come_back, name="hotline-come-back"),
    path("hotline/by-hand/", desk.by_hand, name="hotline-by-hand"),
    path("hotline/board/", board.page, name="hotline-board"),
    path("hotline/board/now/", board.part, name="hotline-board-now"),
    path("hotline/seats/<uuid:seat_id>/end/", desk.end_seat, name="hotline-seat-end"),
    path("hotline/calls/<uuid:call_id>/answer/", desk.answer, name="call-answer"),
    path("hotline/calls/<uuid:call_id>/offer/", offers.offer, name="call-offer"),
    path("hotline/calls/<uuid:call_id>/take-over/", offers.take_over, name="call-take-over"),
    path("hotline/calls/<uuid:call_id>/decline/", offers.decline, name="call-decline"),
]
ONE = "hotline/calls/<uuid:phone_call>/"
CALL: list[URLPattern] = [  # the screen of one call
    path(ONE, call.page, name="call"),
    path(f"{ONE}notes/", call.notes, name="call-notes"),
    path(f"{ONE}find/", call.find, name="call-find"),
    path(f"{ONE}who/", call.who, name="call-who"),
    path(f"{ONE}add/", call.add, name="call-add"),
    path(f"{ONE}needs/", call_needs.list_of, name="call-needs"),
    path(f"{ONE}needs/<slug:category>/", call_needs.need, name="call-need"),
    path(f"{ONE}screen/start/", call_acts.start_screen, name="call-screen-start"),
    path(f"{ONE}screen/", call_acts.screen, name="call-screen"),
    path(f"{ONE}second/", call_acts.call_help, name="call-help"),
    path(f"{ONE}second/come/", call_acts.come, name="call-come"),
    path(f"{ONE}second/told/", call_acts.told, name="call-told"),
    path(f"{ONE}discreet/", call_acts.cannot_speak, name="call-discreet"),
    path(f"{ONE}discreet/mistake/", call_acts.can_speak, name="call-not-discreet"),
    path(f"{ONE}discreet/said/", call_acts.yes_no, name="call-yes-no"),
    path(f"{ONE}hang-up/", call_acts.hang_up, name="call-hang-up"),
    path(f"{ONE}close/", call_acts.close, name="call-close"),
]
AFTER: list[URLPattern] = [  # lines, call-backs, supervision, figures
    path("hotline/lines/", lines.list_of, name="hotline-lines"),
    path("hotline/lines/new/", lines.new, name="hotline-line-new"),
    path("hotline/lines/<uuid:line_id>/", lines.edit, name="hotline-line"),
    path("hotline/lines/<uuid:line_id>/retire/", lines.retire, name="hotline-line-retire"),
    path("hotline/backs/", backs.list_of, name="hotline-backs"),
    path("hotline/backs/<uuid:back_id>/", backs.page, name="hotline-back"),
    path("hotline/backs/<uuid:back_id>/take/", backs.take, name="hotline-back-take"),
    path("hotline/backs/<uuid:back_id>/call/", backs.call, name="hotline-back-call"),
    path("hotline/backs/<uuid:back_id>/<slug:what>/", backs.settle, name="hotline-back-settle"),
    path("hotline/supervision/", supervision.page, name="hotline-supervision"),
    path("hotline/supervision/group/", supervision.group, name="hotline-supervision-group"),
    path(
        "hotline/supervision/<uuid:supervision_id>/hold/",
        supervision.hold,
        name="hotline-supervision-hold",
    ),
    path(
        "hotline/supervision/ask/<uuid:call_id>/", supervision.ask, name="hotline-supervision-ask"
    ),
    path("hotline/figures/", figures.page, name="hotline-figures"),
    path("hotline/figures/calls.csv", figures.sheet, name="hotline-figures-sheet"),
    path("hotline/figures/half-hours.csv", figures.intervals, name="hotline-half-hours"),
]
urlpatterns = CALLS_IN + CALL + AFTER

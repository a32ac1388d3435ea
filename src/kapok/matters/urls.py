"""Addresses of the desk. None holds a name or a word: only opaque keys."""

from django.urls import path

from kapok.matters.views import files, trying
from kapok.matters.views.desk import board, handover, live, queue
from kapok.matters.views.matter import doing, new, page
from kapok.matters.views.sending import sending, units

urlpatterns = [
    path("packs/try/", trying.try_text, name="pack-try-text"),
    path("packs/<uuid:pack_id>/try/", trying.try_pack, name="pack-try"),
    path("matters/", queue.matters, name="matters"),
    path("matters/live/", live.live, name="matters-live"),
    path("matters/together/", doing.together, name="matters-together"),
    path("matters/matters.csv", queue.export, {"form": "csv"}, name="matters-csv"),
    path("matters/matters.xlsx", queue.export, {"form": "xlsx"}, name="matters-xlsx"),
    path("matters/filters/", queue.save_filter, name="matters-filter-save"),
    path("matters/filters/<uuid:filter_id>/", queue.remove_filter, name="matters-filter-remove"),
    path("matters/new/", new.new_matter, name="matter-new"),
    path("matters/sending/", sending.sending, name="matters-sending"),
    path("matters/board/", board.board, name="matters-board"),
    path("matters/handover/", handover.hand_over, name="matters-handover"),
    path("matters/handover/<uuid:hand_over_id>/", handover.handed_over, name="matters-handed-over"),
    path(
        "matters/handover/<uuid:hand_over_id>/take/", handover.take_over, name="matters-take-over"
    ),
    path("matters/units/", units.all_units, name="matter-units"),
    path("matters/units/new/", units.new_unit, name="matter-unit-new"),
    path("matters/units/<uuid:unit_id>/", units.unit, name="matter-unit"),
    path("matters/units/<uuid:unit_id>/duty/", units.duty, name="matter-unit-duty"),
    path("matters/units/<uuid:unit_id>/end/", units.end, name="matter-unit-end"),
    path("matters/<uuid:matter_id>/", page.matter, name="matter"),
    path("matters/<uuid:matter_id>/send/", sending.send, name="matter-send"),
    path("matters/<uuid:matter_id>/moves/<slug:name>/", doing.move, name="matter-move"),
    path(
        "matters/<uuid:matter_id>/reports/<uuid:report_id>/reporter/",
        page.reporter,
        name="matter-reporter",
    ),
    path("files/<uuid:file>/", files.show, name="file"),
    path(
        "matters/<uuid:matter_id>/alike/<uuid:other_id>/other/",
        page.not_same,
        name="matter-not-same",
    ),
]

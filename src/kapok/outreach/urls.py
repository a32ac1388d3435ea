"""Addresses of notices."""

from django.urls import path

from kapok.outreach.views import groups, notices, outbox, own, passing, public

urlpatterns = [
    path("notices/", notices.list_of, name="notices"),
    path("notices/new/", notices.new, name="notice-new"),
    path("notices/to-pass/", passing.list_of, name="notices-to-pass"),
    path("notices/at/<uuid:passing_id>/", passing.page, name="passing"),
    path("notices/at/<uuid:passing_id>/pass-on/", passing.pass_on, name="passing-pass-on"),
    path("notices/at/<uuid:passing_id>/doors/", passing.tick, name="passing-tick"),
    path("notices/at/<uuid:passing_id>/<slug:what>/", passing.done, name="passing-done"),
    path("notices/groups/", groups.top, name="notice-groups"),
    path("notices/groups/renew/", groups.renew, name="notice-groups-renew"),
    path("notices/groups/<slug:level>/<int:place>/", groups.page, name="notice-group"),
    path("notices/stairwells/<uuid:building_id>/", groups.stand, name="stairwell-stand"),
    path(
        "notices/representatives/<uuid:representative_id>/end/",
        groups.step_down,
        name="representative-end",
    ),
    path("notices/outbox/", outbox.page, name="notices-outbox"),
    path("notices/outbox/<uuid:message_id>/again/", outbox.again, name="message-again"),
    path("notices/channels/new/", outbox.new, name="channel-new"),
    path("notices/channels/<uuid:channel_id>/stop/", outbox.stop, name="channel-stop"),
    path("notices/channels/<uuid:channel_id>/resume/", outbox.resume, name="channel-resume"),
    path("notices/<uuid:notice_id>/", notices.page, name="notice"),
    path("notices/<uuid:notice_id>/edit/", notices.edit, name="notice-edit"),
    path("notices/<uuid:notice_id>/send/", notices.send, name="notice-send"),
    path("notices/<uuid:notice_id>/drop/", notices.drop, name="notice-drop"),
    path("notices/<uuid:notice_id>/correct/", notices.correct, name="notice-correct"),
    path("notices/<uuid:notice_id>/withdraw/", notices.withdraw, name="notice-withdraw"),
    path("notices/<uuid:notice_id>/sheet/", notices.sheet, name="notice-sheet"),
    path("own/notices/", own.list_of, name="own-notices"),
    path("own/notices/<uuid:version_id>/read/", own.read, name="own-notice-read"),
    path("n/<slug:code>/", public.page, name="notice-open"),
    path("n/<slug:code>/read/", public.read, name="notice-read"),
    path("n/<slug:code>/answer/", public.answer, name="notice-answer"),
    path("n/<slug:code>/stop/", public.stop, name="notice-stop"),
]

"""Addresses of doors."""

from django.urls import path, re_path

from kapok.doors.open311 import views as open311
from kapok.doors.openrosa import views as openrosa
from kapok.doors.views import bulk, programs, report, reports, track, uploads

PORTAL = [
    path("report/", report.choose_place, name="report"),
    path("report/done/", report.done, name="report-done"),
    path("report/<int:place>/", report.choose_kind, name="report-kinds"),
    path("report/<int:place>/<slug:kind>/", report.fill_in, name="report-form"),
    path("track/", track.enter_code, name="track"),
    path("track/report/", track.show, name="tracked"),
    path("track/leave/", track.leave, name="track-leave"),
    re_path("^track/(?P<name>withdraw|reopen|rate)/$", track.move, name="track-move"),
    path("own/reports/", track.own, name="own-reports"),
]
FILES = [
    path("api/uploads/", uploads.begin, name="uploads"),
    path("api/uploads/<uuid:file>/", uploads.go_on, name="upload"),
    path("api/reports/", reports.make, name="api-reports"),
]
V2 = "^open311/v2"
FORM = r"\.(?P<form>[^/.]+)$"
OPEN311 = [
    re_path(f"{V2}/discovery{FORM}", open311.discovery, name="open311-discovery"),
    re_path(f"{V2}/services{FORM}", open311.services_view, name="open311-services"),
    re_path(f"{V2}/services/(?P<code>[^/]+){FORM}", open311.service_view, name="open311-service"),
    re_path(
        f"{V2}/requests{FORM}", open311.requests_view, {"writes": True}, name="open311-requests"
    ),
    re_path(
        f"{V2}/requests/(?P<number>[^/]+){FORM}",
        open311.request_view,
        {"listed": True},
        name="open311-request",
    ),
    re_path(
        f"{V2}/request/(?P<number>[^/]+){FORM}",
        open311.request_view,
        {"listed": False},
        name="open311-request-alone",
    ),
    re_path(f"{V2}/tokens/(?P<token>[^/]+){FORM}", open311.token_view, name="open311-token"),
]
WITH_KEY = "openrosa/key/<str:key>"
OPENROSA = [
    path("openrosa/formList", openrosa.form_list, name="openrosa"),
    path("openrosa/forms/<slug:kind>.xml", openrosa.form, name="openrosa-form"),
    path("openrosa/submission", openrosa.submission, name="openrosa-submission"),
    path(f"{WITH_KEY}/formList", openrosa.form_list, name="openrosa-key"),
    path(f"{WITH_KEY}/forms/<slug:kind>.xml", openrosa.form, name="openrosa-form-key"),
    path(f"{WITH_KEY}/submission", openrosa.submission, name="openrosa-submission-key"),
]
PROGRAMS = [
    path("reports/list/", bulk.bring_list, name="reports-list"),
    path("programs/", programs.show, name="programs"),
    path("programs/keys/", programs.make_key, name="api-key-make"),
    path("programs/keys/<uuid:api_key>/revoke/", programs.revoke_key, name="api-key-revoke"),
    path("programs/webhooks/", programs.make_hook, name="hook-make"),
    path(
        "programs/webhooks/<uuid:hook>/stop/", programs.turn_hook, {"on": False}, name="hook-stop"
    ),
    path(
        "programs/webhooks/<uuid:hook>/resume/",
        programs.turn_hook,
        {"on": True},
        name="hook-resume",
    ),
]
urlpatterns = PORTAL + FILES + OPEN311 + OPENROSA + PROGRAMS

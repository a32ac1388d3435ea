"""Addresses of who watches."""

from django.urls import path

from kapok.access.oversight.views import exports, purposes, trace

urlpatterns = [
    path("watch/", trace.watch, name="watch"),
    path("trace/", trace.trace, name="trace"),
    path("trace/mine/", trace.mine, name="trace-mine"),
    path("trace/alarms/", trace.alarms, name="alarms"),
    path("trace/alarms/<uuid:alarm_id>/settle/", trace.settle, name="alarm-settle"),
    path("exports/", exports.exports, name="exports"),
    path("exports/ask/", exports.ask, name="export-ask"),
    path("exports/<uuid:request_id>/decide/", exports.decide, name="export-decide"),
    path("exports/<uuid:request_id>/take/", exports.take, name="export-take"),
    path("purposes/", purposes.purposes, name="purposes"),
    path("emergencies/", purposes.emergencies, name="emergencies"),
    path("emergencies/declare/", purposes.declare, name="emergency-declare"),
    path("emergencies/<uuid:emergency_id>/ending/", purposes.ending, name="emergency-ending"),
    path("emergencies/<uuid:emergency_id>/end/", purposes.end, name="emergency-end"),
]

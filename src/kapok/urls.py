"""Every address of Kapok."""

from django.urls import include, path

from kapok.api import api

urlpatterns = [
    path("", include("kapok.hotline.urls")),  # asked most often, and for the shortest answers
    path("", include("kapok.places.urls")),
    path("", include("kapok.people.urls")),
    path("", include("kapok.access.urls")),
    path("", include("kapok.people.list_urls")),
    path("", include("kapok.workforce.urls")),
    path("", include("kapok.planning.urls")),
    path("", include("kapok.matters.urls")),
    path("", include("kapok.zones.urls")),
    path("", include("kapok.portal.urls")),
    path("", include("kapok.outreach.urls")),
    path("", include("kapok.phone.urls")),
    path("", include("kapok.packs.urls")),
    path("", include("kapok.doors.urls")),  # before the interface, of whose paths it has some
    path("api/", api.urls),
]

handler400 = "kapok.access.views.bad_request"
handler403 = "kapok.access.views.not_allowed"
handler404 = "kapok.access.views.not_found"
handler429 = "kapok.access.views.too_many"  # asked for by django-allauth
handler500 = "kapok.access.views.server_error"

"""Addresses of the start page and the grid desk."""

from django.urls import path

from kapok.places.views import desk, start

urlpatterns = [
    path("", start.start, name="start"),
    path("desk/", desk.desk_start, name="desk-start"),
]

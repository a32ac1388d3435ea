"""Addresses of the hotline."""

from django.urls import URLPattern, path

from kapok.hotline.views import exchange

# Calls that come in, seats, queue and board.
CALLS_IN = [
    path("api/calls/", exchange.tell, name="api-calls"),
]
CALL: list[URLPattern] = []  # the screen of one call
AFTER: list[URLPattern] = []  # lines, call-backs, supervision, figures
urlpatterns = CALLS_IN + CALL + AFTER

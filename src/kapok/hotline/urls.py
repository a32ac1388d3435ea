"""Addresses of the hotline."""

from django.urls import URLPattern

CALLS_IN: list[URLPattern] = []  # calls that come in, seats, queue and board
CALL: list[URLPattern] = []  # the screen of one call
AFTER: list[URLPattern] = []  # lines, call-backs, supervision, figures
urlpatterns = CALLS_IN + CALL + AFTER

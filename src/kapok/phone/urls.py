"""Addresses of the phone app. What it shows comes from ``/api/sync/``."""

from django.urls import path

from kapok.phone import exchange, held_views, views

urlpatterns = [
    path("api/sync/", exchange.sync, name="sync"),
    path("api/sync/devices/", exchange.enrol, name="sync-devices"),
    path("matters/held/", held_views.held, name="held-commands"),
    path("account/phones/", held_views.phones, name="phones"),
    path("account/phones/<uuid:device>/give-up/", held_views.give_up, name="phone-give-up"),
    path("my/", views.page, name="phone"),
    path("my/sw.js", views.worker, name="phone-worker"),
    path("my/worker/<slug:worker>.js", views.worker_of, name="phone-worker-of"),
    path("my/manifest.webmanifest", views.manifest, name="phone-manifest"),
    path("my/words/<slug:language>.json", views.words_of, name="phone-words"),
    path("my/token/", views.token, name="phone-token"),
]

"""Addresses of the packs."""

from django.urls import path

from kapok.packs import views

urlpatterns = [
    path("packs/", views.packs, name="packs"),
    path("packs/new/", views.new, name="pack-new"),
    path("packs/<uuid:pack_id>/", views.pack, name="pack"),
    path("packs/<uuid:pack_id>/edit/", views.edit, name="pack-edit"),
    path("packs/<uuid:pack_id>/text/", views.text, name="pack-text"),
    path("packs/<uuid:pack_id>/differences/", views.differences, name="pack-differences"),
    path("packs/<uuid:pack_id>/put-in-force/", views.put_in_force, name="pack-put-in-force"),
    path("packs/<uuid:pack_id>/end/", views.end, name="pack-end"),
    path("packs/<uuid:pack_id>/withdraw/", views.withdraw, name="pack-withdraw"),
]

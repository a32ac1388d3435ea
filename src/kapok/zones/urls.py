"""Addresses of zones."""

from django.urls import path

from kapok.zones.views import lists, orders, zone

urlpatterns = [
    path("zones/", lists.zones, name="zones"),
    path("zones/map/", lists.zones_map, name="zones-map"),
    path("zones/new/", orders.new, name="zone-new"),
    path("zones/orders/<uuid:order_id>/", orders.order, name="zone-order"),
    path("zones/orders/<uuid:order_id>/map/", lists.order_map, name="zone-order-map"),
    path("zones/orders/<uuid:order_id>/document/", orders.document, name="zone-document"),
    path("zones/orders/<uuid:order_id>/hand-over/", orders.hand_over, name="zone-hand-over"),
    path("zones/orders/<uuid:order_id>/confirm/", orders.confirm, name="zone-confirm"),
    path("zones/orders/<uuid:order_id>/reject/", orders.reject, name="zone-reject"),
    path("zones/orders/<uuid:order_id>/withdraw/", orders.withdraw, name="zone-withdraw"),
    path("zones/<uuid:zone_id>/", zone.zone, name="zone"),
    path("zones/<uuid:zone_id>/map/", lists.zone_map, name="zone-map"),
    path("zones/<uuid:zone_id>/review/", zone.review, name="zone-review"),
    path("zones/<uuid:zone_id>/extend/", zone.extend, name="zone-extend"),
    path("zones/<uuid:zone_id>/lift/", zone.lift, name="zone-lift"),
    path("zones/<uuid:zone_id>/undo/", zone.undo, name="zone-undo"),
]

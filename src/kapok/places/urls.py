"""Addresses of the start page and the grid desk."""

from django.urls import path

from kapok.places.views import changes, desk, start

urlpatterns = [
    path("", start.start, name="start"),
    path("desk/", desk.desk_start, name="desk-start"),
    path("desk/search/", desk.search, name="desk-search"),
    path("desk/<int:code>/", desk.desk, name="desk"),
    path("desk/<int:code>/branch/", desk.branch, name="desk-branch"),
    path("desk/<int:code>/draw/", changes.draw, name="desk-draw"),
    path("desk/<int:code>/by-hand/", changes.start_by_hand, name="desk-by-hand"),
    path("desk/grids/<uuid:grid_id>/", desk.grid, name="desk-grid"),
    path("desk/grids/<uuid:grid_id>/lock/", changes.lock, name="desk-lock"),
    path("desk/buildings/<uuid:building_id>/", desk.building, name="desk-building"),
    path("desk/drawings/<uuid:drawing_id>/move/", changes.move, name="desk-move"),
    path("desk/drawings/<uuid:drawing_id>/publish/", changes.publish, name="desk-publish"),
    path("desk/drawings/<uuid:drawing_id>/discard/", changes.discard, name="desk-discard"),
]

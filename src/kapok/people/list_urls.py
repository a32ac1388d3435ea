"""Addresses of lists. None holds a name or a number: only opaque keys."""

from django.urls import path

from kapok.people.views import lists

urlpatterns = [
    path("people/lists/", lists.lists, name="lists"),
    path("people/lists/new/", lists.bring, name="list-bring"),
    path("people/lists/<uuid:list_id>/", lists.one_list, name="list"),
    path("people/lists/<uuid:list_id>/progress/", lists.progress, name="list-progress"),
    path("people/lists/<uuid:list_id>/columns/", lists.confirm, name="list-columns"),
    path("people/lists/<uuid:list_id>/settle/", lists.settle, name="list-settle"),
    path("people/lists/<uuid:list_id>/take/", lists.take, name="list-take"),
    path("people/lists/<uuid:list_id>/drop/", lists.drop, name="list-drop"),
    path("people/lists/<uuid:list_id>/refused.xlsx", lists.refused_rows, name="list-refused"),
]

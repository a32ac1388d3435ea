"""The grid desk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def desk_start(request: HttpRequest) -> HttpResponse:
    """The way to the desk."""
    return redirect("start")

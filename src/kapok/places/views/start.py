"""The page that everybody may read."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kapok.places import frontpage


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What Kapok is, what works today, and what this box holds."""
    context = {"figures": frontpage.figures(), "sources": frontpage.sources()}
    return render(request, "places/start.html", context)

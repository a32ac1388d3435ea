"""Notices on the resident's own pages, with their own telephone as proof of who read them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kapok.outreach.models import Receipt
from kapok.outreach.operations import answering
from kapok.outreach.queries.public import current
from kapok.people.queries.own import Known
from kapok.people.views.own import for_resident


@require_safe
@for_resident
def list_of(request: HttpRequest, known: Known) -> HttpResponse:
    """The notices over one's home."""
    briefs = current(known.place, at=timezone.now())
    read = set(
        Receipt.objects.filter(household__in=known.handed).values_list("version_id", flat=True)
    )
    lines = [(brief, brief.told in read) for brief in briefs]
    return render(request, "outreach/own.html", {"lines": lines})


@require_POST
@for_resident
def read(request: HttpRequest, known: Known, version_id: UUID) -> HttpResponse:
    """My household has it."""
    if version_id not in {brief.told for brief in current(known.place, at=timezone.now())}:
        raise Http404
    answering.read_own(version_id=version_id, households=list(known.handed), at=timezone.now())
    return redirect("own-notices")

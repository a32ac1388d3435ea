"""Files of matters for who sees the matter, for the purpose of handling it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.matters.queries.files import FileContent, content_of

PURPOSE = "matter_handling"
NOTHING_RUNS = "default-src 'none'; sandbox"


@require_safe
def show(request: SignedInRequest, file: UUID) -> HttpResponse:
    """One file, or with ``?small`` its thumbnail."""
    with scope.acting(scope.for_purpose(PURPOSE)):
        found = content_of(file, small="small" in request.GET)
    if found is None:
        raise Http404
    return served(found)


def served(found: FileContent) -> HttpResponse:
    """Photos, which Kapok wrote itself, are shown; everything else is only ever saved."""
    answer = HttpResponse(found.content, content_type=found.media_type)
    how = "inline" if found.media_type == "image/jpeg" else "attachment"
    answer["Content-Disposition"] = f'{how}; filename="{found.name}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Content-Security-Policy"] = NOTHING_RUNS
    return answer

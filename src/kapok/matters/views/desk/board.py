"""The lead's board."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.matters.queries.board import figures as queries
from kapok.matters.queries.desk import choices, filters
from kapok.matters.views.common import for_desk, show


@require_safe
@for_desk(Permission.MATTER_COUNT)
def board(request: SignedInRequest) -> HttpResponse:
    """How much is open, late, returned, opened again and ended today, over one's places."""
    at = timezone.now()
    wanted = filters.read(request.GET)
    if wanted.place is not None and not scope.can(Permission.MATTER_COUNT, wanted.place):
        raise Http404
    context = {
        "board": queries.board(wanted, at=at),
        "wanted": wanted,
        "now": at,
        "places": choices.of_filter(wanted, at=at).places,
        "days": queries.DAYS_BACK,
    }
    return show(request, "matters/board.html", context)

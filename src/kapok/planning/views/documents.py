"""Situations and plans as files, for commands and notebooks."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from kapok.access.requests import SignedInRequest
from kapok.planning.documents import written
from kapok.planning.operations.changing import current
from kapok.planning.views.common import look_at_people, visible


@require_safe
def document(request: SignedInRequest, plan_id: UUID, part: str) -> HttpResponse:
    """The situation or the plan as JSON."""
    plan = visible(plan_id)
    look_at_people(plan)
    if part == "situation":
        found = plan.situation
    elif part == "plan" and plan.result is not None:
        found = current(plan)
    else:
        raise Http404
    answer = HttpResponse(written(found), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{plan.kind}-{part}.json"'
    return answer

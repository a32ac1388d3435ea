"""Situations and plans as files: for commands and notebooks, and as a table for people."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from kapok.access import sheets
from kapok.access.requests import SignedInRequest
from kapok.planning.documents import written
from kapok.planning.models import Plan
from kapok.planning.operations.changing import current
from kapok.planning.queries.sheet import sheet_of
from kapok.planning.views.common import look_at_people, visible


@require_safe
def document(request: SignedInRequest, plan_id: UUID, part: str) -> HttpResponse:
    """The situation or the plan as JSON, or the plan as a table (``xlsx``, ``csv``)."""
    plan = visible(plan_id)
    look_at_people(plan)
    if part in tuple(sheets.Format) and plan.result is not None:
        return _sheet(plan, sheets.Format(part))
    if part == "situation":
        found = plan.situation
    elif part == "plan" and plan.result is not None:
        found = current(plan)
    else:
        raise Http404
    answer = HttpResponse(written(found), content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{plan.kind}-{part}.json"'
    return answer


def _sheet(plan: Plan, form: sheets.Format) -> HttpResponse:
    answer = HttpResponse(sheet_of(plan, form), content_type=form.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{plan.kind}.{form}"'
    return answer

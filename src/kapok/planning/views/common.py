"""What the pages of plans share."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import Refused
from kapok.planning.models import Plan
from kapok.planning.operations.situations import seen
from kapok.planning.planner import Sent
from kapok.planning.planners import planner_of
from kapok.planning.queries import plans
from kapok.planning.workflow import State

NOT_OF_THE_SITUATION = {"csrfmiddlewaretoken", "version", "go"}


def version_of(request: SignedInRequest) -> int:
    """The version of the plan that a form was made from; 0 where it says none."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


def sent_by(request: SignedInRequest) -> Sent:
    """What a form brought, as planners take it."""
    texts = {
        name: tuple(str(value) for value in values)
        for name, values in request.POST.lists()
        if name not in NOT_OF_THE_SITUATION
    }
    files = {
        name: (file.name or "", file.read())
        for name, file in request.FILES.items()
        if isinstance(file, UploadedFile)
    }
    return Sent(texts, files)


def need_content(sent: Sent) -> Sent:
    """What was sent. Raises ``Refused`` where a file of it is empty."""
    for name, content in sent.files.values():
        if not content:
            raise Refused(_("%(file)s is empty.") % {"file": name})
    return sent


def visible(plan_id: UUID) -> Plan:
    """A plan that whoever acts may see."""
    scope.require(Permission.PLAN_VIEW)
    return seen(plan_id)


def look_at_people(plan: Plan) -> None:
    """Write into the trace that somebody looks at a plan of named people."""
    if planner_of(plan.kind).staffs:
        look(Look.Action.OPEN, plans.workers_of(plan), place=plan.place)


def page(
    request: SignedInRequest,
    plan_id: UUID,
    *,
    problem: str = "",
    where: str = "",
    sent: Sent | None = None,
) -> HttpResponse:
    """The page of a plan; with a problem, the answer to a form that was refused.

    ``sent`` is a situation that could not be kept: the form shows it again, not what is stored.
    """
    found = visible(plan_id)
    look_at_people(found)
    if sent is not None and found.state in {State.DRAFT, State.FAILED}:
        with suppress(Refused):
            whole = {name: file for name, file in sent.files.items() if file[1]}
            found.situation = planner_of(found.kind).sent(found.situation, Sent(sent.texts, whole))
    wanted = {name: str(value)[:100] for name, value in request.GET.items()}
    card = plans.card(found, wanted)
    context: dict[str, Any] = {
        "card": card,
        "plan": card.line,
        "problem": problem,
        "where": where,
        "plan_template": f"planning/{found.kind}/_plan.html",
        "situation_template": f"planning/{found.kind}/_situation.html",
        "mend_template": f"planning/{found.kind}/_mend.html" if card.mends else "",
        "others": plans.others(found),
    }
    return render(request, "planning/plan.html", context, status=422 if problem else 200)

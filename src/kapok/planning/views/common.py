"""What the pages of plans share."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.planning.models import Plan
from kapok.planning.operations.situations import seen
from kapok.planning.planner import Sent
from kapok.planning.queries import plans

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
        if isinstance(file, UploadedFile) and file.size
    }
    return Sent(texts, files)


def visible(plan_id: UUID) -> Plan:
    """A plan that whoever acts may see."""
    scope.require(Permission.PLAN_VIEW)
    return seen(plan_id)


def page(
    request: SignedInRequest, plan_id: UUID, *, problem: str = "", where: str = ""
) -> HttpResponse:
    """The page of a plan; with a problem, the answer to a form that was refused."""
    found = visible(plan_id)
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

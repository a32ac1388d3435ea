"""The page of one plan: it is asked for, watched and stopped."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.errors import Refused
from kapok.planning.operations import asking, situations
from kapok.planning.queries import plans
from kapok.planning.tasks import leave_plan
from kapok.planning.views.common import page, version_of, visible
from kapok.planning.workflow import Origin


@require_safe
def plan(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """One plan: its situation, or what was planned."""
    return page(request, plan_id)


@require_safe
def progress(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """How far a plan is; once its state is another, the browser is told to load the page anew."""
    line = plans.line_of(visible(plan_id))
    answer = render(request, "planning/_progress.html", {"plan": line})
    if line.state != request.GET.get("was", ""):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def ask(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Ask for the plan of a situation."""
    seed = request.POST.get("seed", "0").strip()
    try:
        if not (seed.isascii() and seed.isdigit()):
            raise Refused(_("The seed must be a whole number, such as 0."))
        with transaction.atomic():
            asking.ask(
                plan_id=plan_id,
                version=version_of(request),
                seed=int(seed[:12]),
                budget=request.POST.get("budget", ""),
                by=request.user,
                at=timezone.now(),
            )
            leave_plan(plan_id)
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="ask")
    return redirect("plan", plan_id)


@require_POST
def again(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Compute a plan again from the same situation, seed and budget."""
    at = timezone.now()
    try:
        with transaction.atomic():
            source = visible(plan_id)
            made = situations.copy(
                plan_id=plan_id,
                origin=Origin.AGAIN,
                title=source.title,
                by=request.user,
                at=at,
            )
            asking.ask(
                plan_id=made.pk,
                version=made.version,
                seed=made.seed,
                budget=made.budget,
                by=request.user,
                at=at,
            )
            leave_plan(made.pk)
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="again")
    return redirect("plan", made.pk)


@require_POST
def stop(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Stop planning and keep the best so far."""
    try:
        asking.stop(plan_id=plan_id, by=request.user, at=timezone.now())
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="stop")
    messages.success(request, _("It ends within seconds, with the best plan so far."))
    return redirect("plan", plan_id)

"""Situations are begun, set, copied, mended and thrown away."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.planning.documents import from_day
from kapok.planning.operations import situations
from kapok.planning.planners import planner_of
from kapok.planning.queries import choosing, plans
from kapok.planning.views.common import need_content, page, sent_by, version_of
from kapok.planning.workflow import Origin


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, planner: str) -> HttpResponse:
    """Begin a plan: where, under which title, blank or with an example."""
    scope.require(Permission.PLAN_MAKE)
    if planner not in plans.KINDS:
        raise Http404
    kind = planner
    if request.method != "POST":
        return _new(request, kind)
    place, title = request.POST.get("place", ""), request.POST.get("title", "").strip()[:100]
    try:
        if not (place.isascii() and place.isdigit() and len(place) == 15):
            raise Refused(_("Choose a place."))
        made = situations.begin(
            kind=kind,
            place=int(place),
            title=title,
            document=_example(kind) if request.POST.get("start") == "example" else None,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _new(request, kind, problem=str(refusal))
    return redirect("plan", made.pk)


def _example(kind: str) -> dict[str, Any]:
    """A made-up case that begins tomorrow or within a week."""
    return from_day(planner_of(kind).example(), timezone.localdate() + timedelta(days=1))


def _new(request: SignedInRequest, kind: str, *, problem: str = "") -> HttpResponse:
    label, about = plans.KINDS[kind]
    context: dict[str, Any] = {
        "kind": kind,
        "label": label,
        "about": about,
        "places": choosing.places(),
        "problem": problem,
        "sent": request.POST,
    }
    return render(request, "planning/new.html", context, status=422 if problem else 200)


@require_POST
def situation(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Keep the situation; and plan it, where that was asked for by the same form."""
    sent = sent_by(request)
    try:
        plan, wrong = situations.set_situation(
            plan_id=plan_id,
            version=version_of(request),
            sent=need_content(sent),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="situation", sent=sent)
    if wrong:
        messages.warning(request, _("Kept. Before it can be planned: %(what)s") % {"what": wrong})
    else:
        messages.success(request, _("Kept. It can be planned."))
    return redirect("plan", plan.pk)


@require_POST
def staff(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Bring in those who work in the place."""
    sent = sent_by(request)
    try:
        n = situations.bring_staff(
            plan_id=plan_id,
            version=version_of(request),
            sent=need_content(sent),
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="situation", sent=sent)
    said = ngettext("%(n)d person works there.", "%(n)d people work there.", n) % {"n": n}
    messages.success(request, said)
    return redirect("plan", plan_id)


@require_POST
def copy(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """A new plan from the situation of this one."""
    made = situations.copy(
        plan_id=plan_id,
        origin=Origin.COPY,
        title=request.POST.get("title", "").strip(),
        by=request.user,
        at=timezone.now(),
    )
    return redirect("plan", made.pk)


@require_POST
def mend(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """A new plan that keeps to this one, after something happened."""
    try:
        made = situations.mend(
            plan_id=plan_id, sent=need_content(sent_by(request)), by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="mend")
    return redirect("plan", made.pk)


@require_POST
def discard(request: SignedInRequest, plan_id: UUID) -> HttpResponse:
    """Throw a plan away that was never in force."""
    try:
        situations.discard(plan_id=plan_id, by=request.user, at=timezone.now())
    except Refused as refusal:
        return page(request, plan_id, problem=str(refusal), where="discard")
    messages.success(request, _("Discarded."))
    return redirect("plans")

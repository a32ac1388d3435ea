"""The page of a group: who stands for its stairwells, the robots of its chat, the groups below."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.outreach.operations import groups
from kapok.outreach.page_forms import StandForm
from kapok.outreach.queries import groups as queries
from kapok.outreach.views.common import show


@require_safe
def top(request: SignedInRequest) -> HttpResponse:
    """The largest groups of one's own; groups follow the areas, and none may be there yet."""
    scope.require(Permission.GROUP_MANAGE)
    found = queries.tops()
    if not found:
        return show(request, "outreach/no_groups.html", {"here": "groups"})
    if len(found) > 1:
        return show(request, "outreach/top_groups.html", {"groups": found, "here": "groups"})
    return redirect("notice-group", found[0].level.lower(), found[0].place)


@require_POST
def renew(request: SignedInRequest) -> HttpResponse:
    """Make the groups of one's areas."""
    who = scope.require(Permission.GROUP_MANAGE)
    for lo, hi in who.ranges:
        groups.bring_up_to_date(lo=lo, hi=hi, at=timezone.now())
    messages.success(request, _("The groups follow the areas now."))
    return redirect("notice-groups")


@require_safe
def page(request: SignedInRequest, level: str, place: int) -> HttpResponse:
    """One group."""
    return _page(request, level, place)


@require_POST
def stand(request: SignedInRequest, building_id: UUID) -> HttpResponse:
    """Let somebody stand for a stairwell."""
    scope.require(Permission.GROUP_MANAGE)
    made = groups.stand(
        building_id=building_id, username=request.POST.get("username", ""),
        kind=request.POST.get("kind", ""), by=request.user, at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("They stand for the stairwell now."))
    return redirect("notice-group", "grid", made.place)


@require_POST
def step_down(request: SignedInRequest, representative_id: UUID) -> HttpResponse:
    """End it."""
    scope.require(Permission.GROUP_MANAGE)
    place = groups.step_down(
        representative_id=representative_id, by=request.user, at=timezone.now()
    )
    messages.success(request, _("They do not stand for it any more."))
    return redirect("notice-group", "grid", place)


def _page(request: SignedInRequest, level: str, place: int) -> HttpResponse:
    if level.upper() not in Level.values:
        raise Http404
    scope.require(Permission.GROUP_MANAGE)
    found = queries.group(place, level.upper(), at=timezone.now())
    if found is None:
        raise Http404
    return show(
        request, "outreach/group.html", {"group": found, "form": StandForm(), "here": "groups"}
    )

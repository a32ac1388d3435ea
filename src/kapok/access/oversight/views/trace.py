"""The trace and its alarms."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access import alarms as operations
from kapok.access.models import Alarm
from kapok.access.oversight import forms, lists, queries
from kapok.access.oversight.queries import Wanted
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.scope import can, require
from kapok.errors import Refused


@require_safe
def watch(request: SignedInRequest) -> HttpResponse:
    """Lead to the page that concerns somebody most."""
    return redirect("trace" if can(Permission.TRACE_VIEW) else "purposes")


@require_safe
def trace(request: SignedInRequest) -> HttpResponse:
    """The entries of the auditor's places, searched."""
    require(Permission.TRACE_VIEW)
    return _entries(request, Wanted(), template="oversight/trace.html")


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What somebody has looked at themselves; everybody sees their own."""
    return _entries(request, Wanted(account=request.user.pk), template="oversight/mine.html")


def _entries(request: SignedInRequest, wanted: Wanted, *, template: str) -> HttpResponse:
    form = forms.Search(request.GET or None)
    status = 200
    if form.is_bound:
        if form.is_valid():
            wanted = replace(wanted, **{k: v for k, v in form.cleaned_data.items() if v})
        else:
            status = 422
    page = queries.entries(wanted, before=request.GET.get("before", "")[:80])
    kept = {name: value for name, value in request.GET.items() if value and name != "before"}
    context = {
        "form": form,
        "page": page,
        "state": queries.state(),
        "is_narrowed": bool(kept),
        "next": urlencode(kept | {"before": page.next_key}) if page.next_key else "",
    }
    return render(request, template, context, status=status)


@require_safe
def alarms(request: SignedInRequest) -> HttpResponse:
    """Odd behaviour in the auditor's places: what waits for an answer first."""
    require(Permission.TRACE_VIEW)
    return render(request, "oversight/alarms.html", _alarms(request))


@require_POST
def settle(request: SignedInRequest, alarm_id: UUID) -> HttpResponse:
    """Say what an alarm was."""
    finding = request.POST.get("finding", "")
    try:
        operations.settle(alarm_id=alarm_id, finding=finding, by=request.user, at=timezone.now())
    except Alarm.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        context = _alarms(request) | {"refused": alarm_id, "refusal": str(refusal)}
        return render(request, "oversight/alarms.html", context, status=422)
    messages.success(request, _("Settled; your finding is kept with the alarm."))
    return redirect("alarms")


def _alarms(request: SignedInRequest) -> dict[str, object]:
    return {"alarms": lists.alarms(me=request.user.pk), "thresholds": operations.THRESHOLDS}

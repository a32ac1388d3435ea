"""Pages of representatives, for the phone: what to pass on, and the doors to knock at."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.outreach.operations import passing
from kapok.outreach.queries import passing as queries
from kapok.outreach.views.common import show


@require_safe
def list_of(request: SignedInRequest) -> HttpResponse:
    """Notices at one's own group."""
    return show(request, "outreach/to_pass.html", {"lines": queries.lines(), "here": "to-pass"})


@require_safe
def page(request: SignedInRequest, passing_id: UUID) -> HttpResponse:
    """One notice at one group."""
    return _page(request, passing_id)


@require_POST
def pass_on(request: SignedInRequest, passing_id: UUID) -> HttpResponse:
    """Pass it on, with a sentence of one's own."""
    try:
        passing.pass_on(
            passing_id=passing_id, local_zh=request.POST.get("local_zh", ""),
            local_en=request.POST.get("local_en", ""), by=request.user, at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, passing_id, problem=str(refusal))
    messages.success(request, _("Passed on."))
    return redirect("passing", passing_id)


@require_POST
def done(request: SignedInRequest, passing_id: UUID, what: str) -> HttpResponse:
    """Note that the sheet hangs or the loudspeaker has said it; pressed again: it is not so."""
    passing.note_done(
        passing_id=passing_id, what=what, is_done=request.POST.get("is") != "no",
        by=request.user, at=timezone.now(),
    )  # fmt: skip
    return redirect("passing", passing_id)


@require_POST
def tick(request: SignedInRequest, passing_id: UUID) -> HttpResponse:
    """Note the doors that were told."""
    scope.require(Permission.NOTICE_PASS)
    sheet = _sheet(passing_id, names=False)
    known = {
        str(door.household): door.household
        for door in (*sheet.silent, *sheet.represented, *sheet.unread)
    }
    wanted = [known[each] for each in request.POST.getlist("household") if each in known]
    if not wanted:
        messages.warning(request, _("Tick the doors that were told first, then save them."))
        return redirect("passing", passing_id)
    n = passing.tick(
        version_id=sheet.version, households=wanted, by=request.user, at=timezone.now()
    )
    said = ngettext("%(n)s door ticked.", "%(n)s doors ticked.", n) % {"n": n}
    messages.success(request, said)
    return redirect("passing", passing_id)


def _sheet(passing_id: UUID, *, names: bool = True) -> queries.Sheet:
    found = queries.sheet(passing_id, names=names)
    if found is None:
        raise Http404
    return found


def _page(request: SignedInRequest, passing_id: UUID, *, problem: str = "") -> HttpResponse:
    context: dict[str, Any] = {"sheet": _sheet(passing_id), "problem": problem}
    return show(request, "outreach/passing.html", context, status=422 if problem else 200)

"""Pages of lines: which there are, one of them, and streets without any."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.hotline.drafts import Draft
from kapok.hotline.line_forms import LineForm, beginning
from kapok.hotline.operations import lines
from kapok.hotline.queries import lines as queries
from kapok.hotline.views.after import require_any, show

KEEP = Permission.LINE_KEEP
SEES = (KEEP, Permission.CALL_LEAD, Permission.CALL_TAKE, Permission.CALL_COUNT)


@require_safe
def list_of(request: SignedInRequest) -> HttpResponse:
    """The lines of one's places."""
    require_any(*SEES)
    context = {"found": queries.mine(at=timezone.now()), "here": "lines"}
    return show(request, "hotline/lines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """The form of a new line; then the line."""
    scope.require(KEEP)
    areas = queries.areas()
    given = request.GET.get("area", "")
    form = LineForm(_sent(request), areas=areas, initial={"area": given})
    if request.method == "POST" and form.is_valid():
        try:
            lines.make(draft=form.draft(), by=request.user.pk, at=timezone.now())
        except Refused as refusal:
            return _form(request, form, None, str(refusal))
        messages.success(request, _("The line is open. Online homes show its number."))
        return redirect("hotline-lines")
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, line_id: UUID) -> HttpResponse:
    """The form of a line that is there; then the line as it is now."""
    draft = _draft(line_id)
    form = LineForm(_sent(request), areas=queries.areas(), initial=beginning(draft))
    if request.method == "POST" and form.is_valid():
        try:
            lines.change(line_id=line_id, draft=form.draft(), by=request.user.pk, at=timezone.now())
        except Refused as refusal:
            return _form(request, form, line_id, str(refusal))
        messages.success(request, _("Kept."))
        return redirect("hotline-lines")
    return _form(request, form, line_id)


@require_POST
def retire(request: SignedInRequest, line_id: UUID) -> HttpResponse:
    """Take it out of use."""
    _draft(line_id)
    try:
        lines.retire(line_id=line_id, by=request.user.pk, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("hotline-line", line_id)
    messages.success(request, _("The line is out of use. Its calls stay."))
    return redirect("hotline-lines")


def _sent(request: SignedInRequest) -> Any:
    """What was sent, be it nothing; ``None`` where a form is only looked at."""
    return request.POST if request.method == "POST" else None


def _draft(line_id: UUID) -> Draft:
    scope.require(KEEP)
    draft = queries.draft_of(line_id)
    if draft is None:
        raise Http404
    return draft


def _form(
    request: SignedInRequest, form: Any, line_id: UUID | None, problem: str = ""
) -> HttpResponse:
    context = {"form": form, "line_id": line_id, "problem": problem, "here": "lines"}
    return show(
        request, "hotline/line.html", context, status=422 if form.errors or problem else 200
    )

"""The dispatcher's queue: looked at, narrowed, kept live, and worked on in sets."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access import scope, sheets
from kapok.access.models import Look
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.trace import LOCAL, look
from kapok.errors import Refused
from kapok.matters.operations import desk as operations
from kapok.matters.queries.desk import choices, filters, queue, tables
from kapok.matters.views.common import for_desk, show

VIEW = Permission.MATTER_VIEW


@require_safe
def matters(request: SignedInRequest) -> HttpResponse:
    """The queue, what will be late first; words are looked for in the name of the purpose."""
    if not scope.can(VIEW) and scope.can(Permission.MATTER_COUNT):
        return redirect("matters-board")
    wanted = filters.read(request.GET)
    return _words(request, wanted) if wanted.words else _plain(request, wanted)


@for_desk(VIEW)
def _plain(request: SignedInRequest, wanted: filters.Filter) -> HttpResponse:
    return _page(request, wanted)


@for_desk(VIEW, words=True)
def _words(request: SignedInRequest, wanted: filters.Filter) -> HttpResponse:
    return _page(request, wanted)


def _page(request: SignedInRequest, wanted: filters.Filter) -> HttpResponse:
    at = timezone.now()
    found = queue.page(wanted, at=at, after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "page": found,
        "wanted": wanted,
        "now": at,
        "query": wanted.query(),
        "most": queue.MOST_COUNTED,
        "is_first": not request.GET.get("after"),
        "takes_new": found.is_queue and not request.GET.get("after"),
        "may_send": scope.can(Permission.MATTER_SEND),
    }
    if request.GET.get("part") == "rows":
        return show(request, "matters/parts/list.html", context)
    context |= {
        "choices": choices.of_filter(wanted, at=at),
        "saved": choices.saved(),
        "is_narrowed": bool(wanted.query()),
    }
    return show(request, "matters/queue.html", context)


@require_safe
@for_desk(VIEW)
def export(request: SignedInRequest, form: str) -> HttpResponse:
    """What is seen as a table, CSV or Excel, without anybody's words: it needs no consent."""
    wanted = filters.read(request.GET)
    if wanted.words:
        raise Refused(
            _("A search by words is not taken out. Clear the search, or ask for an export.")
        )
    at = timezone.now()
    table = tables.table(wanted, at=at)
    look(Look.Action.EXPORT, table.ids)
    kind = sheets.Format(form)
    content = sheets.written(kind, heading=table.heading, rows=table.rows, note=table.note)
    answer = HttpResponse(content, content_type=kind.content_type)
    name = f"kapok-matters-{at.astimezone(LOCAL):%Y%m%d-%H%M}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
@for_desk(VIEW)
def save_filter(request: SignedInRequest) -> HttpResponse:
    """Keep the filter of the page under a name, for this account alone."""
    wanted = filters.read(QueryDict(request.POST.get("query", "")))
    operations.save_filter(
        name=request.POST.get("name", ""),
        query=wanted.query(text=""),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("The filter is kept."))
    return redirect(f"{reverse('matters')}?{wanted.query()}")


@require_POST
@for_desk(VIEW)
def remove_filter(request: SignedInRequest, filter_id: UUID) -> HttpResponse:
    """Forget a filter."""
    operations.remove_filter(filter_id=filter_id)
    messages.success(request, _("The filter is gone."))
    return redirect("matters")

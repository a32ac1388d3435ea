"""Figures of lines: the page, the same as a file, and the file that plans are made from."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kapok.access import sheets
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.hotline.queries import figures as queries
from kapok.hotline.queries import half_hours
from kapok.hotline.views.after import require_any, show
from kapok.people.views import page as people_page

SEES = (Permission.CALL_COUNT, Permission.CALL_LEAD)


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """The figures of a period."""
    require_any(*SEES)
    found = _found(request, timezone.now())
    return show(request, "hotline/figures.html", {"figures": found, "here": "figures"})


@require_safe
def sheet(request: SignedInRequest) -> HttpResponse:
    """The figures by line, as a file."""
    require_any(*SEES)
    found = _found(request, timezone.now())
    heading = (
        _("Hotline"), _("Where"), _("Calls"), _("Answered"), _("Answered within 20 s"),
        _("Hung up"), _("Missed"), _("Calls of ours"), _("Mean wait (s)"),
        _("95 of 100 waited at most (s)"), _("Mean talk (s)"), _("Mean wrap-up (s)"),
    )  # fmt: skip
    rows = [_row(each) for each in found.lines] + [_row(found.all, _("All lines"))]
    note = f"{found.since:%Y-%m-%d %H:%M} – {found.until:%Y-%m-%d %H:%M}"
    return _file(sheets.written(sheets.Format.CSV, heading=heading, rows=rows, note=note), "calls")


@require_safe
def intervals(request: SignedInRequest) -> HttpResponse:
    """Calls by half-hour of the last four weeks, for ``kapok hotline`` and the page of plans."""
    require_any(*SEES)
    rows = [each.row for each in half_hours.half_hours(at=timezone.now())]
    if not rows:
        raise Refused(_("Nobody called in the four weeks before today; there is nothing to plan."))
    text = sheets.written(sheets.Format.CSV, heading=half_hours.HEADING, rows=rows)
    return _file(text, "half-hours")


def _found(request: SignedInRequest, at: datetime) -> queries.Figures:
    said = request.GET.get("line", "")
    try:
        line = UUID(said) if said else None
    except ValueError:
        raise Refused(_("There is no such line. Choose one of the list.")) from None
    return queries.figures(period=request.GET.get("period", "7"), line=line, at=at)


def _row(each: queries.Counted, name: str = "") -> tuple[sheets.Cell, ...]:
    times = (each.wait_s, each.wait_p95_s, each.talk_s, each.wrap_s)
    return (
        name or each.name, each.where, each.n, each.n_answered, each.n_in_time, each.n_abandoned,
        each.n_missed, each.n_out, *(None if s is None else round(s, 1) for s in times),
    )  # fmt: skip


def _file(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=sheets.Format.CSV.content_type)
    answer["Content-Disposition"] = f'attachment; filename="kapok-{name}.csv"'
    return people_page.private(answer)

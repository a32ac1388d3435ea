"""What the queue shows as a table: numbers, kinds, places and times, nobody's words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access.sheets import Cell
from kapok.matters.queries.desk import queue
from kapok.matters.queries.desk.filters import Filter, matching

MOST_ROWS = 20_000
AT_ONCE = 1_000


@dataclass(frozen=True)
class Table:
    """A heading, rows, and which matters they are."""

    heading: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ids: tuple[UUID, ...]
    note: str


def table(wanted: Filter, *, at: datetime) -> Table:
    """The matters that are looked for, as rows; the note says where more were left out."""
    found = matching(wanted, at=at).order_by(F("due_at").asc(nulls_last=True), "id")
    rows = list(found.values(*queue.COLUMNS)[: MOST_ROWS + 1])
    lines = [
        line
        for start in range(0, min(len(rows), MOST_ROWS), AT_ONCE)
        for line in queue.lines_from(rows[start : min(start + AT_ONCE, MOST_ROWS)], at)
    ]
    cut = _("Only the first %(n)s matters are in this file.") % {"n": MOST_ROWS}
    return Table(
        heading=(
            _("Number"), _("Kind"), _("Realm"), _("Urgency"), _("State"), _("Place"), _("Building"),
            _("With"), _("Reported at"), _("Due at"), _("Late"), _("Returned"), _("Opened again"),
        ),
        rows=tuple(_row(line) for line in lines),
        ids=tuple(line.id for line in lines),
        note=cut if len(rows) > MOST_ROWS else "",
    )  # fmt: skip


def _row(line: queue.Line) -> tuple[Cell, ...]:
    return (
        line.number,
        line.kind,
        line.realm,
        line.urgency_label,
        line.state_label,
        line.place_name,
        line.building,
        line.holder,
        _moment(line.received_at),
        _moment(line.due_at),
        _("late") if line.tone == "late" else "",
        line.n_returned,
        line.n_reopened,
    )


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""

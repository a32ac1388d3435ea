"""What can be taken out of matters with its words: asked for, and agreed to by a second person."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kapok.access.exports import Exportable, Row
from kapok.access.roles import Permission
from kapok.matters import notes
from kapok.matters.models import Matter, Report
from kapok.matters.queries.desk import queue

AT_ONCE = 1_000
PURPOSE = "matter_handling"


def matters(lo: int, hi: int) -> QuerySet[Matter]:
    """The matters of an area that are open."""
    return Matter.objects.filter(place__gte=lo, place__lt=hi, closed_at=None)


def _count(lo: int, hi: int) -> int:
    return matters(lo, hi).count()


def _rows(lo: int, hi: int) -> Iterator[Row]:
    rows = list(matters(lo, hi).order_by("due_at", "pk").values(*queue.COLUMNS))
    for start in range(0, len(rows), AT_ONCE):
        lines = queue.lines_from(rows[start : start + AT_ONCE], timezone.now())
        words = _words([line.id for line in lines])
        for line in lines:
            yield Row(line.id, _cells(line, words.get(line.id, "")))


def _cells(line: queue.Line, words: str) -> tuple[str | int, ...]:
    due = f"{timezone.localtime(line.due_at):%Y-%m-%d %H:%M}" if line.due_at else ""
    return (
        line.number, line.kind, line.urgency_label, line.state_label, line.place_name,
        line.building, line.holder, due, words,
    )  # fmt: skip


def _words(keys: list[UUID]) -> dict[UUID, str]:
    found: dict[UUID, list[str]] = {}
    for report in Report.objects.filter(matter__in=keys).order_by("received_at"):
        found.setdefault(report.matter_id, []).extend((*notes.in_words(report.notes), report.text))
    return {matter: " | ".join(filter(None, texts)) for matter, texts in found.items()}


EXPORTABLES = (
    Exportable(
        key="matters",
        label=_("Open matters of an area, with the words of their reports"),
        permission=Permission.MATTER_SEND,
        purposes=frozenset({PURPOSE}),
        heading=(
            _("Number"),
            _("Kind"),
            _("Urgency"),
            _("State"),
            _("Place"),
            _("Building"),
            _("With"),
            _("Due at"),
            _("Words"),
        ),
        count=_count,
        rows=_rows,
    ),
)

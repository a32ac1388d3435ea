"""Rows that were refused, as a workbook with the reason beside each; safe to open."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from kapok.access.sheets import Cell, Format, written


def refused_workbook(
    columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]]
) -> bytes:
    """An ``.xlsx`` of (row of the file, its cells, why it was refused), all of it as text."""
    heading = [_("Row"), _("Reason"), *columns]
    lines: Iterator[Sequence[Cell]] = ([number, reason, *cells] for number, cells, reason in rows)
    return written(Format.XLSX, heading=heading, rows=lines)

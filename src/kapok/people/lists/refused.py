"""Rows that were refused, as a workbook with the reason beside each; safe to open."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: with an apostrophe before it.

    >>> harmless("=1+1"), harmless("陈小明")
    ("'=1+1", '陈小明')
    """
    return f"'{text}" if text.startswith(STARTS) else text


def refused_workbook(
    columns: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]]
) -> bytes:
    """An ``.xlsx`` of (row of the file, its cells, why it was refused), all of it as text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
         "strings_to_numbers": False},
    ) as book:  # fmt: skip
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        for at, title in enumerate([_("Row"), _("Reason"), *columns]):
            sheet.write_string(0, at, harmless(title), bold)
        for line, (number, cells, reason) in enumerate(rows, start=1):
            sheet.write_number(line, 0, number)
            sheet.write_string(line, 1, harmless(reason))
            for at, cell in enumerate(cells, start=2):
                sheet.write_string(line, at, harmless(cell), text)
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 50)
        sheet.set_column(2, 1 + len(columns), 18)
    return file.getvalue()

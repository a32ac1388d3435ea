"""Tables as files that spreadsheet programs open: what somebody typed is never run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

import xlsxwriter

from kapok import formulas

Cell = str | int | float | date | None
WIDEST = 60
PER_LETTER = 1.2


class Format(StrEnum):
    """Kinds of files."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """As HTTP says it."""
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written(
    form: Format, *, heading: Sequence[str], rows: Iterable[Sequence[Cell]], note: str = ""
) -> bytes:
    """A file with a heading and rows; ``note`` stands in a row of its own above them."""
    return (_xlsx if form is Format.XLSX else _csv)(heading, rows, note)


def harmless(cell: Cell) -> Cell:
    """What a program shows as it stands, whatever it is."""
    return formulas.harmless(cell) if isinstance(cell, str) else cell


def _csv(heading: Sequence[str], rows: Iterable[Sequence[Cell]], note: str) -> bytes:
    text = io.StringIO()
    text.write("\ufeff")  # so that Excel takes it for UTF-8
    writer = csv.writer(text)
    if note:
        writer.writerow([harmless(note)])
    writer.writerow([harmless(cell) for cell in heading])
    for row in rows:
        writer.writerow([harmless(_plain(cell)) for cell in row])
    return text.getvalue().encode()


def _xlsx(heading: Sequence[str], rows: Iterable[Sequence[Cell]], note: str) -> bytes:
    """Cells are text or numbers, never formulas or links, whatever they begin with."""
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        row_number = 0
        for column, title in enumerate(heading):
            sheet.set_column(column, column, min(WIDEST, max(12, len(title) * PER_LETTER)))
        if note:
            sheet.write_string(0, 0, note)
            row_number = 1
        for column, title in enumerate(heading):
            sheet.write_string(row_number, column, title, bold)
        for row in rows:
            row_number += 1
            for column, cell in enumerate(row):
                _write(sheet, row_number, column, _plain(cell))
    return buffer.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


def _plain(cell: Cell) -> Cell:
    """Days and moments as people of every country read them: 2026-03-02."""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return cell.isoformat() if isinstance(cell, date) else cell

"""Tables that people paste into a form or send as a file, as entries of text."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import fastexcel

from kapok.errors import Refused
from kapok.planning.rosters.cells import as_text
from kapok.words import gettext as _

MOST_BYTES = 5_000_000
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


def csv_entries(text: str) -> list[dict[str, str]]:
    """The rows of CSV with a header; commas, semicolons or tabs between cells."""
    lines = text.strip().splitlines()
    head = lines[0] if lines else ""
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    except csv.Error:
        raise Refused(
            _("The table cannot be read; look for a quotation mark that is not closed.")
        ) from None
    header = [cell.strip() for cell in next(iter(rows), [])]
    return [
        {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]


def csv_text(entries: Sequence[Mapping[str, Any]], first: Iterable[str] = ()) -> str:
    """Entries as CSV that :func:`csv_entries` reads back; some columns come first, in order."""
    found = dict.fromkeys(str(key) for entry in entries for key in entry)
    columns = [*(name for name in first if name in found)]
    columns += [name for name in found if name not in columns]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([as_text(entry.get(c)) for c in columns] for entry in entries)
    return out.getvalue().strip()


def text_of_file(name: str, content: bytes) -> str:
    """A file that was sent as text: CSV in UTF-8 or GB18030, or a workbook's first sheet as CSV.

    Raises ``Refused`` with how to save it.
    """
    if len(content) > MOST_BYTES:
        raise Refused(
            _("%(file)s has over %(most)s MB; split it.")
            % {"file": name, "most": MOST_BYTES // 1_000_000}
        )
    if name.lower().endswith(WORKBOOKS):
        return _first_sheet(name, content)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.replace("\r\n", "\n")
    raise Refused(_("%(file)s is not text; save the sheet as “CSV UTF-8”.") % {"file": name})


def _first_sheet(name: str, content: bytes) -> str:
    try:
        frame = fastexcel.read_excel(content).load_sheet(0, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, ValueError):
        raise Refused(
            _("%(file)s cannot be read as a workbook; save it as .xlsx.") % {"file": name}
        ) from None
    return csv_text(frame.to_dicts())

"""A spreadsheet or CSV file as rows of text, whatever its encoding; hostile files are refused."""

import csv
import io
import zipfile
from dataclasses import dataclass

import fastexcel
from django.utils.translation import gettext as _

from kapok.errors import Refused

MOST_BYTES = 5_000_000
MOST_UNPACKED = 100_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_LETTERS = 1_000  # in one cell
ENCODINGS = ("utf-8-sig", "gb18030")
EXCEL, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Table:
    """The header and the rows below it; ``lines`` are their numbers as people count them."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def read(data: bytes) -> Table:
    """Read a file. Raises :class:`~kapok.errors.Refused` with a sentence where it cannot be."""
    if len(data) > MOST_BYTES:
        raise Refused(
            _("The file is larger than %(n)d MB. Bring it in parts.") % {"n": MOST_BYTES // 10**6}
        )
    if data.startswith(OLD_EXCEL):
        raise Refused(_("This is a file of an old Excel. Save it as .xlsx or CSV and try again."))
    cells = _excel(data) if data.startswith(EXCEL) else _csv(data)
    rows = [
        (number, tuple(cell.strip() for cell in row))
        for number, row in enumerate(cells, start=1)
        if any(cell.strip() for cell in row)
    ]
    if len(rows) < 2:
        raise Refused(_("The file has no rows below its header."))
    if len(rows) > MOST_ROWS:
        raise Refused(_("The file has more than %(n)d rows. Bring it in parts.") % {"n": MOST_ROWS})
    if any(len(row) > MOST_COLUMNS or max(map(len, row)) > MOST_LETTERS for _n, row in rows):
        raise Refused(_("A row of the file is too wide. Keep the columns of the template alone."))
    [(_number, header), *body] = rows
    return Table(header, tuple(row for _n, row in body), tuple(number for number, _row in body))


def _excel(data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
            has_macros = any("vbaProject" in entry.filename for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Refused(_("The file is damaged. Save it again and try once more.")) from error
    if has_macros:
        raise Refused(_("The file carries macros. Save it as .xlsx without them."))
    if unpacked > MOST_UNPACKED:
        raise Refused(_("The file unpacks to far more than a list of workers. Nothing was read."))
    try:
        sheet = fastexcel.read_excel(data).load_sheet(0, header_row=None, dtypes="string")
        frame = sheet.to_polars()
    except fastexcel.FastExcelError as error:
        raise Refused(_("The file is not a spreadsheet that Kapok can read.")) from error
    skipped = sheet.total_height - len(frame)
    return [[]] * max(0, skipped) + [[cell or "" for cell in row] for row in frame.rows()]


def _csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise Refused(_("The file is neither a spreadsheet (.xlsx) nor text (CSV)."))
    first = text.partition("\n")[0]
    mark = max(",;\t，", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False))
    except csv.Error as error:
        raise Refused(
            _("The file is not CSV that Kapok can read: %(why)s") % {"why": error}
        ) from error


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_("The letters of the file cannot be read. Save it as .xlsx or UTF-8 CSV."))

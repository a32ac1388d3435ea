"""Reading a list: an Excel workbook, or CSV in UTF-8, GB18030 or UTF-16, told by its content."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from kapok.errors import Refused
from kapok.people.lists.archive import MAX_CELL, MAX_COLUMNS, MAX_ROWS, check_workbook
from kapok.people.lists.columns import n_recognised
from kapok.places.files.sheets import everything
from kapok.places.files.sniff import Kind, WrongFile, identify, opened
from kapok.places.files.text import read_text

MAX_BYTES = 30 << 20
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
LONGEST = 500  # characters of a cell that are of use to a list
MOST_SHEETS = 20  # that are looked through for one with rows
TITLES = 12  # lines above the header that are looked through


@dataclass(frozen=True)
class Table:
    """A list as it stands in the file.

    Attributes
    ----------
    file
        Its name, for sentences.
    frame : DataFrame
        One column of text for each column of the sheet, under the names of its header.
    numbers : (n,) list of int
        The row of the file that each row was.
    notes
        Sentences about how it was read, for whoever brought it.
    """

    file: str
    frame: pl.DataFrame
    numbers: list[int]
    notes: tuple[str, ...] = ()


def read_list(path: Path, name: str | None = None) -> Table:
    """Read a list. Raises ``Refused`` with what to do."""
    name = name or path.name
    with opened(path) as file:
        head = file.read(8)
        size = file.seek(0, 2)
    if not size:
        raise Refused(_("%(file)s is empty.") % {"file": name})
    if size > MAX_BYTES:
        raise Refused(
            _("%(file)s has more than %(most)s MB. Divide the list, or take out pictures.")
            % {"file": name, "most": MAX_BYTES >> 20}
        )
    if head.startswith(OLD_OFFICE):
        raise Refused(
            _(
                "%(file)s is an old Excel file (.xls) or locked with a password. "
                "Save it as .xlsx, without one."
            )
            % {"file": name}
        )
    if head.startswith(b"PK"):
        return _workbook(path, name)
    return _text(path, name)


def _workbook(path: Path, name: str) -> Table:
    check_workbook(path, name)
    try:
        book = fastexcel.read_excel(path)
        seen = list(islice(_with_rows(book), 2))
    except fastexcel.FastExcelError:
        raise Refused(
            _("%(file)s cannot be read as a workbook. Open it and save it anew as .xlsx.")
            % {"file": name}
        ) from None
    if not seen:
        raise Refused(_("%(file)s has no sheet with rows.") % {"file": name})
    notes: tuple[str, ...] = ()
    if len(seen) > 1:
        notes = (
            _("%(file)s has several sheets; the first one, “%(sheet)s”, was read.")
            % {"file": name, "sheet": seen[0].name},
        )
    frame = seen[0].to_polars().select(pl.all().cast(pl.String))
    return _below_header(name, frame, np.arange(1, len(frame) + 1), notes)


def _with_rows(book: fastexcel.ExcelReader) -> Iterator[fastexcel.ExcelSheet]:
    """The sheets that somebody sees rows on, opened one after the other."""
    for name in book.sheet_names[:MOST_SHEETS]:
        sheet = book.load_sheet(name, header_row=None, dtypes="string", skip_rows=0)
        if sheet.visible == "visible" and sheet.height:
            yield sheet


def _text(path: Path, name: str) -> Table:
    try:
        source = identify(path)
        if source.kind is not Kind.CSV or source.gzipped:
            raise WrongFile("")
    except WrongFile:
        raise Refused(
            _(
                "%(file)s is neither an Excel workbook nor CSV, whatever its name says. "
                "Save the list as .xlsx or CSV."
            )
            % {"file": name}
        ) from None
    try:
        sheet = read_text(source, everything)
    except WrongFile as error:
        raise Refused(
            _("%(file)s cannot be read as CSV. Save the list as .xlsx. (%(why)s)")
            % {"file": name, "why": error}
        ) from None
    numbers = sheet.number(np.arange(len(sheet.frame)))
    header = pl.DataFrame([list(sheet.frame.columns)], schema=sheet.frame.columns, orient="row")
    frame = pl.concat([header, sheet.frame.select(pl.all().cast(pl.String))])
    notes = tuple(
        _("%(file)s is not UTF-8 but was understood all the same. Look whether names are right.")
        % {"file": name}
        for _note in sheet.notes
    )
    return _below_header(name, frame, np.concatenate([[1], numbers]), notes)


def _below_header(
    name: str, frame: pl.DataFrame, numbers: np.ndarray, notes: tuple[str, ...]
) -> Table:
    """Find the line with the names of the columns; the rows are what stands below it."""
    if frame.width > MAX_COLUMNS or len(frame) > MAX_ROWS + TITLES:
        raise Refused(
            _("%(file)s has more than %(rows)s rows or %(columns)s columns. Divide the list.")
            % {"file": name, "rows": f"{MAX_ROWS:,}", "columns": MAX_COLUMNS}
        )
    lines = frame.head(TITLES).rows()
    at = max(range(len(lines)), key=lambda line: (n_recognised(lines[line]), -line))
    header = _unique([cell or "" for cell in lines[at]])
    body = frame[at + 1 :].with_columns(pl.all().str.strip_chars().replace("", None))
    body.columns = header
    full = body.select(full=~pl.all_horizontal(pl.all().is_null()))["full"]
    body, kept = body.filter(full), numbers[at + 1 :][full.to_numpy()]
    if not len(body):
        raise Refused(_("%(file)s has no rows below its header.") % {"file": name})
    if (body.select(pl.max_horizontal(pl.all().str.len_chars().max())).item() or 0) > MAX_CELL:
        raise Refused(
            _(
                "%(file)s has a cell with more text than a cell can hold. "
                "Empty it, and save it anew."
            )
            % {"file": name}
        )
    defended = pl.all().str.slice(0, LONGEST).str.replace(r"^'([=+\-@])", "$1")
    return Table(name, body.select(defended), kept.tolist(), notes)


def _unique(cells: list[str]) -> list[str]:
    """Names of columns, none of them twice and none empty."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        plain = " ".join(cell.split())[:60] or f"#{place}"
        names.append(plain if plain not in names else f"{plain} #{place}")
    return names

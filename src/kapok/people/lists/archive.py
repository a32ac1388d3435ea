"""Is it safe to open this Excel workbook? Decided by what is in it, before it is opened.

An ``.xlsx`` file is a zip archive of XML. It may unpack to a thousand times its size, claim sizes
that are not true, hold macros, or name one cell in the last row and column so that whoever opens
it reserves room for seventeen thousand million cells. All of it is read here once, in pieces.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from kapok.errors import Refused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 << 20
MAX_RATIO = 200
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 32_767  # characters, as in Excel
MAX_TEXT = 64 << 20  # bytes of all cells together
PIECE = 1 << 20

CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*)?>")
WHERE = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,7})"')
SHARED = re.compile(rb'\st="s"[^>]*>\s*(?:<f.*?</f>|<f[^>]*/>)?\s*<(?:\w+:)?v>(\d+)</', re.DOTALL)
ITEM = re.compile(rb"<(?:\w+:)?si[\s>/]")
MACROS = re.compile(r"vbaproject|macrosheets|activex/.*\.bin", re.IGNORECASE)


@dataclass
class Seen:
    """What was counted while the parts of a workbook were read."""

    items: list[int] = field(default_factory=list)  # bytes of each shared text
    uses: list[int] = field(default_factory=list)  # shared texts that cells refer to


def check_workbook(path: Path, name: str) -> None:
    """Raises ``Refused`` with what to do, unless the workbook can be opened safely."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, name)
            _check_kind(archive, name)
            _check_parts(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Refused(
            _("%(file)s is damaged or locked with a password. Save it anew as .xlsx, without one.")
            % {"file": name}
        ) from None


def _check_directory(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed:
        raise _too_large(name)


def _check_kind(archive: zipfile.ZipFile, name: str) -> None:
    names = archive.namelist()
    if any(MACROS.search(entry) for entry in names):
        raise Refused(
            _("%(file)s holds macros, which are programs. Save it as .xlsx, which has none.")
            % {"file": name}
        )
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise Refused(
            _("%(file)s is a zip archive but no Excel workbook. Save the sheet as .xlsx or CSV.")
            % {"file": name}
        )
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise Refused(
            _("%(file)s is a workbook made for macros. Save it as .xlsx, which has none.")
            % {"file": name}
        )


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    seen = Seen()
    for entry in archive.infolist():
        part = entry.filename.lower()
        if part.endswith(("sharedstrings.xml", ".rels")) or part.startswith("xl/worksheets/"):
            _check_part(archive, entry, name, seen)
        elif part.startswith("xl/") and part.endswith(".xml"):
            for piece in _pieces(archive, entry):
                _refuse_declarations(piece, name)
    texts = seen.items
    if sum(texts[use] for use in seen.uses if use < len(texts)) > MAX_TEXT:
        raise _too_large(name)


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, seen: Seen) -> None:
    content = b"".join(_pieces(archive, entry))
    _refuse_declarations(content, name)
    if entry.filename.lower().endswith("sharedstrings.xml"):
        starts = [found.start() for found in ITEM.finditer(content)]
        seen.items = [b - a for a, b in zip(starts, [*starts[1:], len(content)], strict=True)]
        if max(seen.items, default=0) > 8 * MAX_CELL:
            raise _too_long(name)
    elif entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
        _check_cells(content, name)
        seen.uses += [int(found[1]) for found in SHARED.finditer(content) if len(found[1]) < 9]


def _check_cells(content: bytes, name: str) -> None:
    last = 0
    for found in CELL.finditer(content):
        if found.start() - last > 8 * MAX_CELL and last:
            raise _too_long(name)
        last = found.start()
        if found[1] is not None and found[1].endswith(b"/"):
            continue  # only formatted, and empty
        where = WHERE.search(found[1] or b"")
        if where is None:
            raise Refused(
                _("The cells of %(file)s do not say where they are. Open it and save it anew.")
                % {"file": name}
            )
        if int(where[2]) > MAX_ROWS + 1 or _column(where[1]) > MAX_COLUMNS:
            raise Refused(
                _(
                    "A sheet of %(file)s reaches to cell %(cell)s; lists are read up to "
                    "%(rows)s rows and %(columns)s columns. Delete what is beyond, or divide it."
                )
                % {
                    "file": name,
                    "cell": (where[1] + where[2]).decode(),
                    "rows": f"{MAX_ROWS:,}",
                    "columns": MAX_COLUMNS,
                }
            )
    if len(content) - last > 8 * MAX_CELL and content.find(b"</", last) > last + 8 * MAX_CELL:
        raise _too_long(name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpacked in pieces; the check sum at the end fails where the stated size was a lie."""
    with archive.open(entry) as part:
        while piece := part.read(PIECE):
            yield piece


def _refuse_declarations(content: bytes, name: str) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refused(
            _("%(file)s holds declarations that no spreadsheet writes. Save it anew as .xlsx.")
            % {"file": name}
        )


def _too_large(name: str) -> Refused:
    return Refused(
        _(
            "%(file)s unpacks to far more than a list needs, so it was not opened. "
            "Copy the list alone into a new workbook."
        )
        % {"file": name}
    )


def _too_long(name: str) -> Refused:
    return Refused(
        _("%(file)s has a cell with more text than a cell can hold. Empty it, and save it anew.")
        % {"file": name}
    )

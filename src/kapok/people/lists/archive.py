"""Is it safe to open this Excel workbook? Decided by what is in it, before it is opened.

An ``.xlsx`` file is a zip archive of XML. It may unpack to a thousand times its size, claim sizes
that are not true, hold macros, or name one cell in the last row and column so that whoever opens
it reserves room for seventeen thousand million cells. All of it is read here once, in pieces.
"""

import re
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass, field
from itertools import zip_longest
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

PREFIX = rb"(?:[^\s<>/][^\s<>]*:)?"
START = re.compile(rb"<" + PREFIX + rb"c(?=[\s/>])")
CELL = re.compile(START.pattern + rb"""((?:\s+[^\s=<>/"']+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""")
USUAL = re.compile(rb'\s+r="([A-Z]{1,3})(\d{1,7})"(?:\s+s="\d+")?(?:\s+t="(\w+)")?')
ATTRIBUTE = re.compile(rb"""\s+([^\s=<>/"']+)\s*=\s*["']([^"']*)["']""")
WHERE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
FORMULA = rb"(?:<" + PREFIX + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</" + PREFIX + rb"f\s*>))?"
VALUE = rb"<" + PREFIX + rb"v(?:\s[^<>]*)?>\s*(\d{1,8})\s*</" + PREFIX + rb"v\s*>"
SHARED = re.compile(  # what stands in a cell that refers to a shared text, to its end
    rb"\s*" + FORMULA + rb"\s*(?:" + VALUE + rb")?\s*</" + PREFIX + rb"c\s*>"
)
ITEM = re.compile(rb"<" + PREFIX + rb"si(?=[\s>/])")
OTHER_KINDS = {"xl/workbook.bin", "content.xml"}  # what cannot be opened as one is tried as these
MACROS = re.compile(r"vbaproject|macrosheets|activex/.*\.bin", re.IGNORECASE)


@dataclass
class Seen:
    """What was counted while the parts of a workbook were read."""

    n_bytes: int = 0
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
    if OTHER_KINDS & {entry.lower() for entry in names}:
        raise Refused(
            _("%(file)s is several kinds of file at once. Save the list anew as .xlsx.")
            % {"file": name}
        )
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
    """By what the parts hold: a workbook may keep its sheets under any name."""
    seen = Seen()
    for entry in archive.infolist():
        content = _content(archive, entry, name, seen)
        if entry.filename.lower().endswith((".xml", ".rels")):
            _refuse_declarations(content, name)
        if b"sst" in content:
            _count_texts(content, name, seen)
        if b"sheetData" in content:
            _refuse_declarations(content, name)
            _check_cells(content, name, seen)
    texts = seen.items
    if sum(texts[use] for use in seen.uses if use < len(texts)) > MAX_TEXT:
        raise _too_large(name)


def _count_texts(content: bytes, name: str, seen: Seen) -> None:
    """How long each shared text is; of several parts with texts, the longer one counts."""
    starts = [found.start() for found in ITEM.finditer(content)]
    items = [b - a for a, b in zip(starts, [*starts[1:], len(content)], strict=True)]
    if max(items, default=0) > 8 * MAX_CELL:
        raise _too_long(name)
    seen.items = [max(pair) for pair in zip_longest(seen.items, items, fillvalue=0)]


def _check_cells(content: bytes, name: str, seen: Seen) -> None:
    last = n = 0
    for found in CELL.finditer(content):
        n += 1
        if found.start() - last > 8 * MAX_CELL and last:
            raise _too_long(name)
        last = found.start()
        if not found[2]:  # else it is only formatted, and empty
            letters, digits, kind = _said_of_cell(found[1], name)
            _refuse_far(letters, digits, name)
            if kind == b"s":
                shared = SHARED.match(content, found.end())
                if shared is None:
                    raise _unreadable(name)
                seen.uses += [int(shared[1])] if shared[1] else []
    if n != sum(1 for _start in START.finditer(content)):
        raise _unreadable(name)  # a cell that other readers may see elsewhere
    if len(content) - last > 8 * MAX_CELL and content.find(b"</", last) > last + 8 * MAX_CELL:
        raise _too_long(name)


def _said_of_cell(attributes: bytes, name: str) -> tuple[bytes, bytes, bytes]:
    """Column, row and kind of a cell, where it says each once and plainly."""
    usual = USUAL.fullmatch(attributes)
    if usual:
        return usual[1], usual[2], usual[3] or b""
    pairs = ATTRIBUTE.findall(attributes)
    said = dict(pairs)
    where = WHERE.fullmatch(said.get(b"r", b""))
    if where is None or len(said) != len(pairs):
        raise _unreadable(name)
    return where[1], where[2], said.get(b"t", b"")


def _refuse_far(letters: bytes, digits: bytes, name: str) -> None:
    if int(digits) > MAX_ROWS + 1 or _column(letters) > MAX_COLUMNS:
        raise Refused(
            _(
                "A sheet of %(file)s reaches to cell %(cell)s; lists are read up to "
                "%(rows)s rows and %(columns)s columns. Delete what is beyond, or divide it."
            )
            % {
                "file": name,
                "cell": (letters + digits).decode(),
                "rows": f"{MAX_ROWS:,}",
                "columns": MAX_COLUMNS,
            }
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, seen: Seen) -> bytes:
    """A part, unpacked to its true end: another reader does not stop where its size is stated."""
    whole = copy(entry)
    whole.file_size = MAX_UNPACKED + PIECE
    pieces: list[bytes] = []
    with archive.open(whole) as part:
        while piece := part.read(PIECE):
            seen.n_bytes += len(piece)
            if seen.n_bytes > MAX_UNPACKED:
                raise _too_large(name)
            pieces.append(piece)
    content = b"".join(pieces)
    if len(content) != entry.file_size:
        raise zipfile.BadZipFile
    return content


def _refuse_declarations(content: bytes, name: str) -> None:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or b"\0" in content:
        raise Refused(
            _("%(file)s holds declarations that no spreadsheet writes. Save it anew as .xlsx.")
            % {"file": name}
        )


def _unreadable(name: str) -> Refused:
    return Refused(
        _("The cells of %(file)s do not say where they are. Open it and save it anew.")
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

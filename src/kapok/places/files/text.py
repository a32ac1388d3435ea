"""Reading CSV: UTF-8, GB18030 or UTF-16, commas, semicolons or tabs.

A clean file takes the fast path (Polars). Anything unusual, such as blank lines in the middle,
rows with too many cells or quotation marks that Polars will not have, is put in order first by the
slower reader of the standard library, which also knows the line of each row.
"""

import csv
import io
from array import array
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.places.files.sheets import Choice, Sheet
from kapok.places.files.sniff import MAX_TEXT_BYTES, Source, WrongFile, opened
from kapok.words import gettext as _

SEPARATORS = ",;\t|"
ODD_BYTES = b"\xff\xfe", b"\xfe\xff"


@dataclass(frozen=True)
class Header:
    """The first line of a CSV file."""

    names: list[str]
    separator: str


@dataclass(frozen=True)
class Ordered:
    """A CSV put in order: clean text, the line of each row, and what was wrong with rows."""

    content: bytes
    lines: NDArray[np.int64]
    ragged: tuple[tuple[int, str], ...]


class Text:
    """A CSV file as bytes of UTF-8, and the lines of its rows once somebody asks."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.notes: list[str] = []
        self.recoded: bytes | None = None
        if source.gzipped:
            self.recoded = source.content()
        head = self._decoded_head(source.head)
        if head is None:
            self.recoded, head = self._recode()
        elif "\r" in head and "\n" not in head:
            self.recoded = self.content.replace(b"\r", b"\n")
            head = head.replace("\r", "\n")
        self.header = _header(source.name, head)

    @property
    def content(self) -> bytes:
        """All of the file as UTF-8."""
        return self.source.content() if self.recoded is None else self.recoded

    def recode(self) -> None:
        """Bring a file that turned out not to be UTF-8 further down into UTF-8."""
        self.recoded, _head = self._recode()

    def _decoded_head(self, head: bytes) -> str | None:
        if head.startswith(ODD_BYTES):
            return None
        try:
            return head.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            cut = error.start >= len(head) - 3 and len(head) >= 1 << 20
            return head[: error.start].decode("utf-8-sig") if cut else None

    def _recode(self) -> tuple[bytes, str]:
        content = self.content
        encoding = "utf-16" if content.startswith(ODD_BYTES) else "gb18030"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise WrongFile(
                _(
                    "%(file)s is neither UTF-8 nor GB18030 text (line %(line)s holds byte "
                    "%(byte)s). Save it as “CSV UTF-8”."
                )
                % {
                    "file": self.source.name,
                    "line": f"{line:,}",
                    "byte": f"0x{content[error.start]:02X}",
                }
            ) from None
        self.notes.append(
            _(
                "%(file)s is not UTF-8; it was read as %(encoding)s. If names look wrong, save it "
                "as “CSV UTF-8”."
            )
            % {"file": self.source.name, "encoding": encoding.upper()}
        )
        return text.encode(), text[: 1 << 20]

    @cached_property
    def ordered(self) -> Ordered:
        """The file put in order."""
        return _ordered(self.source.name, self.content, self.header)

    def n_newlines(self) -> int:
        """Line ends in the file, that of the last line included even when missing."""
        if self.recoded is not None:
            return self.recoded.count(b"\n") + (not self.recoded.endswith(b"\n"))
        n, last = 0, b""
        with opened(self.source.path) as file:
            while block := file.read(1 << 24):
                n, last = n + block.count(b"\n"), block[-1:]
        return n + (last != b"\n")


def read_text(source: Source, choose: Choice) -> Sheet:
    """Read a CSV file; every column is text. Raises ``Refused`` with what to do."""
    text = Text(source)
    wanted = choose(text.header.names, False)
    fast = _fast(text)
    if fast is None:
        frame, ragged = _parsed(text.ordered.content, ","), text.ordered.ragged
    else:
        frame, ragged = fast.head(_without_blank_tail(fast)), ()
    if not len(frame):
        raise WrongFile(_("%(file)s has a header and no rows.") % {"file": source.name})
    frame.columns = text.header.names

    def number(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        if fast is not None and text.n_newlines() == len(fast) + 1:
            return rows + 2  # no cell holds a line end
        return text.ordered.lines[rows]

    return Sheet(
        file=source.name,
        frame=frame if wanted is None else frame.select(list(dict.fromkeys(wanted))),
        word="line",
        number=number,
        ragged=ragged,
        notes=tuple(text.notes),
    )


def _fast(text: Text) -> pl.DataFrame | None:
    """The rows by Polars, or None where the file must be put in order first."""
    try:
        frame = _parsed(
            text.source.path if text.recoded is None else text.recoded, text.header.separator
        )
    except pl.exceptions.PolarsError as error:
        if "utf-8" in str(error):
            text.recode()
            return _fast(text)
        return None
    if frame.width != len(text.header.names):
        return None
    return None if _is_blank(frame).head(_without_blank_tail(frame)).any() else frame


def _is_blank(frame: pl.DataFrame) -> pl.Series:
    first, *others = frame.columns
    rest = pl.all_horizontal(pl.col(others).is_null()) if others else pl.lit(True)
    is_empty = pl.col(first).is_null() | (pl.col(first).str.strip_chars() == "")
    return frame.select(blank=rest & is_empty)["blank"]


def _without_blank_tail(frame: pl.DataFrame) -> int:
    """How many rows are left when blank lines at the end are dropped."""
    full = (~_is_blank(frame)).arg_true()
    return int(full[-1]) + 1 if len(full) else 0


def _parsed(content: object, separator: str) -> pl.DataFrame:
    return pl.read_csv(
        content,  # type: ignore[arg-type]
        separator=separator,
        infer_schema=False,
        glob=False,
        raise_if_empty=True,
    )


def _header(name: str, head: str) -> Header:
    if not head.strip():
        raise WrongFile(_("%(file)s is empty.") % {"file": name})
    line = next((line for line in head.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=line.count)
    try:
        row = next(row for row in csv.reader(io.StringIO(head), delimiter=separator) if row)
    except (csv.Error, StopIteration):
        raise WrongFile(
            _("%(file)s has no first line with column names within its first megabyte.")
            % {"file": name}
        ) from None
    names: list[str] = []
    for place, cell in enumerate(row, start=1):
        plain = cell.strip().strip("\ufeff") or f"column {place}"
        names.append(plain if plain not in names else f"{plain} (column {place})")
    return Header(names, separator)


def _ordered(name: str, content: bytes, header: Header) -> Ordered:
    """Rewrite a CSV so that every row is whole, remembering lines and ragged rows."""
    reader = csv.reader(
        io.StringIO(content.decode("utf-8-sig"), newline=""),
        delimiter=header.separator,
        strict=True,
    )
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    width, lines, ragged = len(header.names), array("q"), []
    start, seen_header = 1, False
    try:
        for row in reader:
            first, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not seen_header:
                seen_header = True
                writer.writerow(header.names)
                continue
            if len(row) != width:
                told = _("has %(n)s cells, the header has %(of)s.") % {"n": len(row), "of": width}
                ragged.append((len(lines), told))
                row = (row + [""] * width)[:width]
            lines.append(first)
            writer.writerow(row)
    except csv.Error as error:
        raise WrongFile(
            _("%(file)s: the quotation marks do not match from line %(line)s on (%(problem)s).")
            % {"file": name, "line": f"{start:,}", "problem": error}
        ) from None
    if out.tell() > 2 * MAX_TEXT_BYTES:
        raise WrongFile(
            _("%(file)s is too large to be put in order; save it as Parquet.") % {"file": name}
        )
    return Ordered(out.getvalue().encode(), np.frombuffer(lines, dtype=np.int64), tuple(ragged))

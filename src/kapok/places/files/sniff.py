"""What a file is, by its content: its name may say anything."""

import gzip
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from kapok.errors import Refused

HEAD_BYTES = 1 << 20
MAX_TEXT_BYTES = 1 << 30
READABLE = "Kapok reads CSV, GeoJSON, GeoPackage, Parquet and GeoParquet."

# First bytes of what people send by mistake, and what to do about it.
STRANGERS = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive", "Save the sheet as “CSV UTF-8”."),
    (b"PK\x05\x06", "an empty zip archive", READABLE),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save the sheet as “CSV UTF-8”."),
    (b"\x89PNG", "a PNG picture", READABLE),
    (b"\xff\xd8\xff", "a JPEG picture", READABLE),
    (b"GIF8", "a GIF picture", READABLE),
    (b"II*\x00", "a TIFF picture", READABLE),
    (b"MM\x00*", "a TIFF picture", READABLE),
    (b"%PDF", "a PDF document", READABLE),
    (b"\x00\x00\x27\x0a", "a shapefile", "Convert it to GeoPackage, as in QGIS."),
    (b"ARROW1", "an Arrow file", "Write it as Parquet."),
    (b"FEA1", "a Feather file", "Write it as Parquet."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it first."),
    (b"BZh", "a bzip2 archive", "Unpack it first."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it first."),
)


class Kind(StrEnum):
    """Formats that are read."""

    CSV = "CSV"
    GEOJSON = "GeoJSON"
    GPKG = "GeoPackage"
    PARQUET = "Parquet"


class WrongFile(Refused):
    """The file cannot be opened, or is not what was asked for."""


@dataclass(frozen=True)
class Source:
    """A file that can be read, and what it holds.

    ``head`` is the first megabyte, decompressed.
    """

    path: Path
    kind: Kind
    gzipped: bool
    head: bytes

    @property
    def name(self) -> str:
        """The file's name, for sentences."""
        return self.path.name

    def content(self) -> bytes:
        """All of a text file, decompressed. Raises :class:`WrongFile` over a gibibyte."""
        with opened(self.path) as file:
            if not self.gzipped:
                return file.read()
            with gzip.open(file) as unpacked, _unpacking(self.path):
                content = unpacked.read(MAX_TEXT_BYTES + 1)
        if len(content) > MAX_TEXT_BYTES:
            raise _too_long(self.path, "more than 1 GiB")
        return content


def identify(path: Path) -> Source:
    """Look into a file and say what it is. Raises :class:`WrongFile` with what to do."""
    try:
        about = path.stat()
    except FileNotFoundError:
        raise WrongFile(f"There is no file {path}.") from None
    except OSError as error:
        raise WrongFile(f"{path} cannot be opened: {_reason(error)}.") from None
    if stat.S_ISDIR(about.st_mode):
        raise WrongFile(f"{path} is a folder; name a file in it.")
    if not stat.S_ISREG(about.st_mode):
        raise WrongFile(f"{path} is not a regular file; save what it gives to a file first.")
    with opened(path) as file:
        head = file.read(HEAD_BYTES)
        gzipped = head.startswith(b"\x1f\x8b")
        if gzipped:
            file.seek(0)
            with gzip.open(file) as unpacked, _unpacking(path):
                head = unpacked.read(HEAD_BYTES)
    kind = _kind(path, head)
    text = kind in (Kind.CSV, Kind.GEOJSON)
    if gzipped and not text:
        raise WrongFile(f"{path.name} is a compressed {kind} file; unpack it first with gunzip.")
    if text and about.st_size > MAX_TEXT_BYTES:
        raise _too_long(path, f"{about.st_size / MAX_TEXT_BYTES:.1f} GiB")
    return Source(path, kind, gzipped, head)


def _kind(path: Path, head: bytes) -> Kind:
    if not head.strip():
        raise WrongFile(f"{path.name} is empty.")
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"SQLite format 3\x00"):
        return Kind.GPKG
    _refuse_strangers(path, head)
    return _kind_of_text(path, head)


def _refuse_strangers(path: Path, head: bytes) -> None:
    for magic, what, advice in STRANGERS:
        if head.startswith(magic):
            raise WrongFile(f"{path.name} is {what}, whatever its name says. {advice}")
    if head[4:20].find(b"OSMHeader") >= 0:
        raise WrongFile(f"{path.name} is an OpenStreetMap extract; import it with “kapok import”.")


def _kind_of_text(path: Path, head: bytes) -> Kind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.CSV
    if b"\x00" in head or _share_of_controls(head) > 0.02:
        raise WrongFile(f"{path.name} is not text and no format that is known here. {READABLE}")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[", b"\x1e")):
        return Kind.GEOJSON
    if start.startswith(b"<"):
        raise WrongFile(
            f"{path.name} is a web page or an XML file (KML, GML), whatever its name says. "
            "Convert it to GeoPackage or CSV."
        )
    return Kind.CSV


def _share_of_controls(head: bytes) -> float:
    sample = head[:65536]
    return sum(byte < 32 and byte not in (9, 10, 12, 13, 30) for byte in sample) / len(sample)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open for reading; what the system refuses becomes a sentence."""
    try:
        with path.open("rb") as file:
            yield file
    except PermissionError:
        raise WrongFile(f"{path} may not be read; ask its owner for the right.") from None
    except OSError as error:
        raise WrongFile(f"{path} cannot be read: {_reason(error)}.") from None


@contextmanager
def _unpacking(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise WrongFile(f"{path.name} is a damaged gzip file; fetch or pack it again.") from None


def _too_long(path: Path, size: str) -> WrongFile:
    return WrongFile(
        f"{path.name} holds {size} of text; text is read up to 1 GiB. "
        "Convert it to Parquet or GeoPackage, which are read at any size."
    )


def _reason(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else str(error)

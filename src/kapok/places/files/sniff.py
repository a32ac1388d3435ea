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
from kapok.words import gettext as _

HEAD_BYTES = 1 << 20
MAX_TEXT_BYTES = 1 << 30


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
            raise _too_long(self.path, _("more than 1 GiB"))
        return content


def identify(path: Path) -> Source:
    """Look into a file and say what it is. Raises :class:`WrongFile` with what to do."""
    try:
        about = path.stat()
    except FileNotFoundError:
        raise WrongFile(_("There is no file %(file)s.") % {"file": path}) from None
    except OSError as error:
        raise WrongFile(
            _("%(file)s cannot be opened: %(reason)s.") % {"file": path, "reason": _reason(error)}
        ) from None
    if stat.S_ISDIR(about.st_mode):
        raise WrongFile(_("%(file)s is a folder; name a file in it.") % {"file": path})
    if not stat.S_ISREG(about.st_mode):
        raise WrongFile(
            _("%(file)s is not a regular file; save what it gives to a file first.")
            % {"file": path}
        )
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
        raise WrongFile(
            _("%(file)s is a compressed %(kind)s file; unpack it first with gunzip.")
            % {"file": path.name, "kind": kind}
        )
    if text and about.st_size > MAX_TEXT_BYTES:
        raise _too_long(path, f"{about.st_size / MAX_TEXT_BYTES:.1f} GiB")
    return Source(path, kind, gzipped, head)


def _kind(path: Path, head: bytes) -> Kind:
    if not head.strip():
        raise WrongFile(_("%(file)s is empty.") % {"file": path.name})
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    if head.startswith(b"SQLite format 3\x00"):
        return Kind.GPKG
    _refuse_strangers(path, head)
    return _kind_of_text(path, head)


def _readable() -> str:
    return _("Kapok reads CSV, GeoJSON, GeoPackage, Parquet and GeoParquet.")


def _strangers() -> tuple[tuple[bytes, str, str], ...]:
    """First bytes of what people send by mistake, what it is, and what to do about it."""
    readable = _readable()
    return (
        (
            b"PK\x03\x04",
            _("an Excel workbook or another zip archive"),
            _("Save the sheet as “CSV UTF-8”."),
        ),
        (b"PK\x05\x06", _("an empty zip archive"), readable),
        (b"\xd0\xcf\x11\xe0", _("an old Excel or Word file"), _("Save the sheet as “CSV UTF-8”.")),
        (b"\x89PNG", _("a PNG picture"), readable),
        (b"\xff\xd8\xff", _("a JPEG picture"), readable),
        (b"GIF8", _("a GIF picture"), readable),
        (b"II*\x00", _("a TIFF picture"), readable),
        (b"MM\x00*", _("a TIFF picture"), readable),
        (b"%PDF", _("a PDF document"), readable),
        (b"\x00\x00\x27\x0a", _("a shapefile"), _("Convert it to GeoPackage, as in QGIS.")),
        (b"ARROW1", _("an Arrow file"), _("Write it as Parquet.")),
        (b"FEA1", _("a Feather file"), _("Write it as Parquet.")),
        (b"7z\xbc\xaf\x27\x1c", _("a 7z archive"), _("Unpack it first.")),
        (b"Rar!", _("a RAR archive"), _("Unpack it first.")),
        (b"\x28\xb5\x2f\xfd", _("a zstd archive"), _("Unpack it first.")),
        (b"BZh", _("a bzip2 archive"), _("Unpack it first.")),
        (b"\xfd7zXZ", _("an xz archive"), _("Unpack it first.")),
    )


def _refuse_strangers(path: Path, head: bytes) -> None:
    for magic, what, advice in _strangers():
        if head.startswith(magic):
            raise WrongFile(
                _("%(file)s is %(what)s, whatever its name says. %(advice)s")
                % {"file": path.name, "what": what, "advice": advice}
            )
    if head[4:20].find(b"OSMHeader") >= 0:
        raise WrongFile(
            _("%(file)s is an OpenStreetMap extract; import it with “kapok import”.")
            % {"file": path.name}
        )


def _kind_of_text(path: Path, head: bytes) -> Kind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Kind.CSV
    if b"\x00" in head or _share_of_controls(head) > 0.02:
        raise WrongFile(
            _("%(file)s is not text and no format that is known here. %(advice)s")
            % {"file": path.name, "advice": _readable()}
        )
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[", b"\x1e")):
        return Kind.GEOJSON
    if start.startswith(b"<"):
        raise WrongFile(
            _(
                "%(file)s is a web page or an XML file (KML, GML), whatever its name says. "
                "Convert it to GeoPackage or CSV."
            )
            % {"file": path.name}
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
        raise WrongFile(
            _("%(file)s may not be read; ask its owner for the right.") % {"file": path}
        ) from None
    except OSError as error:
        raise WrongFile(
            _("%(file)s cannot be read: %(reason)s.") % {"file": path, "reason": _reason(error)}
        ) from None


@contextmanager
def _unpacking(path: Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise WrongFile(
            _("%(file)s is a damaged gzip file; fetch or pack it again.") % {"file": path.name}
        ) from None


def _too_long(path: Path, size: str) -> WrongFile:
    return WrongFile(
        _(
            "%(file)s holds %(size)s of text; text is read up to 1 GiB. Convert it to Parquet or "
            "GeoPackage, which are read at any size."
        )
        % {"file": path.name, "size": size}
    )


def _reason(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else str(error)

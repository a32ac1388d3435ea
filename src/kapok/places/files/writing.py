"""Writing results: the whole file or nothing."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO

import polars as pl

from kapok.errors import Refused
from kapok.formulas import DANGEROUS, SIGNED_NUMBER


class Ending(StrEnum):
    """Formats that are written, by the ending of the file's name."""

    GEOJSON = ".geojson"
    CSV = ".csv"
    PARQUET = ".parquet"


class CannotWrite(Refused):
    """The result has nowhere to go."""


def ending_of(path: Path) -> Ending:
    """What to write. Raises :class:`CannotWrite` for endings that are not known."""
    ending = ".geojson" if path.suffix.lower() == ".json" else path.suffix.lower()
    try:
        return Ending(ending)
    except ValueError:
        raise CannotWrite(
            f"{path} ends in none of {', '.join(Ending)}; the ending says what is written."
        ) from None


def check_can_write(path: Path, *others: Path | None) -> None:
    """Find out before the work whether its result can be written. Raises :class:`CannotWrite`.

    ``others`` are the files that are read, and those that are written beside it.
    """
    if path.is_dir():
        raise CannotWrite(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise CannotWrite(f"There is no folder {path.parent}; make it first.")
    if path.exists() and not path.is_file():
        raise CannotWrite(f"{path} is not a regular file, so it is not replaced.")
    if any(other is not None and _same_file(path, other) for other in others):
        raise CannotWrite(f"{path} is read or written here already; name another file for this.")
    try:
        handle, trial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CannotWrite(_sentence(path, error)) from None
    os.close(handle)
    Path(trial).unlink()


def _same_file(path: Path, other: Path) -> bool:
    """Whether two names are of one file, which may not be there yet."""
    if path.exists() and other.exists():
        return path.samefile(other)
    return path.resolve() == other.resolve()


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of ``path`` only when all of it is on disk.

    Whatever stops the writing, Ctrl-C too, leaves the old file as it was and no other behind.
    Raises :class:`CannotWrite` when the system refuses.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise CannotWrite(_sentence(path, error)) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise CannotWrite(_sentence(path, error)) from None
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_csv(path: Path, table: pl.DataFrame) -> None:
    """Write a table as CSV, whatever its name ends in; no cell of it is run as a formula."""
    with replacing(path) as file:
        table.with_columns(map(_harmless, table.select(pl.col(pl.String)).columns)).write_csv(file)


def _harmless(column: str) -> pl.Expr:
    text = pl.col(column)
    runs = text.str.contains(DANGEROUS) & ~text.str.contains(SIGNED_NUMBER)
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).name.keep()


def write_parquet(path: Path, table: pl.DataFrame) -> None:
    """Write a table as Parquet."""
    with replacing(path) as file:
        table.write_parquet(file)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full; {path} was not written. Make room and run it again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Nothing may be written to {path.parent}; choose another folder."
    why = os.strerror(error.errno).lower() if error.errno else str(error)
    return f"{path} was not written: {why}."

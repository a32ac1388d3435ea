"""What an import did, or would do, and the rows that it cannot take."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from kapok.errors import Refused
from kapok.places.files.problems import BadRows

Progress = Callable[[int, int], None]
Row = TypeVar("Row")
STEP = 5_000

Box = tuple[float, float, float, float]  # west, south, east, north
GLOBE: Box = (-180.0, -90.0, 180.0, 90.0)


def no_progress(done: int, total: int) -> None:
    """Progress callback that ignores ``(rows done, rows in all)``."""


@dataclass(frozen=True)
class ImportReport:
    """Counts of an import. In a dry run they say what would happen; nothing was written then."""

    new: int
    changed: int
    unchanged: int
    retired: int
    refused: int
    dry_run: bool
    bad: tuple[BadRows, ...] = ()
    notes: tuple[str, ...] = ()


class RowsAreBad(Refused):
    """Rows cannot be used, so nothing was taken."""

    def __init__(self, bad: Iterable[BadRows], *, retire_missing: bool) -> None:
        self.bad = tuple(bad)
        advice = (
            "Put them right, or leave --retire-missing out: it would retire what they stand for."
            if retire_missing
            else "Put them right, or go on without them with --skip-bad."
        )
        n = sum(len(each) for each in self.bad)
        told = "\n".join(f"{each.file}:\n{each.listed()}" for each in self.bad)
        super().__init__(f"{n:,} rows cannot be used, so nothing was taken.\n{told}\n{advice}")


def settle(
    bad: Iterable[BadRows], *, skip_bad: bool, dry_run: bool, retire_missing: bool = False
) -> tuple[BadRows, ...]:
    """The files with bad rows. Raises :class:`RowsAreBad` unless they may be left out.

    They may not where what is missing is retired: what a bad row stands for is not missing.
    """
    found = tuple(each for each in bad if len(each))
    if found and (retire_missing or not (skip_bad or dry_run)):
        raise RowsAreBad(found, retire_missing=retire_missing)
    return found


def told(rows: Iterable[Row], total: int, on_progress: Progress) -> Iterator[Row]:
    """The same rows, with a word on progress every few thousand."""
    for done, row in enumerate(rows):
        if done % STEP == 0:
            on_progress(done, total)
        yield row
    on_progress(total, total)

"""Rows that cannot be used: which, in which field, and why in a sentence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.words import gettext as _
from kapok.words import ngettext

Numbering = Callable[[NDArray[np.int64]], NDArray[np.int64]]
SHOWN = 20


@dataclass(frozen=True)
class BadRow:
    """One thing wrong in one row: where (``line 7``), in which field, and a sentence."""

    where: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return _("%(where)s, %(field)s: %(what)s") % {
            "where": self.where,
            "field": self.field,
            "what": self.sentence,
        }


def many(n: int, word: str) -> str:
    """A count and its word, as ``1 line`` and ``2,000 lines``."""
    usual = {
        "line": ngettext("%(n)s line", "%(n)s lines", n),
        "row": ngettext("%(n)s row", "%(n)s rows", n),
        "feature": ngettext("%(n)s feature", "%(n)s features", n),
        "entry": ngettext("%(n)s entry", "%(n)s entries", n),
        "building": ngettext("%(n)s building", "%(n)s buildings", n),
    }
    return usual[word] % {"n": f"{n:,}"}


def row_name(word: str, number: int | str) -> str:
    """A row by its number, as ``line 7``."""
    usual = {
        "line": _("line %(number)s"),
        "row": _("row %(number)s"),
        "feature": _("feature %(number)s"),
        "entry": _("entry %(number)s"),
    }
    return usual[word] % {"number": number}


class Problems:
    """Collects what is wrong while a file is read, whole columns at a time."""

    def __init__(self) -> None:
        self._found: list[pl.DataFrame] = []

    def add(self, bad: NDArray[np.bool_], field: str, sentences: str | pl.Series) -> None:
        """Note the rows where ``bad`` holds, with one sentence for all or one for each row."""
        rows = np.flatnonzero(bad)
        if not len(rows):
            return
        if isinstance(sentences, str):
            text = pl.repeat(sentences, len(rows), dtype=pl.String, eager=True)
        else:
            text = sentences.gather(rows)
        self._found.append(
            pl.DataFrame(
                {"row": rows, "field": pl.repeat(field, len(rows), eager=True), "sentence": text}
            )
        )

    def frame(self) -> pl.DataFrame:
        """Everything noted, in the order of the file."""
        if not self._found:
            return pl.DataFrame(schema={"row": pl.Int64, "field": pl.String, "sentence": pl.String})
        return pl.concat(self._found).sort("row", maintain_order=True)

    def rows(self, n: int) -> NDArray[np.bool_]:
        """Mask of the rows that have a problem."""
        bad = np.zeros(n, dtype=bool)
        for part in self._found:
            bad[part["row"].to_numpy()] = True
        return bad


@dataclass(frozen=True)
class BadRows:
    """The rows of one file that cannot be used.

    Attributes
    ----------
    file
        Name of the file.
    found : DataFrame
        Columns ``row`` (from 0), ``field``, ``sentence``.
    n_rows
        Rows in the file, good and bad.
    word
        What a row is called: line, feature, row, entry.
    number
        From rows to the numbers that people count by.
    cells : DataFrame
        The columns that were read, all rows.
    """

    file: str
    found: pl.DataFrame
    n_rows: int
    word: str
    number: Numbering
    cells: pl.DataFrame

    def __len__(self) -> int:
        return self.found["row"].n_unique()

    def __iter__(self) -> Iterator[BadRow]:
        return self.first(len(self.found))

    def first(self, most: int) -> Iterator[BadRow]:
        """The first problems, in the order of the file."""
        part = self.found.head(most)
        numbers = self.number(part["row"].to_numpy())
        for number, (_row, field, sentence) in zip(numbers, part.iter_rows(), strict=True):
            yield BadRow(row_name(self.word, number), field, sentence)

    def listed(self, most: int = SHOWN) -> str:
        """The first problems, one to a line, and how many more there are."""
        lines = [f"  {row}" for row in self.first(most)]
        if len(self.found) > most:
            lines.append("  " + _("… and %(n)s more.") % {"n": f"{len(self.found) - most:,}"})
        return "\n".join(lines)

    def table(self) -> pl.DataFrame:
        """For a file: file, number, field and problem beside the plain cells of the row."""
        rows = self.found["row"]
        told = pl.DataFrame(
            {
                "file": pl.repeat(self.file, len(rows), eager=True),
                "counted by": pl.repeat(self.word, len(rows), eager=True),
                "number": self.number(rows.to_numpy()),
                "field": self.found["field"],
                "problem": self.found["sentence"],
            }
        )
        plain = [column for column in self.cells if not column.dtype.is_nested()]
        cells = pl.DataFrame([c.gather(rows).alias(f"cell {c.name}") for c in plain])
        return told.hstack(cells)


class RowsRefused(Refused):
    """Rows cannot be used, so nothing of the file was taken."""

    def __init__(self, bad: BadRows) -> None:
        self.bad = bad
        n = len(bad)
        super().__init__(
            _("%(file)s: %(n)s of %(rows)s cannot be used, so nothing was taken.")
            % {"file": bad.file, "n": f"{n:,}", "rows": many(bad.n_rows, bad.word)}
            + f"\n{bad.listed()}"
        )

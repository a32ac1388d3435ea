"""From a column of anything to numbers and names; what does not fit is noted, never guessed."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.problems import Problems, row_name
from kapok.places.files.sheets import Sheet
from kapok.words import gettext as _

FloatColumn = NDArray[np.float64]
SHOWN_CHARACTERS = 40


def text_of(column: pl.Series) -> pl.Series:
    """The column as stripped text; empty text becomes null.

    Raises ``Refused`` for columns of lists and the like.
    """
    if column.dtype.is_nested() or column.dtype == pl.Binary or column.dtype == pl.Object:
        raise Refused(
            _("Column “%(name)s” holds %(type)s, not plain values.")
            % {"name": column.name, "type": column.dtype}
        )
    if column.dtype.is_float():
        whole = column.cast(pl.Int64, strict=False)
        if (whole.cast(column.dtype) == column).all():
            column = whole
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def quoted(text: pl.Series, words: str) -> pl.Series:
    """A sentence for each row, the cell's own words in place of ``{}``."""
    shown = text.str.replace_all(r"[\x00-\x1f\x7f]", "·").fill_null("")
    frame = pl.DataFrame({"t": shown})
    cell = (
        pl.when(pl.col("t").str.len_chars() > SHOWN_CHARACTERS)
        .then(pl.format("{}…", pl.col("t").str.slice(0, SHOWN_CHARACTERS)))
        .otherwise(pl.col("t"))
    )
    return frame.select(s=pl.format(words, cell))["s"]


def numbers(column: pl.Series, problems: Problems, *, needed: bool) -> FloatColumn:
    """Finite numbers; NaN where the cell is empty or wrong."""
    field, text = column.name, text_of(column)
    as_number = (text if column.dtype in (pl.String, pl.Boolean) else column).cast(
        pl.Float64, strict=False
    )
    values = as_number.to_numpy().astype(np.float64)
    empty = text.is_null().to_numpy()
    wrong = ~empty & as_number.is_null().to_numpy()
    endless = ~empty & ~wrong & ~np.isfinite(values)
    if needed:
        problems.add(empty, field, _("is empty."))
    if wrong.any():
        comma = wrong & text.str.contains(r"^[-+\d]+,\d+$").fill_null(False).to_numpy()
        words = _("“{}” is not a number; write a point, and nothing between thousands.")
        problems.add(comma, field, quoted(text, words))
        problems.add(wrong & ~comma, field, quoted(text, _("“{}” is not a number.")))
    if endless.any():
        problems.add(endless, field, quoted(text, _("“{}” is not a finite number.")))
    return np.where(empty | wrong | endless, np.nan, values)


def counts(column: pl.Series, problems: Problems, *, needed: bool, most: int) -> FloatColumn:
    """Whole numbers from 0 to ``most``; NaN where the cell is empty or wrong."""
    values = numbers(column, problems, needed=needed)
    field, text = column.name, text_of(column)
    with np.errstate(invalid="ignore"):
        negative = values < 0
        broken = ~negative & (values != np.floor(values)) & np.isfinite(values)
        huge = values > most
    for bad, words in (
        (negative, _("“{}” is negative.")),
        (broken, _("“{}” is not a whole number.")),
        (
            huge,
            _("“{}” is over %(most)s, more than one building can have.") % {"most": f"{most:,}"},
        ),
    ):
        if bad.any():
            problems.add(bad, field, quoted(text, words))
    return np.where(negative | broken | huge, np.nan, values)


def names(column: pl.Series, problems: Problems) -> pl.Series:
    """Text that must be there."""
    text = text_of(column)
    problems.add(text.is_null().to_numpy(), column.name, _("is empty."))
    return text


def unique(text: pl.Series, problems: Problems, sheet: Sheet) -> None:
    """Note every row whose text stood in an earlier row, and in which."""
    again = (~text.is_first_distinct() & text.is_not_null()).to_numpy()
    if not again.any():
        return
    frame = pl.DataFrame({"text": text}).with_row_index("row")
    first = frame.group_by("text").agg(pl.col("row").min().alias("first"))
    earlier = frame.filter(pl.Series(again)).join(first, on="text", maintain_order="left")["first"]
    numbers = np.zeros(len(text), dtype=np.int64)
    numbers[again] = sheet.number(earlier.to_numpy().astype(np.int64))
    words = _("“{}” stands in %(row)s too.") % {"row": row_name(sheet.word, "\0")}
    before, after = words.split("\0")
    told = pl.DataFrame({"s": quoted(text, before), "n": numbers})
    problems.add(again, text.name, told.select(s=pl.format("{}{}{}", "s", "n", pl.lit(after)))["s"])

"""Moments in files, as minutes."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from kapok.places.files.problems import Problems
from kapok.places.files.values import FloatColumn, quoted, text_of

S_IN_MIN, MS_IN_MIN = 60.0, 60_000.0
HOW = "“{}” is no moment; write it as 2026-03-02 19:30, or 2026-03-02T19:30+08:00."


def moment_from(text: str) -> float:
    """A moment of ISO 8601 in minutes since 1970; without an offset, in this machine's time zone.

    Raises ``ValueError``.
    """
    return datetime.fromisoformat(text.strip()).astimezone().timestamp() / S_IN_MIN


def now_min() -> float:
    """The present moment."""
    return datetime.now(UTC).timestamp() / S_IN_MIN


def moment_text(minutes: float) -> str:
    """A moment in this machine's time zone, to the second."""
    moment = datetime.fromtimestamp(round(minutes * S_IN_MIN), UTC).astimezone()
    return moment.isoformat(timespec="seconds")


def moments(column: pl.Series, problems: Problems, *, otherwise: float) -> FloatColumn:
    """Minutes since 1970; ``otherwise`` where the cell is empty, NaN where it is wrong."""
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        known = column.dt.epoch("ms").cast(pl.Float64) / MS_IN_MIN
        return known.fill_null(otherwise).to_numpy().astype(np.float64)
    text = text_of(column)
    values, wrong = np.full(len(text), otherwise), np.zeros(len(text), np.bool_)
    for row, cell in enumerate(text.to_list()):
        if cell is None:
            continue
        try:
            values[row] = moment_from(cell)
        except (ValueError, OverflowError, OSError):
            values[row], wrong[row] = np.nan, True
    if wrong.any():
        problems.add(wrong, column.name, quoted(text, HOW))
    return values

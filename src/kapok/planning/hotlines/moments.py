"""Beginnings of intervals on the clock of a place, summer time and all."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.places.files.problems import Problems
from kapok.places.files.values import quoted, text_of
from kapok.words import gettext as _

S_IN_MIN = 60


@dataclass(frozen=True)
class Moments:
    """Minutes since 1970 of each row (NaN where the cell is wrong), and what is to be said."""

    minutes: NDArray[np.float64]
    notes: tuple[str, ...]


def read_moments(
    column: pl.Series, groups: list[str], zone: ZoneInfo, problems: Problems
) -> Moments:
    """Read beginnings. On the night on which the clock is put back, an hour comes twice.

    Of two rows of one group with the same such time, the first in the file is the first.
    """
    text = text_of(column)
    minutes, wrong, never = np.full(len(text), np.nan), np.zeros(len(text), bool), []
    twice: dict[tuple[str, datetime], list[int]] = {}
    for row, cell in enumerate(text.to_list()):
        try:
            moment = datetime.fromisoformat((cell or "").strip())
        except ValueError:
            wrong[row] = True
            continue
        if moment.tzinfo is None:
            local = moment.replace(tzinfo=zone)
            if _never_comes(local):
                never.append(row)
                continue
            if _comes_twice(local):
                again = twice.setdefault((groups[row], moment), [])
                local = local.replace(fold=min(len(again), 1))
                again.append(row)
            moment = local
        minutes[row] = moment.timestamp() / S_IN_MIN
    how = _("“{}” is no moment; write it as 2026-06-14 08:00, or 2026-06-14T08:00+08:00.")
    not_there = _(
        "“{}” never comes on that clock: it is put forward that night. Leave the row out."
    )
    problems.add(wrong, column.name, quoted(text, how))
    skipped = np.zeros(len(text), bool)
    skipped[never] = True
    problems.add(skipped, column.name, quoted(text, not_there))
    notes = tuple(
        _(
            "%(moment)s comes twice on the clock of %(zone)s and stands once in the file; it was "
            "taken as the first."
        )
        % {"moment": f"{moment:%Y-%m-%d %H:%M}", "zone": zone.key}
        for (_group, moment), rows in twice.items()
        if len(rows) == 1
    )
    return Moments(minutes, notes)


def _never_comes(local: datetime) -> bool:
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) != local.replace(tzinfo=None)


def _comes_twice(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1).utcoffset()


def clock(minutes: float, zone: ZoneInfo) -> datetime:
    """The moment on the clock of a place."""
    return datetime.fromtimestamp(round(minutes * S_IN_MIN), UTC).astimezone(zone)


def empty_days(minutes: NDArray[np.float64], zone: ZoneInfo) -> list[str]:
    """Days between the first and the last that have no interval."""
    days = sorted({clock(m, zone).date() for m in minutes.tolist()})
    there, day, found = set(days), days[0], []
    while day < days[-1]:
        day += timedelta(days=1)
        if day not in there:
            found.append(day.isoformat())
    return found

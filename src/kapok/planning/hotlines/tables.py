"""Reading intervals: when they begin, how many call, how long a call takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.columns import Finder
from kapok.places.files.problems import BadRows, Problems
from kapok.places.files.reading import read_sheet
from kapok.places.files.sheets import Sheet
from kapok.places.files.values import numbers, quoted, text_of
from kapok.planning.hotlines.moments import clock, empty_days, read_moments
from kapok.words import gettext as _
from kapok.words import ngettext

FIELDS = {
    "start": ("start", "time", "begin", "开始", "时间", "时段"),
    "calls": ("calls", "offered", "来电", "来电数", "呼入量", "话务量"),
    "handling": ("handling", "aht", "handlings", "处理时长", "平均处理时长"),
    "patience": ("patience", "patiences", "耐心", "等待耐心"),
    "skill": ("skill", "line", "queue", "技能", "线路", "热线"),
    "agents": ("agents", "seats", "坐席", "坐席数", "座席"),
}
MOST_CALLS, LONGEST_S = 1e6, 86_400.0
FloatColumn = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """The usable intervals of a file, by skill and time.

    ``minutes`` since 1970; ``agents`` is NaN where not given; ``interval_min`` is one for all.
    """

    file: str
    minutes: FloatColumn
    interval_min: float
    calls: FloatColumn
    handling_s: FloatColumn
    patience_s: FloatColumn
    agents: FloatColumn
    skill: list[str]
    bad: BadRows
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of intervals."""
        return len(self.minutes)

    @property
    def skills(self) -> list[str]:
        """All skills, in the order of the file."""
        return list(dict.fromkeys(self.skill))


def read_intervals(
    path: Path,
    *,
    columns: Mapping[str, str],
    zone: ZoneInfo,
    handling_s: float,
    patience_s: float,
) -> Table:
    """Read a file of intervals. Raises ``Refused`` when it cannot be used as a whole."""
    return intervals_of(
        read_sheet(path), columns=columns, zone=zone, handling_s=handling_s, patience_s=patience_s
    )


def intervals_of(
    sheet: Sheet,
    *,
    columns: Mapping[str, str],
    zone: ZoneInfo,
    handling_s: float,
    patience_s: float,
) -> Table:
    """The intervals of a sheet. Raises ``Refused`` when it cannot be used as a whole."""
    finder = Finder(sheet.file, sheet.frame.columns, columns, FIELDS)
    start, calls = finder.required("start"), finder.required("calls")
    problems = Problems()
    for row, sentence in sheet.ragged:
        problems.add(np.arange(sheet.n) == row, "row", sentence)
    skill = _skills(sheet, finder)
    moments = read_moments(sheet.frame[start], skill, zone, problems)
    read = {
        "calls": _amount(sheet.frame[calls], problems, 0.0, MOST_CALLS),
        "handling": _optional(sheet, finder, "handling", problems, handling_s),
        "patience": _optional(sheet, finder, "patience", problems, patience_s),
        "agents": _optional(sheet, finder, "agents", problems, np.nan),
    }
    _note_twice(sheet, start, moments.minutes, skill, problems)
    good = ~problems.rows(sheet.n)
    bad = BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, sheet.frame)
    if not good.any():
        sentence = _("%(file)s holds no interval that can be used.") % {"file": sheet.file}
        raise Refused(f"{sentence}\n{bad.listed()}")
    rows = np.flatnonzero(good)
    names = {name: i for i, name in enumerate(dict.fromkeys(skill))}
    rank = np.array([names[skill[r]] for r in rows.tolist()])
    rows = rows[np.lexsort((moments.minutes[rows], rank))]
    ordered = [skill[r] for r in rows.tolist()]
    interval = _interval(sheet.file, moments.minutes, skill)
    notes = [*sheet.notes, *moments.notes, *_gaps(moments.minutes[rows], ordered, interval, zone)]
    return Table(
        file=sheet.file,
        minutes=moments.minutes[rows],
        interval_min=interval,
        calls=read["calls"][rows],
        handling_s=read["handling"][rows],
        patience_s=read["patience"][rows],
        agents=read["agents"][rows],
        skill=ordered,
        bad=bad,
        notes=tuple(notes),
    )


def _skills(sheet: Sheet, finder: Finder) -> list[str]:
    column = finder.optional("skill")
    if column is None:
        return [""] * sheet.n
    return [text or "" for text in text_of(sheet.frame[column]).to_list()]


def _amount(
    column: pl.Series, problems: Problems, low: float, most: float, *, needed: bool = True
) -> FloatColumn:
    """Numbers from ``low`` (itself only if 0) to ``most``."""
    values = numbers(column, problems, needed=needed)
    text = text_of(column)
    with np.errstate(invalid="ignore"):
        negative, nothing, huge = values < 0, (values == 0) & (low > 0), values > most
    for found, words in (
        (negative, _("“{}” is negative.")),
        (nothing, _("“{}” must be over 0.")),
        (huge, _("“{}” is over %(most)s.") % {"most": f"{most:,.0f}"}),
    ):
        if found.any():
            problems.add(found, column.name, quoted(text, words))
    return np.where(negative | nothing | huge, np.nan, values)


def _optional(
    sheet: Sheet, finder: Finder, field: str, problems: Problems, otherwise: float
) -> FloatColumn:
    column = finder.optional(field)
    if column is None:
        return np.full(sheet.n, otherwise)
    low = 0.0 if field == "agents" else 1e-9
    values = _amount(sheet.frame[column], problems, low, LONGEST_S, needed=False)
    if field == "agents":
        with np.errstate(invalid="ignore"):
            broken = np.isfinite(values) & (values != np.floor(values))
        words = _("“{}” is not a whole number of agents.")
        problems.add(broken, column, quoted(text_of(sheet.frame[column]), words))
    return np.where(np.isnan(values), otherwise, values)


def _note_twice(
    sheet: Sheet, start: str, minutes: FloatColumn, skill: list[str], problems: Problems
) -> None:
    seen: set[tuple[str, float]] = set()
    again = np.zeros(sheet.n, bool)
    for row, key in enumerate(zip(skill, minutes.tolist(), strict=True)):
        again[row] = not np.isnan(key[1]) and key in seen
        seen.add(key)
    words = _("“{}” stands in an earlier line too; one interval has one line for each skill.")
    problems.add(again, start, quoted(text_of(sheet.frame[start]), words))


def _interval(file: str, minutes: FloatColumn, skill: list[str]) -> float:
    """Length of an interval: the shortest step between two of one skill."""
    known = sorted(
        (name, m) for name, m in zip(skill, minutes.tolist(), strict=True) if not np.isnan(m)
    )
    steps = np.array([b[1] - a[1] for a, b in pairwise(known) if a[0] == b[0] and a[1] < b[1]])
    if not len(steps):
        raise Refused(
            _(
                "%(file)s holds one interval only, so its length is not known; give at least two "
                "for each skill."
            )
            % {"file": file}
        )
    shortest = float(steps.min())
    if (np.abs(steps / shortest - np.round(steps / shortest)) > 1e-6).any():
        odd = float(steps[np.abs(steps / shortest - np.round(steps / shortest)) > 1e-6][0])
        raise Refused(
            _(
                "%(file)s: intervals begin %(short)s and %(odd)s minutes apart; all must have one "
                "length."
            )
            % {"file": file, "short": f"{shortest:g}", "odd": f"{odd:g}"}
        )
    return shortest


def _gaps(minutes: FloatColumn, skill: list[str], interval: float, zone: ZoneInfo) -> list[str]:
    """Sentences about days without intervals, and holes in days."""
    told, names = [], np.array(skill)
    for name in dict.fromkeys(skill):
        own = minutes[names == name]
        for day in empty_days(own, zone):
            words = {"day": day, "skill": name}
            told.append(
                _("%(day)s has no intervals for “%(skill)s”; nobody is planned for that day.")
                % words
                if name
                else _("%(day)s has no intervals; nobody is planned for that day.") % words
            )
        steps = np.round(np.diff(own) / interval).astype(int) - 1
        for i in np.flatnonzero(steps > 0).tolist():
            end = clock(float(own[i]) + interval, zone)
            begin = clock(float(own[i + 1]), zone)
            if (begin.date() - end.date()).days <= 1:
                told.append(_hole(int(steps[i]), name, f"{end:%Y-%m-%d %H:%M}", begin))
    return told


def _hole(n: int, skill: str, end: str, begin: datetime) -> str:
    words = {"n": n, "skill": skill, "from": end, "to": f"{begin:%Y-%m-%d %H:%M}"}
    if skill:
        return (
            ngettext(
                "%(n)s interval for “%(skill)s” from %(from)s to %(to)s is not there; nobody is "
                "planned for it.",
                "%(n)s intervals for “%(skill)s” from %(from)s to %(to)s are not there; nobody is "
                "planned for them.",
                n,
            )
            % words
        )
    return (
        ngettext(
            "%(n)s interval from %(from)s to %(to)s is not there; nobody is planned for it.",
            "%(n)s intervals from %(from)s to %(to)s are not there; nobody is planned for them.",
            n,
        )
        % words
    )

"""What is known of a hotline: calls, what callers may expect, shifts, and the lines they dial."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kapok.errors import Refused
from kapok.places.files.problems import RowsRefused
from kapok.planning.hotlines.sheets import sheet_of
from kapok.planning.hotlines.streets import Streets, streets_of
from kapok.planning.hotlines.tables import LONGEST_S, Table, intervals_of
from kapok.planning.rosters.cells import Row, Wrong, as_text, note_unknown
from kapok.words import gettext as _
from kapok_planning.hotline import Calls, Target

MOST_INTERVALS = 200_000
LONGEST_SHIFT_H = 24.0
SETTINGS = (
    "name", "date", "zone", "calls", "handling", "patience", "share", "within", "abandon",
    "occupancy", "shrinkage", "least", "shifts", "start_every", "people", "lines", "districts",
    "district_lines", "most_lost", "streets",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """All of a situation but its calls.

    ``patience_s`` is infinite where callers never give up; ``most_people`` is ``None`` where
    people for shifts are not limited; without ``shifts_h`` no shifts are planned.
    """

    name: str
    date: str
    zone: ZoneInfo
    target: Target
    handling_s: float
    patience_s: float
    shifts_h: tuple[float, ...]
    start_every_min: float
    most_people: int | None
    streets: Streets | None


@dataclass(frozen=True)
class Situation:
    """A hotline and its calls, interval by interval."""

    settings: Settings
    table: Table

    @property
    def calls(self) -> Calls:
        """The calls as the planner takes them."""
        table = self.table
        return Calls(table.calls * 60.0 / table.interval_min, table.handling_s, table.patience_s)


def read_settings(document: Mapping[str, Any]) -> Settings:
    """The settings of a document. Raises ``Refused`` with all that is wrong."""
    wrong = Wrong()
    plain = {k: v for k, v in document.items() if k not in ("calls", "streets")}
    row = Row(_("settings"), {k: as_text(v) for k, v in plain.items()}, wrong)
    note_unknown(wrong, document, SETTINGS)
    found = Settings(
        name=row.text("name", _("Hotline")),
        date=row.text("date"),
        zone=_zone(row),
        target=Target(
            share=_part(row, "share", 0.80),
            within_s=row.number("within", 0.0, LONGEST_S, 20.0),
            most_abandoned=_part(row, "abandon", 0.05),
            most_occupancy=_part(row, "occupancy", 0.85),
            shrinkage=row.number("shrinkage", 0.0, 0.99, 0.30),
            least=row.whole("least", 0, 10_000, 1),
        ),
        handling_s=row.number("handling", 1.0, LONGEST_S, 480.0),
        patience_s=row.number("patience", 1.0, LONGEST_S, math.inf),
        shifts_h=_shifts(row),
        start_every_min=row.number("start_every", 1.0, 1440.0, 60.0),
        most_people=row.whole("people", 0, 1_000_000, 0) if row.has("people") else None,
        streets=streets_of(row, document.get("streets"), wrong),
    )
    wrong.refuse()
    return found


def read_situation(document: Mapping[str, Any]) -> Situation:
    """The situation of a document. Raises ``Refused`` with what to mend."""
    settings = read_settings(document)
    if document.get("calls") in (None, "", [], {}):
        raise Refused(
            _("There are no calls; give the numbers of a day, or a table with start and calls.")
        )
    sheet = sheet_of(document["calls"], settings.date, settings.zone)
    table = intervals_of(
        sheet,
        columns={},
        zone=settings.zone,
        handling_s=settings.handling_s,
        patience_s=settings.patience_s,
    )
    if len(table.bad):
        raise RowsRefused(table.bad)
    return situation_of(settings, table)


def situation_of(settings: Settings, table: Table) -> Situation:
    """Settings and intervals together. Raises ``Refused`` where they cannot be planned."""
    if table.n > MOST_INTERVALS:
        raise Refused(
            _(
                "%(n)s intervals are too many; give at most %(most)s: the sum of all lines with "
                "“lines” in place of a row for each, or a month in place of a year."
            )
            % {"n": f"{table.n:,}", "most": f"{MOST_INTERVALS:,}"}
        )
    found = Situation(settings, table)
    try:
        _calls = found.calls
    except ValueError as error:
        raise Refused(_("%(where)s: %(what)s") % {"where": table.file, "what": error}) from None
    return found


def _zone(row: Row) -> ZoneInfo:
    name = row.text("zone", "Asia/Shanghai")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        row.bad(
            "zone",
            _("“%(zone)s” is no time zone; write it as Asia/Shanghai or Europe/Berlin.")
            % {"zone": name},
        )
        return ZoneInfo("UTC")


def _part(row: Row, name: str, otherwise: float) -> float:
    """A share, above 0 and below 1."""
    return row.number(name, 0.001, 0.9999, otherwise)


def _shifts(row: Row) -> tuple[float, ...]:
    found = []
    for word in row.words("shifts"):
        try:
            hours = float(word)
        except ValueError:
            hours = math.nan
        if not 0 < hours <= LONGEST_SHIFT_H:
            row.bad(
                "shifts",
                _("“%(word)s” is no length of a shift over 0 and at most 24 hours.")
                % {"word": word},
            )
        else:
            found.append(hours)
    return tuple(found)

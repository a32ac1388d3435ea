"""Tables inside documents: the numbers of a day, CSV that was pasted, or a list of entries."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from kapok.errors import Refused
from kapok.places.files.sheets import Sheet, counted_from_one
from kapok.planning.pasted import csv_entries
from kapok.planning.rosters.cells import as_text, day_from
from kapok.words import gettext as _

MOST_NUMBERS = 288
SHORTEST_MIN = 5
NUMBERS = re.compile(r"^[-+\d.eE\s,;，；、]+$")
BETWEEN = re.compile(r"[\s,;，；、]+")


def sheet_of(content: Any, day: str, zone: ZoneInfo) -> Sheet:
    """The intervals of a document. Raises ``Refused`` with how to write them.

    ``content`` is a list of numbers or text of numbers (all of one ``day``, several lines as
    ``PSY: 1 2 3 …``, one for each skill), CSV with a header, or a list of entries.
    """
    if isinstance(content, str):
        return _of_text(content, day, zone)
    if isinstance(content, Sequence) and content and isinstance(content[0], Mapping):
        return table_of(_("calls"), [dict(entry) for entry in content])
    if isinstance(content, Mapping):
        named = {str(name): _listed(numbers) for name, numbers in content.items()}
        return _of_days(named, day, zone)
    return _of_days({"": _listed(content)}, day, zone)


def table_of(name: str, entries: Sequence[Mapping[str, Any]]) -> Sheet:
    """Entries as a sheet whose cells are text."""
    columns = list(dict.fromkeys(str(key) for entry in entries for key in entry))
    frame = pl.DataFrame(
        {c: [as_text(entry.get(c)) for entry in entries] for c in columns},
        schema=dict.fromkeys(columns, pl.String),
    )
    return Sheet(file=name, frame=frame, word="entry", number=counted_from_one)


def _of_text(text: str, day: str, zone: ZoneInfo) -> Sheet:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    named: dict[str, list[str]] = {}
    for line in lines:
        name, _colon, numbers = line.replace("：", ":").rpartition(":")
        if not NUMBERS.match(numbers):
            break
        found = named.setdefault(name.strip(), [])
        found += [word for word in BETWEEN.split(numbers) if word]
    else:
        return _of_days(named, day, zone)
    entries = csv_entries(text)
    if not entries:
        raise Refused(
            _(
                "The calls are neither numbers of a day, as “3 2 1 …”, nor a table with a header "
                "such as “start,calls” and rows below it."
            )
        )
    return table_of(_("calls"), entries)


def _listed(numbers: object) -> list[str]:
    if isinstance(numbers, str):
        return [word for word in BETWEEN.split(numbers) if word]
    return [as_text(n) for n in numbers] if isinstance(numbers, Sequence) else [as_text(numbers)]


def _of_days(named: Mapping[str, Sequence[str]], day: str, zone: ZoneInfo) -> Sheet:
    """Numbers of one day, from midnight to midnight, for each skill."""
    begins = _day(day)
    first = datetime.combine(begins, time(), zone)
    last = datetime.combine(begins + timedelta(days=1), time(), zone)
    minutes = round((last.timestamp() - first.timestamp()) / 60)
    entries = []
    for skill, numbers in named.items():
        step = _step(len(numbers), minutes, begins)
        for place, number in enumerate(numbers):
            at = datetime.fromtimestamp(first.timestamp() + place * step * 60, zone)
            entry = {"start": at.isoformat(timespec="minutes"), "calls": number}
            entries.append({**entry, "skill": skill} if skill else entry)
    return table_of(_("calls"), entries)


def _day(day: str) -> date:
    found = day_from(day) if day else None
    if found is None:
        raise Refused(
            _("The calls are numbers of a day, so its date is needed; write it as 2026-06-14.")
        )
    return found


def _step(n: int, minutes: int, day: date) -> int:
    """Minutes of each of ``n`` intervals that fill a day."""
    if 2 <= n <= MOST_NUMBERS and minutes % n == 0 and minutes // n >= SHORTEST_MIN:
        return minutes // n
    hours = minutes // 60
    raise Refused(
        _(
            "%(n)s numbers do not divide %(day)s, which has %(hours)s hours; give %(hours)s, "
            "%(halves)s or %(quarters)s of them, from midnight on."
        )
        % {"n": n, "day": day, "hours": hours, "halves": 2 * hours, "quarters": 4 * hours}
    )

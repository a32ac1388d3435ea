"""Where a call rings: its own line, and the lines of the areas around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from kapok.access.prepared import Prepared
from kapok.codes import Level, ancestor_codes
from kapok.hotline.hours import is_open
from kapok.hotline.models import Line, Seat
from kapok.hotline.workflow import Sitting

ABOVE = {
    Level.STREET: (Level.DISTRICT, Level.CITY),
    Level.DISTRICT: (Level.CITY,),
    Level.CITY: (),
}
_LINES_AT = Prepared(
    lambda a, b, c: Line.objects.filter(
        Q(place=a) | Q(place=b) | Q(place=c), retired_at=None
    )
)  # fmt: skip
_FREE_AT = Prepared(
    lambda a, b, c, d: (
        Seat.objects.filter(
            Q(place=a) | Q(place=b) | Q(place=c) | Q(place=d), left_at=None, state=Sitting.FREE
        ).order_by().values_list("line")
    )
)  # fmt: skip


@dataclass(frozen=True)
class Overflow:
    """From when on a call rings at the district's lines and at the city's; never where ``None``."""

    district_at: datetime | None = None
    city_at: datetime | None = None


def above(line: Line) -> dict[Level, list[Line]]:
    """The lines of the areas around that take what this line leaves, nearest level first.

    Of a level's lines those of the same kind, where it has any.
    """
    levels = ABOVE[Level(line.level)]
    codes = [code for code in ancestor_codes(line.place) if code != line.place]
    rows = _LINES_AT(*_filled(codes, 3)) if levels else []
    found: dict[Level, list[Line]] = {}
    for level in levels:
        here = [row for row in rows if row.level == level]
        alike = [row for row in here if row.kind == line.kind]
        if here:
            found[level] = alike or here
    return found


def overflow(line: Line, *, rang_at: datetime, at: datetime) -> Overflow:
    """When a call goes on: after the line's seconds, at once where nobody is free or it is closed.

    ``at`` is the moment of whoever is asked whether they are free.
    """
    higher = above(line)
    free = _with_somebody_free([line, *(each for rows in higher.values() for each in rows)])
    moments: dict[Level, datetime] = {}
    goes_on = rang_at + _rests([line], free, at)
    for level, lines in higher.items():
        moments[level] = goes_on
        goes_on += _rests(lines, free, at)
    return Overflow(moments.get(Level.DISTRICT), moments.get(Level.CITY))


def _rests(lines: list[Line], free: set[object], at: datetime) -> timedelta:
    """How long a call rings at one level alone."""
    waits = [line.overflow_s for line in lines if line.pk in free and is_open(line.hours, at)]
    return timedelta(seconds=min(waits, default=0))


def _with_somebody_free(lines: Iterable[Line]) -> set[object]:
    """Keys of lines at whose places somebody sits who is free."""
    return {line for (line,) in _FREE_AT(*_filled({line.place for line in lines}, 4))}


def _filled(codes: Iterable[int], n: int) -> list[int]:
    """Some codes, the last one again and again: a prepared query has a fixed number of values."""
    found = [*codes]
    return found + found[-1:] * (n - len(found))


def offered(line: Line) -> list[Line]:
    """Lines that a call may be handed to: others of the same place, and those of areas around."""
    codes = ancestor_codes(line.place)
    levels = (Level(line.level), *ABOVE[Level(line.level)])
    rows = Line.objects.filter(place__in=codes, level__in=levels, retired_at=None)
    return sorted(rows.exclude(pk=line.pk), key=lambda row: levels.index(Level(row.level)))

"""How far a notice got: an area in one line, and its parts one level below, as counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.codes import WIDTH, Level, span
from kapok.places.names import of_places

BELOW = {
    Level.PROVINCE: Level.CITY,
    Level.CITY: Level.DISTRICT,
    Level.DISTRICT: Level.STREET,
    Level.STREET: Level.COMMUNITY,
    Level.COMMUNITY: Level.GRID,
    Level.GRID: Level.GRID,
}
SUMS = """
    SELECT place - place %% %(width)s AS part, count(*), count(passed_at),
        sum(n_households), sum(n_read), sum(n_without_phone), sum(n_read_without_phone),
        sum(n_messages)
    FROM outreach_passing
    WHERE version_id = %(version)s AND place >= %(lo)s AND place < %(hi)s
    GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class Sum:
    """Counts of a part: groups, and households.

    Attributes
    ----------
    n_groups, n_passed
        Groups that have the notice, and those that passed it on.
    n_households, n_read
        Households that it is for, and those that have it.
    n_without_phone, n_told
        Households without a telephone, and those of them that were told.
    """

    place: int
    name: str
    level: str
    n_groups: int
    n_passed: int
    n_households: int
    n_read: int
    n_without_phone: int
    n_told: int
    n_messages: int

    @property
    def n_waiting(self) -> int:
        """Groups that have not passed it on."""
        return self.n_groups - self.n_passed

    @property
    def n_to_knock_at(self) -> int:
        """Households without a telephone that nobody has told yet."""
        return max(0, self.n_without_phone - self.n_told)

    @property
    def percent(self) -> int:
        """Households that have it, in percent, rounded down."""
        return 100 * self.n_read // self.n_households if self.n_households else 0


@dataclass(frozen=True)
class Rollup:
    """An area, and its parts."""

    whole: Sum
    parts: tuple[Sum, ...]


def rollup(version: UUID, place: int, level: str) -> Rollup:
    """How far a version got inside an area, as far as who acts sees it."""
    below = BELOW[Level(level)]
    lo, hi = span(place, level)
    values: dict[str, Any] = {"width": WIDTH[below], "version": version, "lo": lo, "hi": hi}
    with connection.cursor() as cursor:
        cursor.execute(SUMS, values)
        rows = cursor.fetchall()
    # The area's own group is no part of it.
    names = of_places({row[0] for row in rows} | {place})
    parts = tuple(_sum(row, names, below) for row in rows)
    totals = [sum(row[i] or 0 for row in rows) for i in range(1, 8)]
    whole = _sum((place, *totals), names, Level(level))
    return Rollup(whole, tuple(part for part in parts if part.place != place))


def _sum(row: tuple, names: dict[int, str], level: Level) -> Sum:
    place, groups, passed, households, read, silent, told, messages = row[:8]
    name = names.get(place) or str(place)
    return Sum(
        place, name, str(level.value), groups, passed, households or 0, read or 0, silent or 0,
        told or 0, messages or 0,
    )  # fmt: skip


@dataclass(frozen=True)
class Late:
    """A group that has not passed a notice on."""

    place: int
    name: str
    came_at: datetime


def late(version: UUID, place: int, level: str, *, at_most: int = 200) -> tuple[Late, ...]:
    """Groups inside an area that have not passed it on, the one that waits longest first."""
    lo, hi = span(place, level)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, came_at FROM outreach_passing WHERE version_id = %s AND place >= %s "
            "AND place < %s AND passed_at IS NULL ORDER BY came_at, place LIMIT %s",
            [version, lo, hi, at_most],
        )
        rows = cursor.fetchall()
    names = of_places({row[0] for row in rows})
    return tuple(Late(place, names.get(place, str(place)), came) for place, came in rows)

"""How far a notice got: an area in one line, and its parts one level below, as counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.codes import WIDTH, Level, span
from kapok.outreach.queries.choices import BELOW
from kapok.places.names import of_places

INSIDE = "version_id = %(version)s AND place >= %(lo)s AND place < %(hi)s"
COUNTS = """count(*) AS n_groups, count(passed_at) AS n_begun,
        count(*) FILTER (WHERE n_stairwells_waiting > 0) AS n_in_part,
        sum(n_stairwells_waiting) AS n_stairwells, sum(n_households) AS n_households,
        sum(n_read) AS n_read, sum(n_without_phone) AS n_without_phone,
        sum(n_read_without_phone) AS n_told, sum(n_messages) AS n_messages"""
SUMS = f"""
    SELECT place - place %% %(width)s AS part, {COUNTS}
    FROM outreach_passing WHERE {INSIDE} GROUP BY 1
"""
# Both of these are few rows, found by indexes of their own.
QUEUEING = f"""
    SELECT place - place %% %(width)s AS part, count(*) AS n_queueing FROM outreach_passing
    WHERE {INSIDE} AND queued_at IS NULL AND passed_at IS NOT NULL GROUP BY 1
"""
ANSWERS = """
    SELECT place - place %% %(width)s AS part, count(*) AS n_answers FROM outreach_noticeanswer
    WHERE notice_id = (SELECT notice_id FROM outreach_noticeversion WHERE id = %(version)s)
      AND place >= %(lo)s AND place < %(hi)s GROUP BY 1
"""
# The same three of many versions at once, each inside an area of its own.
TOTALS = f"""
    SELECT asked.version, sums.*, (
        SELECT count(*) FROM outreach_passing
        WHERE version_id = asked.version AND place >= asked.lo AND place < asked.hi
          AND queued_at IS NULL AND passed_at IS NOT NULL) AS n_queueing, (
        SELECT count(*) FROM outreach_noticeanswer
        WHERE notice_id = asked.notice AND place >= asked.lo AND place < asked.hi) AS n_answers
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::bigint[])
        AS asked (version, notice, lo, hi)
    CROSS JOIN LATERAL (
        SELECT {COUNTS} FROM outreach_passing
        WHERE version_id = asked.version AND place >= asked.lo AND place < asked.hi) AS sums
"""
LATE = f"""
    SELECT place, came_at, cardinality(passed_in), n_stairwells_waiting
    FROM outreach_passing
    WHERE {INSIDE} AND (passed_at IS NULL OR n_stairwells_waiting > 0)
    ORDER BY passed_at IS NOT NULL, came_at, place LIMIT %(at_most)s
"""


@dataclass(frozen=True)
class Sum:
    """Counts of a part: groups, and households.

    Attributes
    ----------
    n_groups, n_begun
        Groups that have the notice, and those in which it was passed on, if only in part.
    n_in_part, n_stairwells
        Groups in which representatives passed it on and others have not, and those stairwells.
    n_queueing
        Groups that passed it on and whose households are not counted yet.
    n_households, n_read
        Households that it is for, and those that have it.
    n_without_phone, n_told
        Households without a telephone, and those of them that were told.
    n_answers
        Answers that became matters.
    """

    place: int
    name: str
    level: str
    n_groups: int = 0
    n_begun: int = 0
    n_in_part: int = 0
    n_stairwells: int = 0
    n_queueing: int = 0
    n_households: int = 0
    n_read: int = 0
    n_without_phone: int = 0
    n_told: int = 0
    n_messages: int = 0
    n_answers: int = 0

    @property
    def n_passed(self) -> int:
        """Groups that have passed it on, in all of their stairwells."""
        return self.n_begun - self.n_in_part

    @property
    def n_waiting(self) -> int:
        """Groups in which nobody has passed it on."""
        return self.n_groups - self.n_begun

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
    below = BELOW.get(Level(level), Level.GRID)
    lo, hi = span(place, level)
    values: dict[str, Any] = {"width": WIDTH[below], "version": version, "lo": lo, "hi": hi}
    counts = _counted(values)
    # The area's own group is no part of it.
    names = of_places(set(counts) | {place})
    totals: Counter[str] = sum(counts.values(), Counter())
    parts = tuple(
        Sum(part, names.get(part) or str(part), str(below.value), **counts[part])
        for part in sorted(counts)
        if part != place
    )
    return Rollup(Sum(place, names.get(place) or str(place), str(level), **totals), parts)


@dataclass(frozen=True)
class Asked:
    """A version inside an area."""

    version: UUID
    notice: UUID
    place: int
    level: str


def totals(asked: Sequence[Asked]) -> dict[UUID, Sum]:
    """How far versions got, each inside its area, without its parts; by version."""
    spans = [span(each.place, each.level) for each in asked]
    names = of_places({each.place for each in asked})
    values = (
        [each.version for each in asked], [each.notice for each in asked],
        [lo for lo, _hi in spans], [hi for _lo, hi in spans],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, values)
        columns = [column.name for column in cursor.description[1:]]
        counted = {version: dict(zip(columns, row, strict=True)) for version, *row in cursor}
    return {
        each.version: Sum(
            each.place, names.get(each.place) or str(each.place), str(each.level),
            **{name: int(count or 0) for name, count in counted[each.version].items()},
        )
        for each in asked
    }  # fmt: skip


def _counted(values: dict[str, Any]) -> dict[int, Counter[str]]:
    """The counts of each part, by name."""
    found: dict[int, Counter[str]] = {}
    with connection.cursor() as cursor:
        for statement in (SUMS, QUEUEING, ANSWERS):
            cursor.execute(statement, values)
            names = [column.name for column in cursor.description[1:]]
            for part, *counts in cursor.fetchall():
                found.setdefault(part, Counter()).update(
                    {name: int(count or 0) for name, count in zip(names, counts, strict=True)}
                )
    return found


@dataclass(frozen=True)
class Late:
    """A group that has not passed a notice on, or not in all of its stairwells.

    Attributes
    ----------
    n_stairwells, n_passed
        Stairwells that somebody stands for, and those in which it was passed on; 0 where nobody
        has passed it on.
    """

    place: int
    name: str
    came_at: datetime
    n_stairwells: int = 0
    n_passed: int = 0


def late(version: UUID, place: int, level: str, *, at_most: int = 200) -> tuple[Late, ...]:
    """Groups inside an area that have not passed it on, the one that waits longest first."""
    lo, hi = span(place, level)
    with connection.cursor() as cursor:
        cursor.execute(LATE, {"version": version, "lo": lo, "hi": hi, "at_most": at_most})
        rows = cursor.fetchall()
    names = of_places({row[0] for row in rows})
    return tuple(
        Late(part, names.get(part, str(part)), came, n_passed + n_waiting, n_passed)
        for part, came, n_passed, n_waiting in rows
    )

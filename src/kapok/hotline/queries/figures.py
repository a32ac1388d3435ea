"""Figures of lines over a period: what came in, how long it waited, who called again, for what.

They are worked out by the database; numbers of telephones never leave it, and counts of 1 to 4 of
what is about people are told as “<5”.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.hotline import charts, rules
from kapok.hotline.ladder import OURS
from kapok.hotline.models import CallBack, Line
from kapok.hotline.queries.lines import name_of
from kapok.hotline.workflow import Due, Risk
from kapok.places.names import of_places

PERIODS = {"today": 1, "7": 7, "30": 30}
LABELS = {
    "today": gettext_lazy("Today"),
    "7": gettext_lazy("7 days"),
    "30": gettext_lazy("30 days"),
}
TARGET_S = 20
LEAST = 5  # fewer are not told
CALLS = """
    SELECT line_id, count(*) FILTER (WHERE way = 'IN'),
        count(*) FILTER (WHERE way = 'IN' AND answered_at IS NOT NULL),
        count(*) FILTER (WHERE way = 'IN' AND answered_at <= rang_at + %(target)s),
        count(*) FILTER (WHERE state = 'ABANDONED'), count(*) FILTER (WHERE state = 'MISSED'),
        count(*) FILTER (WHERE way = 'OUT'),
        avg(extract(epoch FROM answered_at - rang_at)) FILTER (WHERE way = 'IN'),
        percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - rang_at))
            FILTER (WHERE way = 'IN' AND answered_at IS NOT NULL),
        avg(extract(epoch FROM ended_at - answered_at)),
        avg(extract(epoch FROM closed_at - ended_at))
    FROM hotline_call
    WHERE rang_at >= %(since)s AND rang_at < %(until)s
      AND (%(line)s::uuid IS NULL OR line_id = %(line)s)
    GROUP BY GROUPING SETS ((line_id), ())
"""
HOURS = """
    SELECT extract(hour FROM rang_at AT TIME ZONE %(zone)s)::integer, count(*), count(answered_at)
    FROM hotline_call
    WHERE way = 'IN' AND rang_at >= %(since)s AND rang_at < %(until)s
      AND (%(line)s::uuid IS NULL OR line_id = %(line)s)
    GROUP BY 1
"""


@dataclass(frozen=True)
class Counted:
    """What came in at a line, or at all of them; times in seconds."""

    name: str = ""
    where: str = ""
    line: UUID | None = None
    n: int = 0
    n_answered: int = 0
    n_in_time: int = 0
    n_abandoned: int = 0
    n_missed: int = 0
    n_out: int = 0
    wait_s: float | None = None
    wait_p95_s: float | None = None
    talk_s: float | None = None
    wrap_s: float | None = None

    @property
    def answered(self) -> float | None:
        """The share of calls that somebody answered."""
        return self.n_answered / self.n if self.n else None

    @property
    def in_time(self) -> float | None:
        """The share of calls that somebody answered within 20 seconds."""
        return self.n_in_time / self.n if self.n else None


@dataclass(frozen=True)
class Callers:
    """Who called, as counts: ``None`` is fewer than five."""

    n: int | None
    n_answered: int | None
    n_calls: int | None
    n_of_ten: int | None

    @property
    def answered(self) -> float | None:
        """The share of callers who were answered at least once."""
        return self.n_answered / self.n if self.n and self.n_answered is not None else None

    @property
    def of_ten(self) -> float | None:
        """The share of calls by the ten who called most."""
        if not self.n_calls or self.n_of_ten is None:
            return None
        return self.n_of_ten / self.n_calls


@dataclass(frozen=True)
class Backs:
    """Call-backs that were due in the period."""

    n: int
    n_in_time: int
    n_reached: int
    n_given_up: int

    @property
    def in_time(self) -> float | None:
        """The share that was reached by the moment that it was due."""
        return self.n_in_time / self.n if self.n else None


@dataclass(frozen=True)
class Figures:
    """The page."""

    period: str
    periods: tuple[tuple[str, str], ...]
    since: datetime
    until: datetime
    line: UUID | None
    all: Counted
    lines: tuple[Counted, ...]
    callers: Callers
    backs: Backs
    needs: tuple[tuple[str, int | None], ...]
    day: charts.Day | None
    risks: tuple[tuple[str, int | None], ...]


def figures(*, period: str, line: UUID | None, at: datetime) -> Figures:
    """The figures of a period that ends now, of one line or of all lines of one's places."""
    chosen = period if period in PERIODS else "7"
    since = _since(chosen, at)
    if line is not None and not Line.objects.filter(pk=line).exists():
        raise Refused(_("There is no such line. Choose one of the list."))
    asked = {"since": since, "until": at, "line": line}
    whole, lines = _calls(asked)
    return Figures(
        period=chosen,
        periods=tuple((code, str(label)) for code, label in LABELS.items()),
        since=localtime(since),
        until=localtime(at),
        line=line,
        all=whole,
        lines=lines,
        callers=_callers(asked),
        backs=_backs(asked),
        needs=tuple(_needs(asked)),
        day=charts.day(_hours(asked)),
        risks=tuple(_risks(asked)) if scope.can(Permission.CALL_LEAD) else (),
    )


def _since(period: str, at: datetime) -> datetime:
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=PERIODS[period] - 1)


def _calls(asked: dict[str, Any]) -> tuple[Counted, tuple[Counted, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(CALLS, asked | {"target": timedelta(seconds=TARGET_S)})
        rows = cursor.fetchall()
    known = {line.pk: line for line in Line.objects.filter(pk__in=[row[0] for row in rows])}
    names = of_places({line.place for line in known.values()})
    whole, found = Counted(), []
    for key, *numbers in rows:
        counted = Counted("", "", key, *numbers[:6], *(n and float(n) for n in numbers[6:]))
        if key is None:
            whole = counted
            continue
        line = known[key]
        found.append(replace(counted, name=name_of(line), where=names.get(line.place, "")))
    return whole, tuple(sorted(found, key=lambda each: (-each.n, each.name)))


def _hours(asked: dict[str, Any]) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(HOURS, asked | {"zone": settings.TIME_ZONE})
        return {hour: (n, n_answered) for hour, n, n_answered in cursor.fetchall()}


def _callers(asked: dict[str, Any]) -> Callers:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hotline_callers(%(since)s, %(until)s, %(line)s)", asked)
        return Callers(*cursor.fetchone())


def _needs(asked: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hotline_wanted(%(since)s, %(until)s, %(line)s)", asked)
        rows = cursor.fetchall()
    who = scope.current()
    place = who.ranges[0][0] if who.ranges else 0
    words = rules.spoken_at(place, who.at) if place else OURS
    for code, n in rows:
        category = words.category(code)
        yield (category.label.here() if category else code), n


def _backs(asked: dict[str, Any]) -> Backs:
    due = CallBack.objects.filter(due_at__gte=asked["since"], due_at__lt=asked["until"])
    if asked["line"]:
        due = due.filter(line=asked["line"])
    counts = due.exclude(state=Due.CANCELLED).aggregate(
        n=Count("pk"),
        n_in_time=Count("pk", filter=Q(state=Due.DONE, ended_at__lte=F("due_at"))),
        n_reached=Count("pk", filter=Q(state=Due.DONE)),
        n_given_up=Count("pk", filter=Q(state=Due.GIVEN_UP)),
    )
    return Backs(**counts)


def _risks(asked: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Calls by their highest level, for the lead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM hotline_dangers(%(since)s, %(until)s, %(line)s)", asked)
        counts = dict(cursor.fetchall())
    for level in Risk:
        yield str(level.label), counts.get(level.value, 0)

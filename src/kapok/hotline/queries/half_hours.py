"""Calls by half-hour of the last four weeks, as the planner of hotlines reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.timezone import localtime

HALF = timedelta(minutes=30)
PERIOD = timedelta(days=28)
HEADING = ("start", "calls", "handling", "skill")
# An average needs some calls: of fewer the planner takes its own default.
LEAST_CALLS = 5
COUNTS = """
    SELECT line.kind, date_bin('30 minutes', call.rang_at, %(since)s) AS start, count(*)
    FROM hotline_call AS call JOIN hotline_line AS line ON line.id = call.line_id
    WHERE call.way = 'IN' AND call.rang_at >= %(since)s AND call.rang_at < %(until)s
    GROUP BY 1, 2
"""
HANDLING = """
    SELECT line.kind, avg(extract(epoch FROM coalesce(call.closed_at, call.ended_at)
        - call.answered_at))
    FROM hotline_call AS call JOIN hotline_line AS line ON line.id = call.line_id
    WHERE call.way = 'IN' AND call.rang_at >= %(since)s AND call.rang_at < %(until)s
      AND call.ended_at IS NOT NULL AND call.answered_at IS NOT NULL
    GROUP BY 1 HAVING count(*) >= %(least)s
"""


@dataclass(frozen=True)
class HalfHour:
    """One interval of lines of one kind: its local start, calls, and their mean handling time."""

    start: str
    calls: int
    handling_s: int | None
    skill: str

    @property
    def row(self) -> tuple[str, int, int | None, str]:
        """As a row of the file."""
        return self.start, self.calls, self.handling_s, self.skill


def half_hours(*, at: datetime) -> Iterator[HalfHour]:
    """Each half-hour of the 28 days before today, of each kind of line that got a call in them."""
    until = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    asked: dict[str, Any] = {"since": until - PERIOD, "until": until, "least": LEAST_CALLS}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, asked)
        counts = {(kind, start): n for kind, start, n in cursor.fetchall()}
        cursor.execute(HANDLING, asked)
        handling = {kind: max(1, round(mean)) for kind, mean in cursor.fetchall()}
    for kind in sorted({kind for kind, _start in counts}):
        start = until - PERIOD
        while start < until:
            n = counts.get((kind, start), 0)
            yield HalfHour(f"{start:%Y-%m-%d %H:%M}", n, handling.get(kind), kind)
            start += HALF

"""When people are on duty wherever that is, and as what they work at a place: for the rules."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from kapok.workforce.limits import Span
from kapok.workforce.models import Shift


def timetables(
    accounts: Iterable[UUID], begins: datetime, ends: datetime
) -> dict[UUID, list[Span]]:
    """The shifts of people between two moments, beyond the acting places too.

    Of posts beyond them only the time is told, and nothing of people who are no colleagues.
    """
    found: dict[UUID, list[Span]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, id, kind, post, place, starts_at, ends_at "
            "FROM workforce_timetable(%s::uuid[], %s, %s) ORDER BY starts_at",
            [[str(account) for account in accounts], begins, ends],
        )
        for account, *row in cursor.fetchall():
            found[account].append(Span(*row))
    return found


def serve_as(accounts: Iterable[UUID], place: int) -> dict[UUID, set[str]]:
    """The roles that people hold at a place now, “volunteer” among them."""
    found: dict[UUID, set[str]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person, workforce_serves(person, %s) FROM unnest(%s::uuid[]) AS person",
            [place, [str(account) for account in accounts]],
        )
        for account, role in cursor.fetchall():
            found[account].add(role)
    return found


def span_of(shift: Shift) -> Span:
    """A shift as the rules see it."""
    return Span(shift.pk, shift.kind, shift.post, shift.place, shift.starts_at, shift.ends_at)

"""Hours that wait for somebody to confirm them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from kapok.access import scope
from kapok.access.models import Look
from kapok.access.trace import look
from kapok.workforce import hours
from kapok.workforce.models import HoursEntry
from kapok.workforce.queries.scoped import inside
from kapok.workforce.workflow import HoursStatus

AT_MOST = 500
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Entry:
    """Hours at a post, as lists show them."""

    id: UUID
    account: UUID
    name: str
    post: str
    arrived_at: datetime
    left_at: datetime | None
    hours: Decimal | None
    status: str
    status_label: str
    is_unplanned: bool
    was_forgotten: bool
    was_corrected: bool
    is_own: bool
    too_many_hours: bool
    too_many_days: bool
    reason: str
    decided_by: str


def entries_to_settle(*, at: datetime) -> tuple[Entry, ...]:
    """Hours inside the acting places that are open or wait, oldest first; the look is traced."""
    rows = list(
        HoursEntry.objects.filter(inside(), status__in=[HoursStatus.OPEN, HoursStatus.PENDING])
        .select_related("account", "post", "decided_by")
        .order_by("arrived_at")[:AT_MOST]
    )
    look(Look.Action.LIST, [row.account_id for row in rows])
    return as_entries(rows, at=at)


def entry_of(account: UUID) -> HoursEntry | None:
    """Where somebody is checked in now, or ``None``."""
    return (
        HoursEntry.objects.filter(account=account, status=HoursStatus.OPEN)
        .select_related("post")
        .first()
    )


def last_entry(account: UUID) -> HoursEntry | None:
    """The hours that somebody finished last, or ``None``."""
    rows = HoursEntry.objects.filter(account=account).exclude(status=HoursStatus.OPEN)
    return rows.select_related("post").order_by("-left_at").first()


def as_entries(rows: list[HoursEntry], *, at: datetime) -> tuple[Entry, ...]:
    """Rows as lists show them, with a mark where somebody worked too much."""
    over = _too_much(rows, at)
    me = scope.current().account
    return tuple(
        Entry(
            id=row.pk,
            account=row.account_id,
            name=str(row.account),
            post=row.post.name,
            arrived_at=row.arrived_at,
            left_at=row.left_at,
            hours=row.hours,
            status=row.status,
            status_label=str(row.get_status_display()),
            is_unplanned=row.is_unplanned,
            was_forgotten=row.left_at is None and at - row.arrived_at > hours.FORGOTTEN,
            was_corrected=row.corrected_by_id is not None,
            is_own=row.account_id == me,
            too_many_hours=(row.account_id, hours.day_of(row.arrived_at), "hours") in over,
            too_many_days=(row.account_id, hours.day_of(row.arrived_at), "days") in over,
            reason=row.reason,
            decided_by=str(row.decided_by) if row.decided_by else "",
        )
        for row in rows
    )


def _too_much(rows: list[HoursEntry], at: datetime) -> set[tuple[UUID, object, str]]:
    """Days on which these people worked too long, or too many days in a row; one query."""
    if not rows:
        return set()
    first = min(row.arrived_at for row in rows) - WEEK
    near = HoursEntry.objects.filter(
        account__in={row.account_id for row in rows}, arrived_at__gte=first
    ).exclude(status=HoursStatus.REFUSED)
    periods = defaultdict(list)
    for account, start, end in near.values_list("account", "arrived_at", "left_at"):
        periods[account].append((start, end or min(at, start + hours.FORGOTTEN)))
    found: set[tuple[UUID, object, str]] = set()
    for account, worked in periods.items():
        for one in hours.too_much(worked):
            if one.hours > hours.MOST_HOURS_A_DAY:
                found.add((account, one.day, "hours"))
            if one.days > hours.MOST_DAYS_A_WEEK:
                found.add((account, one.day, "days"))
    return found

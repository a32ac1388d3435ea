"""Somebody's shifts for the calendar of their telephone, and whose calendar a key opens."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.workforce import feeds, limits
from kapok.workforce.models import Shift, SwapOffer
from kapok.workforce.queries.scoped import area_names
from kapok.workforce.queries.shifts import KINDS
from kapok.workforce.queries.timetables import span_of
from kapok.workforce.workflow import ShiftState, SwapState

BEFORE, AFTER = timedelta(days=28), timedelta(days=370)


def calendar_owner(index: bytes) -> UUID | None:
    """Whose calendar a key opens; only its blind index is asked for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workforce_calendar(%s)", [index])
        [account] = cursor.fetchone()
    return account


def calendar_of(account: UUID, *, at: datetime) -> tuple[feeds.Entry, ...]:
    """One's own shifts, cancelled ones and those handed on among them; acting as their owner."""
    away = Q(offers__account=account, offers__state=SwapState.APPROVED) | Q(
        pk__in=SwapOffer.objects.filter(taken_by=account, state=SwapState.APPROVED).values(
            "in_return"
        )
    )
    rows = Shift.objects.filter(
        Q(account=account) | away,
        ends_at__gt=at - BEFORE,
        starts_at__lt=at + AFTER,
    ).distinct()
    found = list(rows)
    names = area_names({row.place for row in found})
    return tuple(_entry(row, names, account) for row in found)


def _entry(row: Shift, names: dict[int, str], account: UUID) -> feeds.Entry:
    is_away = row.account_id != account
    is_cancelled = is_away or row.state == ShiftState.CANCELLED
    what = row.post if row.kind == limits.DUTY else f"{KINDS[row.kind]} {row.post}"
    why = _("Handed on to a colleague.") if is_away else row.reason if is_cancelled else ""
    if span_of(row).night is not None:
        what = _("%(post)s (night)") % {"post": what}
    return feeds.Entry(
        id=row.pk,
        summary=what,
        location=f"{names.get(row.place, '')} {row.post}".strip(),
        description="\n".join(filter(None, [row.task, why])),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        made_at=row.made_at,
        changed_at=row.changed_at,
        is_cancelled=is_cancelled,
    )

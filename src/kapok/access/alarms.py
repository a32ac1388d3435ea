"""Alarms: odd behaviour that the trace shows, found by SQL and looked at by an auditor."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kapok.access.models import Alarm, User
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.access.trace import LOCAL
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7


@dataclass(frozen=True)
class Thresholds:
    """From how many on something is odd, for one account in one day.

    Attributes
    ----------
    unmasked
        People whose telephone, papers or address were unmasked: as many whereabouts as the
        interpretation of article 253-1 of the Criminal Law calls serious.
    rows
        People seen in any way: its number for health data.
    night_looks
        Entries at night about places where the account did not work by day in the last month.
    refusals
        Refusals in series.
    usual_days
        How far back places count as usual.
    on_night_duty
        Roles whose work is at night and anywhere.
    """

    unmasked: int = 50
    rows: int = 500
    night_looks: int = 1
    refusals: int = 10
    usual_days: int = 30
    on_night_duty: tuple[str, ...] = ("hotline_worker", "dispatcher")


THRESHOLDS = Thresholds()
DAYS_BACK = 2  # today and yesterday: what came in around midnight counts too

# Only accounts with many rows are looked at closely: counting each person once is the dear part.
MANY_LOOKS = """
    WITH busy AS (
        SELECT account FROM access_look
        WHERE at >= %(since)s AND at < %(until)s AND account IS NOT NULL
        GROUP BY account
        HAVING sum(n_subjects) > %(rows)s
            OR sum(n_subjects) FILTER (WHERE action IN ('REVEAL', 'PRINT', 'EXPORT')) > %(unmasked)s
    ), seen AS (
        SELECT look.account, subject, min(look.place) AS place,
            bool_or(look.action IN ('REVEAL', 'PRINT', 'EXPORT')) AS unmasked
        FROM access_look AS look JOIN busy USING (account), unnest(look.subjects) AS subject
        WHERE look.at >= %(since)s AND look.at < %(until)s
        GROUP BY look.account, subject
    )
    SELECT account, min(place), count(*) FROM seen GROUP BY account
    HAVING count(*) > %(rows)s OR count(*) FILTER (WHERE unmasked) > %(unmasked)s
"""
NIGHT_OUTSIDE = """
    SELECT account, min(place), count(*) FROM access_look AS night
    WHERE at >= %(since)s AND at < %(until)s AND account IS NOT NULL AND outside_hours
      AND n_subjects > 0 AND NOT role = ANY (%(on_night_duty)s)
      AND NOT EXISTS (
        SELECT 1 FROM access_look AS usual
        WHERE usual.account = night.account AND NOT usual.outside_hours
          AND usual.at >= %(usual_since)s AND usual.at < night.at AND usual.place = night.place)
    GROUP BY account HAVING count(*) >= %(night_looks)s
"""
OF_ACTION = """
    SELECT account, min(place), count(*) FROM access_look
    WHERE at >= %(since)s AND at < %(until)s AND account IS NOT NULL AND action = '{action}'
    GROUP BY account HAVING count(*) >= {least}
"""
QUERIES = {
    Alarm.Kind.MANY_LOOKS: MANY_LOOKS,
    Alarm.Kind.NIGHT_OUTSIDE: NIGHT_OUTSIDE,
    Alarm.Kind.EXPORT: OF_ACTION.format(action="EXPORT", least="1"),
    Alarm.Kind.BREAK_GLASS: OF_ACTION.format(action="BREAK_GLASS", least="1"),
    Alarm.Kind.REFUSALS: OF_ACTION.format(action="REFUSED", least="%(refusals)s"),
}


def raise_all(*, at: datetime, thresholds: Thresholds = THRESHOLDS) -> int:
    """Raise the alarms of today and yesterday that the trace gives cause for; how many there are.

    Whoever acts must be allowed to read the trace of all places. Doing it again changes nothing.
    """
    today = at.astimezone(LOCAL).date()
    n = 0
    for day in (today - timedelta(days=back) for back in range(DAYS_BACK)):
        for kind, query in QUERIES.items():
            for account, place, count in _found(query, day, thresholds):
                raise_alarm(kind=kind, account=account, place=place, n=count, day=day, at=at)
                n += 1
    return n


def raise_alarm(
    *, kind: Alarm.Kind, account: UUID | None, place: int | None, n: int, day: date, at: datetime
) -> None:
    """Raise one alarm, or let one of the same day grow. Whoever acts need not be able to see it."""
    with connection.cursor() as cursor:
        values: list[Any] = [uuid7(), str(kind), account, place, day, n, at]
        cursor.execute("SELECT alarm_raise(%s, %s, %s, %s, %s, %s, %s)", values)


@transaction.atomic
def settle(*, alarm_id: UUID, finding: str, by: User, at: datetime) -> Alarm:
    """Say what an alarm was. ``NotAllowed`` to whom it concerns, ``Refused`` without words."""
    alarm = Alarm.objects.select_for_update().get(pk=alarm_id)
    require(Permission.ALARM_SETTLE, alarm.place)
    if alarm.account == by.pk:
        raise NotAllowed(
            _("This alarm is about what you did yourself; another auditor must look at it.")
        )
    if alarm.settled_at:
        raise Refused(_("Somebody has settled this alarm already. Load the page anew."))
    if not finding.strip():
        raise Refused(_("Write what you found: whom you asked, and what it was."))
    alarm.finding, alarm.settled_by, alarm.settled_at = finding.strip()[:300], by, at
    alarm.save(update_fields=["finding", "settled_by", "settled_at"])
    return alarm


def _found(query: str, day: date, thresholds: Thresholds) -> list[tuple[UUID, int | None, int]]:
    since = datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC)
    values: dict[str, Any] = {
        "since": since,
        "until": since + timedelta(days=1),
        "usual_since": since - timedelta(days=thresholds.usual_days),
        "unmasked": thresholds.unmasked,
        "rows": thresholds.rows,
        "night_looks": thresholds.night_looks,
        "refusals": thresholds.refusals,
        "on_night_duty": list(thresholds.on_night_duty),
    }
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()

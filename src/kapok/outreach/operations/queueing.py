"""Messages for the people of groups that passed a notice on, put into the outbox part by part."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_noop

from kapok.access.scope import acting
from kapok.outreach.box import of_post
from kapok.outreach.models import Message, NoticeVersion, Passing
from kapok.outreach.workflow import Sending, State

BATCH = 500  # groups; each batch is one transaction
CANCELLED = 20_000  # messages of one transaction
TOO_OLD = gettext_noop("It waited so long that it is not sent any more.")
# From each version with messages that wait to the next, by their index: of all the others, which
# are kept for ever, none is looked at.
EXPIRED = """
    WITH RECURSIVE waits AS (
        (SELECT version_id AS id FROM outreach_message WHERE state = 'WAITING'
         ORDER BY version_id LIMIT 1)
        UNION ALL
        SELECT (SELECT version_id FROM outreach_message
                WHERE state = 'WAITING' AND version_id > waits.id ORDER BY version_id LIMIT 1)
        FROM waits WHERE waits.id IS NOT NULL
    ), old AS MATERIALIZED (
        SELECT due.id FROM waits CROSS JOIN LATERAL (
            SELECT notice.urgent FROM outreach_noticeversion AS version
            JOIN outreach_notice AS notice ON notice.id = version.notice_id
            WHERE version.id = waits.id OFFSET 0
        ) AS told CROSS JOIN LATERAL (
            SELECT waiting.id FROM outreach_message AS waiting
            WHERE waiting.version_id = waits.id AND waiting.state = 'WAITING'
              AND waiting.due_at <= %(at)s - outreach_good_for(told.urgent)
            LIMIT %(at_most)s FOR UPDATE SKIP LOCKED
        ) AS due LIMIT %(at_most)s
    ) UPDATE outreach_message AS message SET state = 'FAILED', ended_at = %(at)s, answer = %(why)s
    FROM old WHERE message.id = old.id
"""
LONGEST = timedelta(days=2)  # in which a message that was perhaps sent may come back


def queue_next(*, at: datetime, at_most: int = BATCH) -> int:
    """Queue the messages of the next groups that wait, urgent notices first; how many groups."""
    with acting(of_post(at=at)):
        waiting = (
            Passing.objects.filter(
                queued_at=None, passed_at__isnull=False, version__notice__state=State.SENT
            )
            .order_by("-version__notice__urgent", "version__told_at")
            .values_list("version_id", flat=True)
            .first()
        )
        if waiting is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT outreach_spread(%s, %s, %s)", [waiting, at_most, at])
            return int(cursor.fetchone()[0])


def cancel_next(*, at: datetime, at_most: int = CANCELLED) -> int:
    """Mark messages of versions that were stopped as cancelled; how many."""
    with acting(of_post(at=at)):
        stopped = NoticeVersion.objects.filter(stopped_at__gt=at - LONGEST)
        for version in stopped.values_list("pk", flat=True):
            waiting = Message.objects.filter(version=version, state=Sending.WAITING)
            keys = list(waiting.order_by().values_list("pk", flat=True)[:at_most])
            if keys:
                found = Message.objects.filter(pk__in=keys, state=Sending.WAITING)
                return found.update(state=Sending.CANCELLED, ended_at=at)
        return 0


def expire_next(*, at: datetime, at_most: int = CANCELLED) -> int:
    """Give up messages that waited longer than they are good for; how many."""
    with acting(of_post(at=at)), connection.cursor() as cursor:
        cursor.execute(EXPIRED, {"at": at, "at_most": at_most, "why": TOO_OLD})
        return cursor.rowcount

"""Messages for the people of groups that passed a notice on, put into the outbox part by part."""

from datetime import datetime

from django.db import connection

from kapok.access.scope import acting
from kapok.outreach.box import of_post
from kapok.outreach.models import Passing
from kapok.outreach.workflow import State

BATCH = 500  # groups; each batch is one transaction


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

"""Jobs and duties of doors."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from kapok.access.jobs import app
from kapok.doors.operations import hooks
from kapok.matters.operations import uploads


@app.task(name=hooks.TASK)
def deliver(delivery: str) -> None:
    """Send one message of a webhook."""
    hooks.deliver(delivery=UUID(delivery), at=timezone.now())


def tidy(*, at: datetime) -> None:
    """Delete files that nobody bound, and messages that are done."""
    uploads.forget_unbound(at=at)
    hooks.forget_old(at=at)

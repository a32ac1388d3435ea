"""What is killed: ``queue`` puts messages into the outbox, ``send`` sends them, until killed.

It says on its output how many groups or messages it has done. ``at`` is a noon of a fixed day, so
that nobody sleeps, and goes on with the clock.
"""

import sys
import time
from datetime import datetime, timedelta

from django.utils import timezone


def main() -> None:
    """Do it."""
    what, start, at_most = sys.argv[1], sys.argv[2], int(sys.argv[3])
    import django

    django.setup()
    from kapok.outreach import tasks
    from kapok.outreach.operations import queueing

    began, noon = time.monotonic(), datetime.fromisoformat(start)
    assert timezone.is_aware(noon)
    while True:
        at = noon + timedelta(seconds=time.monotonic() - began)
        if what == "queue":
            if not queueing.queue_next(at=at, at_most=at_most):
                break
        else:
            tasks.send_messages(at=at)
        print(what, flush=True)


if __name__ == "__main__":
    main()

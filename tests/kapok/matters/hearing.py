"""What tests of live pages share: the ear of this process is up, and how soon it tells."""

import time
from statistics import median

from django.db import connection

from kapok.matters.operations.telling import CHANNEL

A_SECOND = 1.0
# One turn says little on a machine that does much else. A page that asks every few seconds is late
# in most turns, on any machine.
TURNS = 5
PATIENCE_S = 30


def wait_until_heard() -> None:
    """Return once the process listens for what changes; it begins with its first stream."""
    asked = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND state = 'idle' AND query = %s"""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(asked, [f"LISTEN {CHANNEL}"])
            if cursor.fetchone() != (0,):
                return
        time.sleep(0.05)
    raise AssertionError("Nobody listens for what changes.")


def is_soon(seconds: list[float], pages: list[float]) -> bool:
    """Whether what changed was seen within a second, most of the time.

    A machine that needs long for any page (``pages``: what they took between the turns) is given as
    long as two of them beside: the work of telling is that of about one page.
    """
    return median(seconds) < A_SECOND + 2 * median(pages)

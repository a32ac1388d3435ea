"""How many text messages of notices may leave the box now, counted by the process that sends.

Codes have a cap of their own where they are asked for (:mod:`kapok.access.texting`), news where it
is taken. The count begins with what the outbox says: to count a million rows for each batch would
take longer than to send them.
"""

from collections.abc import Sequence
from datetime import datetime

from kapok.access import texting
from kapok.access.texting import DAY, HOUR, Counted
from kapok.outreach.queries.caps import sent_by_minute
from kapok.outreach.sending.letters import Fate, Outcome
from kapok.outreach.sending.spent import Spent

NOTICES: list[Spent] = []  # of this process, once it was counted


def notices(*, at: datetime) -> Counted:
    """Text messages of notices."""
    if not NOTICES:
        NOTICES.append(Spent(sent_by_minute(since=at - 2 * DAY)))
    spent, midnight = NOTICES[0], texting.midnight(at)
    spent.forget_before(at - 2 * DAY)
    return Counted(spent.since(at - HOUR), spent.since(midnight), texting.limits().notices)


def note(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Messages of notices that went, or that perhaps did."""
    n = sum(outcome.fate in {Fate.SENT, Fate.UNSURE} for outcome in outcomes)
    if n and NOTICES:
        NOTICES[0].add(n, at)

"""Who hears of a move: the desks that look on, and the reporter where the pack has words for it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from kapok.matters.engine.facts import Actor, Effects, Facts

CHANNEL = "matters"
MOST_IDS = 100  # a notice of PostgreSQL holds 8,000 bytes


def announce(changed: Sequence[Facts]) -> None:
    """Wake whoever looks on, when this transaction is done: keys and places, no values."""
    for start in range(0, len(changed), MOST_IDS):
        part = changed[start : start + MOST_IDS]
        notice = json.dumps(
            {
                "ids": [str(facts.id) for facts in part],
                "places": sorted({facts.place for facts in part}),
            }
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])


def tell(
    done: Iterable[tuple[Effects, Actor]], numbers: Mapping[UUID, int], *, now: datetime
) -> None:
    """Put the pack's messages for reporters into the outbox."""


def tell_late(late: Sequence[Facts], *, now: datetime) -> None:
    """Tell reporters that it takes longer, where the pack has words for it."""

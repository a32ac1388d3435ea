"""A call is held, moved, and everybody who looks on is woken."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.errors import Refused
from kapok.hotline.models import Call, CallEvent, Line
from kapok.hotline.workflow import MOVES, State

CHANNEL = "hotline"
What = CallEvent.What
# What changes which calls ring; all else changes the board and somebody's own matters alone.
OF_QUEUE = frozenset({What.RANG, What.ANSWERED, What.ENDED, What.MISSED, What.OFFERED})


def held(call: UUID, move: str) -> Call:
    """The call, locked, where the move may be made now. Raises ``Refused``, or 404 where unseen."""
    found = Call.objects.select_for_update().filter(pk=call).first()
    if found is None:
        raise Http404
    if State(found.state) not in MOVES[move].sources:
        raise Refused(
            _("This call is “%(state)s” by now. Look at it again before you go on.")
            % {"state": State(found.state).label}
        )
    return found


def happened(
    call: Call,
    what: CallEvent.What,
    *,
    by: UUID | None,
    at: datetime,
    to: UUID | None = None,
    line: Line | None = None,
) -> None:
    """Write down what happened with a call, and wake its line and whoever it concerns."""
    CallEvent.objects.create(call=call, what=what, by_id=by, to_id=to, line=line, at=at)
    accounts = {call.operator_id, call.offered_to_id, by, to}
    wake([call.place], accounts, is_queue=what in OF_QUEUE)


def wake(
    places: Iterable[int], accounts: Iterable[UUID | None] = (), *, is_queue: bool = False
) -> None:
    """Wake whoever looks on, when this transaction is done: keys and places, no values.

    ``is_queue``: which calls ring has changed. The mark is how processes that hear of it know that
    they heard of the same.
    """
    notice = json.dumps(
        {
            "mark": secrets.token_hex(4),
            "places": sorted(set(places)),
            "accounts": sorted({str(account) for account in accounts if account}),
            "queue": is_queue,
        }
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])

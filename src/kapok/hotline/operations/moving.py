"""A call is held, moved, and everybody who looks on is woken."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.codes import WIDTH, Level
from kapok.errors import Refused
from kapok.hotline.models import Call, CallEvent, Line
from kapok.hotline.workflow import MOVES, State

CHANNEL = "hotline"
AT_ONCE = 100  # accounts of one notice
What = CallEvent.What


LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


def lock(name: str) -> None:
    """Do one thing after another for a name, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [name])


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
    write(call, what, by=by, at=at, to=to, line=line)
    wake([call.place], {call.operator_id, call.offered_to_id, by, to})


def write(
    call: Call,
    what: CallEvent.What,
    *,
    by: UUID | None,
    at: datetime,
    to: UUID | None = None,
    line: Line | None = None,
) -> None:
    """Write down what happened, where whoever looks on is woken for more than that."""
    CallEvent.objects.create(call=call, what=what, by_id=by, to_id=to, line=line, at=at)


def wake(places: Iterable[int], accounts: Iterable[UUID | None] = ()) -> None:
    """Wake whoever looks on, when this transaction is done: keys and places, no values."""
    _notify(places, accounts)


def wake_ringing(call: Call) -> None:
    """Wake those at whose lines a call rings, each from the moment on when it does."""
    _notify([call.place], rings=_rings(call), call=call.pk)


def wake_gone(call: Call, accounts: Iterable[UUID | None]) -> None:
    """A call rings no more: whoever sees it sees it go."""
    _notify([call.place], accounts, rings=_rings(call), call=call.pk, is_gone=True)


def _rings(call: Call) -> list[tuple[int, float]]:
    """Places at whose lines a call rings, and from when on."""
    passed_on = ((Level.DISTRICT, call.district_at), (Level.CITY, call.city_at))
    found = [(call.place, call.rang_at.timestamp())]
    for level, moment in passed_on:
        if moment is not None:
            found.append((call.place - call.place % WIDTH[level], moment.timestamp()))
    return found


def _notify(
    places: Iterable[int],
    accounts: Iterable[UUID | None] = (),
    *,
    rings: Iterable[tuple[int, float]] = (),
    call: UUID | None = None,
    is_gone: bool = False,
) -> None:
    """The mark is how processes that hear of something know that they heard of the same.

    PostgreSQL carries 8,000 bytes in a notice: of many accounts some are told after others.
    """
    notice = {
        "mark": secrets.token_hex(4),
        "places": sorted(set(places)),
        "rings": list(rings),
        "call": str(call or ""),
        "gone": is_gone,
    }
    told = sorted({str(account) for account in accounts if account})
    parts = [told[n : n + AT_ONCE] for n in range(0, len(told), AT_ONCE)] or [[]]
    with connection.cursor() as cursor:
        for part in parts:
            said = json.dumps(notice | {"accounts": part})
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, said])

"""Wrap-ups that were left: calls whose holder hung up, went away, and closed them never."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, Seat
from kapok.hotline.queries.colleagues import Colleague, seated_near
from kapok.hotline.queries.queue import name_of
from kapok.hotline.workflow import ENDED, State

LONG = timedelta(minutes=30)  # nobody who still sits there writes for so long
MOST = 50


@dataclass(frozen=True)
class Left:
    """A call that waits to be wrapped up; not a word of who called."""

    call: UUID
    who: str
    line: str
    since: datetime


@dataclass(frozen=True)
class Relief:
    """What the lead may do with the wrap-up of somebody else."""

    sits: bool  # whoever has it, somewhere: then they are asked first
    takers: tuple[Colleague, ...]


def left(*, at: datetime) -> tuple[Left, ...]:
    """For a lead, the wrap-ups of their lines whose holder went away or takes very long."""
    who = scope.current()
    if not who.can(Permission.CALL_LEAD):
        return ()
    inside = Q(pk__in=[])
    for lo, hi in who.ranges:
        inside |= Q(place__gte=lo, place__lt=hi)
    # said so, the index on calls that are not over serves
    waiting = Call.objects.filter(inside, ~Q(state__in=sorted(ENDED)), state=State.WRAP_UP)
    rows = list(waiting.select_related("line", "operator").order_by("ended_at")[:MOST])
    there = _sitting({row.operator_id for row in rows}, at)
    return tuple(
        Left(row.pk, str(row.operator), name_of(row.line), row.ended_at or row.rang_at)
        for row in rows
        if row.operator_id not in there or (row.ended_at or row.rang_at) < at - LONG
    )


def relief(call: Call, *, at: datetime) -> Relief:
    """To whom the lead may give a wrap-up, and whether its holder is still about."""
    sits = bool(_sitting({call.operator_id}, at))
    return Relief(sits, seated_near(call, but=call.operator_id))


def _sitting(accounts: set[UUID | None], at: datetime) -> set[UUID]:
    """Which of them sit at a line anywhere in the box."""
    if not accounts:
        return set()
    with scope.acting(of_exchange(at=at)):
        seats = Seat.objects.filter(account__in=accounts - {None}, left_at=None)
        return set(seats.values_list("account", flat=True))

"""To whom a call may be offered: colleagues who sit, nearest first, and lines above."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.codes import ancestor_codes
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, Line, Seat
from kapok.hotline.queries import pools
from kapok.hotline.queries.queue import name_of
from kapok.hotline.workflow import Sitting

SHOWN = 30


@dataclass(frozen=True)
class Colleague:
    """Somebody who sits at a line: their name, where, what they speak, what they do now."""

    account: UUID
    name: str
    line: str
    languages: str
    state: str
    is_free: bool


@dataclass(frozen=True)
class Above:
    """A line, and how many are free there."""

    id: UUID
    name: str
    n_free: int


@dataclass(frozen=True)
class Choices:
    """To whom a call may be offered."""

    colleagues: tuple[Colleague, ...]
    lines: tuple[Above, ...]


def choices(call: Call, *, at: datetime) -> Choices:
    """Whoever takes calls sees who sits at any line of the box: help is where somebody is free.

    Seats elsewhere are hidden from them otherwise; no more than this is told.
    """
    scope.require(Permission.CALL_TAKE)
    with scope.acting(of_exchange(at=at)):
        seats = Seat.objects.filter(left_at=None).exclude(account=call.operator_id)
        rows = list(seats.select_related("account", "line")[:1000])
        lines = pools.offered(call.line)
    rows.sort(key=lambda seat: _distance(call.line, seat))
    free = [seat.line_id for seat in rows if seat.state == Sitting.FREE]
    return Choices(
        colleagues=tuple(_colleague(seat) for seat in rows[:SHOWN]),
        lines=tuple(Above(line.pk, name_of(line), free.count(line.pk)) for line in lines),
    )


def seated_near(call: Call, *, but: UUID | None) -> tuple[Colleague, ...]:
    """Who sits at the lines inside the places of who acts, the free and the near first."""
    seats = Seat.objects.filter(left_at=None).exclude(account=but)
    rows = list(seats.select_related("account", "line")[:1000])
    rows.sort(key=lambda seat: _distance(call.line, seat))
    return tuple(_colleague(seat) for seat in rows)


def _distance(line: Line, seat: Seat) -> tuple[bool, int, str]:
    """The free first, then those with whom one shares the smallest area."""
    shared = set(ancestor_codes(line.place)) & set(ancestor_codes(seat.place))
    return seat.state != Sitting.FREE, -len(shared), str(seat.account)


def _colleague(seat: Seat) -> Colleague:
    return Colleague(
        account=seat.account_id,
        name=str(seat.account),
        line=name_of(seat.line),
        languages=seat.languages,
        state=str(Sitting(seat.state).label),
        is_free=seat.state in {Sitting.FREE, Sitting.WRAP_UP},
    )

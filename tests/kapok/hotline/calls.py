"""Calls as telephone systems tell of them, and people who sit at lines."""

from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from tests import factories

from kapok.access import scope
from kapok.access.scope import EVERYWHERE
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, Seat
from kapok.hotline.operations import answering, ringing, seats
from kapok.hotline.operations.ringing import Event, System, Told
from kapok.hotline.queries import queue

SYSTEM = System(UUID(int=9), EVERYWHERE)
CALLER, OTHER_CALLER = "138 0013 8000", "+8613900139000"


@contextmanager
def acting_as(appointment: Any, at: Any, purpose: str = "urgent_help") -> Any:
    """As somebody, for the purpose that their pages take."""
    with scope.acting(scope.of_appointment(appointment, at=at, purpose=purpose)) as who:
        yield who


def sit(town: Any, appointment: Any, line: Any, extension: str = "", at: Any = None) -> Any:
    at = at or town.at
    with acting_as(appointment, at):
        return seats.sit_down(
            line=line.pk, extension=extension, languages="粤语", by=appointment.account_id, at=at
        )


def tell(
    town: Any, event: str, call: str = "c1", *, seconds: float = 0, now: float = -1, **more: Any
) -> Any:
    """An event of a call, so many seconds after noon, told at once (or at ``now``)."""
    said = {"line": "020-81110001", "phone": CALLER, "agent": "", "text": ""} | more
    moment = town.at + timedelta(seconds=seconds)
    at = moment if now < 0 else town.at + timedelta(seconds=now)
    told = Told(call=call, event=Event(event), moment=moment, **said)
    return ringing.take(told, of=SYSTEM, at=at)


def stored(call: Any = None) -> Any:
    """A call as it is stored."""
    with scope.acting(of_exchange(at=factories.NOON)):
        rows = Call.objects.select_related("record", "line", "operator")
        return rows.get(pk=call) if call else rows.get()


def backs_of(model: Any) -> list[Any]:
    with scope.acting(of_exchange(at=factories.NOON)):
        return list(model.objects.select_related("call"))


def after(town: Any, seconds: float) -> Any:
    return town.at + timedelta(seconds=seconds)


def rings_for(town: Any, appointment: Any, at: Any) -> list[UUID]:
    """The calls that ring where somebody sits."""
    with acting_as(appointment, at):
        found = queue.queue(queue.seat_of(appointment.account_id), at=at)
        return [row.id for row in found.rows]


def answer(town: Any, appointment: Any, call: UUID, seconds: float = 1.0) -> Any:
    at = after(town, seconds)
    with acting_as(appointment, at):
        return answering.answer(call=call, by=appointment.account_id, at=at)


def state_of(appointment: Any) -> str:
    """What somebody does who sits at a line."""
    with factories.as_owner_of_rows():
        return Seat.objects.get(account=appointment.account_id, left_at=None).state

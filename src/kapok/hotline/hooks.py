"""When a matter that was opened in a call is closed, the caller is asked whether it helped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from kapok.access import scope
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallRecord, Need
from kapok.hotline.operations import backs
from kapok.hotline.queries import silence
from kapok.hotline.workflow import Back
from kapok.matters.engine.facts import Effects
from kapok.matters.workflow import State

DONE = "done"


def hear(effects: Sequence[Effects], numbers: Mapping[UUID, int], now: datetime) -> None:
    """Owe a call to whoever called about a matter that is closed now.

    Nobody is called who could not speak freely, or whose number was withheld.
    """
    closed = {
        effect.matter.id
        for effect in effects
        if effect.event.after == State.CLOSED and effect.event.before != State.CLOSED
    }
    if not closed:
        return
    with scope.acting(of_exchange(at=now)):
        needs = Need.objects.filter(
            matter__in=closed, call__record__is_discreet=False, call__record__phone__isnull=False
        ).select_related("call__line")
        for call in {need.call for need in needs}:
            if _is_silent(call, now):
                continue
            due_at = now + rules.period("hotline.follow_up_done", call.place, now)
            backs.owe(call, Back.FOLLOW_UP, step=DONE, due_at=due_at, at=now)


def _is_silent(call: Call, now: datetime) -> bool:
    """Whether they said in another call since that they cannot speak freely."""
    index = CallRecord.objects.values_list("phone_index", flat=True).get(pk=call.pk)
    return index is not None and bool(silence.indexes([bytes(index)], now))

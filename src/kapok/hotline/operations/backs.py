"""Calling back: what is owed to a caller, by when."""

from datetime import datetime

from kapok.hotline.models import Call, CallBack
from kapok.hotline.operations.moving import wake
from kapok.hotline.workflow import OPEN_BACKS, Back


def owe(
    call: Call,
    why: Back,
    *,
    due_at: datetime,
    at: datetime,
    step: str = "",
    is_urgent: bool = False,
) -> CallBack:
    """Somebody is to be called by a moment; the same thing is owed once, at the earlier moment."""
    waiting = (
        CallBack.objects.select_for_update()
        .filter(call=call, why=why, step=step, state__in=OPEN_BACKS)
        .first()
    )
    if waiting is None:
        waiting = CallBack(
            call=call, line=call.line, place=call.place, why=why, step=step, made_at=at
        )
        waiting.due_at = waiting.next_at = due_at
    waiting.due_at = min(waiting.due_at, due_at)
    waiting.next_at = min(waiting.next_at, due_at)
    waiting.is_urgent = waiting.is_urgent or is_urgent
    waiting.save()
    wake([call.place])
    return waiting

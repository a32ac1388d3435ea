"""A wrap-up whose holder went away: the lead of its line hands it on, or closes it, with a reason.

What is owed to the caller stays owed: matters go on, follow-ups are called, and where nobody wrote
down what they need, or they were to be screened and were not, somebody calls and asks.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Look, User
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import Refused
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallEvent, Seat
from kapok.hotline.operations import closing, noting, seats, settling
from kapok.hotline.operations.backs import owe
from kapok.hotline.operations.holding import tidy
from kapok.hotline.operations.moving import happened, held
from kapok.hotline.rules import LEFT_OPEN
from kapok.hotline.workflow import Back, Outcome

What = CallEvent.What
MOST_REASON = 300


@transaction.atomic
def hand_on(*, call_id: UUID, to: UUID | None, reason: str, by: User, at: datetime) -> Call:
    """Give a wrap-up to somebody who sits: it is theirs to write down and close.

    Raises ``Refused``, ``NotAllowed`` for whoever does not lead the line, and 404 where unseen.
    """
    seats.hold(_holder(call_id), to, at=at)
    call = _of_another(call_id, "hand_on", by)
    if to is None or not Seat.objects.filter(account=to, left_at=None).exists():
        raise Refused(_("Choose somebody who sits at a line of yours now."))
    if to == call.operator_id:
        raise Refused(_("They have this call already. Choose somebody else."))
    _note(call, reason, by, at)
    happened(call, What.HANDED_ON, by=by.pk, at=at, to=to)
    with scope.acting(of_exchange(at=at)):
        settling.note(call, What.TAKEN_OVER, by=to, moment=at, at=at)
    return call


@transaction.atomic
def close_for(*, call_id: UUID, outcome: str, reason: str, by: User, at: datetime) -> Call:
    """Close a wrap-up for somebody who went away; what is left open is asked in a call-back.

    Raises ``Refused``, ``NotAllowed`` for whoever does not lead the line, and 404 where unseen.
    """
    seats.hold(_holder(call_id), at=at)
    call = _of_another(call_id, "close", by)
    how = closing.outcome_of(outcome)
    _note(call, reason, by, at)
    is_unheard = closing.is_unheard(call, how, at)
    if not is_unheard:
        closing.refuse_unfit(call, how)
    elif how == Outcome.MATTERS:
        raise Refused(_("No matter was opened in this call. Choose another outcome."))
    is_unscreened = closing.is_unscreened(call, how)
    if (is_unheard or is_unscreened) and closing.callable_after(call, at):
        owe(call, Back.FOLLOW_UP, step=LEFT_OPEN, due_at=at, at=at, is_urgent=is_unscreened)
    return closing.finish(call, how, by=by, at=at)


def _holder(call_id: UUID) -> UUID | None:
    """Whose seat is locked before the call, as everybody does."""
    return Call.objects.filter(pk=call_id).values_list("operator", flat=True).first()


def _of_another(call_id: UUID, move: str, by: User) -> Call:
    call = held(call_id, move)
    scope.require(Permission.CALL_LEAD, call.place)
    if call.operator_id == by.pk:
        raise Refused(_("This wrap-up is your own: write down what is needed, then close it."))
    return call


def _note(call: Call, reason: str, by: User, at: datetime) -> None:
    """The reason goes below the notes, that it was done into the trace."""
    why = tidy(reason, MOST_REASON)
    if not why:
        raise Refused(_("Write why somebody else sees to this call."))
    noting.append(call, why, by=by, at=at)
    look(Look.Action.CHANGE, [call.pk], place=call.place)

"""The end of a call: hanging up, and closing it with its outcome and what was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.errors import Refused
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallEvent
from kapok.hotline.operations import answering, calling, missing, screening, seats
from kapok.hotline.operations.backs import owe
from kapok.hotline.operations.holding import mine, record_for
from kapok.hotline.operations.moving import happened, held
from kapok.hotline.queries.records import Record, may_be_called, readable
from kapok.hotline.workflow import Back, Outcome, State, Way
from kapok.packs.schema import Hotline

AGAIN_AFTER_CUT_OFF = timedelta(minutes=5)
LONGEST_PROMISE = timedelta(days=365)
# Nobody was there to be screened, or to say what they need.
NOBODY = frozenset({Outcome.SILENT, Outcome.CUT_OFF, Outcome.NOT_REACHED})


@dataclass
class Unheard(Refused):
    """They could not speak, and nothing of them is known: whoever closes says so once more."""

    def __str__(self) -> str:
        return _(
            "They could not speak. Close it without help? Tick the box if nobody can help; "
            "otherwise write down a need, an answer or a screening."
        )


@transaction.atomic
def hang_up(*, call_id: UUID, by: User, at: datetime) -> Call:
    """The talk is over; the call is to be wrapped up. Pressed twice it is once."""
    seats.hold(by.pk, at=at)
    call = mine(call_id, by=by)
    if call.state == State.WRAP_UP:
        return call
    return answering.hang_up(call=call.pk, by=by.pk, at=at)


@transaction.atomic
def close(
    *,
    call_id: UUID,
    outcome: str,
    promised_at: datetime | None,
    by: User,
    at: datetime,
    is_sure: bool = False,
) -> Call:
    """Close a call: with its outcome, all that the caller needs settled, screened where due.

    Refused with what is missing. A call that was cut off is called back in five minutes; what a
    call of ours was owed for is settled with it. Raises :class:`Unheard` where somebody who could
    not speak freely gets no help and ``is_sure`` does not say that this is meant.
    """
    seats.hold(by.pk, at=at)
    call = mine(call_id, by=by)
    if call.state == State.TALKING:
        raise Refused(_("Hang up first; then close the call."))
    if outcome not in Outcome.values:
        raise Refused(_("Choose how the call ended."))
    how = Outcome(outcome)
    words = rules.spoken_at(call.place, at)
    _refuse_unscreened(call, how)
    _refuse_unfit(call, how, words)
    if how != Outcome.NOT_REACHED and not is_sure:
        _ask_once_more(call, readable(record_for(call)))
    _owe_calls(call, how, promised_at, at)
    screening.settle_after(call, at=at)
    call = held(call_id, "close")
    call.state, call.outcome, call.closed_at = State.CLOSED, how, at
    call.save(update_fields=["state", "outcome", "closed_at"])
    happened(call, CallEvent.What.CLOSED, by=by.pk, at=at)
    seats.follow(account=by.pk, at=at)
    with scope.acting(of_exchange(at=at)):
        calling.settle(call, at=at)
    return call


def _ask_once_more(call: Call, record: Record) -> None:
    """Whoever could not speak freely is not let go by a slip: something is known of their need."""
    is_heard = record.yes_no or call.needs.exists() or call.screens.exists()
    if record.is_discreet and not is_heard:
        raise Unheard


def _refuse_unscreened(call: Call, how: Outcome) -> None:
    if call.screen_due_at is not None and call.screened_at is None and how not in NOBODY:
        raise Refused(
            _("This call is to be screened for danger: answer the questions, then close it.")
        )


def _refuse_unfit(call: Call, how: Outcome, words: Hotline) -> None:
    """The outcome is what the needs say."""
    if how == Outcome.NOT_REACHED and call.way == Way.IN:
        raise Refused(_("They called you, so somebody was reached. Choose another outcome."))
    if how in NOBODY:
        return
    needs = list(call.needs.values_list("matter", "referred_to"))
    if not needs and words.categories:
        raise Refused(_("Write down first what the caller needed: choose it in the list."))
    has_matter = any(matter for matter, _to in needs)
    if how == Outcome.MATTERS and not has_matter:
        raise Refused(_("No matter was opened in this call. Open one, or choose another outcome."))
    if how != Outcome.MATTERS and has_matter:
        raise Refused(_("Matters were opened in this call: choose that others go on."))
    if how == Outcome.REFERRED and needs and not any(to for _matter, to in needs):
        raise Refused(_("Write to which service the caller was referred: under the needs."))


def _owe_calls(call: Call, how: Outcome, promised_at: datetime | None, at: datetime) -> None:
    record = readable(record_for(call))
    words = rules.spoken_at(call.place, at)
    if how == Outcome.CUT_OFF and may_be_called(record, words):
        owe(call, Back.CUT_OFF, due_at=(call.ended_at or at) + AGAIN_AFTER_CUT_OFF, at=at)
    if how == Outcome.SILENT:
        missing.still_owe(call, at=at)
    if promised_at is None:
        return
    if not record.phone:
        raise Refused(_("There is no number to call back. Write it down first."))
    if not may_be_called(record, words):
        raise Refused(
            _(
                "They cannot speak freely and have not said that a call is safe: promise none. "
                "They call again, or somebody goes there."
            )
        )
    if not at < promised_at <= at + LONGEST_PROMISE:
        raise Refused(_("Promise a call for a moment that is still to come, within a year."))
    owe(call, Back.PROMISED, due_at=promised_at, at=at)

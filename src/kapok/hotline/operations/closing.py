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
    how = outcome_of(outcome)
    _refuse_unscreened(call, how)
    if is_unheard(call, how, at):
        raise Refused(_("Write down first what the caller needed: choose it in the list."))
    refuse_unfit(call, how)
    if how != Outcome.NOT_REACHED and not is_sure:
        _ask_once_more(call, readable(record_for(call)))
    _promise(call, promised_at, at)
    return finish(call, how, by=by, at=at)


def finish(call: Call, how: Outcome, *, by: User, at: datetime) -> Call:
    """Close a call that may be: what it is owed for follows. Its seat and it are locked."""
    _owe_after(call, how, at)
    screening.settle_after(call, at=at)
    call = held(call.pk, "close")
    call.state, call.outcome, call.closed_at = State.CLOSED, how, at
    call.save(update_fields=["state", "outcome", "closed_at"])
    happened(call, CallEvent.What.CLOSED, by=by.pk, at=at)
    if call.operator_id is not None:
        seats.follow(account=call.operator_id, at=at)
    with scope.acting(of_exchange(at=at)):
        calling.settle(call, at=at)
    return call


def outcome_of(said: str) -> Outcome:
    """The outcome that was chosen. Raises ``Refused`` where none was."""
    if said not in Outcome.values:
        raise Refused(_("Choose how the call ended."))
    return Outcome(said)


def is_unscreened(call: Call, how: Outcome) -> bool:
    """Whether somebody was there who was to be screened and was not."""
    is_due = call.screen_due_at is not None and call.screened_at is None
    return is_due and how not in NOBODY


def is_unheard(call: Call, how: Outcome, at: datetime) -> bool:
    """Whether somebody was there, and nobody wrote down what they needed."""
    words = rules.spoken_at(call.place, at)
    return bool(words.categories) and how not in NOBODY and not call.needs.exists()


def _ask_once_more(call: Call, record: Record) -> None:
    """Whoever could not speak freely is not let go by a slip: something is known of their need."""
    is_heard = record.yes_no or call.needs.exists() or call.screens.exists()
    if record.is_discreet and not is_heard:
        raise Unheard


def _refuse_unscreened(call: Call, how: Outcome) -> None:
    if is_unscreened(call, how):
        raise Refused(
            _("This call is to be screened for danger: answer the questions, then close it.")
        )


def refuse_unfit(call: Call, how: Outcome) -> None:
    """The outcome is what the needs say. Raises ``Refused``."""
    if how == Outcome.NOT_REACHED and call.way == Way.IN:
        raise Refused(_("They called you, so somebody was reached. Choose another outcome."))
    if how in NOBODY:
        return
    needs = list(call.needs.values_list("matter", "referred_to"))
    has_matter = any(matter for matter, _to in needs)
    if how == Outcome.MATTERS and not has_matter:
        raise Refused(_("No matter was opened in this call. Open one, or choose another outcome."))
    if how != Outcome.MATTERS and has_matter:
        raise Refused(_("Matters were opened in this call: choose that others go on."))
    if how == Outcome.REFERRED and needs and not any(to for _matter, to in needs):
        raise Refused(_("Write to which service the caller was referred: under the needs."))


def _owe_after(call: Call, how: Outcome, at: datetime) -> None:
    if how == Outcome.CUT_OFF and callable_after(call, at):
        owe(call, Back.CUT_OFF, due_at=(call.ended_at or at) + AGAIN_AFTER_CUT_OFF, at=at)
    if how == Outcome.SILENT:
        missing.still_owe(call, at=at)


def callable_after(call: Call, at: datetime) -> bool:
    """Whether somebody may call them back."""
    return may_be_called(readable(record_for(call)), rules.spoken_at(call.place, at))


def _promise(call: Call, promised_at: datetime | None, at: datetime) -> None:
    if promised_at is None:
        return
    record = readable(record_for(call))
    words = rules.spoken_at(call.place, at)
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

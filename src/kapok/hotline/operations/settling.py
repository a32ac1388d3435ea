"""What a call is, from all that is known of it: in whatever order, and however often, it is told.

Its events are what was told; state, moments and who has it follow from them alone.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from kapok.access.prepared import Prepared
from kapok.hotline import rules
from kapok.hotline.models import Call, CallEvent
from kapok.hotline.operations import missing, seats
from kapok.hotline.operations.moving import happened, wake, wake_gone, write
from kapok.hotline.workflow import LineKind, State

What = CallEvent.What
Events = Sequence[tuple[str, UUID | None, datetime]]
TOLD = (What.RANG, What.ANSWERED, What.TAKEN_OVER, What.ENDED, What.MISSED)
MOST_OF_A_KIND = 50  # whoever repeats one thing at ever new moments is heard so often
FIELDS = (
    "state", "rang_at", "answered_at", "ended_at", "operator", "screen_due_at", "offered_to",
    "offered_line", "offered_at", "district_at", "city_at",
)  # fmt: skip


_TOLD = Prepared(
    lambda call: CallEvent.objects.filter(call=call, what__in=TOLD).values_list("what", "by", "at")
)
_TALKING = Prepared(
    lambda but, operator: (
        Call.objects.select_for_update()
        .filter(~Q(pk=but), operator=operator, state=State.TALKING)
    )
)  # fmt: skip


def note(
    call: Call, what: CallEvent.What, *, by: UUID | None, moment: datetime, at: datetime
) -> bool:
    """Write down what was told, unless it is known; whether it was news. The call is locked."""
    told = _TOLD(call.pk)
    known = {when for same, who, when in told if (same, who) == (what, by)}
    if moment in known or len(known) >= MOST_OF_A_KIND:
        return False
    write(call, what, by=by, at=moment)
    _settle(call, [*told, (what, by, moment)], at=at, by=by)
    return True


def settle(call: Call, *, at: datetime, by: UUID | None = None) -> None:
    """Bring a call to what its events say, seats and call-backs with it, and wake who looks on."""
    _settle(call, _TOLD(call.pk), at=at, by=by)


def _settle(call: Call, told: Events, *, at: datetime, by: UUID | None) -> None:
    if call.state == State.CLOSED:
        return
    before, had, next_one = State(call.state), call.operator_id, call.offered_to_id
    _read(call, told)
    if call.state != State.TALKING:
        call.offered_to = call.offered_line = call.offered_at = None
    if call.state == State.TALKING and call.operator_id is not None:
        _one_at_a_time(call, call.operator_id, at=at)
    call.save(update_fields=FIELDS)
    for account in {had, call.operator_id} - {None}:
        _follow(account, at=at)
    woken = {had, call.operator_id, next_one, by}
    if before == State.RINGING != call.state:
        wake_gone(call, woken)
    else:
        wake([call.place], woken)
    if call.state != before:
        _owe_or_settle(call, before, at=at)


def _read(call: Call, told: Events) -> None:
    """State, moments and operator, from the events."""
    answers = sorted((at, by) for what, by, at in told if what == What.ANSWERED)
    holders = sorted((at, by) for what, by, at in told if what in {What.ANSWERED, What.TAKEN_OVER})
    if not answers and call.answered_at is not None and call.operator_id is not None:
        answers = [(call.answered_at, call.operator_id)]
        holders = sorted(answers + holders)
    ends = [at for what, _by, at in told if what == What.ENDED]
    misses = [at for what, _by, at in told if what == What.MISSED]
    call.rang_at = min([call.rang_at, *(at for _what, _by, at in told)])
    if answers:
        call.answered_at, call.operator_id = answers[0][0], holders[-1][1]
        call.ended_at = max(ends, default=None)
        call.state = State.WRAP_UP if ends else State.TALKING
        _screen(call)
        return
    call.ended_at = max(ends + misses, default=None)
    call.state = State.MISSED if misses else State.ABANDONED if ends else State.RINGING


def _screen(call: Call) -> None:
    """Whoever calls for psychological support is screened within the minutes that the pack says."""
    if call.line.kind == LineKind.PSYCHOLOGICAL and call.screened_at is None and call.answered_at:
        due = call.answered_at + rules.period("hotline.risk_screen", call.place, call.answered_at)
        call.screen_due_at = min(due, call.screen_due_at or due)


def _one_at_a_time(call: Call, operator: UUID, *, at: datetime) -> None:
    """Nobody talks twice: of two calls the one that was answered later goes on."""
    for other in _TALKING(call.pk, operator):
        if _held_since(other) > _held_since(call):
            call.state, call.ended_at = State.WRAP_UP, _held_since(other)
            happened(call, What.ENDED, by=None, at=call.ended_at)
        else:
            note(other, What.ENDED, by=None, moment=_held_since(call), at=at)


def _held_since(call: Call) -> datetime:
    """Since when whoever has a call has it."""
    took = CallEvent.objects.filter(
        call=call, by=call.operator_id, what__in=[What.ANSWERED, What.TAKEN_OVER]
    )
    return took.order_by("-at").values_list("at", flat=True).first() or call.rang_at


def _follow(account: UUID | None, *, at: datetime) -> None:
    if account is not None:
        seats.follow(account=account, at=at)


def _owe_or_settle(call: Call, before: State, *, at: datetime) -> None:
    unanswered = {State.MISSED, State.ABANDONED}
    if call.state in unanswered and before not in unanswered:
        missing.owe_for(call, at=at)
    elif call.answered_at is not None and before in unanswered | {State.RINGING}:
        missing.is_reached(call, at=at)

"""Calling back: somebody takes what is owed, calls, and it is done, tried again, or goes on.

Nobody is given up silently: whoever was in danger and is not reached is visited.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.models import Look
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import NotAllowed, Refused
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallBack, CallRecord, Seat
from kapok.hotline.operations import answering, visiting
from kapok.hotline.operations.moving import wake
from kapok.hotline.queries import silence
from kapok.hotline.rules import AGAIN, FOLLOW_UPS, MOST_TRIES
from kapok.hotline.workflow import ENDED, OPEN_BACKS, Back, Due, Outcome, State, Way

CALL_WITHIN = timedelta(minutes=30)
LONGEST_REASON = 200
OF_ONE_CALL = frozenset({"call_id", "phone", "phone_index", "notes"})
KEPT = [
    field.attname
    for field in CallRecord._meta.concrete_fields
    if field.attname not in OF_ONE_CALL
]  # fmt: skip


@transaction.atomic
def take(*, back_id: UUID, by: UUID, at: datetime) -> CallBack:
    """Take a call-back: from now on one is to call. Of many one has it; the others are told who."""
    back = _held(back_id)
    scope.require(Permission.CALL_TAKE, back.place)
    if back.state == Due.TAKEN and back.taken_by_id != by:
        raise Refused(_("%(name)s has taken this call-back already.") % {"name": back.taken_by})
    _refuse_ended(back)
    if back.state == Due.WAITING:
        back.state, back.taken_by_id, back.taken_at, back.answer = Due.TAKEN, by, at, None
        _save(back)
    return back


@transaction.atomic
def call(*, back_id: UUID, by: UUID, at: datetime) -> Call:
    """Call now: a call of ours that begins with all that is known of theirs.

    Whoever acts has the purpose to see the number. Raises ``Refused``.
    """
    back = _mine(back_id, by)
    if back.answer is not None and back.answer.state not in ENDED:
        return back.answer
    record = CallRecord.objects.filter(pk=back.call_id).first()
    if record is None or record.phone is None:
        raise Refused(_("No number is known any more. Cancel it, or ask your lead to."))
    if silence.keeps(back, record, at):
        raise Refused(
            _(
                "They could not speak freely and have not said that a call is safe: do not call. "
                "Put it back, and ask your lead whether somebody goes there."
            )
        )
    phone = secrets.decrypt(bytes(record.phone), about="phone")
    look(Look.Action.REVEAL, [back.call_id], place=back.place)
    made = answering.begin_by_hand(line=_line(back, by), phone=phone, by=by, at=at, way=Way.OUT)
    CallRecord.objects.filter(pk=made.pk).update(**{name: getattr(record, name) for name in KEPT})
    back.answer = made
    _save(back)
    return made


@transaction.atomic
def reach(*, back_id: UUID, by: UUID, at: datetime) -> None:
    """They were reached."""
    back = _mine(back_id, by)
    _refuse_uncalled(back)
    _reached(back, at)


@transaction.atomic
def miss(*, back_id: UUID, by: UUID, at: datetime) -> CallBack:
    """Nobody answered: it is tried again later, or goes on after three tries."""
    back = _mine(back_id, by)
    _refuse_uncalled(back)
    with scope.acting(of_exchange(at=at)):
        _missed(back, by, at)
    return back


@transaction.atomic
def put_back(*, back_id: UUID, by: UUID, at: datetime) -> None:
    """Let somebody else call."""
    back = _held(back_id)
    if back.taken_by_id != by:
        scope.require(Permission.CALL_LEAD, back.place)
    _refuse_ended(back)
    _refuse_talking(back)
    _wait(back, back.next_at)


@transaction.atomic
def cancel(*, back_id: UUID, reason: str, by: UUID, at: datetime) -> None:
    """The lead of a line ends it without a call, for a reason that is kept."""
    back = _held(back_id)
    scope.require(Permission.CALL_LEAD, back.place)
    _refuse_ended(back)
    _refuse_talking(back)
    if not reason.strip():
        raise Refused(_("Write why nobody needs to call any more."))
    _end(back, Due.CANCELLED, at, reason.strip())


def settle(call: Call, *, at: datetime) -> None:
    """A call of ours was closed: what it was owed for follows its outcome. The box acts."""
    rows = CallBack.objects.select_for_update(of=("self",)).filter(answer=call, state=Due.TAKEN)
    for back in rows:
        if call.outcome == Outcome.NOT_REACHED:
            _missed(back, call.operator_id, at)
        else:
            _reached(back, at)


def fall_back(*, at: datetime) -> int:
    """What was taken and not called for half an hour waits again; what was called is settled."""
    with scope.acting(of_exchange(at=at)):
        taken = CallBack.objects.filter(state=Due.TAKEN)
        for made in Call.objects.filter(pk__in=taken.values("answer"), state=State.CLOSED).order_by(
            "pk"
        )[:200]:
            settle(made, at=at)
        idle = list(
            CallBack.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=Due.TAKEN, taken_at__lt=at - CALL_WITHIN)
            .exclude(answer__state__in=[State.TALKING, State.WRAP_UP])[:200]
        )
        for back in idle:
            _wait(back, back.next_at)
        return len(idle)


def _held(back_id: UUID) -> CallBack:
    """The call-back, locked. What it points at is read after that: a join shows it as it was."""
    back = CallBack.objects.select_for_update().filter(pk=back_id).first()
    if back is None:
        raise Http404
    return back


def _mine(back_id: UUID, by: UUID) -> CallBack:
    back = _held(back_id)
    _refuse_ended(back)
    if back.state != Due.TAKEN or back.taken_by_id != by:
        raise NotAllowed(_("Take this call-back first; then you may call."))
    return back


def _line(back: CallBack, by: UUID) -> UUID:
    """The line that they called; where it is out of use, the one at which one sits."""
    if back.line.retired_at is None:
        return back.line_id
    seat = Seat.objects.filter(account=by, left_at=None).first()
    return seat.line_id if seat is not None else back.line_id


def _refuse_ended(back: CallBack) -> None:
    if back.state not in OPEN_BACKS:
        raise Refused(
            _("This call-back is “%(state)s” by now. Choose another one.")
            % {"state": Due(back.state).label}
        )


def _refuse_talking(back: CallBack) -> None:
    if back.answer is not None and back.answer.state not in ENDED:
        raise Refused(_("They are being called now. End that call first."))


def _refuse_uncalled(back: CallBack) -> None:
    if back.answer is None:
        raise Refused(_("You have not called yet. Call first; then say whether you reached them."))
    if back.answer.state == State.TALKING:
        raise Refused(_("You are still talking. Hang up first."))


def _reached(back: CallBack, at: datetime) -> None:
    back.n_tries += 1
    _end(back, Due.DONE, at, "")


def _missed(back: CallBack, by: UUID | None, at: datetime) -> None:
    back.n_tries += 1
    if back.n_tries < MOST_TRIES:
        _wait(back, at + AGAIN[back.n_tries - 1])
    elif not _was_in_danger(back):
        why = _("Not reached in %(n)s tries.") % {"n": back.n_tries}
        _end(back, Due.GIVEN_UP, at, why)
    elif number := visiting.send(back.call, by=by, at=at):
        why = _("Not reached in %(n)s tries: matter %(number)s visits them.")
        _end(back, Due.GIVEN_UP, at, why % {"n": back.n_tries, "number": number})
    else:  # nobody knows where to go: it is tried on, ahead of all others
        back.is_urgent = True
        _wait(back, at + AGAIN[-1])


def _was_in_danger(back: CallBack) -> bool:
    return back.is_urgent or (back.why == Back.FOLLOW_UP and back.step in FOLLOW_UPS)


def _wait(back: CallBack, next_at: datetime) -> None:
    back.state, back.taken_by, back.taken_at, back.next_at = Due.WAITING, None, None, next_at
    _save(back)


def _end(back: CallBack, state: Due, at: datetime, why: str) -> None:
    back.state, back.ended_at, back.ended_why = state, at, why[:LONGEST_REASON]
    _save(back)


def _save(back: CallBack) -> None:
    back.save()
    wake([back.place], [back.taken_by_id])

"""Answering: whoever is first has the call; it is offered on, taken over, and hung up."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallEvent, Line, Seat
from kapok.hotline.operations import ringing, seats, settling
from kapok.hotline.operations.moving import happened, held, wake
from kapok.hotline.queries import pools, queue
from kapok.hotline.workflow import Sitting, Source, State, Way

What = CallEvent.What
OFFER_STANDS = timedelta(seconds=60)


@transaction.atomic
def answer(*, call: UUID, by: UUID, at: datetime) -> Call:
    """Answer a call that rings where one sits. The first of many has it; the others are told who.

    Raises ``Refused``, and 404 where the call is unseen.
    """
    seat = _ready(by)
    found = Call.objects.select_for_update(of=("self",)).filter(pk=call).first()
    if found is None:
        raise Http404
    _refuse_late(found, by)
    if found.state == State.RINGING and not queue.rings_at(found, seat, at=at):
        raise Refused(_("This call does not ring where you sit. Sit down at a line where it does."))
    if found.state == State.RINGING:
        with scope.acting(of_exchange(at=at)):
            settling.note(found, What.ANSWERED, by=by, moment=at, at=at)
    return found


@transaction.atomic
def begin_by_hand(*, line: UUID, phone: str, by: UUID, at: datetime, way: Way = Way.IN) -> Call:
    """A call that no telephone system told of: one talks already. An empty number was withheld.

    Raises ``Refused`` for what is no number, and where one sits nowhere or talks already.
    """
    _ready(by)
    found = Line.objects.filter(pk=line, retired_at=None).first()
    if found is None:
        raise Http404
    scope.require(Permission.CALL_TAKE, found.place)
    number = ringing.number(phone)
    with scope.acting(of_exchange(at=at)):
        call = Call.objects.create(
            line=found, place=found.place, way=way, source=Source.HAND, state=State.RINGING,
            rang_at=at,
        )  # fmt: skip
        ringing.write_record(call, number)
        settling.note(call, What.ANSWERED, by=by, moment=at, at=at)
    return call


@transaction.atomic
def offer(
    *,
    call: UUID,
    by: UUID,
    at: datetime,
    to_account: UUID | None = None,
    to_line: UUID | None = None,
) -> Call:
    """Offer a call, with all that is known of it, to a colleague or to a line above.

    Whoever has it keeps it until somebody takes it over.
    """
    found = _mine(call, "offer", by)
    with scope.acting(of_exchange(at=at)):
        if to_account is not None:
            _refuse_absent(to_account, by)
        line = _line_above(found, to_line) if to_line is not None else None
        if (to_account is None) == (line is None):
            raise Refused(_("Choose a colleague or a line to offer the call to."))
        found.offered_to_id, found.offered_line, found.offered_at = to_account, line, at
        found.save(update_fields=["offered_to", "offered_line", "offered_at"])
        happened(found, What.OFFERED, by=by, at=at, to=to_account, line=line)
        if line is not None:
            wake_line(line)
    return found


@transaction.atomic
def decline(*, call: UUID, by: UUID, at: datetime) -> Call:
    """Say no to what was offered to oneself, or take one's own offer back."""
    found = held(call, "take_over")
    if by not in {found.offered_to_id, found.operator_id} and not _at_offered_line(found, by):
        raise NotAllowed(_("This call was not offered to you."))
    with scope.acting(of_exchange(at=at)):
        take_back(found, by=by, at=at)
    return found


@transaction.atomic
def take_over(*, call: UUID, by: UUID, at: datetime) -> Call:
    """Take a call that was offered; from now on it is one's own, with its record."""
    had = Call.objects.filter(pk=call).values_list("operator", flat=True).first()
    seats.hold(by, had, at=at)
    _ready(by)
    found = held(call, "take_over")
    if found.operator_id == by:
        raise Refused(_("You have this call already."))
    if found.offered_to_id != by and not _at_offered_line(found, by):
        raise Refused(_("This call is not offered to you any more."))
    with scope.acting(of_exchange(at=at)):
        if found.offered_line is not None:
            wake_line(found.offered_line)
        found.offered_to = found.offered_line = found.offered_at = None
        settling.note(found, What.TAKEN_OVER, by=by, moment=at, at=at)
    return found


@transaction.atomic
def hang_up(*, call: UUID, by: UUID, at: datetime) -> Call:
    """The talk is over; what was said is written down next."""
    seats.hold(by, at=at)
    found = _mine(call, "hang_up", by)
    with scope.acting(of_exchange(at=at)):
        settling.note(found, What.ENDED, by=by, moment=at, at=at)
    return found


def take_back(call: Call, *, by: UUID | None, at: datetime) -> None:
    """An offer that nobody took stands no longer. The call is locked, and the box acts."""
    if call.offered_at is None:
        return
    happened(call, What.OFFER_DECLINED, by=by, at=at, line=call.offered_line)
    if call.offered_line is not None:
        wake_line(call.offered_line)
    call.offered_to = call.offered_line = call.offered_at = None
    call.save(update_fields=["offered_to", "offered_line", "offered_at"])


def wake_line(line: Line) -> None:
    """Wake whoever sits at a line: something was offered to it, or is no more."""
    sitting = Seat.objects.filter(line=line, left_at=None).values_list("account", flat=True)
    wake([line.place], sitting)


def _ready(account: UUID) -> Seat:
    """One's seat, where one may take a call now."""
    seat = seats.mine(account)
    if seat.state == Sitting.BREAK:
        raise Refused(_("You are on a break. Come back first."))
    if Call.objects.filter(operator=account, state=State.TALKING).exists():
        raise Refused(_("You are talking. End that call first, or hand it over."))
    return seat


def _refuse_late(call: Call, by: UUID) -> None:
    """The sentence for whoever was slower."""
    if call.operator_id is not None and call.operator_id != by:
        name = User.objects.filter(pk=call.operator_id).first()
        raise Refused(_("%(name)s answered this call already.") % {"name": name})
    if call.state != State.RINGING and call.operator_id != by:
        raise Refused(
            _("This call rings no more: “%(state)s”. It is kept among the call-backs.")
            % {"state": State(call.state).label}
        )


def _mine(call: UUID, move: str, by: UUID) -> Call:
    found = held(call, move)
    if found.operator_id != by:
        raise NotAllowed(_("Somebody else has this call."))
    return found


def _refuse_absent(account: UUID, by: UUID) -> None:
    if account == by:
        raise Refused(_("You have this call already."))
    seat = Seat.objects.filter(account=account, left_at=None).first()
    if seat is None:
        raise Refused(_("They sit at no line now. Choose somebody else."))
    if seat.state in {Sitting.TALKING, Sitting.BREAK}:
        raise Refused(
            _("They cannot take a call now: “%(state)s”. Choose somebody else.")
            % {"state": Sitting(seat.state).label}
        )


def _line_above(call: Call, line: UUID) -> Line:
    """A line of an area around, or another line of the same place."""
    found = next((each for each in pools.offered(call.line) if each.pk == line), None)
    if found is None:
        raise Refused(_("A call is offered to a line of the same area or of one around it."))
    return found


def _at_offered_line(call: Call, account: UUID) -> bool:
    if call.offered_line_id is None:
        return False
    return Seat.objects.filter(line=call.offered_line_id, account=account, left_at=None).exists()

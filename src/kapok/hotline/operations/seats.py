"""Seats: somebody sits down at a line, takes a break, comes back, gets up."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapok.access import scope
from kapok.access.prepared import Prepared
from kapok.access.roles import Permission
from kapok.codes import ancestor_codes
from kapok.errors import Refused
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, Line, Seat
from kapok.hotline.operations.holding import storable
from kapok.hotline.operations.moving import lock, wake
from kapok.hotline.workflow import Sitting, State

LEFT_OVER = timedelta(hours=16)  # nobody sits so long: a browser or a machine went away
BREAK = timedelta(minutes=30)  # what the limit of hours on the telephone counts as a break

_SEAT = Prepared(
    lambda account: Seat.objects.select_for_update().filter(account=account, left_at=None)[:1]
)
_BOTH = Prepared(
    lambda one, other: (
        Seat.objects.select_for_update().filter(Q(account=one) | Q(account=other), left_at=None)
        .order_by("account_id")
    )
)  # fmt: skip
_AT_EXTENSION = Prepared(lambda said: Seat.objects.filter(extension=said, left_at=None))
_STATES = Prepared(
    lambda account: (
        Call.objects.filter(operator=account, state__in=[State.TALKING, State.WRAP_UP])
        .values_list("state")
    )
)  # fmt: skip


@transaction.atomic
def sit_down(*, line: UUID, extension: str, languages: str, by: UUID, at: datetime) -> Seat:
    """Sit down at a line of one's places; a seat that one had elsewhere is left.

    Raises ``Refused``, and 404 for a line that is none.
    """
    found = Line.objects.filter(pk=line, retired_at=None).first()
    if found is None:
        raise Http404
    scope.require(Permission.CALL_TAKE, found.place)
    lock(f"hotline seat {by}")
    earlier = Seat.objects.select_for_update().filter(account=by, left_at=None).first()
    if earlier is not None:
        _leave(earlier, at=at)
    extension = storable(extension).strip()[:20]
    lock(f"hotline extension {extension or by} {found.place}")
    _free_the_extension(extension, found.place, at=at)
    since = _on_the_phone_since(by, at)
    seat = Seat.objects.create(
        line=found, place=found.place, account_id=by, extension=extension,
        languages=storable(languages).strip()[:60], state=_as_calls_say(by), state_since=at,
        phones_since=since, sat_at=at,
    )  # fmt: skip
    wake([seat.place], [by])
    return seat


@transaction.atomic
def get_up(*, by: UUID, at: datetime, is_sure: bool = False) -> None:
    """Leave one's seat. Whoever still has calls to wrap up is warned, unless they are sure."""
    seat = mine(by)
    n = sum(state == State.WRAP_UP for (state,) in _STATES(by))
    if n and not is_sure:
        raise Refused(unfinished(n))
    _leave(seat, at=at)


def unfinished(n: int) -> str:
    """What somebody is told who wants to get up, with so many calls still to be wrapped up."""
    return ngettext(
        "%(n)s call of yours is still to be wrapped up: close it before you get up, or tell your "
        "lead, who can close it or give it to somebody else.",
        "%(n)s calls of yours are still to be wrapped up: close them before you get up, or tell "
        "your lead, who can close them or give them to somebody else.",
        n,
    ) % {"n": n}


@transaction.atomic
def make_get_up(*, seat: UUID, by: UUID, at: datetime) -> None:
    """A lead ends the seat of somebody who went away without getting up."""
    found = Seat.objects.select_for_update().filter(pk=seat, left_at=None).first()
    if found is None:
        raise Http404
    scope.require(Permission.CALL_LEAD, found.place)
    _leave(found, at=at)


@transaction.atomic
def take_break(*, by: UUID, at: datetime) -> Seat:
    """Calls do not ring here until one comes back."""
    seat = mine(by)
    if seat.state == Sitting.TALKING:
        raise Refused(_("You are talking. End the call first, then take a break."))
    return _put(seat, Sitting.BREAK, at=at)


@transaction.atomic
def come_back(*, by: UUID, at: datetime) -> Seat:
    """Take calls again. After half an hour of break the hours on the telephone begin anew."""
    seat = mine(by)
    if seat.state != Sitting.BREAK:
        raise Refused(_("You are not on a break."))
    if at - seat.state_since >= BREAK:
        seat.phones_since = at
        seat.save(update_fields=["phones_since"])
    return _put(seat, _as_calls_say(by), at=at)


def hold(one: UUID | None, other: UUID | None = None, *, at: datetime) -> None:
    """Lock two seats before the calls of whoever has them, in one order: so nobody deadlocks."""
    held = [account for account in (one, other) if account is not None]
    if held:
        with _as_box(at):
            _BOTH(held[0], held[-1])


def set_state(*, account: UUID, state: Sitting, at: datetime) -> None:
    """Somebody's seat follows what they do; who sits nowhere has none."""
    with _as_box(at):
        seat = _SEAT.first(account)
        if seat is not None and seat.state != state:
            _put(seat, state, at=at)


def follow(*, account: UUID, at: datetime) -> None:
    """Somebody's seat says what their calls say: talking, wrapping up, or free."""
    with _as_box(at):
        set_state(account=account, state=_as_calls_say(account), at=at)


def freed(account: UUID, at: datetime) -> None:
    """A call of theirs was closed: the seat is free, unless another call waits for its notes."""
    follow(account=account, at=at)


def mine(account: UUID) -> Seat:
    """The seat that somebody has, locked. Raises ``Refused`` where they have none."""
    seats = Seat.objects.select_for_update(of=("self",)).select_related("line")
    seat = seats.filter(account=account, left_at=None).first()
    if seat is None:
        raise Refused(_("You sit at no line. Sit down first."))
    return seat


def at_extension(extension: str, line: Line) -> Seat | None:
    """Who sits at an extension and may have a call of a line: at its place, else around it.

    Of the areas around a place the smallest has the largest code.
    """
    around = ancestor_codes(line.place)
    found = [seat for seat in _AT_EXTENSION(extension) if seat.place in around]
    return max(found, key=lambda seat: seat.place, default=None)


def end_left_over(*, at: datetime) -> int:
    """End seats that were left without getting up; the box does it again and again."""
    rows = Seat.objects.select_for_update(skip_locked=True)
    found = list(rows.filter(left_at=None, sat_at__lt=at - LEFT_OVER)[:200])
    for seat in found:
        _end(seat, at=at)
    return len(found)


def break_owed(*, place: int, state: str, phones_since: datetime, at: datetime) -> str:
    """A sentence where somebody is on the telephone for too long without a break, else nothing."""
    longest = rules.period("hotline.longest_on_phone", place, at)
    if state == Sitting.BREAK or at - phones_since < longest:
        return ""
    hours = round((at - phones_since).total_seconds() / 3600, 1)
    return _(
        "On the telephone for %(hours)s hours without half an hour of break. Take one now: calls "
        "ring at the next level meanwhile."
    ) % {"hours": f"{hours:g}"}


def _as_box(at: datetime) -> AbstractContextManager[object]:
    """The box acts; where it does already, nothing is said anew."""
    is_box = scope.CURRENT.get() is not None and scope.current().role == "box"
    return nullcontext() if is_box else scope.acting(of_exchange(at=at))


def _on_the_phone_since(account: UUID, at: datetime) -> datetime:
    """Whoever gets up and sits down again within half an hour had no break."""
    last = Seat.objects.filter(account=account, left_at__gt=at - BREAK).order_by("-left_at").first()
    return last.phones_since if last is not None else at


def _as_calls_say(account: UUID) -> Sitting:
    states = {state for (state,) in _STATES(account)}
    if State.TALKING in states:
        return Sitting.TALKING
    return Sitting.WRAP_UP if State.WRAP_UP in states else Sitting.FREE


def _free_the_extension(extension: str, place: int, *, at: datetime) -> None:
    """An extension of a place is somebody's alone; a seat that was left over lets go of it."""
    if not extension:
        return
    with scope.acting(of_exchange(at=at)):
        seats = Seat.objects.select_for_update(of=("self",)).select_related("account", "line")
        taken = seats.filter(extension=extension, place=place, left_at=None).first()
        if taken is None:
            return
        if taken.sat_at < at - LEFT_OVER:
            _end(taken, at=at)
            return
        raise Refused(
            _(
                "Extension %(extension)s is taken by %(name)s at %(line)s. They get up first, or a "
                "lead ends their seat."
            )
            % {"extension": extension, "name": taken.account, "line": taken.line.name_zh}
        )


def _leave(seat: Seat, *, at: datetime) -> None:
    if seat.state == Sitting.TALKING and seat.sat_at >= at - LEFT_OVER:
        raise Refused(_("There is a call on this seat. End it first, or hand it over."))
    _end(seat, at=at)


def _end(seat: Seat, *, at: datetime) -> None:
    seat.left_at, seat.state_since = at, at
    seat.save(update_fields=["left_at", "state_since"])
    wake([seat.place], [seat.account_id])


def _put(seat: Seat, state: Sitting, *, at: datetime) -> Seat:
    seat.state, seat.state_since = state, at
    seat.save(update_fields=["state", "state_since"])
    wake([seat.place], [seat.account_id])
    return seat

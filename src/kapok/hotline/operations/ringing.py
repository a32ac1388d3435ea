"""What a telephone system tells of a call: each thing once, in whatever order it comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

import phonenumbers
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.access import phones, scope, secrets
from kapok.access.fields import Ranges, holds
from kapok.access.prepared import Prepared
from kapok.errors import Refused
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallEvent, CallRecord, Line, Seat
from kapok.hotline.operations import missing, seats, settling
from kapok.hotline.operations.moving import lock, wake_ringing, write
from kapok.hotline.queries import pools
from kapok.hotline.workflow import Source, State

What = CallEvent.What
WITHHELD = frozenset(
    {"", "anonymous", "withheld", "private", "restricted", "unavailable", "unknown"}
)
AHEAD = timedelta(minutes=5)
BEHIND = timedelta(hours=24)
LONGEST_ID = 100
_LINE = Prepared(
    lambda a, b, c: Line.objects.filter(
        Q(dialled=a) | Q(dialled=b) | Q(dialled=c), retired_at=None
    )[:1]
)
_HAD = Prepared(
    lambda key, name: Call.objects.filter(key=key, provider_id=name).values_list("operator")[:1]
)
_CALL = Prepared(
    lambda key, name: (
        Call.objects.select_for_update(of=("self",)).select_related("line")
        .filter(key=key, provider_id=name)[:1]
    )
)  # fmt: skip


class Event(StrEnum):
    """What a telephone system tells."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    MISSED = "missed"
    VOICEMAIL = "voicemail"


NOTED = {
    Event.RINGING: What.RANG,
    Event.ANSWERED: What.ANSWERED,
    Event.ENDED: What.ENDED,
    Event.MISSED: What.MISSED,
    Event.VOICEMAIL: What.MISSED,
}


@dataclass(frozen=True)
class System:
    """A telephone system that tells: its key, and the area that the key is good for."""

    key: UUID
    ranges: Ranges


@dataclass(frozen=True)
class Told:
    """One event, as it was told.

    Attributes
    ----------
    call
        The call as the telephone system names it.
    line
        The number that was called, in any notation.
    phone
        The caller's, in any notation; empty where it was withheld.
    agent
        The extension that answered.
    moment
        When it happened.
    text
        The words of a message on the answering machine.
    """

    call: str
    event: Event
    line: str
    phone: str
    agent: str
    moment: datetime
    text: str = ""


@dataclass(frozen=True)
class Taken:
    """What is stored of the call now; ``note`` is what whoever set the telephones up must know."""

    id: UUID
    state: State
    is_new: bool
    note: str = ""


def take(told: Told, *, of: System, at: datetime) -> Taken:
    """Take in what a telephone system tells. Raises ``Refused`` with a sentence for its log."""
    _refuse_a_wrong_clock(told.moment, at)
    phone, doubt = _number_or_none(told.phone)
    if not told.call or len(told.call) > LONGEST_ID:
        raise Refused(_("“call” is the name of the call: 1 to 100 characters, always the same."))
    with scope.acting(of_exchange(at=at)):
        line = line_of(told.line, of)
        lock(f"hotline call {of.key} {told.call}")
        seat = _seat(told, line, of, at=at)
        call, is_new = _call(told, line, phone, of, at=at)
        if is_new and told.event == Event.RINGING:  # nothing is known that it could change
            write(call, What.RANG, by=None, at=told.moment)
            return Taken(call.pk, State.RINGING, is_new, doubt)
        note = _note(told, call, seat, at=at)
        return Taken(call.pk, State(call.state), is_new, note or doubt)


def rings(*, line: str, phone: str, call: str, of: System, moment: datetime, at: datetime) -> Taken:
    """A call rings."""
    return take(Told(call, Event.RINGING, line, phone, "", moment), of=of, at=at)


def hangs_up(
    *, line: str, phone: str, call: str, of: System, moment: datetime, at: datetime
) -> Taken:
    """A call, or its ringing, is over."""
    return take(Told(call, Event.ENDED, line, phone, "", moment), of=of, at=at)


def is_missed(
    *, line: str, phone: str, call: str, of: System, moment: datetime, at: datetime
) -> Taken:
    """Nobody answered in time."""
    return take(Told(call, Event.MISSED, line, phone, "", moment), of=of, at=at)


def number(said: str) -> str:
    """The caller's number in its one notation; empty where it was withheld. Raises ``Refused``."""
    said = said.strip()
    return "" if said.casefold() in WITHHELD else phones.canonical(said)


def _number_or_none(said: str) -> tuple[str, str]:
    """The caller's number; of what is none, such as an extension, what to say of it.

    Whoever calls from there is answered all the same.
    """
    try:
        return number(said), ""
    except Refused:
        return "", _(
            "“from” is no telephone number: “%(number)s”. The call is taken in as one whose number "
            "was withheld."
        ) % {"number": said[:30]}


def line_of(said: str, of: System) -> Line:
    """The line of a number, in any notation. Raises ``Refused``."""
    found = _line(_notations(said))
    if found is None:
        raise Refused(
            _(
                "No line has the number “%(number)s”. Look at the lines' page for the numbers that "
                "are kept, or add this one."
            )
            % {"number": said[:30]}
        )
    if not holds(of.ranges, found.place):
        raise Refused(
            _(
                "The line %(line)s is not in the area of this key. Use the key of that area, or "
                "ask for one."
            )
            % {"line": found.number}
        )
    return found


def _line(notations: frozenset[str]) -> Line | None:
    known = [*sorted(notations)[:3]]
    return _LINE.first(*(known + known[-1:] * 2)[:3]) if known else None


@lru_cache(maxsize=1_000)
def _notations(said: str) -> frozenset[str]:
    """A number as a line may hold it: short numbers of the country are no ordinary ones."""
    digits = "".join(letter for letter in said if letter.isascii() and letter.isdigit())
    found = {f"+{digits}", digits}
    try:
        found.add(phones.canonical(said))
    except Refused:
        code = phonenumbers.country_code_for_region(settings.PHONE_REGION)
        found.add(f"+{code}{digits}")
    return frozenset(found - {"", "+"})


def _refuse_a_wrong_clock(moment: datetime, at: datetime) -> None:
    if moment - at > AHEAD:
        raise Refused(
            _(
                "“at” is %(n)s minutes ahead of Kapok's clock. Set the clock of the telephone "
                "system, with its zone."
            )
            % {"n": int((moment - at).total_seconds() // 60)}
        )
    if at - moment > BEHIND:
        raise Refused(
            _("“at” is more than a day ago. Calls so old are not taken in; see to them by hand.")
        )


def _seat(told: Told, line: Line, of: System, *, at: datetime) -> Seat | None:
    """Who answered: whoever sits at the extension at the line's place, or in an area around.

    Telephones of other streets have the same ones. Their seat, and that of whoever has the call
    already, are locked before the call, as everybody does.
    """
    if told.event == Event.RINGING:
        return None
    answers = told.event == Event.ANSWERED and told.agent
    seat = seats.at_extension(told.agent, line) if answers else None
    [had] = _HAD.first(of.key, told.call) or (None,)
    seats.hold(had, seat.account_id if seat else None, at=at)
    return seat


def _call(told: Told, line: Line, phone: str, of: System, *, at: datetime) -> tuple[Call, bool]:
    """The call, locked; made where this is the first that is told of it."""
    call = _CALL.first(of.key, told.call)
    is_new = call is None
    if call is None:
        goes_on = pools.overflow(line, rang_at=told.moment, at=at)
        call = Call.objects.create(
            line=line, place=line.place, source=Source.SYSTEM, provider_id=told.call, key=of.key,
            state=State.RINGING, rang_at=told.moment, district_at=goes_on.district_at,
            city_at=goes_on.city_at,
        )  # fmt: skip
        write_record(call, phone)
        wake_ringing(call)
    elif phone and CallRecord.objects.filter(call=call, phone=None).exists():
        CallRecord.objects.filter(call=call).update(**_of_number(phone))
    return call, is_new


def write_record(call: Call, phone: str) -> None:
    """Who called: their number, encrypted, and what it is looked up by."""
    CallRecord.objects.create(call=call, **_of_number(phone))


def _of_number(phone: str) -> dict[str, bytes | None]:
    return {
        "phone": secrets.encrypt(phone, about="phone") if phone else None,
        "phone_index": phones.phone_index(phone) if phone else None,
    }


def _note(told: Told, call: Call, seat: Seat | None, *, at: datetime) -> str:
    """Write the event down; what must be said about it."""
    if call.state == State.CLOSED:
        return _("The call is closed. It stays as it is.")
    if told.event == Event.ANSWERED and seat is None:
        return _unknown(told.agent)
    by = seat.account_id if seat else None
    settling.note(call, NOTED[told.event], by=by, moment=told.moment, at=at)
    if told.event == Event.VOICEMAIL:
        missing.take_message(call, told.text, at=at)
    return ""


def _unknown(agent: str) -> str:
    if not agent:
        return _(
            "It was not said who answered. The call rings on until somebody presses Answer; send "
            "the extension as “agent”."
        )
    return _(
        "Nobody sits at extension %(agent)s. The call rings on until somebody presses Answer; they "
        "write their extension when they sit down."
    ) % {"agent": agent[:20]}

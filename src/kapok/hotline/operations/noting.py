"""What is noted of a call: its words, who calls, from where and from which number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Look, User
from kapok.access.phones import canonical, phone_index
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import Call, CallRecord
from kapok.hotline.operations import homing
from kapok.hotline.operations.holding import locked, mine, record_for, sealed, tidy
from kapok.hotline.queries import homes
from kapok.hotline.queries.records import CALL, HOME, NAME, PHONE, opened, seen_of
from kapok.hotline.workflow import Source, State
from kapok.places.models import Building

MOST_NOTES = 20_000
MOST_ADDED = 2_000
MOST_NAME, MOST_ADDRESS = 100, 200
OF_WHO = ("phone", "phone_index", "caller", "address", "building", "household")


@dataclass
class Changed(Refused):
    """The notes were changed in another window meanwhile: both are shown, none is lost."""

    stored: str
    seen: str

    def __str__(self) -> str:
        return _(
            "These notes were changed in another window. What is stored stands below: take over "
            "what you need, then save yours."
        )


@transaction.atomic
def note(*, call_id: UUID, text: str, seen: str, by: User, at: datetime) -> str:
    """Save the notes; what the window is to remember of them. Raises :class:`Changed`."""
    record = record_for(mine(call_id, by=by))
    stored = opened(record.notes, CALL)
    text = text.replace("\r\n", "\n")
    if len(text) > MOST_NOTES:
        raise Refused(
            _("These notes are too long: at most %(n)d characters. Shorten them; nothing is lost.")
            % {"n": MOST_NOTES}
        )
    wanted = tidy(text, MOST_NOTES)
    if wanted == stored:
        return seen_of(stored)
    if seen != seen_of(stored):
        raise Changed(stored, seen_of(stored))
    record.notes = sealed(wanted, CALL)
    record.save(update_fields=["notes"])
    return seen_of(wanted)


@transaction.atomic
def add(*, call_id: UUID, text: str, by: User, at: datetime) -> None:
    """Correct a closed call: with a note beneath, which says who wrote it and when."""
    call = locked(call_id)
    if call.operator_id != by.pk and not scope.can(Permission.CALL_LEAD, call.place):
        raise NotAllowed(_("Only whoever took this call and the lead of its line add to it."))
    if call.state != State.CLOSED:
        raise Refused(_("This call is still open: whoever holds it writes in its notes."))
    words = tidy(text, MOST_ADDED)
    if not words:
        raise Refused(_("Write what is to be corrected."))
    append(call, words, by=by, at=at)


def append(call: Call, words: str, *, by: User, at: datetime) -> None:
    """Add words below the notes of a call, with who wrote them and when. The call is locked."""
    record = record_for(call)
    before = opened(record.notes, CALL)
    moment = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    record.notes = sealed(f"{before}\n[{moment} {by}] {words}".strip(), CALL)
    record.save(update_fields=["notes"])


@transaction.atomic
def say_who(
    *,
    call_id: UUID,
    caller: str | None = None,
    address: str | None = None,
    building: UUID | None = None,
    number: str = "",
    by: User,
    at: datetime,
) -> None:
    """Write down who calls, from where and from which number, as they say it: all of it or nothing.

    What is ``None`` was not said and stays; a building goes with its address. A number is written
    down where no telephone system said it.
    """
    call = mine(call_id, by=by)
    record = record_for(call)
    if number.strip():
        _write_number(call, record, number)
    if caller is not None:
        record.caller = sealed(tidy(caller, MOST_NAME), NAME)
    if address is not None:
        _write_where(record, address, building)
    record.save(update_fields=OF_WHO)
    if address is not None and building is not None:
        homing.send_there(call, building, by=by.pk, at=at)


def _write_where(record: CallRecord, address: str, building: UUID | None) -> None:
    found = Building.objects.filter(pk=building).first() if building is not None else None
    if building is not None and found is None:
        raise Refused(_("This building is not known. Look for it again, or write the address."))
    words = tidy(address, MOST_ADDRESS) or (str(found) if found else "")
    record.address = sealed(words, HOME)
    if building != record.building:
        record.household = None
    record.building = building


@transaction.atomic
def choose_household(*, call_id: UUID, household: UUID, by: User, at: datetime) -> None:
    """The file that was found is the caller's: where they live is filled in from it."""
    call = mine(call_id, by=by)
    record = record_for(call)
    [home] = homes.homes_of([household]) or [None]
    if home is None:
        raise Http404
    look(Look.Action.OPEN, [household], place=home.place)
    record.household, record.building = household, home.building
    record.address = sealed(home.address[:MOST_ADDRESS], HOME)
    record.save(update_fields=["household", "building", "address"])
    homing.send_there(call, home.building, by=by.pk, at=at)


def _write_number(call: Call, record: CallRecord, number: str) -> None:
    if call.source == Source.SYSTEM and record.phone:
        raise Refused(
            _("The telephone system says which number this is. Note another one in the notes.")
        )
    wanted = canonical(number)
    record.phone, record.phone_index = sealed(wanted, PHONE), phone_index(wanted)

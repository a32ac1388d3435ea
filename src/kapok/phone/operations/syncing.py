"""Batches of sealed commands from phones: opened, checked, carried out once, or held for review."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from kapok.access.models import Appointment
from kapok.access.scope import acting, of_appointment
from kapok.errors import NotAllowed, Refused
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.answers import own_answer
from kapok.matters.operations.commands import apply
from kapok.phone import sealing
from kapok.phone.models import HeldCommand
from kapok.phone.operations import holding

LOG = logging.getLogger("kapok.phone")
TRIES = 3  # of a set that met another one on the way
CROSSED = "40"  # of PostgreSQL's codes: two transactions in each other's way
OUTAGES = frozenset({"08", CROSSED, "53", "57", "58"})  # no connection, no room, shut down, broken
MOST_COMMANDS = 200
SEEN_EVERY = timedelta(minutes=1)  # a phone's holder is shown when it was there, not to the second
PHONE = """
    SELECT phone.*, held.* FROM phone_of(%s) AS phone
    LEFT JOIN phone_appointments(%s, %s) AS held ON true
"""


@dataclass(frozen=True)
class Sealed:
    """A command as it comes: what it says is closed; whose it is, and its wholeness, is signed."""

    id: UUID
    sealed: str
    signature: str


@dataclass(frozen=True)
class Phone:
    """A phone as it is known here, and what its holder may act as, earliest first."""

    id: UUID
    account: UUID
    key: ec.EllipticCurvePublicKey
    why_not: str  # of HeldCommand.Why, or empty
    held: tuple[Appointment, ...] = ()


class Unknown(Refused):
    """No phone of this key is known here."""


def phone_of(device: UUID, *, at: datetime) -> Phone:
    """The phone of a key. Raises :class:`Unknown`."""
    with connection.cursor() as cursor:
        cursor.execute(PHONE, [device, device, at])
        rows = cursor.fetchall()
    if not rows:
        raise Unknown(_("This phone is not known here. Sign in and set the app up anew."))
    account, raw, revoked_at, is_active = rows[0][:4]
    held = tuple(_appointment(account, *row[4:]) for row in rows if row[4] is not None)
    why = HeldCommand.Why.DEVICE if revoked_at else ("" if is_active else HeldCommand.Why.ACCOUNT)
    if not why and not held:
        why = HeldCommand.Why.APPOINTMENT
    return Phone(device, account, sealing.point(bytes(raw)), why, held)


def _appointment(
    account: UUID, key: UUID, role: str, ranges: Any, unit: UUID | None
) -> Appointment:
    known = tuple((part.lower, part.upper) for part in ranges)
    return Appointment(id=key, account_id=account, role=role, ranges=known, unit=unit)


def take(
    phone: Phone, batch: Sequence[Sealed], *, chosen: UUID | None, at: datetime
) -> list[Answer]:
    """An answer for each command of a batch, in its order. Each set of rules is one transaction."""
    if len(batch) > MOST_COMMANDS:
        raise Refused(
            _("At most %(n)d commands are sent at once. Send them in parts.") % {"n": MOST_COMMANDS}
        )
    opened = [_opened(phone, each) for each in batch]
    first: dict[UUID, Command] = {}
    for found in opened:
        if isinstance(found, Command):
            first.setdefault(found.id, found)
    commands = list(first.values())
    answers: dict[UUID, Answer] = {}
    if phone.why_not:
        answers |= {a.id: a for a in holding.hold(commands, phone=phone, why=phone.why_not, at=at)}
    else:
        held = sorted(phone.held, key=lambda each: each.pk != chosen)  # what they chose first
        answers |= _carried_out(commands, phone, held, at)
    return [
        found if isinstance(found, Answer) else own_answer(found, answers[found.id], commands)
        for found in opened
    ]


def _opened(phone: Phone, each: Sealed) -> Command | Answer:
    """The command that was sealed, or why it cannot be read; the others go on."""
    try:
        sealing.verify(phone.key, each.signature, f"{phone.id}.{each.id}.{each.sealed}")
        said = sealing.opened(each.sealed, device=phone.id, command=each.id)
        return read(said, each.id)
    except sealing.Unreadable:
        sentence = _("This was not sealed by this phone for this box. It cannot be read.")
    except Refused as refused:
        sentence = str(refused)
    return Answer(each.id, Status.REFUSED, each.id, sentence)


def read(said: Any, key: UUID) -> Command:
    """A command from JSON. Raises ``Refused`` with what is wrong."""
    if not isinstance(said, dict):
        raise Refused(_("A command is an object with move, matter, at and data."))
    try:
        at = parse_datetime(str(said.get("at", "")))
        at = at.astimezone(UTC) if at and is_aware(at) else None
        matter = UUID(str(said.get("matter", "")))
    except (ValueError, OverflowError):
        raise Refused(_("“matter” is an identifier and “at” a moment. Send both.")) from None
    if at is None:
        raise Refused(_("“at” is a moment with its time zone, as 2021-06-12T21:00:00+08:00."))
    seen, data = said.get("seen"), said.get("data", {})
    if not (seen is None or (isinstance(seen, int) and 0 <= seen < 2**31)):
        raise Refused(_("“seen” is the version of the matter that was seen, or nothing."))
    if not isinstance(data, dict) or not is_storable(data):
        raise Refused(
            _("The data holds a character that cannot be stored (such as NUL). Leave it out.")
        )
    return Command(key, str(said.get("move", ""))[:40], matter, at, seen, data)


def is_storable(value: Any) -> bool:
    """Whether PostgreSQL keeps every text in it: no NUL, no half of a sign."""
    if isinstance(value, str):
        return _encodes(value)
    if isinstance(value, dict):
        return all(is_storable(name) and is_storable(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(map(is_storable, value))
    return True


def _encodes(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _carried_out(
    commands: Sequence[Command], phone: Phone, held: Sequence[Appointment], at: datetime
) -> dict[UUID, Answer]:
    """Carried out under the first appointment that sees the matter."""
    answers: dict[UUID, Answer] = {}
    left = list(commands)
    for appointment in held:
        if not left:
            break
        found = _under(appointment, left, phone, at)
        answers |= {answer.id: answer for answer in found}
        left = [
            command
            for command in left
            if answers[command.id].status == Status.REFUSED and not answers[command.id].state
            and command.move != "report"
        ]  # fmt: skip
    return answers


def _under(
    appointment: Appointment, commands: Sequence[Command], phone: Phone, at: datetime
) -> list[Answer]:
    try:
        return _set(appointment, commands, phone, at)
    except DatabaseError as error:
        if is_outage(error):
            raise  # no command's fault: nothing is answered, and the phone sends all of it again
        if len(commands) == 1:
            LOG.exception("a command could not be stored")
            return [_not_stored(commands[0])]
    return [answer for each in commands for answer in _under(appointment, [each], phone, at)]


def _set(
    appointment: Appointment, commands: Sequence[Command], phone: Phone, at: datetime
) -> list[Answer]:
    """One transaction; a set that met another one on the way (a deadlock) is tried again."""
    for left in reversed(range(TRIES)):
        try:
            with acting(of_appointment(appointment, at=at)):
                _seen(phone, at)
                return apply(commands, device=phone.id)
        except NotAllowed as error:
            return [Answer(c.id, Status.REFUSED, c.matter, str(error)) for c in commands]
        except OperationalError as error:
            if not left or sqlstate(error)[:2] != CROSSED:
                raise
    raise AssertionError


def is_outage(error: Exception) -> bool:
    """Whether the database was not to be reached, or busy, so that the same may succeed later."""
    said = sqlstate(error)[:2]
    return isinstance(error, OperationalError | InterfaceError) and (not said or said in OUTAGES)


def sqlstate(error: Exception) -> str:
    """PostgreSQL's code for what happened; empty where no answer came from it at all."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def _seen(phone: Phone, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE phone_device SET seen_at = %s WHERE id = %s AND seen_at < %s",
            [at, phone.id, at - SEEN_EVERY],
        )


def _not_stored(command: Command) -> Answer:
    return Answer(
        command.id,
        Status.REFUSED,
        command.matter,
        _("This could not be stored as it is. It was noted for whoever looks after Kapok."),
    )


def as_json(answer: Answer) -> dict[str, Any]:
    """An answer as a phone reads it."""
    return {
        "id": str(answer.id),
        "status": str(answer.status),
        "matter": str(answer.matter),
        "sentence": answer.sentence,
        "state": str(answer.state),
        "version": answer.version,
        "number": answer.number,
        "faults": dict(answer.faults),
    }

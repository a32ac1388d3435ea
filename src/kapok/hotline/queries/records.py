"""The record of a call, readable: who called, from where, what was noted."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kapok.access import secrets
from kapok.hotline.models import CallRecord
from kapok.packs.schema import Hotline

PHONE, NAME, HOME, CALL = "phone", "name", "home", "call"


@dataclass(frozen=True)
class Record:
    """What is known of a caller; empty where nothing was said."""

    phone: str = ""
    phone_index: bytes | None = None
    caller: str = ""
    address: str = ""
    building: UUID | None = None
    household: UUID | None = None
    notes: str = ""
    is_discreet: bool = False
    yes_no: Mapping[str, bool] = field(default_factory=dict)


def record_of(call: UUID) -> Record:
    """The record of a call, for whoever may see it; an empty one where there is none."""
    row = CallRecord.objects.filter(pk=call).first()
    return readable(row) if row else Record()


def readable(row: CallRecord) -> Record:
    """A stored record with its values decrypted."""
    return Record(
        phone=opened(row.phone, PHONE),
        phone_index=bytes(row.phone_index) if row.phone_index else None,
        caller=opened(row.caller, NAME),
        address=opened(row.address, HOME),
        building=row.building,
        household=row.household,
        notes=opened(row.notes, CALL),
        is_discreet=row.is_discreet,
        yes_no=json.loads(opened(row.yes_no, CALL) or "{}"),
    )


def opened(stored: bytes | memoryview | None, about: str) -> str:
    """A value that may be absent."""
    return secrets.decrypt(bytes(stored), about=about) if stored else ""


def seen_of(text: str) -> str:
    """What a window remembers of the notes that it began with."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def may_be_called(record: Record, words: Hotline) -> bool:
    """Whether their number may be called: who could not speak freely must have said it is safe."""
    if not record.phone:
        return False
    if not record.is_discreet:
        return True
    return any(record.yes_no.get(asked.code, False) for asked in words.yes_no if asked.lets_call)

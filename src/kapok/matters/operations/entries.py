"""The entries of the trace, and what was said in reports."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.access import secrets
from kapok.ids import uuid7
from kapok.matters.engine.data import Contact
from kapok.matters.engine.facts import Actor, Effects
from kapok.matters.models import MatterEvent, Report
from kapok.matters.operations import writing
from kapok.people.phones import read_phone
from kapok.people.wrong import Wrong

CONTACT, PHONE, TRACKING = "matter contact", "phone", "tracking code"
Done = Iterable[tuple[Effects, Actor]]


def write_entries(done: Done, *, device: UUID | None, now: datetime) -> None:
    """One entry for each move."""
    writing.insert(
        MatterEvent,
        [
            {
                "id": effect.event.id,
                "matter_id": effect.event.matter,
                "move": effect.event.move,
                "before": effect.event.before,
                "after": effect.event.after,
                "version": effect.event.version,
                "at": effect.event.at,
                "received_at": now,
                "account": actor.account,
                "appointment": actor.appointment,
                "role": actor.role,
                "unit": actor.unit,
                "device": None if actor.is_box else device,  # rules move by no phone
                "pack": effect.matter.pack,
                "data": dict(effect.event.data),
            }
            for effect, actor in done
        ],
    )


def write_reports(done: Done, *, now: datetime) -> None:
    """What was said in each report, with the contact sealed."""
    writing.insert(
        Report,
        [
            _report(effect.matter.id, effect.report, actor, now)
            for effect, actor in done
            if effect.report is not None
        ],
    )


def _report(matter: UUID, said: Mapping[str, Any], actor: Actor, now: datetime) -> dict[str, Any]:
    contact: Contact = said["contact"]
    number = _number(contact.phone)
    return {
        "id": uuid7(),
        "matter_id": matter,
        "received_at": now,
        "door": said["door"],
        "text": said["text"],
        "address": said["address"],
        "answers": said["answers"],
        "notes": [note.model_dump(mode="json") for note in said["notes"]],
        "contact": _sealed(contact, number),
        "phone_index": secrets.blind_index(number, about=PHONE) if number else None,
        "is_hidden": contact.hidden,
        "tracking_index": tracking_index(said["tracking"]) if said["tracking"] else None,
        "reported_by": actor.account,
    }


def _number(said: str) -> str:
    """The number in its one form; what is no number stays in the words alone."""
    try:
        return read_phone(said).e164 if said else ""
    except Wrong:
        return ""


def _sealed(contact: Contact, number: str) -> bytes | None:
    known = {"name": contact.name, "phone": number or contact.phone, "email": contact.email}
    if not any(known.values()):
        return None
    return secrets.encrypt(json.dumps(known, ensure_ascii=False), about=CONTACT)


def tracking_index(code: str) -> bytes:
    """How a tracking code is found again without being kept."""
    return secrets.blind_index(code.replace("-", "").strip().upper(), about=TRACKING)

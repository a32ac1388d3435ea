"""Whoever was in danger and is not reached by telephone is visited: a matter like any other."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from kapok.access import scope, secrets
from kapok.access.scope import of_intake
from kapok.hotline import rules
from kapok.hotline.models import Call, CallEvent, CallRecord, Need
from kapok.hotline.operations.moving import happened
from kapok.matters import notes
from kapok.matters.engine.facts import Command, Status
from kapok.matters.operations.commands import apply
from kapok.packs import look_up
from kapok.packs.schema import CallCategory, Door, FieldType, Kind

OTHER = "other"


def send(call: Call, *, by: UUID | None, at: datetime) -> int | None:
    """Ask for a visit to a caller; the number of its matter, ``None`` where none could be opened.

    None can be where nobody knows the caller's building. The box acts as a telephone exchange.
    """
    category = _category(call, at)
    record = CallRecord.objects.filter(pk=call.pk).first()
    if category is None or category.kind is None or record is None or record.building is None:
        return None
    kind, _ref = look_up.packs_at(call.place, at).kind(category.kind)
    key = uuid5(call.pk, "visit")
    data = _said(kind, category, record)
    command = Command(key, "report", uuid5(key, "matter"), at, data=data)
    with scope.acting(of_intake(by or call.pk, at=at)):
        [answer] = apply([command])
    if answer.status != Status.TAKEN:
        return None
    _made, is_new = Need.objects.get_or_create(
        pk=key,
        defaults={"call": call, "category": category.code, "matter": answer.matter, "at": at},
    )
    if is_new:
        happened(call, CallEvent.What.NEED, by=by, at=at)
    return answer.number


def _category(call: Call, at: datetime) -> CallCategory | None:
    """The first need of the pack that is urgent and becomes a matter."""
    words = rules.spoken_at(call.place, at)
    return next((each for each in words.categories if each.is_urgent and each.kind), None)


def _said(kind: Kind, category: CallCategory, record: CallRecord) -> dict[str, Any]:
    said = [notes.not_reached()]
    name = _opened(record.caller, "name")
    address = _opened(record.address, "home") or name or "—"
    phone = "" if record.is_discreet else _opened(record.phone, "phone")
    if record.is_discreet:
        said.append(notes.quietly())
    return {
        "kind": kind.code,
        "door": Door.PHONE.value,
        "building": str(record.building),
        "address": address[:200],
        "answers": _answers(kind, category, address),
        "contact": {"name": name[:100], "phone": phone},
        "notes": [notes.stored(note) for note in said],
    }


def _answers(kind: Kind, category: CallCategory, address: str) -> dict[str, Any]:
    """What the form asks for at least, without a word on why they were in danger."""
    answers: dict[str, Any] = dict(category.answers)
    for field in kind.report_form.fields:
        if field.required is not True or field.name in answers:
            continue
        if field.options:
            codes = [option.code for option in field.options]
            answers[field.name] = OTHER if OTHER in codes else codes[-1]
        elif field.type in {FieldType.TEXT, FieldType.LONG_TEXT}:
            answers[field.name] = address[:200]
    return answers


def _opened(stored: bytes | memoryview | None, about: str) -> str:
    return secrets.decrypt(bytes(stored), about=about) if stored else ""

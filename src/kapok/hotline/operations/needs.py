"""What a caller needs: a matter for others, an answer on the call, or another service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.errors import Refused
from kapok.hotline import rules
from kapok.hotline.models import Call, CallEvent, Need
from kapok.hotline.operations import screening
from kapok.hotline.operations.holding import mine, record_for, storable, tidy
from kapok.hotline.operations.moving import happened
from kapok.hotline.queries.records import Record, readable
from kapok.matters import notes
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.commands import apply
from kapok.packs.schema import CallCategory

MOST_WORDS = 100
MOST_NAME = 100
SILENT = ("phone", "email")  # what a message could go to


@transaction.atomic
def open_matter(
    *, call_id: UUID, category: str, key: UUID, data: Mapping[str, Any], by: User, at: datetime
) -> Answer:
    """Open a matter for a need, once for each ``key``; what became of it, with faults by field.

    A matter of somebody who cannot speak freely carries no number that a message could go to.
    """
    call = mine(call_id, by=by)
    wanted = _category(call, category, at)
    if wanted.kind is None:
        raise Refused(
            _("“%(need)s” becomes no matter. Say that it was answered, or referred.")
            % {"need": wanted.label.here()}
        )
    need = uuid5(call.pk, str(key))
    record = readable(record_for(call))
    said = storable(dict(data)) | {"kind": wanted.kind, "door": "PHONE"}
    command = Command(need, "report", uuid5(need, "matter"), at, data=_guarded(said, record, call))
    [answer] = apply([command])
    if answer.status == Status.TAKEN and not Need.objects.filter(pk=need).exists():
        _add(Need(pk=need, call=call, category=wanted.code, matter=answer.matter, at=at), by)
        if wanted.is_screened:
            screening.begin(call)
    return answer


@transaction.atomic
def answered(*, call_id: UUID, category: str, key: UUID, by: User, at: datetime) -> None:
    """A need was answered on the call."""
    _settled(call_id, category, key, "", by, at)


@transaction.atomic
def refer(*, call_id: UUID, category: str, key: UUID, to: str, by: User, at: datetime) -> None:
    """The caller was told of another service, in words."""
    words = tidy(to, MOST_WORDS)
    if not words:
        raise Refused(_("Write to which service the caller was referred."))
    _settled(call_id, category, key, words, by, at)


def _settled(call_id: UUID, category: str, key: UUID, to: str, by: User, at: datetime) -> None:
    call = mine(call_id, by=by)
    wanted = _category(call, category, at)
    need = uuid5(call.pk, str(key))
    if not Need.objects.filter(pk=need).exists():
        _add(Need(pk=need, call=call, category=wanted.code, referred_to=to, at=at), by)
    if wanted.is_screened:
        screening.begin(call)


def _add(need: Need, by: User) -> None:
    need.save(force_insert=True)
    happened(need.call, CallEvent.What.NEED, by=by.pk, at=need.at)


def _category(call: Call, code: str, at: datetime) -> CallCategory:
    found = rules.spoken_at(call.place, at).category(code)
    if found is None:
        raise Refused(_("This need is not on the list any more. Choose another one."))
    return found


def _guarded(data: dict[str, Any], record: Record, call: Call) -> dict[str, Any]:
    """The report; of somebody who cannot speak freely nobody is texted about it."""
    if "building" not in data and "place" not in data:
        data["place"] = call.place
    if not record.is_discreet:
        return data
    answers = {name: said for name, said in data.get("answers", {}).items() if name != "phone"}
    contact = dict(data.get("contact", {}))
    reached = record.phone or str(contact.get("phone", "") or data["answers"].get("phone", ""))
    name = contact.get("name") or _("Caller of the hotline")
    said = [notes.stored(notes.not_free(reached)), *data.get("notes", ())]
    quiet = contact | dict.fromkeys(SILENT, "") | {"name": name[:MOST_NAME]}
    return data | {"answers": answers, "contact": quiet, "notes": said}

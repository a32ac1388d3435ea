"""A call is held by whoever answered it: they alone write in it while it is open."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.models import User
from kapok.errors import Refused
from kapok.hotline.models import Call, CallRecord
from kapok.hotline.workflow import State

OPEN = frozenset({State.TALKING, State.WRAP_UP})


def mine(call: UUID, *, by: User) -> Call:
    """The call, locked, where it is open and theirs. Raises ``Refused``, or 404 where unseen."""
    found = locked(call)
    if found.operator_id != by.pk:
        raise Refused(
            _("This call is %(name)s's. Ask them to hand it over before you write in it.")
            % {"name": found.operator or "—"}
        )
    if State(found.state) not in OPEN:
        raise Refused(
            _("This call is closed; what was written stays. Add a note below what you correct.")
        )
    return found


def locked(call: UUID) -> Call:
    """The call, until the transaction ends. Raises 404 where it is out of sight."""
    found = Call.objects.select_for_update(of=("self",)).filter(pk=call).first()
    if found is None:
        raise Http404
    return found


def record_for(call: Call) -> CallRecord:
    """The row with what is known of its caller, made where there is none yet."""
    return CallRecord.objects.get_or_create(pk=call.pk)[0]


def sealed(text: str, about: str) -> bytes | None:
    """A value as it is stored; nothing where nothing is said."""
    return secrets.encrypt(text, about=about) if text else None


def tidy(text: str, most: int) -> str:
    """Words as a database can keep them."""
    return str(storable(text)).strip()[:most]


def storable(value: Any) -> Any:
    """Without what a database cannot keep: zero bytes, halves of characters."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: storable(each) for name, each in value.items()}
    return [storable(each) for each in value] if isinstance(value, list) else value

"""What a reporter may do with their own report, shown by its tracking code."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access.roles import Permission
from kapok.access.scope import Acting, acting
from kapok.doors.entrances import PORTAL
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters.engine.facts import Command, Status
from kapok.matters.models import Report
from kapok.matters.operations.codes import LETTERS, N_LETTERS
from kapok.matters.operations.commands import apply
from kapok.matters.operations.entries import tracking_index

MOVES = ("withdraw", "reopen", "rate")


def reporter(*, at: datetime) -> Acting:
    """Acting as somebody whom nobody knows, with the code of one report: may send no matter.

    Checking is what lets the row be held while it changes; no move of a reporter asks for it.
    """
    held = frozenset({Permission.MATTER_VIEW, Permission.MATTER_CHECK})
    return replace(PORTAL.acting(at=at), role="resident", permissions=held)


def find(code: str, *, at: datetime) -> UUID | None:
    """The matter of a tracking code, however it was typed."""
    letters = "".join(letter for letter in code.upper() if letter in LETTERS)
    if len(letters) != N_LETTERS or len(code) > 60:
        return None
    with acting(reporter(at=at)):
        index = tracking_index(letters)
        return Report.objects.filter(tracking_index=index).values_list("matter", flat=True).first()


def move(
    *, matter: UUID, name: str, data: dict[str, Any], at: datetime, key: UUID | None = None
) -> None:
    """Withdraw, open again or rate. Raises ``Refused`` with what stands against it."""
    if name not in MOVES:
        raise Refused(_("This cannot be done with a tracking code."))
    command = Command(key or uuid7(), name, matter, at, data=data)
    with acting(reporter(at=at)):
        [answer] = apply([command], tracking=[matter])
    if answer.status != Status.TAKEN:
        raise Refused(answer.sentence)

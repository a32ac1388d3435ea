"""Where a short address leads."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access.scope import acting
from kapok.outreach.box import of_post
from kapok.outreach.models import Message, Notice
from kapok.outreach.workflow import State


@dataclass(frozen=True)
class Linked:
    """What a short address leads to.

    Attributes
    ----------
    message
        The message that holds it; ``None``: the notice's own address, which is in no message.
    household
        Whose message it is; ``None``: a chat, or the notice's own address.
    """

    notice: UUID
    version: UUID | None
    message: UUID | None = None
    household: UUID | None = None
    contact: UUID | None = None
    place: int = 0


def linked(code: str, *, at: datetime) -> Linked | None:
    """Where a short address leads; works before anybody acts, since the code is the key."""
    with acting(of_post(at=at)):
        message = (
            Message.objects.filter(code=code)
            .values_list("version__notice", "version", "id", "household", "contact", "place")
            .first()
        )
        if message is not None:
            return Linked(*message)
        notice = Notice.objects.filter(code=code, state__in=[State.SENT, State.WITHDRAWN]).first()
        if notice is None:
            return None
        told = notice.versions.exclude(told_at=None).order_by("-number").first()
        return Linked(notice.pk, told.pk if told else None, place=notice.place)

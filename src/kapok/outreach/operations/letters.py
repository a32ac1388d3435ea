"""Texts of the box's own outbox: codes, and news of what was reported. They go day and night."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from kapok.access import secrets
from kapok.access.messages import PHONE, TEXT
from kapok.access.models import OutboxMessage
from kapok.access.roles import Permission
from kapok.access.scope import Acting, acting
from kapok.outreach.box import of_post
from kapok.outreach.models import Channel, Posted
from kapok.outreach.sending.letters import Fate, Letter, Outcome

GOOD_FOR = timedelta(minutes=30)  # a code is good for ten; older news is read on the page
AT_ONCE = 50


def take(channel: UUID, *, at: datetime) -> list[Letter]:
    """Take what was written lately and not given to a provider yet; marked before it is sent."""
    with acting(_of_letters(at)):
        fresh = OutboxMessage.objects.filter(written_at__gt=at - GOOD_FOR, written_at__lte=at)
        sent = set(Posted.objects.filter(at__gt=at - 2 * GOOD_FOR).values_list("pk", flat=True))
        rows = [row for row in fresh.order_by("written_at") if row.pk not in sent][:AT_ONCE]
        Posted.objects.bulk_create(Posted(id=row.pk, channel_id=channel, at=at) for row in rows)
    return [_letter(row) for row in rows]


def note(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """What did not go is tried again while it is good for something."""
    back = [each.message for each in outcomes if each.fate in {Fate.BACK, Fate.LATER}]
    if back:
        with acting(_of_letters(at)):
            Posted.objects.filter(pk__in=back).delete()


def is_connected() -> bool:
    """Whether texts leave the box at all."""
    return Channel.objects.filter(kind=Channel.Kind.SMPP, stopped_at=None).exists()


def _of_letters(at: datetime) -> Acting:
    who = of_post(at=at)
    return replace(who, permissions=who.permissions | {Permission.ACCOUNT_MANAGE})


def _letter(row: OutboxMessage) -> Letter:
    number = secrets.decrypt(bytes(row.phone), about=PHONE)
    return Letter(row.pk, number, secrets.decrypt(bytes(row.text), about=TEXT))

"""Texts of the box's own outbox: codes, and news of what was reported. They go day and night."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kapok.access import secrets, texting
from kapok.access.messages import PHONE, TEXT, silenced
from kapok.access.models import OutboxMessage, PhoneCode
from kapok.access.scope import acting
from kapok.outreach.box import of_letters, of_post
from kapok.outreach.models import Channel, Posted
from kapok.outreach.queries import caps
from kapok.outreach.sending.letters import Fate, Letter, Outcome

GOOD_FOR = timedelta(minutes=30)  # a code is good for ten; older news is read on the page
AT_ONCE = 50


def take(channel: UUID, *, at: datetime) -> list[Letter]:
    """Take what was written lately and not given to a provider yet; marked before it is sent.

    Codes go first. News beyond its cap waits, and is read on the page meanwhile. To a number that
    text messages do not go to nothing is sent, whoever wrote it down; to one that fell silent
    meanwhile nothing but codes.
    """
    with acting(of_letters(at=at)):
        fresh = OutboxMessage.objects.filter(written_at__gt=at - GOOD_FOR, written_at__lte=at)
        left = fresh.exclude(Exists(Posted.objects.filter(pk=OuterRef("pk"))))
        # Their words are read once it is known which go: this is asked twenty times a second.
        waiting = list(left.only("pk", "written_at", "holds_code").order_by("written_at"))
        codes, may_go = _within_caps(waiting, at) if waiting else (set(), [])
        whole = OutboxMessage.objects.in_bulk([row.pk for row in may_go[:AT_ONCE]])
        rows = [whole[row.pk] for row in may_go[:AT_ONCE]]
        Posted.objects.bulk_create(Posted(id=row.pk, channel_id=channel, at=at) for row in rows)
    found = [_letter(row) for row in rows]
    silent = silenced([each.number for each in found if each.message not in codes], at=at)
    return [
        letter
        for letter in found
        if not texting.why_not(letter.number)
        and (letter.message in codes or letter.number not in silent)
    ]


def note(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """What did not go is tried again while it is good for something."""
    back = [each.message for each in outcomes if each.fate in {Fate.BACK, Fate.LATER}]
    if back:
        with acting(of_letters(at=at)):
            Posted.objects.filter(pk__in=back).delete()


def is_connected() -> bool:
    """Whether texts leave the box at all, whoever asks: residents see no channels."""
    with acting(of_post(at=timezone.now())):
        return Channel.objects.filter(kind=Channel.Kind.SMPP, stopped_at=None).exists()


def _within_caps(
    rows: Sequence[OutboxMessage], at: datetime
) -> tuple[set[UUID], list[OutboxMessage]]:
    """Codes, which were counted when they were asked for, and as much news as may go after them."""
    noted = PhoneCode.objects.filter(sent_at__in=[row.written_at for row in rows])
    moments = set(noted.values_list("sent_at", flat=True))
    codes = [row for row in rows if row.holds_code and row.written_at in moments]
    news = [row for row in rows if not (row.holds_code and row.written_at in moments)]
    may_go = codes + (news[: caps.news(at=at).room] if news else [])
    return {row.pk for row in codes}, may_go


def _letter(row: OutboxMessage) -> Letter:
    number = secrets.decrypt(bytes(row.phone), about=PHONE)
    return Letter(row.pk, number, secrets.decrypt(bytes(row.text), about=TEXT))

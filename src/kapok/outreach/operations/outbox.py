"""Messages are taken from the outbox with a lease, and what came of them is noted, set by set."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from kapok.access import messages, secrets, texting
from kapok.access.scope import acting
from kapok.outreach import texts
from kapok.outreach.box import of_post
from kapok.outreach.models import Channel, Message, NoticeVersion
from kapok.outreach.queries.newest import newest
from kapok.outreach.sending import hours
from kapok.outreach.sending.letters import Fate, Letter, Outcome, Receipt
from kapok.outreach.wording import link_of, words_of
from kapok.outreach.workflow import AGAIN, Sending

LEASE = timedelta(minutes=2)
# A message that was perhaps sent goes again when no receipt came: an urgent one soon, any other
# once the provider would have said that it expired, so that nobody gets it twice.
URGENT_WAIT = timedelta(minutes=10)
USUAL_WAIT = hours.VALID_FOR + timedelta(minutes=15)
MOST_UNSURE = 3  # tries, after which it goes no more: a telephone may have got each of them
GONE = gettext_noop("The telephone is not written down any more.")
UNHEARD = gettext_noop("It was perhaps sent, and the provider never said whether it arrived.")
NOT_THERE = gettext_noop("No text messages go to this number: it is abroad, or no mobile.")
NOTED = """
    UPDATE outreach_message AS message SET state = said.state, provider_id = said.provider_id,
        n_parts = said.n_parts, cost_milli = said.n_parts * %(price)s * (said.state = 'SENT')::int,
        n_tries = message.n_tries + said.is_try::int,
        due_at = coalesce(said.due_at, message.due_at),
        sent_at = CASE WHEN said.state IN ('SENT', 'UNSURE') THEN %(at)s ELSE message.sent_at END,
        ended_at = CASE WHEN said.state = 'FAILED' THEN %(at)s END, answer = said.answer,
        lease_until = NULL
    FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(provider)s::text[], %(parts)s::int[],
        %(tries)s::boolean[], %(due)s::timestamptz[], %(answers)s::text[])
        AS said (id, state, provider_id, n_parts, is_try, due_at, answer)
    WHERE message.id = said.id AND message.state = 'TAKEN'
"""
RECEIVED = """
    UPDATE outreach_message AS message SET answer = said.words,
        state = CASE WHEN said.is_delivered THEN 'DELIVERED' ELSE 'FAILED' END, ended_at = %(at)s
    FROM unnest(%(names)s::text[], %(delivered)s::boolean[], %(words)s::text[], %(index)s::bytea[])
        AS said (name, is_delivered, words, address)
    WHERE message.channel_id = %(channel)s AND message.provider_id = said.name
      AND message.state IN ('SENT', 'UNSURE')
      AND (%(is_exact)s OR message.address_index = said.address)
    RETURNING said.name
"""
# One sender has a channel: what is taken while it stores receipts was held by one that was killed.
BY_NUMBER = """
    UPDATE outreach_message AS message SET answer = said.words, provider_id = said.name,
        state = CASE WHEN said.is_delivered THEN 'DELIVERED' ELSE 'FAILED' END, ended_at = %(at)s,
        sent_at = coalesce(message.sent_at, %(at)s), lease_until = NULL
    FROM unnest(%(names)s::text[], %(delivered)s::boolean[], %(words)s::text[], %(index)s::bytea[])
        AS said (name, is_delivered, words, address)
    WHERE message.id = (
        SELECT held.id FROM outreach_message AS held
        WHERE held.address_index = said.address AND held.channel_id = %(channel)s
          AND held.state IN ('TAKEN', 'UNSURE') AND held.provider_id IS NULL
        ORDER BY held.sent_at NULLS FIRST, held.id LIMIT 1)
    RETURNING said.name
"""


@dataclass(frozen=True)
class Batch:
    """Letters of one channel, to be sent now."""

    channel: UUID
    letters: tuple[Letter, ...]
    price_milli: int


def take(channel: Channel, *, at: datetime, at_most: int, only_urgent: bool = False) -> Batch:
    """Take what is due for a channel, and mark it before anything is sent. Its own transaction."""
    if at_most <= 0:
        return Batch(channel.pk, (), channel.price_milli)
    only_urgent = only_urgent or hours.is_quiet(at)
    values: list[Any] = [channel.pk, at, LEASE, only_urgent, at_most]
    with acting(of_post(at=at)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT message, number, language, code, version, n_tries "
                "FROM outreach_take(%s, %s, %s, %s, %s)",
                values,
            )
            rows = cursor.fetchall()
        versions = _versions({row[4] for row in rows})
        is_chat = channel.kind != Channel.Kind.SMPP
        gone = {row[0] for row in rows if row[1] is None and not is_chat}
        letters = [
            _letter(row, versions[row[4]], is_chat=is_chat) for row in rows if row[0] not in gone
        ]
        barred = {each.message for each in letters if not is_chat and texting.why_not(each.number)}
        silent = messages.silenced([each.number for each in letters if not is_chat], at=at)
        hushed = {each.message for each in letters if each.number in silent} - barred
        _never(gone, GONE, at)
        _never(barred, NOT_THERE, at)
        _never(hushed, "", at, state=Sending.OPTED_OUT)  # it says of nobody why
    out = barred | hushed
    kept = tuple(letter for letter in letters if letter.message not in out)
    return Batch(channel.pk, kept, channel.price_milli)


def _never(
    keys: Collection[UUID], why: str, at: datetime, *, state: Sending = Sending.FAILED
) -> None:
    if keys:
        Message.objects.filter(pk__in=keys).update(
            state=state, answer=why, ended_at=at, lease_until=None
        )


def note(batch: Batch, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Note what came of a batch."""
    tries = {letter.message: letter.n_tries for letter in batch.letters}
    rows = [_noted(outcome, tries[outcome.message], at) for outcome in outcomes]
    if not rows:
        return
    names = ("ids", "states", "provider", "parts", "tries", "due", "answers")
    values = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    with acting(of_post(at=at)), connection.cursor() as cursor:
        cursor.execute(NOTED, values | {"price": batch.price_milli, "at": at})


def _noted(outcome: Outcome, n_tries: int, at: datetime) -> tuple[object, ...]:
    """(id, state, provider's id, parts, whether it is a try, due, answer)."""
    key, answer = outcome.message, outcome.answer[:100]
    if outcome.fate is Fate.SENT:
        return key, "SENT", outcome.provider_id or None, outcome.n_parts, True, None, answer
    if outcome.fate is Fate.UNSURE:
        return key, "UNSURE", None, 0, True, None, answer
    if outcome.fate is Fate.BACK:
        return key, "WAITING", None, 0, False, None, answer
    again = hours.next_try(n_tries + 1, at) if outcome.fate is Fate.LATER else None
    return key, "FAILED" if again is None else "WAITING", None, 0, True, again, answer


def receive(channel: UUID, receipts: Sequence[Receipt], *, at: datetime) -> int:
    """Match final receipts with messages; how many were. One that comes again changes nothing.

    Some providers write the key of a message in hexadecimal in one place and in decimal in the
    other: so spelled it counts for the same number alone, since the other spelling may be the key
    of another message. A message that was perhaps sent has no key yet: it is found by its number.
    """
    final = [receipt for receipt in receipts if receipt.is_final and receipt.provider_id]
    if not final:
        return 0
    with acting(of_post(at=at)):
        left, n = final, 0
        for spell in (str, _as_decimal, _as_hexadecimal):
            names = [spell(each.provider_id) for each in left]
            found = _match(RECEIVED, channel, left, names, at, is_exact=spell is str)
            n += len(found)
            left = [each for each in left if spell(each.provider_id) not in found]
            if not left:
                return n
        names = [each.provider_id for each in left]
        return n + len(_match(BY_NUMBER, channel, left, names, at))


def _match(
    statement: str,
    channel: UUID,
    receipts: Sequence[Receipt],
    names: list[str],
    at: datetime,
    *,
    is_exact: bool = True,
) -> set[str]:
    index = secrets.blind_indexes([each.number for each in receipts], about="phone")
    values: dict[str, Any] = {
        "channel": channel, "at": at, "names": names, "index": index, "is_exact": is_exact,
        "delivered": [each.is_delivered for each in receipts],
        "words": [each.said for each in receipts],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {row[0] for row in cursor.fetchall()}


def _as_decimal(name: str) -> str:
    try:
        return str(int(name, 16))
    except ValueError:
        return name


def _as_hexadecimal(name: str) -> str:
    return f"{int(name):x}" if name.isascii() and name.isdigit() else name


@transaction.atomic
def settle_interrupted(*, at: datetime) -> int:
    """What a killed sender held was perhaps sent; how many. It goes again when no receipt came.

    It is due as long ago as before, so that it grows too old.
    """
    with acting(of_post(at=at)):
        held = Message.objects.filter(state=Sending.TAKEN, lease_until__lt=at)
        n = held.update(
            state=Sending.UNSURE, lease_until=None, sent_at=at, n_tries=F("n_tries") + 1
        )
        unsure = Message.objects.filter(state=Sending.UNSURE)
        for urgent, wait in ((True, URGENT_WAIT), (False, USUAL_WAIT)):
            silent = unsure.filter(urgent=urgent, sent_at__lt=at - wait)
            silent.filter(n_tries__gte=MOST_UNSURE).update(
                state=Sending.FAILED, ended_at=at, answer=UNHEARD
            )
            silent.update(state=Sending.WAITING)
        return n


def again(*, message_id: UUID, at: datetime) -> bool:
    """Send one message again that failed or was perhaps sent, as the operator wishes.

    One of a notice that was withdrawn, or told again in other words, goes no more.
    """
    with acting(of_post(at=at)):
        return bool(
            Message.objects.filter(pk=message_id, state__in=AGAIN, version__stopped_at=None).update(
                state=Sending.WAITING, due_at=at, n_tries=0, ended_at=None, provider_id=None
            )
        )


def answered(channel: UUID, *, at: datetime) -> None:
    """A channel works."""
    with acting(of_post(at=at)):
        Channel.objects.filter(pk=channel).update(
            last_ok_at=at, down_since=None, retry_at=None, n_failed=0, last_answer=""
        )


def failed(channel: UUID, *, sentence: str, at: datetime) -> None:
    """A channel does not: it is left alone for a while, longer each time; nothing of it is lost."""
    with acting(of_post(at=at)):
        found = Channel.objects.get(pk=channel)
        found.n_failed += 1
        found.down_since = found.down_since or at
        found.retry_at = hours.next_pause(found.n_failed, at)
        found.last_answer = sentence[:200]
        found.save(update_fields=["n_failed", "down_since", "retry_at", "last_answer"])


def _versions(keys: set[UUID]) -> dict[UUID, NoticeVersion]:
    """The words that messages of versions leave with: those that were signed last."""
    told = dict(NoticeVersion.objects.filter(pk__in=keys).values_list("pk", "notice_id"))
    latest = newest(told.values())
    return {key: latest[notice] for key, notice in told.items()}


def _letter(row: tuple, version: NoticeVersion, *, is_chat: bool) -> Letter:
    message, number, language, code, _version, n_tries = row
    link, urgent = link_of(code), version.notice.urgent
    if is_chat:
        both = words_of(version, "zh"), words_of(version, "en")
        return Letter(message, "", texts.chat(both, link, urgent=urgent), n_tries)
    text = texts.short(words_of(version, language), link, urgent=urgent)
    return Letter(message, secrets.decrypt(bytes(number), about="phone"), text, n_tries)

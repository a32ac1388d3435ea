"""Text messages. They stay in the outbox for a week, and leave where a provider is connected."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from kapok.access import masks, secrets
from kapok.access.models import OutboxMessage

PHONE, TEXT = "outbox.phone", "outbox.text"
SHOWN = 100
KEPT = timedelta(days=7)
# Of apps above: those of some numbers that get no texts now, as one could put somebody in danger.
SILENCED: list[Callable[[Collection[str], datetime], set[str]]] = []
CONNECTIONS: list[Callable[[], bool]] = []  # of apps above: whether texts leave the box


@dataclass(frozen=True)
class Letter:
    """A message as administrators see it: the number masked, codes only where data is made up."""

    phone: str
    text: str
    is_hidden: bool
    written_at: datetime


def send_text(
    phone: str, text: str, *, at: datetime, holds_code: bool = False, is_asked_for: bool = False
) -> None:
    """Send a text message to a canonical number; one that ``holds_code`` is not shown around.

    Nothing but what somebody asks for there and then (``is_asked_for``) goes to a silenced number.
    """
    if not is_asked_for and silenced([phone], at=at):
        return
    _message(phone, text, at, holds_code=holds_code).save(force_insert=True)


def send_texts(letters: Iterable[tuple[str, str]], *, at: datetime) -> None:
    """Send many text messages: canonical numbers, each with its text."""
    written = list(letters)
    silent = silenced([phone for phone, _text in written], at=at)
    OutboxMessage.objects.bulk_create(
        [_message(phone, text, at) for phone, text in written if phone not in silent],
        batch_size=1_000,
    )


def silenced(phones: Collection[str], *, at: datetime) -> set[str]:
    """Those of some canonical numbers that get no texts now. Whatever sends asks at the last."""
    if not phones:
        return set()
    return {phone for find in SILENCED for phone in find(phones, at)}


def outbox() -> list[Letter]:
    """The latest messages that whoever acts may see, newest first."""
    return [_letter(row) for row in OutboxMessage.objects.order_by("-written_at")[:SHOWN]]


def is_connected() -> bool:
    """Whether text messages leave the box."""
    return any(connection() for connection in CONNECTIONS)


def forget_old(*, at: datetime) -> int:
    """Delete messages older than a week; how many there were."""
    return OutboxMessage.objects.filter(written_at__lt=at - KEPT).delete()[0]


def _message(phone: str, text: str, at: datetime, *, holds_code: bool = False) -> OutboxMessage:
    return OutboxMessage(
        phone=secrets.encrypt(phone, about=PHONE),
        text=secrets.encrypt(text, about=TEXT),
        holds_code=holds_code,
        written_at=at,
    )


def _letter(row: OutboxMessage) -> Letter:
    is_hidden = row.holds_code and not settings.DEMO
    return Letter(
        phone=masks.phone(secrets.decrypt(bytes(row.phone), about=PHONE)),
        text="" if is_hidden else secrets.decrypt(bytes(row.text), about=TEXT),
        is_hidden=is_hidden,
        written_at=row.written_at,
    )

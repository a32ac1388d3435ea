"""Duties of the worker about notices: queue what was passed on, and send what is due."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from kapok.access.scope import acting
from kapok.codes import WIDTH, Level
from kapok.errors import Refused
from kapok.outreach.box import of_post
from kapok.outreach.models import Channel, Message
from kapok.outreach.operations import caps, letters, outbox, queueing, replies, stairwells
from kapok.outreach.operations.channels import secret_of
from kapok.outreach.sending import chats, hours
from kapok.outreach.sending.letters import ChannelDown, Fate, Incoming, Letter, Outcome
from kapok.outreach.sending.pace import Pace
from kapok.outreach.sending.robots import Said
from kapok.outreach.sending.smpp import Line
from kapok.outreach.workflow import Sending

SLICE_S = 5.0  # of one turn of a duty
BATCH = 200
TOO_FAST = gettext_noop("The provider says that this is too fast.")
AT_ONCE = 8  # posts to chats
LINES: dict[UUID, Line] = {}  # of this process, kept open for receipts; one thread sends
PACES: dict[UUID, Pace] = {}


def queue_messages(*, at: datetime) -> None:
    """Put messages of notices that were passed on into the outbox."""
    began = time.monotonic()
    for step in (queueing.queue_next, queueing.cancel_next, queueing.expire_next):
        while step(at=at + timedelta(seconds=time.monotonic() - began)):
            if time.monotonic() - began >= SLICE_S:
                break


def recount_stairwells(*, at: datetime) -> None:
    """Let no notice wait for representatives who cannot act any more."""
    stairwells.recount_all(at=at)


def send_messages(*, at: datetime) -> None:
    """Send what is due by every channel that answers: chats last, since robots may hang."""
    outbox.settle_interrupted(at=at)
    widest = sorted(_open(Q(kind=Channel.Kind.SMPP), at), key=lambda way: -WIDTH[Level(way.level)])
    for turn, channel in enumerate(widest):
        send_texts(channel, at=at, own=turn == 0)
    post_chats(at=at)


def send_texts(
    channel: Channel, *, at: datetime, own: bool = False, slice_s: float = SLICE_S
) -> int:
    """Send the text messages of a channel for a while, and take its receipts; how many went.

    ``own``: the box's own texts, such as codes, go by it too, and first.
    """
    line = LINES.setdefault(channel.pk, Line(secret_of(channel)))
    pace = PACES.setdefault(channel.pk, Pace(channel.per_second))
    pace.per_second = channel.per_second
    until, n = time.monotonic() + slice_s, 0
    began, now = time.monotonic(), at
    try:
        line.open()
        while True:
            if own:
                _submit_own(line, channel.pk, at=now)
            room = min(BATCH, pace.room(time.monotonic()))
            batch = _take(channel, room, at=now)
            if batch.letters:
                n += _submit(line, pace, batch, at=now)
            line.poll(0.0 if batch.letters else 0.05)
            _take_in(channel.pk, line, at=now)
            waits = not batch.letters and room > 0
            if waits or time.monotonic() >= until:
                break
            now = at + timedelta(seconds=time.monotonic() - began)
    except ChannelDown as error:
        outbox.failed(channel.pk, sentence=str(error), at=now)
    return n


def _take(channel: Channel, room: int, *, at: datetime) -> outbox.Batch:
    """What may go now; once the cap of notices is reached, only what is urgent."""
    left = caps.notices(at=at).room
    at_most = min(room, left) if left else room
    return outbox.take(channel, at=at, at_most=at_most, only_urgent=not left)


def _submit_own(line: Line, channel: UUID, *, at: datetime) -> None:
    """Send codes and news of reports. Raises :class:`ChannelDown` after it is noted."""
    own = letters.take(channel, at=at)
    if own:
        letters.note(line.submit(own, wants_receipts=False), at=at)
        if not line.is_open:
            raise ChannelDown(line.trouble)


def _submit(line: Line, pace: Pace, batch: outbox.Batch, *, at: datetime) -> int:
    """Send one batch and note it. Raises :class:`ChannelDown` after it is noted."""
    try:
        outcomes = line.submit(batch.letters)
    except ChannelDown as error:
        outcomes = [Outcome(letter.message, Fate.BACK) for letter in batch.letters]
        outbox.note(batch, outcomes, at=at)
        raise error
    outbox.note(batch, outcomes, at=at)
    caps.note(outcomes, at=at)
    n = sum(outcome.fate is Fate.SENT for outcome in outcomes)
    pace.spend(len(outcomes))
    if n:
        outbox.answered(batch.channel, at=at)
    if not line.is_open:
        raise ChannelDown(line.trouble)
    if not n and any(outcome.fate is Fate.BACK for outcome in outcomes):
        raise ChannelDown(TOO_FAST)
    return n


def _take_in(channel: UUID, line: Line, *, at: datetime) -> None:
    """Store receipts and replies, and only then tell the provider."""
    pdus, receipts, incoming = line.came()
    if not pdus:
        return
    outbox.receive(channel, receipts, at=at)
    for message in (each for each in incoming if each.number):
        _reply(channel, message, at=at)
    line.taken_over(pdus)


def _reply(channel: UUID, message: Incoming, *, at: datetime) -> None:
    key = uuid5(channel, f"{message.number}\x1f{message.text}\x1f{at:%Y-%m-%d %H}")
    try:
        replies.reply(number=message.number, text=message.text, at=at, key=key, channel=channel)
    except Refused:
        return  # no pack in force knows any kind of matter: nothing that could be told to a phone


def post_chats(*, at: datetime, slice_s: float = SLICE_S) -> int:
    """Post what waits for the robots of chats, several at a time; how many were taken.

    A robot that does not answer, or is asked too fast, is the channel's trouble and costs no try;
    one that refuses a text is asked again later with it, and others go first. Once the slice is
    over no more are asked in this turn: codes and text messages wait behind them.
    """
    until, n = time.monotonic() + slice_s, 0
    ready = (way for way in _with_mail(at) if _room(way))
    while part := list(islice(ready, AT_ONCE)):
        n += _post_all(part, at=at)
        if time.monotonic() >= until:
            break
    return n


def _with_mail(at: datetime) -> list[Channel]:
    """Channels of chats that answer, and have something to post now."""
    due = Message.objects.filter(
        channel=OuterRef("pk"), is_chat=True, state=Sending.WAITING, due_at__lte=at
    )
    if hours.is_quiet(at):
        due = due.filter(urgent=True)
    return _open(Q(Exists(due)), at)


def _post_all(ways: Sequence[Channel], *, at: datetime) -> int:
    """Post one message to each of some chats at the same time."""
    batches = [(way, outbox.take(way, at=at, at_most=1)) for way in ways]
    work = [(way, batch, batch.letters[0]) for way, batch in batches if batch.letters]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        took = list(pool.map(lambda each: _post(each[0], each[2]), work))
    for (way, batch, letter), said in zip(work, took, strict=True):
        outcome = Outcome(letter.message, said.fate, n_parts=int(said.is_taken), answer=said.words)
        outbox.note(batch, [outcome], at=at)
        if said.is_taken:
            outbox.answered(way.pk, at=at)
        else:
            outbox.failed(way.pk, sentence=said.words, at=at)
    return sum(said.is_taken for said in took)


def _room(way: Channel) -> bool:
    pace = PACES.setdefault(way.pk, Pace(way.per_second))
    if pace.room(time.monotonic()) < 1:
        return False
    pace.spend(1)
    return True


def _post(way: Channel, letter: Letter) -> Said:
    return chats.post(way.kind, secret_of(way), letter.text)


def _open(which: Q, at: datetime) -> list[Channel]:
    with acting(of_post(at=at)):
        found = Channel.objects.filter(which, stopped_at=None).order_by("pk")
        return list(found.filter(Q(retry_at=None) | Q(retry_at__lte=at)))

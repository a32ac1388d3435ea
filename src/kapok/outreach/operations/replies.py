"""What comes back by text message: stop, start, a receipt, or words that become a matter.

Nothing that somebody writes is dropped: where no notice is known to which it is an answer, it is a
matter of where its sender lives, or else of the area of the channel that it came by.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from kapok.access import secrets
from kapok.access.rates import Limit, over
from kapok.access.scope import acting
from kapok.errors import Refused
from kapok.matters.workflow import Door
from kapok.outreach.box import of_post
from kapok.outreach.models import Channel, Message, OptOut
from kapok.outreach.operations import answering
from kapok.outreach.operations.passing import read
from kapok.outreach.workflow import How
from kapok.packs import look_up
from kapok.packs.schema import Door as Opened
from kapok.packs.schema import Kind

OPT_OUT = frozenset({"R", "T", "TD", "N", "STOP", "UNSUBSCRIBE", "退订", "拒收", "退"})
OPT_IN = frozenset({"START", "订阅", "恢复"})
READ = frozenset({"1", "OK", "Y", "YES", "收到", "已读", "知道了", "好", "好的"})
ANSWERS_FOR = timedelta(days=7)  # a reply belongs to the last notice of so long
# Texts of one number that become matters; the desk calls it back long before more are read.
MOST = Limit("reply by message", 10, 3600)


@transaction.atomic
def reply(*, number: str, text: str, at: datetime, key: UUID, channel: UUID) -> str:
    """Take one in: ``optout``, ``optin``, ``read``, ``matter``, ``flood`` or ``unknown``.

    Raises ``Refused`` where no pack in force has any kind of matter that takes it.
    """
    index = secrets.blind_index(number, about="phone")
    word = text.strip().strip("。.!！").upper()
    if word in OPT_OUT:
        answering.opt_out(address_index=index, source=OptOut.Source.MESSAGE, at=at)
        return "optout"
    with acting(of_post(at=at)):
        if word in OPT_IN:
            OptOut.objects.filter(address_index=index).delete()
            return "optin"
        sent = Message.objects.filter(address_index=index, is_chat=False, sent_at__lte=at)
        last = sent.order_by("-sent_at").first()
    is_answer = last is not None and last.sent_at is not None and last.sent_at > at - ANSWERS_FOR
    if last is not None and is_answer and last.household is not None:
        with acting(of_post(at=at)):
            read(last.version_id, [last.household], How.REPLY, at=at)
    if not word or word in READ:
        return "read" if is_answer else "unknown"
    if over(MOST, index.hex()):
        return "flood"
    words = answering.Words(text[: answering.LONGEST], phone=number)
    if last is not None and is_answer and _is_answer(last.code, key, words, at):
        return "matter"
    _report(words, last.place if last else 0, channel, key, at=at)
    return "matter"


def _is_answer(code: str, key: UUID, words: answering.Words, at: datetime) -> bool:
    """Whether the notice takes it as an answer: then it is a matter."""
    try:
        with transaction.atomic():
            answering.report(answering.found_at(code, at), key, words, at=at)
    except Refused:
        return False
    return True


def _report(words: answering.Words, place: int, channel: UUID, key: UUID, *, at: datetime) -> None:
    """Make a matter of it without a notice."""
    with acting(of_post(at=at)):
        place = place or Channel.objects.values_list("place", flat=True).get(pk=channel)
    rules = look_up.packs_at(place, at)
    said: dict[str, Any] = {
        "text": words.text.strip(),
        "address": "",
        "place": place,
        "contact": {"phone": words.phone},
        "door": Door.PORTAL.value,
    }
    answering.reported_as(_kinds(rules), rules, said, key, words.text, at=at)


def _kinds(rules: look_up.Rules) -> list[Kind]:
    """Kinds that it may become: of help, of anything else, or whatever residents may report."""
    usual = [rules.find(code) for code in (answering.HELP, answering.OTHER)]
    others = [kind for kind, _ref in rules.kinds() if Opened.PORTAL in kind.doors]
    found = {kind.code: kind for kind in (*usual, *others) if kind is not None}
    return list(found.values())

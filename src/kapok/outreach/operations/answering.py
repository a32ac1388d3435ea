"""Residents read, answer, ask for help and opt out: by link, by page, by short message.

What somebody needs becomes a matter through the commands of matters, never a line in a list. Who
reads the number of a message reads one, for the desk that calls back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.scope import acting, of_intake
from kapok.errors import Refused
from kapok.matters import notes
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.operations.codes import code_of
from kapok.matters.operations.commands import apply
from kapok.matters.workflow import Door
from kapok.outreach import questions
from kapok.outreach.box import of_post
from kapok.outreach.models import Message, Notice, NoticeAnswer, OptOut
from kapok.outreach.operations.passing import read
from kapok.outreach.queries.communities import where
from kapok.outreach.queries.links import Linked, linked
from kapok.outreach.workflow import How, Sending
from kapok.packs import look_up
from kapok.packs.schema import Kind

DOOR = UUID("01936c00-0000-7000-8000-00000000d0e1")  # owns the matters that answers become
LONGEST = 1000
HELP, OTHER = "help", "other"  # kinds of the pack
PHONES = frozenset({questions.PHONE, "contact.phone"})


@transaction.atomic
def open_link(*, code: str, at: datetime) -> int:
    """Note that somebody opened the link of a message; 1 where that makes their household new."""
    found = found_at(code, at)
    if found.message is None or found.version is None:
        return 0
    with acting(of_post(at=at)):
        Message.objects.filter(pk=found.message, opened_at=None).update(opened_at=at)
        if found.household is None:
            return 0
        return read(found.version, [found.household], How.LINK, at=at)


@transaction.atomic
def read_own(*, version_id: UUID, households: list[UUID], at: datetime) -> int:
    """Note that a resident has read a notice on their own page. They act already."""
    return read(version_id, households, How.PAGE, at=at)


@dataclass(frozen=True)
class Words:
    """What somebody answers, and how they are reached where it is not known.

    ``within`` is the code of the community that they chose, or on whose page they read the notice.
    """

    text: str
    phone: str = ""
    address: str = ""
    needs_help: bool = False
    within: str = ""


@dataclass(frozen=True)
class Arrived:
    """An answer that is a matter now.

    Attributes
    ----------
    tracking
        The code with which its sender follows it.
    community
        The code of the community that has it, where that was chosen; else empty.
    """

    matter: UUID
    number: int
    tracking: str
    community: str = ""


@transaction.atomic
def answer(*, code: str, key: UUID, words: Words, at: datetime) -> Arrived:
    """Make a matter of an answer; the same key makes it once. Raises ``Refused``.

    It lies in the community of whoever answers; where nobody knows which that is, it is refused
    with what to say.
    """
    open_link(code=code, at=at)
    return report(found_at(code, at), key, words, at=at)


@transaction.atomic
def opt_out(*, address_index: bytes, source: str, at: datetime) -> None:
    """Send a telephone no more notices; what waits for it is not sent either."""
    with acting(of_post(at=at)):
        OptOut.objects.bulk_create(
            [OptOut(address_index=address_index, source=source, at=at)], ignore_conflicts=True
        )
        Message.objects.filter(
            address_index=address_index, state=Sending.WAITING,
            version__notice__override_reason="",
        ).update(state=Sending.OPTED_OUT, ended_at=at)  # fmt: skip


def opt_out_by_link(*, code: str, at: datetime) -> None:
    """Send the telephone that got a message no more."""
    found = found_at(code, at)
    refusal = Refused(_("This address came by no message. Open the link in your own message."))
    if found.message is None:
        raise refusal
    with acting(of_post(at=at)):
        mine = Message.objects.filter(pk=found.message, is_chat=False)
        index = mine.values_list("address_index", flat=True).first()
    if index is None:
        raise refusal
    opt_out(address_index=bytes(index), source=OptOut.Source.PAGE, at=at)


def found_at(code: str, at: datetime) -> Linked:
    """What a short address leads to."""
    found = linked(code, at=at)
    if found is None:
        raise Http404
    return found


def _home(found: Linked) -> dict[str, str]:
    """Where the household of a message lives, and its number: for the desk that calls back."""
    if found.message is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT building, address, number FROM outreach_home(%s)", [found.message])
        row = cursor.fetchone()
    if row is None:
        return {}
    building, address, number = row
    said = {"address": address or ""} | ({"building": str(building)} if building else {})
    if number is not None:
        said["phone"] = secrets.decrypt(bytes(number), about="phone")
    return said


def report(found: Linked, key: UUID, words: Words, *, at: datetime) -> Arrived:
    """Make a matter of what somebody says of the notice behind an address."""
    with acting(of_post(at=at)):
        notice = Notice.objects.get(pk=found.notice)
        home = _home(found)
    text = _said(words.text)
    here = where(found, words.within, words.address, at=at)
    if here.sentence:
        raise Refused(here.sentence)
    said = {
        "text": text,
        "notes": [notes.stored(_quoted(notice))],
        "address": home.get("address") or words.address.strip()[:200],
        "place": here.place,
        "contact": {"phone": words.phone.strip()[:40] or home.get("phone", "")},
        "door": Door.PORTAL.value,
    } | ({"building": home["building"]} if "building" in home else {})
    rules = look_up.packs_at(here.place, at)
    asks = PHONES if found.message is None else frozenset()  # the page has a field for it
    tries = _kinds(rules, notice, needs_help=words.needs_help)
    arrived = reported_as(tries, rules, said, key, words.text, asks=asks, at=at)
    _note(notice, here.place, arrived.matter, at=at)
    return replace(arrived, community=here.community.code if here.community else "")


def reported_as(
    kinds: Sequence[Kind],
    rules: look_up.Rules,
    said: dict[str, Any],
    key: UUID,
    text: str,
    *,
    at: datetime,
    asks: frozenset[str] = frozenset(),
) -> Arrived:
    """Report it as the first of some kinds that takes it. Raises ``Refused``: what the first asks.

    Where one lacks something of ``asks``, for which the page has fields, no other is tried.
    """
    sentences = []
    for kind in kinds:
        answers = questions.answers_to(rules, kind, text)
        command = _command(key, said | {"kind": kind.code, "answers": answers}, at=at)
        done = _sent(command, at=at)
        if done.status == Status.TAKEN and done.number is not None:
            return Arrived(done.matter, done.number, code_of(command.id))
        sentences.append(questions.said_of(kind, done.faults) or done.sentence)
        if asks & set(done.faults):
            break
    said_first = next(iter(sentences), "")
    raise Refused(said_first or _("This could not be taken. Call the community, please."))


def _command(key: UUID, said: dict[str, Any], *, at: datetime) -> Command:
    identity = uuid5(key, f"answer {said['kind']}")
    data = said | {"tracking": code_of(identity)}
    return Command(identity, "report", uuid5(key, "matter"), at, data=data)


def _sent(command: Command, *, at: datetime) -> Answer:
    """Report it as one kind; what is refused leaves nothing, so that another may be tried."""
    with acting(of_intake(DOOR, at=at)):
        [done] = apply([command])
    return done


def _note(notice: Notice, place: int, matter: UUID, *, at: datetime) -> None:
    """Note of which notice the matter is an answer, for the counts on its page."""
    with acting(of_post(at=at)):
        NoticeAnswer.objects.bulk_create(
            [NoticeAnswer(notice=notice, place=place, matter=matter, at=at)], ignore_conflicts=True
        )


def _kinds(rules: look_up.Rules, notice: Notice, *, needs_help: bool) -> list[Kind]:
    """The kinds that an answer may become, in order: a need is one of help, if there is one."""
    wanted = [HELP] if needs_help else []
    wanted += [notice.answer_kind, HELP, OTHER]
    found = [rules.find(code) for code in dict.fromkeys(wanted) if code]
    kinds = [kind for kind in found if kind is not None]
    if not kinds:
        raise Refused(_("No pack in force here takes answers. Call the community, please."))
    return kinds


def _said(text: str) -> str:
    if not text.strip():
        raise Refused(_("Write what you need or what your answer is."))
    return text.strip()[:LONGEST]


def _quoted(notice: Notice) -> notes.Note:
    """Which notice it answers, by the titles of its last version."""
    last = notice.versions.order_by("-number").values_list("title_zh", "title_en").first()
    chinese, english = last or ("", "")
    return notes.to_notice(title_zh=chinese, title_en=english)

"""A call that nobody took is never lost: somebody calls back, once for one number."""

import re
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.prepared import Prepared
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallBack, CallRecord
from kapok.hotline.operations import backs
from kapok.hotline.operations.moving import lock, wake
from kapok.hotline.workflow import OPEN_BACKS, UNANSWERED, Back, Due, Way

LONGEST_NOTES = 5_000  # of one message
LONGEST_NOTES_OF_A_CALL = 20_000  # whoever rings for ever fills no more


def owe_for(call: Call, *, at: datetime, is_urgent: bool = False) -> CallBack | None:
    """Owe a call-back for a call that nobody took; none where its number was withheld.

    Somebody who rang several times is called back once. The call is locked, and the box acts.
    """
    index = CallRecord.objects.filter(call=call).values_list("phone_index", flat=True).first()
    if index is None:
        return None
    _one_by_one(bytes(index))
    ended_at = call.ended_at or at
    wait = rules.period("hotline.missed_callback", call.place, at)
    due_at = ended_at if is_urgent else ended_at + wait
    waiting = _open_backs(bytes(index)).exclude(call=call).first()
    owed = waiting.call if waiting is not None else call
    return backs.owe(owed, Back.MISSED, due_at=due_at, at=at, is_urgent=is_urgent)


def _of_the_number(call: UUID) -> QuerySet[CallBack]:
    number = CallRecord.objects.filter(call=call, phone_index__isnull=False)
    open_backs = CallBack.objects.filter(
        why=Back.MISSED, state__in=OPEN_BACKS,
        call__record__phone_index__in=number.values("phone_index"),
    )  # fmt: skip
    return open_backs.select_for_update(of=("self",))


_OF_THE_NUMBER = Prepared(_of_the_number)


def is_reached(call: Call, *, at: datetime) -> None:
    """They rang again and were answered, or were answered after all: nobody calls back."""
    if call.way == Way.OUT:
        return
    for back in _OF_THE_NUMBER(call.pk):
        is_own = back.call_id == call.pk
        back.state = Due.CANCELLED if is_own else Due.DONE
        back.answer = None if is_own else call
        back.ended_at, back.taken_by, back.taken_at = at, None, None
        back.ended_why = _("The call was answered after all.") if is_own else _("They rang again.")
        back.save()
        wake([back.place])


def still_owe(call: Call, *, at: datetime) -> None:
    """They rang again and nobody spoke: an urgent message that they left is still unanswered."""
    with scope.acting(of_exchange(at=at)):
        left = CallBack.objects.filter(answer=call, why=Back.MISSED, state=Due.DONE, is_urgent=True)
        for back in left.select_related("call__line"):
            backs.owe(back.call, Back.MISSED, due_at=at, at=at, is_urgent=True)


def take_message(call: Call, text: str, *, at: datetime) -> None:
    """A message on the answering machine goes into the notes; urgent words bring a call at once."""
    text = text.strip()[:LONGEST_NOTES]
    if not text:
        return
    add_notes(call, text)
    if call.state not in UNANSWERED:
        return
    owed = owe_for(call, at=at, is_urgent=has_urgent_words(text, call.place, at=at))
    if owed is not None and owed.call_id != call.pk:
        add_notes(owed.call, text)  # whoever calls back opens that one


def add_notes(call: Call, text: str) -> None:
    """Add what was said to a record's notes, once."""
    record, _made = CallRecord.objects.select_for_update().get_or_create(call=call)
    said = secrets.decrypt(bytes(record.notes), about="call") if record.notes else ""
    whole = "\n\n".join(filter(None, [said, text]))
    if text in said or len(whole) > LONGEST_NOTES_OF_A_CALL:
        return
    record.notes = secrets.encrypt(whole, about="call")
    record.save(update_fields=["notes"])


def has_urgent_words(text: str, place: int, *, at: datetime) -> bool:
    """Whether a message has a word that the pack of the place calls urgent, in either language."""
    words = rules.spoken_at(place, at).urgent_words
    return any(_is_in(word, text) for each in words for word in (each.zh, each.en))


def _is_in(word: str, text: str) -> bool:
    """Chinese words stand anywhere; in English “fired” is no “fire”."""
    edge = r"\b" if word.isascii() else ""
    return re.search(f"{edge}{re.escape(word)}{edge}", text, re.IGNORECASE) is not None


def _one_by_one(index: bytes) -> None:
    lock(f"hotline number {index.hex()}")


def _open_backs(index: bytes) -> QuerySet[CallBack]:
    return CallBack.objects.filter(
        why=Back.MISSED, state__in=OPEN_BACKS, call__record__phone_index=index
    ).order_by("made_at")

"""Somebody who cannot speak freely: yes and no are enough, and nothing is sent to them."""

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.errors import Refused
from kapok.hotline import rules
from kapok.hotline.models import CallBack, CallEvent, CallRecord, Need
from kapok.hotline.operations.holding import mine, record_for, sealed
from kapok.hotline.operations.moving import happened
from kapok.hotline.queries.records import CALL, may_be_called, readable
from kapok.hotline.workflow import OPEN_BACKS, Due, State
from kapok.matters.operations.silencing import silence
from kapok.packs.schema import Hotline


@transaction.atomic
def begin(*, call_id: UUID, by: User, at: datetime) -> None:
    """The caller cannot speak freely. It opens nothing; what was opened before falls silent."""
    call = mine(call_id, by=by)
    record = record_for(call)
    if record.is_discreet:
        return
    record.is_discreet, record.yes_no = True, None  # what they answered to an earlier slip is gone
    record.save(update_fields=["is_discreet", "yes_no"])
    opened = Need.objects.filter(call=call, matter__isnull=False)
    silence(matters=[need.matter for need in opened if need.matter], at=at)
    _withhold(record, rules.spoken_at(call.place, at), at)
    happened(call, CallEvent.What.SAFE_WORD, by=by.pk, at=at)


@transaction.atomic
def take_back(*, call_id: UUID, by: User, at: datetime) -> None:
    """It was a slip of the key: they speak freely. Only while the talk goes on: they are asked.

    Matters that fell silent and call-backs that were cancelled stay so; whoever talks decides.
    """
    call = mine(call_id, by=by)
    record = record_for(call)
    if not record.is_discreet:
        return
    if call.state != State.TALKING:
        raise Refused(
            _(
                "The talk is over: nobody can ask them any more, so nothing is sent to them. Note "
                "what you know."
            )
        )
    record.is_discreet = False
    record.save(update_fields=["is_discreet"])
    happened(call, CallEvent.What.MISHEARD, by=by.pk, at=at)


@transaction.atomic
def answer(*, call_id: UUID, question: str, yes: bool, by: User, at: datetime) -> None:
    """What they answered to a question; asked again, the last answer counts."""
    call = mine(call_id, by=by)
    record = record_for(call)
    words = rules.spoken_at(call.place, at)
    if not record.is_discreet:
        raise Refused(_("Say first that the caller cannot speak freely."))
    if question not in {asked.code for asked in words.yes_no}:
        raise Refused(_("This question is not on the list any more. Load the page anew."))
    said = {**readable(record).yes_no, question: yes}
    record.yes_no = sealed(json.dumps(said), CALL)
    record.save(update_fields=["yes_no"])
    _withhold(record, words, at)


def _withhold(record: CallRecord, words: Hotline, at: datetime) -> None:
    """Nobody calls back somebody who has not said that it is safe."""
    if may_be_called(readable(record), words):
        return
    waiting = CallBack.objects.filter(call=record.call_id, state__in=OPEN_BACKS)
    waiting.update(
        state=Due.CANCELLED,
        ended_at=at,
        ended_why=_("They cannot speak freely and have not said that a call is safe."),
        taken_by=None,
    )

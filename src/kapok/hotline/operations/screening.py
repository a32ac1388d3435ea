"""Screening for danger: questions, a level of the ladder, what is owed after a heavy one."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.errors import Refused
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallBack, CallEvent, RiskScreen, Supervision
from kapok.hotline.operations.backs import owe
from kapok.hotline.operations.holding import mine, record_for, sealed, tidy
from kapok.hotline.operations.moving import happened
from kapok.hotline.queries.records import may_be_called, readable
from kapok.hotline.workflow import HEAVY, Back, Due, LineKind, Rescue, Risk

RISK = "risk"
MOST_REASON, MOST_TOLD = 500, 40


def begin(call: Call) -> None:
    """From now on this call is to be screened, within its time from answering."""
    if call.screen_due_at is None and call.answered_at is not None:
        within = rules.period("hotline.risk_screen", call.place, call.answered_at)
        call.screen_due_at = call.answered_at + within
        call.save(update_fields=["screen_due_at"])


def begin_where_due(call: Call) -> None:
    """Every call of a psychological line is screened."""
    if call.line.kind == LineKind.PSYCHOLOGICAL:
        begin(call)


@transaction.atomic
def start(*, call_id: UUID, by: User, at: datetime) -> None:
    """Whoever holds the call wants to screen for danger."""
    begin(mine(call_id, by=by))


@transaction.atomic
def screen(
    *,
    call_id: UUID,
    answers: Mapping[str, bool],
    level: int,
    reason: str,
    told: str,
    rescue: str,
    by: User,
    at: datetime,
) -> RiskScreen:
    """Write down how the caller was screened. A later one is another row; nothing is overwritten.

    Refused below what the answers say without a reason, and where somebody was told of it without
    a word on whether the caller agreed.
    """
    call = mine(call_id, by=by)
    words = rules.words_at(call.place, at)
    known = {asked.code for asked in words.hotline.questions}
    asked = {code: said for code, said in answers.items() if code in known}
    least = words.hotline.least_level(asked)
    why = tidy(reason, MOST_REASON)
    if level < least and not why:
        raise Refused(
            _("The answers say at least L%(level)d. Choose it, or write why it is lower.")
            % {"level": least}
        )
    kept = {"answers": asked, "reason": why, "least": least}
    made = write(call, level, kept, told, rescue, pack=words.pack, by=by, at=at)
    begin(call)
    call.screened_at = at
    call.save(update_fields=["screened_at"])
    owed_after(call, Risk(level), at=at)
    return made


def write(
    call: Call,
    level: int,
    kept: Mapping[str, object],
    told: str,
    rescue: str,
    *,
    pack: UUID | None,
    by: User,
    at: datetime,
) -> RiskScreen:
    """Add a row, with who was told and why that was right."""
    if level not in Risk.values:
        raise Refused(_("Choose a level from L0 to L4."))
    whom = tidy(told, MOST_TOLD)
    if bool(whom) != bool(rescue) or rescue not in {"", *Rescue.values}:
        raise Refused(_("Say who was told, and whether the caller agreed or life was in danger."))
    made = RiskScreen.objects.create(
        call=call,
        place=call.place,
        level=level,
        pack_id=pack,
        answers=sealed(json.dumps(kept, ensure_ascii=False), RISK),
        told=whom,
        rescue=rescue,
        by=by,
        at=at,
    )
    happened(call, CallEvent.What.SCREENED, by=by.pk, at=at)
    return made


def owed_after(call: Call, level: Risk, *, at: datetime) -> None:
    """After a heavy call: calls to them in days and weeks, and a talk with whoever took it."""
    talked = _who_talked(call)
    if level < HEAVY or talked is None:
        return
    with scope.acting(of_exchange(at=at)):  # it may be owed to somebody else
        Supervision.objects.get_or_create(
            call=call,
            account_id=talked,
            defaults={
                "place": call.place,
                "due_at": at + rules.period("hotline.supervision", call.place, at),
                "made_at": at,
            },
        )
    words = rules.spoken_at(call.place, at)
    if not may_be_called(readable(record_for(call)), words):
        return
    since = call.ended_at or at
    # What the safe word cancelled is owed again once they said that a call is safe.
    owed = set(_follow_ups(call).exclude(state=Due.CANCELLED).values_list("step", flat=True))
    for step, after in rules.follow_ups(call.place, at).items():
        if step not in owed:
            owe(call, Back.FOLLOW_UP, due_at=since + after, at=at, step=step)


def _who_talked(call: Call) -> UUID | None:
    """Who had the call when the talk ended, or has it now; its wrap-up may be somebody else's."""
    took = CallEvent.objects.filter(
        call=call, what__in=[CallEvent.What.ANSWERED, CallEvent.What.TAKEN_OVER]
    )
    if call.ended_at is not None:
        took = took.filter(at__lte=call.ended_at)
    return took.order_by("-at", "-id").values_list("by", flat=True).first() or call.operator_id


def settle_after(call: Call, *, at: datetime) -> None:
    """At the end of a call: what is owed after it, counted from when the talk ended."""
    highest = call.screens.aggregate(level=Max("level"))["level"]
    if highest is None or highest < HEAVY or call.ended_at is None:
        return
    owed_after(call, Risk(highest), at=at)
    waiting = {back.step: back for back in _follow_ups(call).filter(state=Due.WAITING, n_tries=0)}
    for step, after in rules.follow_ups(call.place, at).items():
        if step in waiting:
            back = waiting[step]
            back.due_at = back.next_at = call.ended_at + after
            back.save(update_fields=["due_at", "next_at"])


def _follow_ups(call: Call) -> QuerySet[CallBack]:
    return CallBack.objects.filter(call=call, why=Back.FOLLOW_UP)

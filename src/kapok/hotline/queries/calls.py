"""A call, who stands how to it, and who helps at it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation

from kapok.access.models import User
from kapok.access.prepared import Prepared
from kapok.access.roles import Permission
from kapok.access.scope import Acting
from kapok.hotline.models import Call, CallBack, CallEvent, Seat
from kapok.hotline.workflow import Due, State

What = CallEvent.What
HELP = (What.HELP_CALLED, What.HELP_CAME)


class Stand(StrEnum):
    """How somebody stands to a call: what they see of it and do there."""

    HOLDER = "HOLDER"  # took it: sees all, writes all
    LEAD = "LEAD"  # of its line: sees all
    HELPER = "HELPER"  # the second worker: where, which number, what was noted
    NEXT = "NEXT"  # it was offered to them, or they call back: the same
    COLLEAGUE = "COLLEAGUE"  # at the same line: that it is there


@dataclass(frozen=True)
class Wanted:
    """A call at which a second worker is wanted."""

    call: UUID
    who: str
    line: str
    since: datetime


def call_of(call_id: UUID) -> Call | None:
    """The call, with its line and who has it; ``None`` out of sight."""
    return Call.objects.filter(pk=call_id).select_related("line", "operator").first()


def stand(call: Call, who: Acting) -> Stand:
    """How whoever acts stands to a call that they see."""
    if call.operator_id == who.account:
        return Stand.HOLDER
    if who.can(Permission.CALL_LEAD, call.place):
        return Stand.LEAD
    if State(call.state) in {State.TALKING, State.WRAP_UP}:
        if call.offered_to_id == who.account or _sits_at_offered(call, who):
            return Stand.NEXT
        there = helper_of(call)
        if there is not None and there.pk == who.account:
            return Stand.HELPER
    backs = CallBack.objects.filter(call=call, state=Due.TAKEN, taken_by=who.account)
    return Stand.NEXT if backs.exists() else Stand.COLLEAGUE


def _sits_at_offered(call: Call, who: Acting) -> bool:
    """Whether the call was offered to the line at which whoever acts sits."""
    if call.offered_line_id is None:
        return False
    seats = Seat.objects.filter(line=call.offered_line_id, account=who.account, left_at=None)
    return seats.exists()


def wants_help(call: Call) -> bool:
    """Whether a second worker was asked for and nobody has come since."""
    last = CallEvent.objects.filter(call=call, what__in=HELP).order_by("-at", "-id").first()
    return last is not None and last.what == What.HELP_CALLED


def _help_of_live() -> QuerySet[CallEvent]:
    live = Call.objects.filter(state=State.TALKING, events__what=HELP[0])
    return (
        CallEvent.objects.filter(call__in=live.values("pk"), what__in=HELP)
        .order_by("call_id", "-at", "-id")
        .distinct("call_id")
        .select_related("call__line", "call__operator")
    )


_HELP_OF_LIVE = Prepared(_help_of_live)


def wanted_now() -> tuple[Wanted, ...]:
    """Calls in sight at which a second worker is wanted while they talk, the longest first."""
    found = [
        Wanted(last.call_id, str(last.call.operator), line_name(last.call), last.at)
        for last in _HELP_OF_LIVE()
        if last.what == What.HELP_CALLED
    ]
    return tuple(sorted(found, key=lambda each: each.since))


def line_name(call: Call) -> str:
    """What the line is called in the language of whoever reads."""
    is_english = (translation.get_language() or "").startswith("en")
    return call.line.name_en if is_english and call.line.name_en else call.line.name_zh


def helper_of(call: Call) -> User | None:
    """The second worker at a call."""
    last = (
        CallEvent.objects.filter(call=call, what=What.HELP_CAME)
        .select_related("by")
        .order_by("-at", "-id")
        .first()
    )
    return last.by if last else None

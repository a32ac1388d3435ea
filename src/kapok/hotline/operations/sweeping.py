"""What nobody does by hand: calls that ring too long, offers that nobody takes, seats left over."""

from datetime import datetime, timedelta

from django.db.models import Q

from kapok.access import scope
from kapok.hotline.box import of_exchange
from kapok.hotline.models import Call, CallEvent
from kapok.hotline.operations import answering, seats, settling
from kapok.hotline.operations.moving import wake_ringing
from kapok.hotline.queries import pools
from kapok.hotline.workflow import State

What = CallEvent.What
LONGEST_RINGING = timedelta(minutes=3)
LONGEST_TALK = timedelta(hours=8)
AT_ONCE = 200


def sweep(*, at: datetime) -> None:
    """One turn, as the exchange; whatever somebody holds at the moment is left for the next."""
    with scope.acting(of_exchange(at=at)):
        for call in _locked(state=State.RINGING, rang_at__lt=at - LONGEST_RINGING):
            settling.note(call, What.MISSED, by=None, moment=at, at=at)
        for call in _locked(state=State.TALKING, answered_at__lt=at - LONGEST_TALK):
            settling.note(call, What.ENDED, by=None, moment=at, at=at)
        for call in _locked(state=State.TALKING, offered_at__lt=at - answering.OFFER_STANDS):
            answering.take_back(call, by=None, at=at)
        _hurry(at=at)
        seats.end_left_over(at=at)


def _hurry(*, at: datetime) -> None:
    """Where nobody is free any more, a call goes on at once."""
    waits = Q(district_at__gt=at) | Q(city_at__gt=at)
    for call in _locked(waits, state=State.RINGING):
        before = call.district_at, call.city_at
        soonest = pools.overflow(call.line, rang_at=at, at=at)
        if call.district_at and call.district_at > at and soonest.district_at == at:
            call.district_at = at
        if call.city_at and call.city_at > at and soonest.city_at == at:
            call.city_at = at
        if (call.district_at, call.city_at) != before:
            call.save(update_fields=["district_at", "city_at"])
            wake_ringing(call)


def _locked(*also: Q, **wanted: object) -> list[Call]:
    calls = Call.objects.select_for_update(of=("self",), skip_locked=True)
    rows = calls.select_related("line", "offered_line").filter(*also, **wanted)
    return list(rows.order_by("rang_at")[:AT_ONCE])

"""Numbers that nothing goes to: somebody who could not speak freely may be read over the shoulder.

For thirty days after the safe word no text and no call goes to the number, whatever it is about,
unless they said that it is safe.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from kapok.access import scope, secrets
from kapok.hotline import rules
from kapok.hotline.box import of_exchange
from kapok.hotline.models import CallBack, CallEvent, CallRecord
from kapok.hotline.queries.records import may_be_called, readable
from kapok.hotline.workflow import Back

STANDS = timedelta(days=30)


def numbers(asked: Collection[str], at: datetime) -> set[str]:
    """Those of some canonical numbers that get nothing now. Whoever sends asks."""
    said = list(dict.fromkeys(asked))
    of_index = dict(zip(secrets.blind_indexes(said, about="phone"), said, strict=True))
    with scope.acting(of_exchange(at=at)):
        return {of_index[index] for index in indexes(of_index, at)}


def indexes(asked: Collection[bytes], at: datetime) -> set[bytes]:
    """The same by what numbers are looked up by; the last time that they said the word counts."""
    spoken = (
        CallEvent.objects.filter(
            what=CallEvent.What.SAFE_WORD,
            at__gt=at - STANDS,
            call__record__phone_index__in=list(asked),
            call__record__is_discreet=True,
        )
        .select_related("call__record")
        .order_by("at")
    )
    last = {bytes(event.call.record.phone_index or b""): event.call for event in spoken}
    return {
        index
        for index, call in last.items()
        if not may_be_called(readable(call.record), rules.spoken_at(call.place, at))
    }


def spoke_last(index: bytes, *, but: UUID, at: datetime) -> datetime | None:
    """When somebody of a number last said in another call that they could not speak freely.

    Within the thirty days, whether or not a call is safe: whoever answers may not be alone.
    """
    with scope.acting(of_exchange(at=at)):
        said = CallEvent.objects.filter(
            what=CallEvent.What.SAFE_WORD,
            at__gt=at - STANDS,
            call__record__phone_index=index,
            call__record__is_discreet=True,
        )
        others = said.exclude(call=but).order_by("-at").values_list("at", flat=True)
        return others.first()


def keeps(back: CallBack, record: CallRecord, at: datetime) -> bool:
    """Whether nobody may call back: not even where it is owed for another call of the number.

    What was promised to whoever spoke freely is kept: they said when they can be called.
    """
    if record.phone_index is None or (back.why == Back.PROMISED and not record.is_discreet):
        return False
    index = bytes(record.phone_index)
    with scope.acting(of_exchange(at=at)):
        return index in indexes([index], at)

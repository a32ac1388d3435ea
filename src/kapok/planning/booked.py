"""Whoever keeps bookings hears when spans that can be booked end or change.

Plans know nothing of who books: an app above this one adds itself to ``LISTENERS`` when it starts,
and is told inside the transaction that ends or changes the spans.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.planning.models import BookingSlot


@dataclass(frozen=True)
class Kept:
    """A span that goes on, under the plan that mends the former one."""

    slot: UUID
    ends_at: datetime
    capacity: int


@dataclass(frozen=True)
class Change:
    """Which spans are gone, and which go on, maybe with other ends or fewer places."""

    gone: tuple[UUID, ...]
    kept: tuple[Kept, ...]
    at: datetime


Listener = Callable[[Change], None]
LISTENERS: list[Listener] = []


def withdraw(slots: Iterable[BookingSlot], *, at: datetime, kept: Iterable[Kept] = ()) -> None:
    """Delete spans, and tell whoever listens of them and of those that go on.

    Whoever books one of them at this moment has done so, or finds it gone: it is deleted first.
    """
    gone = tuple(slot.pk for slot in slots)
    BookingSlot.objects.filter(pk__in=gone).delete()
    change = Change(gone, tuple(kept), at)
    if change.gone or change.kept:
        for hear in LISTENERS:
            hear(change)

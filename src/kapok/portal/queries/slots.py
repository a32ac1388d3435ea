"""What can be booked near somebody, and what they booked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db import connection
from django.utils.timezone import localtime

from kapok.access.scope import acting
from kapok.codes import ancestor_codes
from kapok.portal import codes
from kapok.portal.models import Booking
from kapok.portal.taking import taking


@dataclass(frozen=True)
class Slot:
    """A span of a site, with the places that are left."""

    id: UUID
    post: str
    starts_at: datetime
    ends_at: datetime
    n_left: int


@dataclass(frozen=True)
class Day:
    """The spans of a day at one site."""

    day: date
    post: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Booked:
    """A booking of one's own; ``is_called_off`` when its site has ended or changed."""

    id: UUID
    code: str
    post: str
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    is_called_off: bool


def around(community: int) -> list[int]:
    """The areas around a community whose sites are for it too."""
    return [code for code in ancestor_codes(community) if code != community]


def open_slots(community: int, *, at: datetime) -> tuple[Slot, ...]:
    """The spans that begin after a moment, full ones as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slot, post, starts_at, ends_at, capacity - booked "
            "FROM portal_slots(%s, %s::bigint[], %s)",
            [community, around(community), at],
        )
        rows = cursor.fetchall()
    return tuple(
        Slot(key, post, localtime(starts_at), localtime(ends_at), max(0, left))
        for key, post, starts_at, ends_at, left in rows
    )


def days(slots: tuple[Slot, ...]) -> tuple[Day, ...]:
    """Spans by day and site."""
    return tuple(_days(slots))


def _days(slots: tuple[Slot, ...]) -> Iterator[Day]:
    def when(slot: Slot) -> tuple[date, str]:
        return slot.starts_at.date(), slot.post

    for (day, post), each in groupby(sorted(slots, key=when), key=when):
        yield Day(day, post, tuple(sorted(each, key=lambda slot: slot.starts_at)))


def of_phone(phone: bytes, *, at: datetime) -> tuple[Booked, ...]:
    """The bookings of a telephone that are to come."""
    with acting(taking(at=at)):
        rows = list(Booking.objects.filter(phone_index=phone, ends_at__gt=at))
        return _booked(rows, at)


def of_code(text: str, *, at: datetime) -> Booked | None:
    """The booking of a code."""
    index = codes.booking_index(text)
    if index is None:
        return None
    with acting(taking(at=at)):
        rows = list(Booking.objects.filter(code_index=index))
        return next(iter(_booked(rows, at)), None)


def _booked(rows: list[Booking], at: datetime) -> tuple[Booked, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted FROM unnest(%s::uuid[]) AS wanted WHERE portal_slot_stands(wanted)",
            [[row.slot for row in rows]],
        )
        standing = {key for (key,) in cursor.fetchall()}
    return tuple(
        Booked(
            row.pk,
            codes.of_booking(row.pk),
            row.post,
            localtime(row.starts_at),
            localtime(row.ends_at),
            row.cancelled_at is not None,
            row.is_called_off
            or (row.cancelled_at is None and row.starts_at > at and row.slot not in standing),
        )
        for row in rows
    )

"""Appointments whose site changed: who booked is told, and those that go on go on silently."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.messages import send_texts
from kapok.access.scope import acting
from kapok.planning.booked import Change, Kept
from kapok.portal.models import Booking
from kapok.portal.taking import taking


@dataclass(frozen=True)
class Settled:
    """The bookings of a span with fewer places: those that stay, and those that do not."""

    staying: list[Booking]
    leaving: list[Booking]


def hear(change: Change) -> None:
    """Call off what is gone, and let the rest go on; inside the transaction that changes it."""
    with acting(taking(at=change.at)):
        kept = {each.slot: each for each in change.kept}
        by_slot: dict[UUID, list[Booking]] = defaultdict(list)
        rows = Booking.objects.select_for_update().filter(
            slot__in=[*change.gone, *kept], cancelled_at=None, ends_at__gt=change.at
        )
        for row in rows.order_by("made_at", "id"):
            by_slot[row.slot].append(row)
        leaving = [row for slot in change.gone for row in by_slot[slot]]
        settled = [settle(by_slot[slot], kept[slot]) for slot in kept]
        leaving += [row for each in settled for row in each.leaving]
        _call_off(leaving, change.at)
        staying = [row for each in settled for row in each.staying]
        _keep(staying)
    _tell(leaving, change.at)


def settle(rows: Sequence[Booking], kept: Kept) -> Settled:
    """Who booked first keeps a place; seats that are no more are exchanged for free ones."""
    staying, leaving = list(rows[: kept.capacity]), list(rows[kept.capacity :])
    taken = {row.seat for row in staying}
    free = iter(seat for seat in range(1, kept.capacity + 1) if seat not in taken)
    for row in staying:
        if row.seat > kept.capacity:
            row.seat = next(free)
        row.capacity, row.ends_at = kept.capacity, kept.ends_at
    return Settled(staying, leaving)


def _call_off(rows: Sequence[Booking], at: datetime) -> None:
    keys = [row.pk for row in rows]
    Booking.objects.filter(pk__in=keys).update(cancelled_at=at, is_called_off=True)


def _keep(rows: Sequence[Booking]) -> None:
    Booking.objects.bulk_update(rows, ["seat", "capacity", "ends_at"], batch_size=1_000)


def _tell(rows: Sequence[Booking], at: datetime) -> None:
    """One message for each telephone and span, however many of a family booked it."""
    told = {(bytes(row.phone_index), row.slot): row for row in rows}
    with translation.override(settings.LANGUAGE_CODE):
        letters = [
            (secrets.decrypt(bytes(row.phone), about="phone"), words(row)) for row in told.values()
        ]
    send_texts(letters, at=at)


def words(row: Booking) -> str:
    """What whoever booked reads on their telephone."""
    return _(
        "Your appointment of %(time)s at %(site)s was cancelled because the site's plan changed. "
        "Book another on your community's page."
    ) % {"time": f"{localtime(row.starts_at):%Y-%m-%d %H:%M}", "site": row.post}

"""A place in a span of a site: given once, never more than there are, and given back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import connection
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.access.scope import acting
from kapok.errors import Refused
from kapok.portal import codes
from kapok.portal.models import Booking, Deed, Mandate
from kapok.portal.queries.doorways import Here
from kapok.portal.queries.slots import around
from kapok.portal.taking import taking

MOST = 6  # to come, of one telephone: a family
HOLD = (
    "SELECT slot, place, post, starts_at, ends_at, capacity "
    "FROM portal_hold_slot(%s, %s, %s::bigint[], %s)"
)


@dataclass(frozen=True)
class Held:
    """A span, held until the end of the transaction."""

    slot: UUID
    place: int
    post: str
    starts_at: datetime
    ends_at: datetime
    capacity: int


def book(
    *, key: UUID, here: Here, slot: UUID, phone: str, at: datetime, mandate: UUID | None = None
) -> Booking:
    """Book the lowest place that is free. Raises ``Refused``; of two at a time one waits.

    ``key`` is of the form: sent again it is the same booking, also where nothing is free any more.
    It holds for its telephone and span alone: nobody reads another's by sending the key of it.
    """
    index = phone_index(phone)
    booking = uuid5(key, f"{index.hex()} {slot}")
    with acting(taking(at=at)):
        if (before := _booked(booking)) is not None:
            return before
        held = _held(here, slot, at)
        if (before := _booked(booking)) is not None:  # in the moment that this one waited
            return before
        _refuse_many(index, mandate, at)
        taken = set(
            Booking.objects.filter(slot=slot, cancelled_at=None).values_list("seat", flat=True)
        )
        seat = next((n for n in range(1, held.capacity + 1) if n not in taken), None)
        if seat is None:
            raise Refused(_("The last place of this hour was just taken. Choose another hour."))
        made = Booking.objects.create(
            id=booking,
            slot=slot,
            seat=seat,
            capacity=held.capacity,
            place=held.place,
            post=held.post,
            starts_at=held.starts_at,
            ends_at=held.ends_at,
            phone=secrets.encrypt(phone, about="phone"),
            phone_index=index,
            code_index=codes.booking_index(codes.of_booking(booking)),
            mandate=mandate,
            made_at=at,
        )
        if mandate is not None:
            Deed.objects.create(
                mandate_id=mandate,
                place=here.place,
                what=Mandate.Use.BOOKING,
                subject=booking,
                at=at,
            )
    return made


def cancel(*, booking: UUID, at: datetime) -> None:
    """Give a place back; whoever calls has shown that it is theirs."""
    with acting(taking(at=at)):
        row = Booking.objects.select_for_update().filter(pk=booking).first()
        if row is None or row.cancelled_at is not None:
            raise Refused(_("This booking was cancelled already."))
        if row.ends_at <= at:
            raise Refused(_("This appointment is over, so it cannot be cancelled."))
        row.cancelled_at = at
        row.save(update_fields=["cancelled_at"])


def _booked(booking: UUID) -> Booking | None:
    return Booking.objects.filter(pk=booking).first()


def _held(here: Here, slot: UUID, at: datetime) -> Held:
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [slot, here.community, around(here.community), at])
        row = cursor.fetchone()
    if row is None:
        raise Refused(
            _("This hour is not offered here any more: it has begun, was called off, or is for "
              "people of another place. Choose one of the list.")
        )  # fmt: skip
    return Held(*row)


def _refuse_many(phone: bytes, mandate: UUID | None, at: datetime) -> None:
    coming = Booking.objects.filter(
        phone_index=phone, cancelled_at=None, ends_at__gt=at, mandate=mandate
    )
    if coming.count() >= MOST:
        raise Refused(
            _("%(most)s appointments are booked with this telephone already. Cancel one first.")
            % {"most": MOST}
        )

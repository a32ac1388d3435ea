"""Residents sign in with a one-time code that is sent to their telephone.

Whether the number is known to Kapok is not asked here, so nothing here can tell it to a stranger.
"""

import math
import secrets as randomness
import unicodedata
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapok.access import operations, secrets, texting
from kapok.access.messages import send_text
from kapok.access.models import PhoneCode
from kapok.access.phones import phone_index
from kapok.errors import Refused

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
TRIES = 5
WINDOW = timedelta(hours=1)
CODES_FOR_A_PHONE = 3
# Thousands share one address of a mobile network, so an address may ask for many codes, of which
# most are typed: whoever has texts sent to the numbers of others types none.
CODES_FOR_AN_ADDRESS = 250
UNUSED_FOR_AN_ADDRESS = 50
KEPT = timedelta(days=1)  # the limits look back an hour


class Outcome(Enum):
    """What became of a try."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    SPENT = "SPENT"  # wrong, and it was the last try
    GONE = "GONE"  # none was sent, it was used, has run out, or was tried too often


@transaction.atomic
def send_code(*, phone: str, address: str, at: datetime, helpline: str = "") -> None:
    """Send a code to a canonical number; only the latest one opens.

    ``address`` is the network address that asks; ``helpline`` the telephone of the community whose
    page it is. Raises :class:`~kapok.errors.Refused` when the number or the address got too many
    codes in the last hour or the whole box sent as many as it may, and for a number that text
    messages do not go to.
    """
    texting.refuse_number(phone)
    of_phone, of_address = phone_index(phone), secrets.blind_index(address, about="address")
    _one_at_a_time(of_phone, of_address)
    _refuse_too_many({"phone_index": of_phone}, CODES_FOR_A_PHONE, at=at)
    unused = {"address_index": of_address, "used_at": None}
    _refuse_too_many(unused, UNUSED_FOR_AN_ADDRESS, at=at)
    _refuse_too_many({"address_index": of_address}, CODES_FOR_AN_ADDRESS, at=at)
    texting.refuse_code_too_many(at=at, helpline=helpline)
    code = f"{randomness.randbelow(10**DIGITS):0{DIGITS}}"
    PhoneCode.objects.create(
        phone_index=of_phone,
        address_index=of_address,
        code_hash=_hash(of_phone, code),
        sent_at=at,
        expires_at=at + GOOD_FOR,
    )
    minutes = GOOD_FOR // timedelta(minutes=1)
    text = _(
        "%(code)s is your code for Kapok. It is good for %(minutes)s minutes. "
        "Nobody of the community will ever ask you for it."
    ) % {"code": code, "minutes": minutes}
    send_text(phone, text, at=at, holds_code=True, is_asked_for=True)


def take_code(*, phone_index: bytes, code: str, at: datetime) -> None:
    """Let a code open a session, once. Raises :class:`~kapok.errors.Refused`; the try counts.

    Auditors hear of codes whose tries are spent.
    """
    outcome, left = _try(phone_index, code, at=at)
    if outcome is Outcome.SPENT:
        operations.note_spent_code(at=at)
    if outcome in {Outcome.GONE, Outcome.SPENT}:
        raise Refused(
            _(
                "There is no code to try any more: it was used, has run out, or was tried too "
                "often. Ask for a new code."
            )
        )
    if outcome is Outcome.WRONG:
        raise Refused(
            ngettext(
                "This is not the code that was sent last. You have %(left)s more try.",
                "This is not the code that was sent last. You have %(left)s more tries.",
                left,
            )
            % {"left": left}
        )


def forget_old(*, at: datetime) -> int:
    """Delete codes of yesterday and before; how many there were."""
    return PhoneCode.objects.filter(sent_at__lt=at - KEPT).delete()[0]


@transaction.atomic
def _try(phone_index: bytes, code: str, *, at: datetime) -> tuple[Outcome, int]:
    """What a try comes to, and how many are left. The count is kept whatever the caller does."""
    last = (
        PhoneCode.objects.select_for_update()
        .filter(phone_index=phone_index)
        .order_by("-sent_at", "-id")
        .first()
    )
    if last is None or last.used_at or last.expires_at <= at or last.n_tries >= TRIES:
        return Outcome.GONE, 0
    last.n_tries += 1
    typed = "".join(unicodedata.normalize("NFKC", code).split())  # ６ is 6
    if randomness.compare_digest(bytes(last.code_hash), _hash(phone_index, typed)):
        last.used_at = at
        last.save(update_fields=["n_tries", "used_at"])
        return Outcome.RIGHT, 0
    last.save(update_fields=["n_tries"])
    left = TRIES - last.n_tries
    return (Outcome.WRONG, left) if left else (Outcome.SPENT, 0)


def _refuse_too_many(same: dict[str, Any], limit: int, *, at: datetime) -> None:
    sent = PhoneCode.objects.filter(**same, sent_at__gt=at - WINDOW).order_by("-sent_at")
    times = list(sent.values_list("sent_at", flat=True)[:limit])
    if len(times) < limit:
        return
    minutes = max(1, math.ceil((times[-1] + WINDOW - at) / timedelta(minutes=1)))
    raise Refused(
        ngettext(
            "So many codes were sent already that you must wait %(minutes)s minute for another.",
            "So many codes were sent already that you must wait %(minutes)s minutes for another.",
            minutes,
        )
        % {"minutes": minutes}
    )


def _one_at_a_time(*indexes: bytes) -> None:
    """Whoever asks for the same number or from the same address at the same moment waits."""
    with connection.cursor() as cursor:
        for key in sorted(int.from_bytes(index[:8], signed=True) for index in indexes):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _hash(phone_index: bytes, code: str) -> bytes:
    return secrets.blind_index(f"{bytes(phone_index).hex()} {code}", about="phone code")

"""Telephone numbers: one way to write each, and what they are looked up by."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.errors import Refused


def canonical(text: str) -> str:
    """The number as ``+8613800138000``, however it was typed.

    Without a country code it is one of the region of this box (``KAPOK_PHONE_REGION``). Raises
    :class:`~kapok.errors.Refused` for what cannot be a number.
    """
    refusal = Refused(
        _(
            "“%(text)s” is not a telephone number. Write all of its digits; with + and the country "
            "code if it is one of another country."
        )
        % {"text": text[:30]}
    )
    try:
        number = phonenumbers.parse(text, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        raise refusal from None
    if not phonenumbers.is_valid_number(number):
        raise refusal
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_index(number: str) -> bytes:
    """What a canonical number is looked up by; nobody can turn it back into the number."""
    return secrets.blind_index(number, about="phone")

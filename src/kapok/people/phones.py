"""Telephone numbers in their one international form."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext_noop as _

from kapok.people.wrong import Wrong

MOBILE_CN = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
SEPARATORS = re.compile(r"[/、,，;；|\n]+|\s{2,}")
LONGEST = 60

UNREADABLE = _("This is no telephone number. Write it with its area code, or with + and country.")
IMPOSSIBLE = _("No telephone has this number: it has too few or too many digits, or a wrong start.")


@dataclass(frozen=True)
class Phone:
    """A number that can exist: ``+8613800138000``, its last four digits, whether it is mobile."""

    e164: str
    tail: str
    is_mobile: bool


@lru_cache(maxsize=1 << 16)
def read_phone(text: str, region: str = "CN") -> Phone:
    """The number, dialled from ``region`` unless it names its country.

    Raises :class:`~kapok.people.wrong.Wrong`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'")
    plain = re.sub(r"\.0$", "", plain)
    digits = re.sub(r"[\s\-–—().]", "", plain)
    mobile = MOBILE_CN.fullmatch(digits) if region == "CN" else None
    if mobile:
        return _phone(f"+86{mobile[1]}", is_mobile=True)
    if not digits or len(plain) > LONGEST:
        raise Wrong(UNREADABLE)
    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        raise Wrong(UNREADABLE) from None
    if not phonenumbers.is_valid_number(parsed):
        raise Wrong(IMPOSSIBLE)
    kind = phonenumbers.number_type(parsed)
    mobiles = phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    return _phone(
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), kind in mobiles
    )


def read_phones(text: str, region: str = "CN") -> tuple[Phone, ...]:
    """The numbers of a cell that may hold several (``13800138000/020-81234567``), each once."""
    parts = [part for part in SEPARATORS.split(text.strip()) if part.strip()]
    if not parts:
        raise Wrong(UNREADABLE)
    return tuple(dict.fromkeys(read_phone(part.strip(), region) for part in parts))


def _phone(e164: str, is_mobile: bool) -> Phone:
    return Phone(e164, e164[-4:], is_mobile)

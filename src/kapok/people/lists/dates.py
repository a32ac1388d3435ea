"""Dates as lists write them."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext_noop as _

from kapok.people.identity import OLDEST_YEAR
from kapok.people.wrong import Wrong

PARTS = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[t\s]+[\d:.]+z?)?")
TURNED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
SERIAL = re.compile(r"\d{5}(\.\d+)?")
EXCEL_ZERO = date(1899, 12, 30)

UNREADABLE = _("This date cannot be read. Write it as 1990-05-31.")
TWO_READINGS = _("This date may be read in two ways. Write it as 1990-05-31.")
NEVER = _("This birth date cannot be: it lies in the future or too long ago.")


def read_birth_date(text: str, *, today: date) -> date:
    """A birth date in any of the usual forms. Raises :class:`~kapok.people.wrong.Wrong`."""
    born = _date(unicodedata.normalize("NFKC", text).strip().casefold())
    if born > today or born.year < OLDEST_YEAR:
        raise Wrong(NEVER)
    return born


def _date(plain: str) -> date:
    try:
        if found := PARTS.fullmatch(plain):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if re.fullmatch(r"\d{8}", plain):
            return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
        if found := TURNED.fullmatch(plain):
            return _turned(int(found[1]), int(found[2]), int(found[3]))
        if SERIAL.fullmatch(plain):
            return EXCEL_ZERO + timedelta(days=int(plain[:5]))
    except ValueError:
        raise Wrong(UNREADABLE) from None
    raise Wrong(UNREADABLE)


def _turned(first: int, second: int, year: int) -> date:
    """31/05/1990: the day is the part that can be no month."""
    if first > 12:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    if first == second:
        return date(year, first, second)
    raise Wrong(TWO_READINGS)

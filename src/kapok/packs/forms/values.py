"""From what a phone, a page or a list sent to the value of a field, or why it is none.

Values are plain JSON: texts without surrounding space, whole and decimal numbers, true and false,
codes of choices, ``2021-06-12``, ``21:05``, ``2021-06-12T13:05:00Z``, place codes as 15 digits,
``{"lat": …, "lon": …}``, and the identifiers of attachments.
"""

import math
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access.phones import canonical
from kapok.errors import Refused
from kapok.packs import conditions
from kapok.packs.schema import Field, FieldType

Moment = TypeVar("Moment", date, time, datetime)

LONGEST = {FieldType.TEXT: 500, FieldType.LONG_TEXT: 10_000, FieldType.CODE: 500}
LONGEST_WORD = 100
GREATEST = 10**12
MOST_FILES = 10
MOST_CHOICES = 100
INTEGER = re.compile(r"[-+]?[0-9]{1,13}")
DECIMAL = re.compile(r"[-+]?[0-9]{1,13}(\.[0-9]{1,12})?")
PLACE = re.compile(r"[1-9][0-9]{14}")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
TRUTH = {"yes": True, "true": True, "no": False, "false": False}


class Unfit(Exception):
    """What was sent is no value of the field; the sentence says what would be one."""


def value_of(field: Field, given: Any) -> Any:
    """The value of a field; ``None`` where nothing was answered; :class:`Unfit` where none fits."""
    if isinstance(given, str):
        given = given.strip()
    if given is None or given == "" or given == []:
        return None
    found = READERS[field.type](field, given)
    _refuse_out_of_bounds(field, found)
    return found


def _text(field: Field, given: Any) -> str:
    if not isinstance(given, str):
        raise Unfit(_("Words are expected here."))
    longest = field.max_length or LONGEST[field.type]
    if len(given) > longest:
        raise Unfit(
            _("This is too long: %(n)s characters, and at most %(longest)s are possible.")
            % {"n": len(given), "longest": longest}
        )
    if UNSTORABLE.search(given):
        raise Unfit(_("There is a character in it that cannot be kept. Type it anew."))
    if field.pattern and not conditions.matches(given, field.pattern):
        raise Unfit(_("This does not look as it should.%(hint)s") % {"hint": _hint(field)})
    return given


def _integer(field: Field, given: Any) -> int:
    is_written = isinstance(given, str) and INTEGER.fullmatch(given)
    if is_written or (isinstance(given, float) and given.is_integer()):
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or abs(given) > GREATEST:
        raise Unfit(_("A whole number is expected here."))
    return given


def _decimal(field: Field, given: Any) -> float:
    if isinstance(given, str) and DECIMAL.fullmatch(given):
        given = float(given)
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if not is_number or not math.isfinite(given) or abs(given) > GREATEST:
        raise Unfit(_("A number is expected here, such as 37.5."))
    return float(given)


def _yes_no(field: Field, given: Any) -> bool:
    found = TRUTH.get(given.lower()) if isinstance(given, str) else given
    if not isinstance(found, bool):
        raise Unfit(_("Yes or no is expected here."))
    return found


def _choice(field: Field, given: Any) -> str:
    if not isinstance(given, str) or given not in _codes(field):
        raise Unfit(_("This is none of the choices. Choose one of them."))
    return given


def _choices(field: Field, given: Any) -> list[str] | None:
    chosen = given.split() if isinstance(given, str) else given
    if not isinstance(chosen, list) or len(chosen) > MOST_CHOICES:
        raise Unfit(_("A list of choices is expected here."))
    codes = _codes(field)
    if any(not isinstance(code, str) or code not in codes for code in chosen):
        raise Unfit(_("This is none of the choices. Choose some of them."))
    return list(dict.fromkeys(chosen)) or None


def _codes(field: Field) -> set[str]:
    return {option.code for option in field.options}


def _date(field: Field, given: Any) -> str:
    found = _read(date.fromisoformat, given, first=10)
    if found is None:
        raise Unfit(_("A date is expected here, such as 2021-06-12."))
    return found.isoformat()


def _time(field: Field, given: Any) -> str:
    found = _read(time.fromisoformat, given, first=5)
    if found is None:
        raise Unfit(_("A time of day is expected here, such as 21:05."))
    return found.isoformat("minutes")


def _datetime(field: Field, given: Any) -> str:
    found = _read(datetime.fromisoformat, given)
    if found is None:
        raise Unfit(_("A date with its time is expected here, such as 2021-06-12T21:05+08:00."))
    aware = found if timezone.is_aware(found) else timezone.make_aware(found)
    try:
        moment = aware.astimezone(UTC)
    except OverflowError:
        raise Unfit(_("This date is too far away. Check the year.")) from None
    return moment.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _read(reader: Callable[[str], Moment], given: Any, first: int | None = None) -> Moment | None:
    if not isinstance(given, str) or len(given) > LONGEST_WORD:
        return None
    try:
        return reader(given[:first])
    except ValueError:
        return None


def _phone(field: Field, given: Any) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_WORD:
        raise Unfit(_("A telephone number is expected here."))
    try:
        return canonical(given)
    except Refused as refusal:
        raise Unfit(str(refusal)) from None


def _place(field: Field, given: Any) -> str:
    text = str(given) if isinstance(given, int) and abs(given) < 10**16 else given
    if not isinstance(text, str) or not PLACE.fullmatch(text):
        raise Unfit(_("A place is expected here: its code of 15 digits."))
    return text


def _location(field: Field, given: Any) -> dict[str, float]:
    """``{"lat": …, "lon": …, "accuracy_m": …}``, or ODK's “lat lon altitude accuracy”."""
    if isinstance(given, str):
        parts = given[:LONGEST_WORD].split()
        given = dict(zip(("lat", "lon", "altitude_m", "accuracy_m"), parts, strict=False))
    if not isinstance(given, dict):
        raise Unfit(_("A position on the map is expected here."))
    limits = {"lat": 90.0, "lon": 180.0, "accuracy_m": 1e6}
    found = {}
    for name, most in limits.items():
        if name in given or name != "accuracy_m":
            number = _decimal(field, given.get(name)) if given.get(name) is not None else math.inf
            if abs(number) > most:
                raise Unfit(_("A position on the map is expected here."))
            found[name] = number
    return found


def _files(field: Field, given: Any) -> list[str] | None:
    """The identifiers of what was sent beside the answers."""
    listed = [given] if isinstance(given, str) else given
    most = int(field.max) if isinstance(field.max, int | float) else MOST_FILES
    if field.type == FieldType.SIGNATURE:
        most = 1
    if not isinstance(listed, list) or len(listed) > most:
        raise Unfit(_("At most %(n)s files can be sent here.") % {"n": most})
    try:
        return [str(UUID(item)) for item in listed] or None
    except (ValueError, AttributeError, TypeError):
        raise Unfit(_("A file is named by its identifier. Send the file first.")) from None


def _refuse_out_of_bounds(field: Field, found: Any) -> None:
    if found is None or field.type in {FieldType.PHOTO, FieldType.VOICE, FieldType.SIGNATURE}:
        return
    least, most = (_bound(field, bound) for bound in (field.min, field.max))
    if least is not None and found < least:
        raise Unfit(_("Write %(limit)s or above.") % {"limit": field.min})
    if most is not None and found > most:
        raise Unfit(_("Write %(limit)s or below.") % {"limit": field.max})


def _bound(field: Field, bound: Any) -> Any:
    """A bound as the values are written."""
    return READERS[field.type](field, bound) if isinstance(bound, str) else bound


def _hint(field: Field) -> str:
    return f" {field.hint.here()}" if field.hint else ""


READERS: dict[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.CODE: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATETIME: _datetime,
    FieldType.PHONE: _phone,
    FieldType.PLACE: _place,
    FieldType.LOCATION: _location,
    FieldType.PHOTO: _files,
    FieldType.VOICE: _files,
    FieldType.SIGNATURE: _files,
}


def named(names: Iterable[object]) -> str:
    """A few names, short enough to show."""
    shown = [str(name)[:40] for name in names]
    return ", ".join(f"“{name}”" for name in shown[:5]) + ("…" if len(shown) > 5 else "")

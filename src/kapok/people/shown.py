"""What a page may show: the fields that the purpose needs, masked until somebody asks for more."""

from dataclasses import dataclass
from datetime import date

import phonenumbers

from kapok.access import masks
from kapok.access.purposes import PURPOSES
from kapok.access.scope import Acting


@dataclass(frozen=True)
class Shown:
    """As what values leave a query.

    Attributes
    ----------
    fields
        Those that the purpose needs, as ``model.field``.
    revealed
        Whether values are whole; else they are masked.
    """

    fields: frozenset[str]
    revealed: bool = False

    def needs(self, field: str) -> bool:
        """Whether the purpose needs this field at all."""
        return field in self.fields

    def name(self, text: str) -> str:
        """A name, or its mask."""
        return text if self.revealed else masks.name(text)

    def room(self, text: str) -> str:
        """A room, or its mask."""
        return text if self.revealed else masks.room(text)

    def phone(self, text: str) -> str:
        """A telephone, or its mask after the country code."""
        if self.revealed:
            return text
        code, rest = _parted(text)
        return f"{code} {masks.phone(rest)}" if code else masks.phone(rest)

    def identity(self, text: str) -> str:
        """The number of papers, or its mask."""
        return text if self.revealed else masks.identity(text)

    def birth(self, day: date | None) -> str:
        """A birth date, or its year."""
        if day is None:
            return ""
        return day.isoformat() if self.revealed else f"{day.year}-**-**"

    def words(self, text: str) -> str:
        """A note, or that there is one."""
        return text if self.revealed else masks.room(text)


def for_acting(who: Acting, *, revealed: bool = False) -> Shown:
    """What the purpose of who acts needs; without one, nothing."""
    purpose = PURPOSES.get(who.purpose)
    return Shown(purpose.fields if purpose else frozenset(), revealed)


def whole() -> Shown:
    """All of it, unmasked: for residents, of themselves."""
    return Shown(PURPOSES["own_data"].fields, revealed=True)


def age(born: date | None, today: date) -> int | None:
    """Whole years on a day."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _parted(number: str) -> tuple[str, str]:
    """The country code and the rest of an international number."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "", number
    code = f"+{parsed.country_code}"
    return code, number.removeprefix(code)

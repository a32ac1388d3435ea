"""Telephones that are announced at a place: those kept here, and of whoever registered a source."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from kapok.codes import ancestor_codes, community_of
from kapok.portal.models import PublicPhone


@dataclass(frozen=True)
class Number:
    """A telephone: whose, which, when it is answered, and what else to know of it.

    ``is_closed`` is said of this moment alone, so it stands on no poster.
    """

    label: str
    number: str
    hours: str = ""
    note: str = ""
    whole: str = ""  # with the country's digits, where it is known
    is_closed: bool = False

    @property
    def dialled(self) -> str:
        """As a telephone link has it."""
        return self.whole or "".join(letter for letter in self.number if letter in "+0123456789")


Source = Callable[[int, datetime], Sequence[Number]]
SOURCES: list[Source] = []  # of apps with lines of their own, such as a hotline


def announced(place: int, *, at: datetime) -> tuple[Number, ...]:
    """The telephones of a place: the nearest area's first."""
    where = ancestor_codes(place)
    rows = PublicPhone.objects.filter(place__in={*where, community_of(place)})
    kept = sorted(rows, key=lambda row: (-row.place, row.order, row.made_at))
    in_english = not (get_language() or "zh").startswith("zh")
    found = [
        Number((in_english and row.label_en) or row.label_zh, row.number, row.hours) for row in kept
    ]
    return (*found, *(number for source in SOURCES for number in source(place, at)))


def first_of(place: int, *, at: datetime) -> str:
    """The number to call where a page cannot help; empty where none is announced."""
    found = announced(place, at=at)
    return found[0].number if found else ""

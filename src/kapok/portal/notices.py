"""Notices as the online home reads them, from whoever registered as a source.

A source says what is announced at a place, in the language that is active; its stamp changes
whenever any of it does, so that pages are not shown longer than they are true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Notice:
    """One notice or advice.

    Attributes
    ----------
    key
        Of its own, for the anchor in the page.
    text
        Plain words; an empty line begins a new paragraph.
    signed
        Who answers for it: an office, not a person.
    changed
        What is new since the notice before it; empty where there was none.
    stands_first
        Whether it stands above newer ones.
    answers_at
        The address of the page on which somebody answers it; empty where nobody can.
    """

    key: str
    title: str
    text: str
    signed: str
    at: datetime
    changed: str = ""
    is_urgent: bool = False
    stands_first: bool = False
    answers_at: str = ""


class Source(Protocol):
    """Where notices come from."""

    def read(self, place: int, at: datetime) -> Sequence[Notice]:
        """What is announced at a place at a moment."""
        ...

    def stamp(self) -> str:
        """Another one whenever something changes; asked about once a second."""
        ...


SOURCES: list[Source] = []
MOST = 20


def read(place: int, *, at: datetime) -> tuple[Notice, ...]:
    """What is announced at a place: new urgent ones first, then the newest."""
    found = [notice for source in SOURCES for notice in source.read(place, at)]
    found.sort(key=lambda notice: (notice.stands_first, notice.at), reverse=True)
    return tuple(found[:MOST])


def stamp() -> str:
    """Changes whenever some notice does."""
    return "|".join(source.stamp() for source in SOURCES)

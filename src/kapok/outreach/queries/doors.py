"""The doors that somebody answers for: flats without names, and who has a notice already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.access.scope import current
from kapok.outreach.workflow import How

MOST = 2000  # of outreach_doors
COLUMNS = "household, building, building_name, room, has_phone, how, noted_at"


@dataclass(frozen=True)
class Door:
    """A household as the list shows it.

    Attributes
    ----------
    how, noted_at
        How and when it was told; empty: not yet.
    """

    household: UUID
    building: UUID
    building_name: str
    room: str
    has_phone: bool
    how: str = ""
    noted_at: datetime | None = None

    @property
    def is_told(self) -> bool:
        """Whether the household has the notice."""
        return self.noted_at is not None

    @property
    def how_label(self) -> str:
        """How it was told, for people."""
        return str(How(self.how).label) if self.how else ""


def doors(version: UUID, *, lo: int | None = None, hi: int | None = None) -> list[Door]:
    """All doors of a version that who acts answers for, by building and room."""
    who = current()
    places = who.ranges or ((0, 0),)
    low, high = min(a for a, _b in places), max(b for _a, b in places)
    values: list[Any] = [version, low if lo is None else lo, high if hi is None else hi, who.at]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM outreach_doors(%s, %s, %s, %s)", values)
        rows = cursor.fetchall()
    return [
        Door(home, building, name, room, has_phone, how or "", noted_at)
        for home, building, name, room, has_phone, how, noted_at in rows
    ]

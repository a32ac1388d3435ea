"""Kinds of columns that Django does not have."""

from typing import Any

from django.db import models
from psycopg.types.multirange import Int8Multirange
from psycopg.types.range import Int8Range

from kapok.codes import span

Ranges = tuple[tuple[int, int], ...]


class RangesField(models.Field):
    """Half-open ranges of place codes, ``((lo, hi), ...)``, stored as one ``int8multirange``."""

    def db_type(self, connection: Any) -> str:
        """The type of the column."""
        return "int8multirange"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ranges | None:
        """Rows carry tuples."""
        return None if value is None else tuple((part.lower, part.upper) for part in value)

    def get_prep_value(self, value: Any) -> Any:
        """Tuples go to the database as a multirange."""
        if value is None or isinstance(value, Int8Multirange):
            return value
        return multirange(value)

    def to_python(self, value: Any) -> Ranges | None:
        """What forms and fixtures give, as tuples."""
        return None if value is None else tuple((int(lo), int(hi)) for lo, hi in value)


def multirange(ranges: Ranges) -> Int8Multirange:
    """Ranges as the driver sends them."""
    return Int8Multirange(Int8Range(lo, hi, "[)") for lo, hi in ranges)


def spans(areas: list[tuple[int, str]]) -> Ranges:
    """The ranges of areas given as (code, level), sorted, without those inside another."""
    joined: list[tuple[int, int]] = []
    for lo, hi in sorted(span(code, level) for code, level in areas):
        if joined and lo <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(hi, joined[-1][1]))
        else:
            joined.append((lo, hi))
    return tuple(joined)


def holds(ranges: Ranges, place: int) -> bool:
    """Whether a place lies in one of the ranges."""
    return any(lo <= place < hi for lo, hi in ranges)

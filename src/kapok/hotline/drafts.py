"""A line as somebody wants it to be: from forms to operations."""

from dataclasses import dataclass, field
from typing import Any

from kapok.hotline.workflow import LineKind


@dataclass(frozen=True)
class Draft:
    """A line as it is to be."""

    place: int
    level: str
    name_zh: str
    number: str
    name_en: str = ""
    kind: str = LineKind.GENERAL
    hours: dict[str, Any] = field(default_factory=dict)
    least_seats: int = 1
    overflow_s: int = 20

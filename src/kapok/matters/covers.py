"""What covers a place, as apps above this one know it: a zone with its decision document."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Cover:
    """A zone over a place; ``has_document`` says that somebody decided it in writing."""

    zone: UUID
    kind: str
    has_document: bool


Finder = Callable[[Iterable[int], datetime], dict[int, Cover]]
FINDERS: list[Finder] = []


def covering(places: Iterable[int], at: datetime) -> dict[int, Cover]:
    """What covers some places at a moment: the strictest, by place."""
    wanted = set(places)
    found: dict[int, Cover] = {}
    for finder in FINDERS:
        found |= finder(wanted, at)
    return found

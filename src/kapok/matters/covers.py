"""What covers a spot, as apps above this one know it: a zone with its decision document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.matters.engine.facts import Spot


@dataclass(frozen=True)
class Cover:
    """A zone over a spot; ``has_document`` says that somebody decided it in writing."""

    zone: UUID
    kind: str
    has_document: bool


Finder = Callable[[Sequence[Spot], datetime], list[Cover | None]]
FINDERS: list[Finder] = []


def covering(spots: Sequence[Spot], at: datetime) -> list[Cover | None]:
    """What covers some spots at a moment: for each the strictest, in their order."""
    found: list[Cover | None] = [None] * len(spots)
    for finder in FINDERS:
        found = [mine or theirs for mine, theirs in zip(found, finder(spots, at), strict=True)]
    return found

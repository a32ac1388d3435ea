"""How the grids of a community came to be what they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.places.models import GridVersion


@dataclass(frozen=True)
class VersionFacts:
    """One version of the grids of a community and what it changed."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    published_by: str
    drawing_id: UUID
    by_hand: bool
    n_moves: int
    low: int
    high: int
    n_grids: int
    n_kept: int
    n_new: int
    n_retired: int
    moved_buildings: int
    moved_households: int


def history(community: int) -> tuple[VersionFacts, ...]:
    """The versions of a community, the latest first."""
    versions = GridVersion.objects.filter(community=community)
    return tuple(
        VersionFacts(
            number=each.number,
            valid_from=each.valid_from,
            valid_to=each.valid_to,
            published_by=str(each.published_by) if each.published_by else "",
            drawing_id=each.drawing_id,
            by_hand=each.drawing.by_hand,
            n_moves=each.drawing.n_moves,
            low=each.drawing.low,
            high=each.drawing.high,
            n_grids=each.n_grids,
            n_kept=each.n_kept,
            n_new=each.n_new,
            n_retired=each.n_retired,
            moved_buildings=each.moved_buildings,
            moved_households=each.moved_households,
        )
        for each in versions.select_related("published_by", "drawing").order_by("-number")
    )

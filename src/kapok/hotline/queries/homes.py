"""The homes of households, as a caller is found there: whole, since help must reach the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kapok.matters.queries import labels
from kapok.people.models import Household


@dataclass(frozen=True)
class Home:
    """Where a household lives."""

    household: UUID
    building: UUID
    place: int
    place_name: str
    address: str


def homes_of(households: Sequence[UUID]) -> tuple[Home, ...]:
    """The homes of households in sight; the caller writes that they were seen."""
    rows = Household.objects.filter(pk__in=households, ended_at=None).select_related(
        "dwelling__building"
    )
    found = list(rows.order_by("id"))
    names = labels.places(row.place for row in found)
    return tuple(
        Home(
            household=row.pk,
            building=row.dwelling.building_id,
            place=row.place,
            place_name=names[row.place],
            address=f"{row.dwelling.building} {row.dwelling.room}".strip(),
        )
        for row in found
    )

"""Buildings and dwellings of one's places."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from kapok.access import scope
from kapok.people.models import Household
from kapok.places.models import Building

MOST = 300


@dataclass(frozen=True)
class BuildingChoice:
    """A building that somebody can be said to live in."""

    id: UUID
    label: str


@dataclass(frozen=True)
class HouseholdChoice:
    """A household of a dwelling."""

    id: UUID
    n_people: int


def buildings_like(text: str, *, at_most: int = MOST) -> tuple[BuildingChoice, ...]:
    """Standing buildings of one's places whose name holds ``text`` as people say it.

    ``3栋`` is not found in ``13栋``: before a digit that begins there stands no other.
    """
    text = text.strip()
    here = Building.objects.filter(within(scope.current().ranges), gone_at=None)
    exact = here.filter(name=text) if text else here
    rows = list(exact.order_by("name", "source_id")[:at_most])
    if text and not rows:
        before = r"(^|[^0-9])" if text[0].isdigit() else ""
        after = r"($|[^0-9])" if text[-1].isdigit() else ""
        like = Q(name__iregex=before + re.escape(text) + after, name__icontains=text)
        rows = list(here.filter(like | Q(name="", source_id=text)).order_by("name")[:at_most])
    return tuple(BuildingChoice(row.pk, str(row)) for row in rows)


def within(ranges: tuple[tuple[int, int], ...]) -> Q:
    """Rows whose place lies in one of the ranges; none where there are none."""
    inside = Q(pk__in=[])
    for low, high in ranges:
        inside |= Q(place__gte=low, place__lt=high)
    return inside


def households_of(building: UUID, room: str) -> tuple[HouseholdChoice, ...]:
    """The households that live in a dwelling now."""
    rows = Household.objects.filter(dwelling__building=building, dwelling__room=room, ended_at=None)
    return tuple(HouseholdChoice(row.pk, row.people.filter(left_at=None).count()) for row in rows)

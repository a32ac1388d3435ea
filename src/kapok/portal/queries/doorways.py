"""Where a short address leads, and which there are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from kapok.codes import WIDTH, Level, community_of
from kapok.places.models import Area, Building
from kapok.portal import codes
from kapok.portal.models import Doorway


@dataclass(frozen=True)
class Here:
    """Where somebody stands who opened a short address.

    Attributes
    ----------
    code
        The short code itself.
    community
        Whose page it is.
    place
        The grid of the building, where the poster hangs in one; else the community.
    at
        The building and stairwell in words; empty on the community's own address.
    """

    code: str
    community: int
    place: int
    name: str
    within: str
    building: UUID | None = None
    at: str = ""


@dataclass(frozen=True)
class Poster:
    """A poster to print."""

    code: str
    community: str
    at: str


def behind(code: str) -> Here | None:
    """Where a code leads. One that was retired leads to its community, one never given nowhere."""
    row = Doorway.objects.filter(code=codes.as_typed(code)).select_related("building").first()
    if row is None:
        return None
    area = (
        Area.objects.filter(code=community_of(row.place), valid_to=None)
        .select_related("parent")
        .first()
    )
    if area is None:
        return None
    within = area.parent.name if area.parent else ""
    here = Here(row.code, area.code, area.code, area.name, within)
    building = row.building
    if building is None or row.retired_at is not None or community_of(building.place) != area.code:
        return here
    at = f"{building.name} {row.stairwell}".strip()
    return Here(row.code, area.code, building.place, area.name, within, building.pk, at)


def address_of(community: int) -> str:
    """The short code of a community; empty where it has none yet."""
    return addresses_of([community]).get(community, "")


def addresses_of(communities: Collection[int]) -> dict[int, str]:
    """The short codes of those of some communities that have one."""
    rows = Doorway.objects.filter(place__in=communities, building=None, retired_at=None)
    return dict(rows.values_list("place", "code"))


def posters(community: int) -> tuple[Poster, ...]:
    """The posters of a community: its own first, then building by building."""
    area = Area.objects.filter(code=community, valid_to=None).first()
    rows = (
        Doorway.objects.filter(
            place__gte=community, place__lt=community + WIDTH[Level.COMMUNITY], retired_at=None
        )
        .select_related("building")
        .order_by("place", "building__name", "stairwell")
    )
    name = area.name if area else ""
    return tuple(
        Poster(row.code, name, f"{row.building.name} {row.stairwell}".strip())
        if row.building
        else Poster(row.code, name, "")
        for row in rows
    )


def of_community(community: int) -> QuerySet[Building]:
    """The standing buildings of a community, by name."""
    lo, hi = community, community + WIDTH[Level.COMMUNITY]
    return Building.objects.filter(place__gte=lo, place__lt=hi, gone_at=None).order_by("name", "pk")


def without_poster(community: int) -> int:
    """How many buildings of a community have no poster yet."""
    lo, hi = community, community + WIDTH[Level.COMMUNITY]
    standing = of_community(community)
    hung = Doorway.objects.filter(building__isnull=False, retired_at=None, place__gte=lo)
    return standing.exclude(pk__in=hung.filter(place__lt=hi).values("building")).count()

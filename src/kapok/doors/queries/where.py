"""Where somebody wants to report: communities by their name, or the one around a position."""

from dataclasses import dataclass

from django.db.models import Q

from kapok.codes import Level, community_of
from kapok.matters.queries.spots import nearest_places
from kapok.places.models import Area
from kapok.places.names import of_places

MOST = 20


@dataclass(frozen=True)
class Place:
    """A place to choose, with the one that it lies in."""

    code: int
    name: str
    within: str


def communities(text: str) -> tuple[Place, ...]:
    """Communities whose own name, or that of their street, has these words."""
    words = text.split()[:5]
    if not words:
        return ()
    wanted = Q()
    for word in words:
        wanted &= (
            Q(name_zh__icontains=word)
            | Q(name_en__icontains=word)
            | Q(parent__name_zh__icontains=word)
            | Q(parent__name_en__icontains=word)
        )
    rows = Area.objects.filter(wanted, level=Level.COMMUNITY, valid_to=None)
    return tuple(_place(area) for area in rows.select_related("parent")[:MOST])


def first_communities() -> tuple[Place, ...]:
    """All of them, where they are few; else none."""
    rows = Area.objects.filter(level=Level.COMMUNITY, valid_to=None).select_related("parent")
    found = list(rows[: MOST + 1])
    return tuple(_place(area) for area in found) if len(found) <= MOST else ()


def around(lon: float, lat: float) -> int | None:
    """The place of a position."""
    [found] = nearest_places([(lon, lat)])
    return found


def known(code: int) -> Place | None:
    """A standing place that can be reported at: a community or a grid of one."""
    area = (
        Area.objects.filter(code=code, valid_to=None, level__in=[Level.COMMUNITY, Level.GRID])
        .select_related("parent")
        .first()
    )
    if area is not None:
        name = of_places({code}).get(code, area.name)
        is_grid = area.level == Level.GRID  # its name says the community
        return Place(code, name, "" if is_grid or not area.parent else area.parent.name)
    inside = community_of(code)
    return known(inside) if inside != code else None


def _place(area: Area) -> Place:
    return Place(area.code, area.name, area.parent.name if area.parent else "")

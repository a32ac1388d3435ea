"""Where whoever acts may make plans: their own areas, and those right inside them."""

from dataclasses import dataclass

from django.db.models import Q

from kapok.access import scope
from kapok.codes import Level
from kapok.places.models import Area

MOST_SHOWN = 300


@dataclass(frozen=True)
class Choice:
    """An area that a plan can be made for."""

    code: int
    name: str


def places() -> tuple[Choice, ...]:
    """The largest first."""
    roots = [lo for lo, _hi in scope.current().ranges][:50]
    inside = Q(code__in=roots) | Q(parent__code__in=roots) & ~Q(level=Level.GRID)
    found = Area.objects.filter(inside, valid_to=None).order_by("code")[:MOST_SHOWN]
    mine = sorted(found, key=lambda area: (area.code not in roots, area.code))
    return tuple(Choice(area.code, area.name) for area in mine)

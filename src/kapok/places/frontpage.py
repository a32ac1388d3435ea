"""What the start page says about the data of this box: counts and sources, nothing of anybody."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from kapok.codes import Level
from kapok.places.models import Area, Building, GridVersion, Source


@dataclass(frozen=True)
class Figures:
    """How much of everything there is."""

    districts: int
    streets: int
    communities: int
    buildings: int
    households: int
    grids: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing was loaded yet."""
        return self.buildings == 0


@dataclass(frozen=True)
class Town:
    """A source of data, as its licence asks it to be shown."""

    title: str
    licence: str
    attribution: str
    url: str
    made_up: bool


def figures() -> Figures:
    """The counts, in three queries."""
    standing = Area.objects.filter(valid_to=None)
    areas = standing.aggregate(
        districts=Count("pk", filter=Q(level=Level.DISTRICT)),
        streets=Count("pk", filter=Q(level=Level.STREET)),
        communities=Count("pk", filter=Q(level=Level.COMMUNITY)),
    )
    buildings = Building.objects.filter(gone_at=None).aggregate(
        buildings=Count("pk"), households=Sum("households", default=0)
    )
    in_force = GridVersion.objects.filter(valid_to=None).aggregate(grids=Sum("n_grids", default=0))
    return Figures(**areas, **buildings, **in_force)


def sources() -> tuple[Town, ...]:
    """Where the data came from."""
    rows = Source.objects.values_list("title", "licence", "attribution", "url", "made_up")
    return tuple(Town(*row) for row in rows)

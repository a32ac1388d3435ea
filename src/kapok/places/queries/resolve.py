"""What an old code means today."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from kapok.places.models import Area

SUCCESSORS = """
    SELECT {place}, count(*), coalesce(sum(building.households), 0)
    FROM places_placement AS placement
    JOIN places_building AS building ON building.id = placement.building_id
    {join}
    WHERE placement.grid_id = (
        SELECT grid.id FROM places_drawngrid AS grid
        JOIN places_gridversion AS version USING (drawing_id, community)
        WHERE grid.code = %(code)s
        ORDER BY version.number DESC LIMIT 1
    )
    GROUP BY 1 ORDER BY 3 DESC, 1
"""
NOW = SUCCESSORS.format(place="CASE WHEN building.gone_at IS NULL THEN building.place END", join="")
THEN = SUCCESSORS.format(
    place="later.code",
    join="""
    LEFT JOIN LATERAL (
        SELECT grid.code FROM places_placement AS other
        JOIN places_drawngrid AS grid ON grid.id = other.grid_id
        JOIN places_gridversion AS version
            ON version.drawing_id = grid.drawing_id AND version.community = grid.community
        WHERE other.building_id = building.id AND version.valid_from <= %(at)s
          AND (version.valid_to IS NULL OR version.valid_to > %(at)s)
        ORDER BY version.valid_from DESC LIMIT 1
    ) AS later ON true""",
)


@dataclass(frozen=True)
class Successor:
    """Where buildings of an old grid lie; ``code`` is ``None`` for those that are gone."""

    code: int | None
    n_buildings: int
    households: int


@dataclass(frozen=True)
class Resolved:
    """A code, and where its buildings are if it is a grid.

    For a grid in force that is the grid itself.
    """

    code: int
    level: str
    name: str
    valid_from: datetime
    valid_to: datetime | None
    successors: tuple[Successor, ...]

    @property
    def in_force(self) -> bool:
        """Whether the code has not been retired."""
        return self.valid_to is None


def resolve(code: int, *, at: datetime | None = None) -> Resolved | None:
    """What became of a code, today or at a moment; ``None`` for a code that was never used.

    The buildings are those that the grid had last.
    """
    area = Area.objects.filter(code=code).first()
    if area is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(NOW if at is None else THEN, {"code": code, "at": at})
        successors = tuple(
            Successor(place, n, int(households)) for place, n, households in cursor.fetchall()
        )
    return Resolved(area.code, area.level, area.name, area.valid_from, area.valid_to, successors)

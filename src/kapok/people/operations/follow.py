"""Let people follow their buildings, where something else than PostgreSQL's own rule must do it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from kapok.access.models import User


@transaction.atomic
def follow_buildings(*, buildings: Iterable[UUID], by: User | None, at: datetime) -> int:
    """Give what lives in some buildings their place; how many people that moved.

    A trigger does the same whenever a building's place changes (``sql/follow.sql``). This is for
    whoever wrote people's rows without looking at buildings, such as a restored backup.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_follow_buildings(%s::uuid[])", [list(buildings)])
        [moved] = cursor.fetchone()
    return moved

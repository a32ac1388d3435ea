"""One change of zones at a time, and as whom the box makes it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection

from kapok.access.roles import Permission
from kapok.access.scope import Acting, of_intake

DOOR = UUID(int=2)  # owns what zones do to matters
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('zones', 0))"


def one_at_a_time() -> None:
    """Wait until whoever changes a zone is done: which zone is the strictest must not change
    between looking and moving.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)


def box(at: datetime) -> Acting:
    """The box carrying a zone's rules out: reaches matters of every realm, and nobody's file."""
    of_matters = of_intake(DOOR, at=at)
    own = {Permission.ZONE_VIEW, Permission.ZONE_ORDER}
    return replace(of_matters, permissions=of_matters.permissions | own)

"""The trace of who saw whom: opaque keys, never values; one entry for all rows of a page."""

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from kapok.access.models import Look
from kapok.access.scope import current

LOCAL = ZoneInfo("Asia/Shanghai")
DAY = range(7, 22)  # hours in which people work; looks at other hours are marked


def look(action: Look.Action, subjects: Iterable[UUID], *, place: int | None = None) -> Look:
    """Write down that whoever acts now saw these subjects, in the transaction that read them.

    ``place`` is the area looked at; without it, the first place of the acting ranges. Raises
    :class:`~kapok.errors.NotAllowed` where nobody acts.
    """
    who = current()
    keys = list(dict.fromkeys(subjects))
    if place is None and who.ranges:
        place = who.ranges[0][0]
    return Look.objects.create(
        at=who.at,
        account=who.account,
        appointment=who.appointment,
        role=who.role,
        purpose=who.purpose,
        action=action,
        place=place,
        n_subjects=len(keys),
        subjects=keys,
        outside_hours=who.at.astimezone(LOCAL).hour not in DAY,
        request=who.request,
    )

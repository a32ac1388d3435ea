"""Appointing people to areas that exist: names and levels come from the tree of areas."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import operations as access
from kapok.access.models import Appointment, User
from kapok.access.operations.appointments import Area as Held
from kapok.errors import Refused
from kapok.places.models import Area
from kapok.workforce.queries.scoped import said_name


def areas_of(codes: Sequence[int]) -> list[Held]:
    """Areas in force by their codes. Raises :class:`~kapok.errors.Refused` for one that is not."""
    rows = {
        area.code: area
        for area in Area.objects.filter(code__in=set(codes), valid_to=None).select_related("parent")
    }
    missing = [code for code in codes if code not in rows]
    if missing:
        raise Refused(
            _("No area in force has the code %(code)s. Choose it from the tree.")
            % {"code": missing[0]}
        )
    return [(code, rows[code].level, said_name(rows[code])) for code in dict.fromkeys(codes)]


@transaction.atomic
def appoint_people(
    *,
    accounts: Sequence[UUID],
    role: str,
    codes: Sequence[int],
    starts_at: datetime,
    ends_at: datetime | None,
    is_deputy: bool = False,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> list[Appointment]:
    """Give one role over areas in force to each of some people."""
    areas = tuple(areas_of(codes))
    asked = [
        access.Asked(account, role, areas, starts_at, ends_at, is_deputy=is_deputy)
        for account in accounts
    ]
    return access.appoint_many(asked=asked, reason=reason, by=by, at=at)

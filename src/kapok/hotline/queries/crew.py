"""Who works at the lines of a place: those who hold an appointment that takes calls."""

from datetime import datetime
from uuid import UUID

from kapok.access import scope
from kapok.access.models import Appointment
from kapok.access.roles import ROLES, Permission

TAKING = [code for code, role in ROLES.items() if Permission.CALL_TAKE in role.grants]
MOST = 500


def members(*, at: datetime) -> list[Appointment]:
    """Appointments in force that take calls inside the places of who acts, by people's names.

    Whoever works for a larger area as well belongs to the group there.
    """
    who = scope.current()
    rows = Appointment.objects.in_force(at).filter(role__in=TAKING, account__is_active=True)
    found = rows.select_related("account").order_by("account__username")[:MOST]
    return [held for held in found if all(who.covers(lo, hi) for lo, hi in held.ranges)]


def places(*, at: datetime) -> dict[UUID, int]:
    """A place of each of them, where what is noted of them lies."""
    return {held.account_id: held.ranges[0][0] for held in members(at=at)}

"""As what the box takes in what residents send, and who the helper of a household is."""

from dataclasses import replace
from datetime import datetime

from kapok.access.roles import Permission
from kapok.access.scope import Acting
from kapok.doors.entrances import PORTAL


def taking(*, at: datetime) -> Acting:
    """The box at the portal's door: takes in what residents send and finds what is their own."""
    intake = PORTAL.acting(at=at)
    return replace(intake, permissions=intake.permissions | {Permission.PORTAL_KEEP})

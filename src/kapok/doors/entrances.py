"""Through which door something comes: it owns the commands that come by it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access.fields import Ranges, holds
from kapok.access.scope import EVERYWHERE, Acting, of_intake
from kapok.matters.workflow import Door


@dataclass(frozen=True)
class Entrance:
    """A door, and the area that it is open for.

    Attributes
    ----------
    id
        Whose commands and uploads they are: the key's, or the door's own.
    """

    id: UUID
    door: Door
    ranges: Ranges = EVERYWHERE

    def acting(self, *, at: datetime) -> Acting:
        """The box, as what it takes in what comes through this door."""
        return of_intake(self.id, at=at)

    def covers(self, place: int) -> bool:
        """Whether the door is open for a place."""
        return holds(self.ranges, place)


PORTAL = Entrance(UUID("01936c00-0000-7000-8000-00000000d001"), Door.PORTAL)
MAIL = Entrance(UUID("01936c00-0000-7000-8000-00000000d002"), Door.MAIL)
OPEN311 = Entrance(UUID("01936c00-0000-7000-8000-00000000d003"), Door.OPEN311)

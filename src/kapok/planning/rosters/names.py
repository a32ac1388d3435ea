"""What the numbers of a problem stand for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kapok_planning.rosters import Problem


@dataclass(frozen=True)
class RoleName:
    """A role as people speak of it."""

    post: str
    parties: tuple[str, ...]
    skills: tuple[str, ...]
    suit: bool
    price: float


@dataclass(frozen=True)
class ShiftName:
    """A shift: its name, and when it starts and ends [minutes of its day].

    ``whole`` is the name of the shift that it is a part of, or its own.
    """

    name: str
    start: int
    end: int
    night: bool
    whole: str


@dataclass(frozen=True)
class Named:
    """A problem with its words.

    ``n_past`` days come before the roster: duties that were, which count for rest and shares.
    """

    problem: Problem
    days: tuple[date, ...]
    n_past: int
    shifts: tuple[ShiftName, ...]
    roles: tuple[RoleName, ...]
    people: tuple[str, ...]
    parties: tuple[str, ...]
    timezone: ZoneInfo
    overtime_reasons: tuple[str, ...]
    workers: tuple[str, ...]

    def period(self, day: int, shift: int) -> tuple[datetime, datetime]:
        """When a shift starts and ends."""
        named = self.shifts[shift]
        return (
            moment(self.days[day], named.start, self.timezone),
            moment(self.days[day], named.end, self.timezone),
        )

    def role_party(self, role: int, person: int) -> str:
        """The party that a person stands for in a role."""
        return self.parties[int(self.problem.people.party[person])]


def moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A time of the clock on a day; minutes over 24 hours are of the next."""
    plain = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (plain.replace(tzinfo=None) + timedelta(minutes=minute)).replace(tzinfo=zone)


def passed_min(day: date, start: int, end: int, zone: ZoneInfo) -> int:
    """Minutes that pass between two times of the clock on a day."""
    first, last = (moment(day, minute, zone).astimezone(UTC) for minute in (start, end))
    return round((last - first).total_seconds() / 60)

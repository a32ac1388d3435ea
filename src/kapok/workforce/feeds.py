"""Shifts as an iCalendar file (RFC 5545), as the calendars of telephones read it.

Nothing of anybody else is in it. Times are in the zone of the service with its VTIMEZONE, so that a
phone that travels shows the same moment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from icalendar import Calendar, Event

PRODUCT = "-//Kapok//Shifts//EN"
LOOK_AGAIN = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Entry:
    """One shift in a calendar."""

    id: UUID
    summary: str
    location: str
    description: str
    starts_at: datetime
    ends_at: datetime
    made_at: datetime
    changed_at: datetime | None
    is_cancelled: bool


def written(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar of this name with its entries."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(timezone.get_current_timezone()))
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    changed = entry.changed_at or entry.made_at
    event = Event()
    event.add("uid", f"{entry.id}@shifts.kapok")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", max(0, (changed - entry.made_at) // MINUTE + (changed > entry.made_at)))
    event.add("dtstart", timezone.localtime(entry.starts_at))
    event.add("dtend", timezone.localtime(entry.ends_at))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    if entry.location:
        event.add("location", entry.location)
    if entry.description:
        event.add("description", entry.description)
    return event

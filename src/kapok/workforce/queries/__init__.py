"""Everything that reads the workforce. Answers are frozen; each takes a fixed number of queries."""

from kapok.workforce.queries.calendars import calendar_of, calendar_owner
from kapok.workforce.queries.hours import Entry, entries_to_settle, entry_of, last_entry
from kapok.workforce.queries.lists import Preview, preview, waiting_lists
from kapok.workforce.queries.mine import Mine, certificate, mine
from kapok.workforce.queries.overview import Overview, overview
from kapok.workforce.queries.people import (
    AppointmentLine,
    PeoplePage,
    home_of,
    known_people,
    lines_of,
    people,
    worker_card,
    worker_fields,
)
from kapok.workforce.queries.posts import (
    PostCard,
    briefings,
    open_calls,
    post_card,
    post_of_code,
    post_of_token,
    posts,
    text_to_read,
)
from kapok.workforce.queries.scoped import known_areas
from kapok.workforce.queries.shifts import (
    MyShifts,
    colleagues,
    my_shifts,
    offer_to,
    own_duties,
    own_shift,
)
from kapok.workforce.queries.staffing import Staffing, handovers_due, staffing
from kapok.workforce.queries.teams import TeamCard, team_card, teams
from kapok.workforce.queries.walls import ShiftCard, Wall, shift_card, swaps_to_settle, wall

__all__ = [
    "AppointmentLine",
    "Entry",
    "Mine",
    "MyShifts",
    "Overview",
    "PeoplePage",
    "PostCard",
    "Preview",
    "ShiftCard",
    "Staffing",
    "TeamCard",
    "Wall",
    "briefings",
    "calendar_of",
    "calendar_owner",
    "certificate",
    "colleagues",
    "entries_to_settle",
    "entry_of",
    "handovers_due",
    "home_of",
    "known_areas",
    "known_people",
    "last_entry",
    "lines_of",
    "mine",
    "my_shifts",
    "offer_to",
    "open_calls",
    "overview",
    "own_duties",
    "own_shift",
    "people",
    "post_card",
    "post_of_code",
    "post_of_token",
    "posts",
    "preview",
    "shift_card",
    "staffing",
    "swaps_to_settle",
    "team_card",
    "teams",
    "text_to_read",
    "waiting_lists",
    "wall",
    "worker_card",
    "worker_fields",
]

"""Everything that reads the workforce. Answers are frozen; each takes a fixed number of queries."""

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
from kapok.workforce.queries.staffing import Staffing, handovers_due, staffing
from kapok.workforce.queries.teams import TeamCard, team_card, teams

__all__ = [
    "AppointmentLine",
    "Entry",
    "Mine",
    "Overview",
    "PeoplePage",
    "PostCard",
    "Preview",
    "Staffing",
    "TeamCard",
    "briefings",
    "certificate",
    "entries_to_settle",
    "entry_of",
    "handovers_due",
    "home_of",
    "known_areas",
    "known_people",
    "last_entry",
    "lines_of",
    "mine",
    "open_calls",
    "overview",
    "people",
    "post_card",
    "post_of_code",
    "post_of_token",
    "posts",
    "preview",
    "staffing",
    "team_card",
    "teams",
    "text_to_read",
    "waiting_lists",
    "worker_card",
    "worker_fields",
]

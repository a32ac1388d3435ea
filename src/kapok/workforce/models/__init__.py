"""Workers, teams, posts, shifts, hours and the lists that workers come in."""

from kapok.workforce.models.attendance import Call, HoursEntry, Post
from kapok.workforce.models.lists import WorkerList
from kapok.workforce.models.shifts import CalendarKey, Shift, SwapOffer
from kapok.workforce.models.workers import Briefing, BriefingRead, Team, Worker

__all__ = [
    "Briefing",
    "BriefingRead",
    "CalendarKey",
    "Call",
    "HoursEntry",
    "Post",
    "Shift",
    "SwapOffer",
    "Team",
    "Worker",
    "WorkerList",
]

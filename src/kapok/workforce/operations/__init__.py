"""Everything that changes workers, teams, posts, shifts and hours; one transaction each."""

from kapok.workforce.operations.calendars import close_calendar, renew_calendar
from kapok.workforce.operations.calls import answer_call, call_to_post, withdraw_call
from kapok.workforce.operations.hours import check_in, check_out, confirm, correct, refuse
from kapok.workforce.operations.lists import Handed, give_up_list, put_in_force, read_list
from kapok.workforce.operations.posts import (
    close_post,
    make_briefing,
    make_post,
    renew_poster,
)
from kapok.workforce.operations.seats import give_shift, take_shift
from kapok.workforce.operations.shifts import (
    WantedShift,
    cancel_shift,
    make_shifts,
    withdraw_shifts,
)
from kapok.workforce.operations.staffing import appoint_people, areas_of
from kapok.workforce.operations.swaps import (
    agree_swap,
    approve_swap,
    offer_swap,
    refuse_swap,
    withdraw_swap,
)
from kapok.workforce.operations.teams import end_team, join_team, make_team
from kapok.workforce.operations.workers import (
    Known,
    agree,
    keep_workers,
    read_briefing,
)

__all__ = [
    "Handed",
    "Known",
    "WantedShift",
    "agree",
    "agree_swap",
    "answer_call",
    "appoint_people",
    "approve_swap",
    "areas_of",
    "call_to_post",
    "cancel_shift",
    "check_in",
    "check_out",
    "close_calendar",
    "close_post",
    "confirm",
    "correct",
    "end_team",
    "give_shift",
    "give_up_list",
    "join_team",
    "keep_workers",
    "make_briefing",
    "make_post",
    "make_shifts",
    "make_team",
    "offer_swap",
    "put_in_force",
    "read_briefing",
    "read_list",
    "refuse",
    "refuse_swap",
    "renew_calendar",
    "renew_poster",
    "take_shift",
    "withdraw_call",
    "withdraw_shifts",
    "withdraw_swap",
]

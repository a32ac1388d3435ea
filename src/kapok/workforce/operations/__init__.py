"""Everything that changes workers, teams, posts and hours; one transaction each."""

from kapok.workforce.operations.calls import answer_call, call_to_post, withdraw_call
from kapok.workforce.operations.hours import check_in, check_out, confirm, correct, refuse
from kapok.workforce.operations.lists import Handed, give_up_list, put_in_force, read_list
from kapok.workforce.operations.posts import (
    close_post,
    make_briefing,
    make_post,
    renew_poster,
)
from kapok.workforce.operations.staffing import appoint_people, areas_of
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
    "agree",
    "answer_call",
    "appoint_people",
    "areas_of",
    "call_to_post",
    "check_in",
    "check_out",
    "close_post",
    "confirm",
    "correct",
    "end_team",
    "give_up_list",
    "join_team",
    "keep_workers",
    "make_briefing",
    "make_post",
    "make_team",
    "put_in_force",
    "read_briefing",
    "read_list",
    "refuse",
    "renew_poster",
    "withdraw_call",
]

"""The life of every matter, as one table of named moves.

A kind of matter adds fields, steps, clocks and who may do what (``kapok.packs``); it never adds a
state or a move. The table is printed in docs/reference/matters.md and walked by the tests.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapok.access.roles import Permission


class State(TextChoices):
    """Where a matter stands."""

    REPORTED = "REPORTED", _("Reported")
    ACCEPTED = "ACCEPTED", _("Accepted")
    ASSIGNED = "ASSIGNED", _("Assigned")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    DONE = "DONE", _("Done, to be checked")
    CHECKED = "CHECKED", _("Checked")
    CLOSED = "CLOSED", _("Closed")
    RETURNED = "RETURNED", _("Returned to the queue")
    ON_HOLD = "ON_HOLD", _("On hold")
    TRANSFERRED = "TRANSFERRED", _("With another agency")
    DUPLICATE = "DUPLICATE", _("Joined to another")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    REJECTED = "REJECTED", _("Not accepted")


S = State
ENDED = frozenset({S.CLOSED, S.DUPLICATE, S.WITHDRAWN, S.REJECTED})
OPEN = frozenset(State) - ENDED
QUEUED = frozenset({S.REPORTED, S.ACCEPTED, S.RETURNED})  # wait for the desk
GIVEN = frozenset({S.ASSIGNED, S.IN_PROGRESS})  # somebody has them


class Door(TextChoices):
    """How a report came in."""

    PATROL = "PATROL", _("Patrol")
    PORTAL = "PORTAL", _("Portal")
    PHONE = "PHONE", _("Telephone")
    API = "API", _("Interface")
    GATE = "GATE", _("Gate")
    LIST = "LIST", _("List")
    AGENCY = "AGENCY", _("Another agency")
    MAIL = "MAIL", _("E-mail")
    OPEN311 = "OPEN311", _("Open311")
    FORM = "FORM", _("Form application")


class Urgency(TextChoices):
    """How soon; the pack says in hours what each means."""

    RED = "RED", _("At once")
    YELLOW = "YELLOW", _("Within the day")
    BLUE = "BLUE", _("Within days")
    ORDINARY = "ORDINARY", _("Ordinary")


WEIGHT = {Urgency.RED: 8, Urgency.YELLOW: 3, Urgency.BLUE: 2, Urgency.ORDINARY: 1}


class By(StrEnum):
    """Who makes a move, beside the permission that it needs."""

    ANYBODY = "ANYBODY"  # who sees the matter and has the permission
    HANDLER = "HANDLER"  # whom it was given to, or their unit; a grid worker in their own grids
    DESK = "DESK"  # who sends matters in this place
    CHECKER = "CHECKER"  # neither reported it nor finished it
    REPORTER = "REPORTER"  # who reported it, shown by their account or the tracking code
    BOX = "BOX"  # rules and clocks


PARTS: dict[str, Promise] = {
    "agency": _("Agency"),
    "clock": _("Clock"),
    "other": _("The other matter"),
    "outcome": _("Outcome"),
    "reason": _("Reason"),
    "satisfaction": _("Satisfaction"),
    "step": _("Step"),
    "text": _("Words"),
    "to": _("To whom"),
    "until": _("Until"),
}
"""What a move may need, as people call it."""


@dataclass(frozen=True)
class Move:
    """One named move.

    Attributes
    ----------
    name, label
        For programs and for people.
    starts
        States that it is made from; empty: it begins a matter.
    ends
        The state after it; ``None``: the state stays, or the move itself decides.
    by
        Who makes it; one of several is enough.
    permission
        What they need over the place (none for reporters and for the box).
    adds
        It only adds to the matter, so it is never in conflict with what others did meanwhile.
    needs
        Parts of its data that must be there.
    """

    name: str
    label: Promise
    starts: frozenset[State]
    ends: State | None
    by: frozenset[By]
    permission: Permission
    adds: bool = False
    needs: frozenset[str] = frozenset()


P = Permission


def _table() -> tuple[Move, ...]:
    def move(
        name: str,
        label: Promise,
        starts: frozenset[State] | set[State],
        ends: State | None,
        by: set[By],
        permission: Permission,
        *,
        adds: bool = False,
        needs: set[str] | None = None,
    ) -> Move:
        return Move(
            name,
            label,
            frozenset(starts),
            ends,
            frozenset(by),
            permission,
            adds,
            frozenset(needs or ()),
        )

    before_work = QUEUED | {S.ASSIGNED}
    return (
        move("report", _("Report"), set(), S.REPORTED, {By.ANYBODY}, P.MATTER_REPORT),
        move("accept", _("Accept"), {S.REPORTED, S.RETURNED}, S.ACCEPTED, {By.DESK}, P.MATTER_SEND),
        move(
            "reject", _("Do not accept"), QUEUED, S.REJECTED, {By.DESK}, P.MATTER_SEND,
            needs={"reason"},
        ),
        move(
            "assign", _("Send"), QUEUED | GIVEN, S.ASSIGNED, {By.DESK, By.BOX}, P.MATTER_SEND,
            needs={"to"},
        ),
        move("take", _("Take on"), QUEUED, S.ASSIGNED, {By.HANDLER}, P.MATTER_HANDLE),
        move("start", _("Start"), {S.ASSIGNED}, S.IN_PROGRESS, {By.HANDLER}, P.MATTER_HANDLE),
        move("arrive", _("Arrived"), GIVEN, S.IN_PROGRESS, {By.HANDLER}, P.MATTER_HANDLE),
        move(
            "note", _("Note"), OPEN, None, {By.HANDLER, By.DESK}, P.MATTER_HANDLE,
            adds=True, needs={"text"},
        ),
        move(
            "step", _("Step"), GIVEN, S.IN_PROGRESS, {By.HANDLER}, P.MATTER_HANDLE,
            adds=True, needs={"step"},
        ),
        move(
            "finish", _("Finish"), GIVEN, S.DONE, {By.HANDLER}, P.MATTER_HANDLE, needs={"outcome"}
        ),
        move(
            "settle", _("Settle on the spot"), QUEUED | GIVEN, S.CLOSED, {By.HANDLER},
            P.MATTER_HANDLE, needs={"outcome"},
        ),
        move("check", _("Check: in order"), {S.DONE}, S.CHECKED, {By.CHECKER}, P.MATTER_CHECK),
        move(
            "send_back", _("Check: not in order"), {S.DONE, S.CHECKED}, S.ASSIGNED, {By.CHECKER},
            P.MATTER_CHECK, needs={"reason"},
        ),
        move("close", _("Close"), {S.CHECKED}, S.CLOSED, {By.CHECKER, By.BOX}, P.MATTER_CHECK),
        move(
            "return", _("Return to the desk"), GIVEN, S.RETURNED, {By.HANDLER, By.BOX},
            P.MATTER_HANDLE, needs={"reason"},
        ),
        move(
            "hold", _("Put on hold"), QUEUED | GIVEN, S.ON_HOLD, {By.DESK}, P.MATTER_SEND,
            needs={"reason", "until"},
        ),
        move("resume", _("Resume"), {S.ON_HOLD}, None, {By.DESK, By.BOX}, P.MATTER_SEND),
        move(
            "escalate", _("Pass up"), QUEUED | GIVEN, None, {By.DESK, By.BOX}, P.MATTER_SEND,
            needs={"reason"},
        ),
        move(
            "transfer", _("Hand to another agency"), before_work, S.TRANSFERRED, {By.DESK},
            P.MATTER_SEND, needs={"agency", "reason"},
        ),
        move(
            "answer", _("The agency answered"), {S.TRANSFERRED}, S.DONE, {By.DESK}, P.MATTER_SEND,
            needs={"outcome", "text"},
        ),
        move(
            "recall", _("Take back from the agency"), {S.TRANSFERRED}, S.RETURNED, {By.DESK},
            P.MATTER_SEND, needs={"reason"},
        ),
        move(
            "correct", _("Correct place, kind or urgency"), OPEN, None, {By.DESK}, P.MATTER_SEND,
            needs={"reason"},
        ),
        move(
            "extend", _("Extend the time"), QUEUED | GIVEN, None, {By.DESK}, P.MATTER_SEND,
            needs={"clock", "reason"},
        ),
        move(
            "join", _("Join"), before_work, S.DUPLICATE, {By.DESK, By.BOX}, P.MATTER_SEND,
            needs={"other"},
        ),
        move("unjoin", _("Take apart"), {S.DUPLICATE}, S.RETURNED, {By.DESK}, P.MATTER_SEND),
        move(
            "withdraw", _("Withdraw"), before_work | {S.ON_HOLD}, S.WITHDRAWN,
            {By.REPORTER, By.DESK}, P.MATTER_SEND, needs={"reason"},
        ),
        move(
            "reopen", _("Open again"), {S.CLOSED, S.REJECTED, S.WITHDRAWN}, S.RETURNED,
            {By.REPORTER, By.DESK}, P.MATTER_SEND, needs={"reason"},
        ),
        move(
            "rate", _("Rate"), {S.CLOSED}, None, {By.REPORTER}, P.MATTER_REPORT,
            adds=True, needs={"satisfaction"},
        ),
    )  # fmt: skip


MOVES: dict[str, Move] = {move.name: move for move in _table()}
UP = {"GRID": "COMMUNITY", "COMMUNITY": "STREET", "STREET": "DISTRICT", "DISTRICT": "CITY"}

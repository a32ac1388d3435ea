"""Names of the one life that all matters have, so that a pack can speak of it."""

from enum import StrEnum
from typing import Self

from django.utils.translation import gettext as _
from pydantic import model_validator

from kapok.packs.schema.base import Part


class State(StrEnum):
    """States of a matter; equal to :class:`kapok.matters.workflow.State`."""

    REPORTED = "REPORTED"
    ACCEPTED = "ACCEPTED"
    ASSIGNED = "ASSIGNED"
    IN_PROGRESS = "IN_PROGRESS"
    DONE = "DONE"
    CHECKED = "CHECKED"
    CLOSED = "CLOSED"
    RETURNED = "RETURNED"
    ON_HOLD = "ON_HOLD"
    TRANSFERRED = "TRANSFERRED"
    DUPLICATE = "DUPLICATE"
    WITHDRAWN = "WITHDRAWN"
    REJECTED = "REJECTED"


class Move(StrEnum):
    """Named moves, from state to state or within one; the keys of matters' table of moves."""

    REPORT = "report"
    ACCEPT = "accept"
    REJECT = "reject"
    ASSIGN = "assign"
    TAKE = "take"
    START = "start"
    ARRIVE = "arrive"
    NOTE = "note"
    STEP = "step"
    FINISH = "finish"
    SETTLE = "settle"
    CHECK = "check"
    SEND_BACK = "send_back"
    CLOSE = "close"
    RETURN = "return"
    HOLD = "hold"
    RESUME = "resume"
    ESCALATE = "escalate"
    TRANSFER = "transfer"
    ANSWER = "answer"
    RECALL = "recall"
    CORRECT = "correct"
    EXTEND = "extend"
    JOIN = "join"
    UNJOIN = "unjoin"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    RATE = "rate"


class On(Part):
    """A moment in the life of a matter: when a move is made, or a state is reached."""

    move: Move | None = None
    state: State | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.move is None) == (self.state is None):
            raise ValueError(_("Give exactly one of: move, state."))
        return self

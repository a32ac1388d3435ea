"""The life of a call and of a call-back, as tables of named moves, and the words they use."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a call stands."""

    RINGING = "RINGING", _("Ringing")
    TALKING = "TALKING", _("Talking")
    WRAP_UP = "WRAP_UP", _("To be wrapped up")
    CLOSED = "CLOSED", _("Closed")
    MISSED = "MISSED", _("Missed")
    ABANDONED = "ABANDONED", _("Hung up before anybody answered")


S = State
ENDED = frozenset({S.CLOSED, S.MISSED, S.ABANDONED})
UNANSWERED = frozenset({S.MISSED, S.ABANDONED})
LIVE = frozenset({S.RINGING, S.TALKING})


@dataclass(frozen=True)
class Move:
    """One arrow: from any of the sources to the target."""

    sources: frozenset[State]
    target: State


def _move(source: State, target: State) -> Move:
    return Move(frozenset({source}), target)


MOVES = {
    "answer": _move(S.RINGING, S.TALKING),
    "miss": _move(S.RINGING, S.MISSED),  # nobody answered in time, or nobody was there
    "abandon": _move(S.RINGING, S.ABANDONED),  # the caller hung up
    "offer": _move(S.TALKING, S.TALKING),  # to a colleague or another line
    "take_over": _move(S.TALKING, S.TALKING),
    "hang_up": _move(S.TALKING, S.WRAP_UP),
    "hand_on": _move(S.WRAP_UP, S.WRAP_UP),  # by the lead, where whoever has it went away
    "close": _move(S.WRAP_UP, S.CLOSED),
}


class Way(TextChoices):
    """Who telephoned."""

    IN = "IN", _("The caller")
    OUT = "OUT", _("We did")


class Source(TextChoices):
    """How Kapok knows of a call."""

    SYSTEM = "SYSTEM", _("Telephone system")
    HAND = "HAND", _("By hand")


class LineKind(TextChoices):
    """What a line is for."""

    GENERAL = "GENERAL", _("Help and questions")
    PSYCHOLOGICAL = "PSYCHOLOGICAL", _("Psychological support")


class Sitting(TextChoices):
    """What somebody at a line does now."""

    FREE = "FREE", _("Free")
    TALKING = "TALKING", _("Talking")
    WRAP_UP = "WRAP_UP", _("Wrapping up")
    BREAK = "BREAK", _("On a break")


class Risk(IntegerChoices):
    """The ladder of distress and danger to oneself."""

    L0 = 0, _("L0: none")
    L1 = 1, _("L1: distress")
    L2 = 2, _("L2: thoughts of suicide, no plan")
    L3 = 3, _("L3: thoughts with a plan or means")
    L4 = 4, _("L4: an act in progress")


HEAVY = Risk.L3  # from here on: supervision, and the long follow-ups


class Rescue(TextChoices):
    """Why 110 or 120 was told."""

    AGREED = "AGREED", _("The caller agreed")
    EMERGENCY = "EMERGENCY", _("Life in danger: without consent")


class Outcome(TextChoices):
    """How a call ended, as whoever took it says."""

    RESOLVED = "RESOLVED", _("Resolved on the call")
    MATTERS = "MATTERS", _("Others go on: matters were opened")
    REFERRED = "REFERRED", _("Referred to another service")
    SILENT = "SILENT", _("Nobody spoke, or a wrong number")
    CUT_OFF = "CUT_OFF", _("The call was cut off")
    NOT_REACHED = "NOT_REACHED", _("Called, nobody answered")  # of our own calls alone


class Back(TextChoices):
    """Why somebody is to be called."""

    MISSED = "MISSED", _("Their call was missed")
    PROMISED = "PROMISED", _("It was promised")
    CUT_OFF = "CUT_OFF", _("The call was cut off")
    FOLLOW_UP = "FOLLOW_UP", _("Follow-up")


class Due(TextChoices):
    """States of a call-back."""

    WAITING = "WAITING", _("Waiting")
    TAKEN = "TAKEN", _("Somebody is calling")
    DONE = "DONE", _("Reached")
    GIVEN_UP = "GIVEN_UP", _("Given up")
    CANCELLED = "CANCELLED", _("No longer needed")


OPEN_BACKS = frozenset({Due.WAITING, Due.TAKEN})

"""The states of a notice and of a message, and the moves between them: everything else follows."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """States of a notice."""

    DRAFT = "DRAFT", _("Draft")
    SENT = "SENT", _("Sent down")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    DROPPED = "DROPPED", _("Dropped")


@dataclass(frozen=True)
class Move:
    """One arrow: from any of the sources to the target."""

    sources: frozenset[State]
    target: State


MOVES = {
    "write": Move(frozenset({State.DRAFT}), State.DRAFT),
    "drop": Move(frozenset({State.DRAFT}), State.DROPPED),
    "send": Move(frozenset({State.DRAFT}), State.SENT),
    "correct": Move(frozenset({State.SENT}), State.SENT),
    "pass_on": Move(frozenset({State.SENT}), State.SENT),
    "withdraw": Move(frozenset({State.SENT}), State.WITHDRAWN),
}


class Topic(TextChoices):
    """What a notice is about."""

    SAFETY = "SAFETY", _("Danger to life or health")
    RULES = "RULES", _("Rules that change")
    TESTING = "TESTING", _("Testing and vaccination")
    SUPPLY = "SUPPLY", _("Water, power, food and supplies")
    ADVICE = "ADVICE", _("Advice")
    MEETING = "MEETING", _("Meetings and activities")


class Audience(TextChoices):
    """Which households a notice is for."""

    EVERYONE = "EVERYONE", _("All households")
    ELDERS = "ELDERS", _("Households with somebody of 60 or older")
    CHILDREN = "CHILDREN", _("Households with a child under 14")


class Way(TextChoices):
    """How a notice goes down."""

    AT_ONCE = "AT_ONCE", _("To all levels at once")
    BY_LEVELS = "BY_LEVELS", _("Level by level: each level passes it on")


class Sending(TextChoices):
    """States of a message."""

    WAITING = "WAITING", _("Waiting")
    TAKEN = "TAKEN", _("Being sent")
    SENT = "SENT", _("Sent, no receipt yet")
    DELIVERED = "DELIVERED", _("Delivered")
    UNSURE = "UNSURE", _("Perhaps sent: the sender was interrupted")
    FAILED = "FAILED", _("Not delivered")
    OPTED_OUT = "OPTED_OUT", _("Wants no messages")
    CANCELLED = "CANCELLED", _("Cancelled: the notice was withdrawn or corrected")


AGAIN = frozenset({Sending.UNSURE, Sending.FAILED})  # what somebody may send once more
PENDING = frozenset({Sending.WAITING, Sending.TAKEN, Sending.UNSURE})


class How(TextChoices):
    """How it is known that a household has a notice."""

    LINK = "LINK", _("Opened from the message")
    PAGE = "PAGE", _("Read on the page, with their own telephone")
    REPLY = "REPLY", _("Answered the message")
    DOOR = "DOOR", _("Told at the door")

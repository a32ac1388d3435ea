"""What is sent and what came of it: plain values between the outbox and the channels."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID


@dataclass(frozen=True)
class Letter:
    """A message with its words and its number (empty for a chat), for the moment of sending."""

    message: UUID
    number: str
    text: str
    n_tries: int = 0


class Fate(Enum):
    """What came of a try."""

    SENT = "SENT"  # the channel took it
    LATER = "LATER"  # not now: it counts as a try
    NEVER = "NEVER"  # the channel says that it will never take it
    BACK = "BACK"  # it was not tried: the channel broke before
    UNSURE = "UNSURE"  # it went, and the channel broke before it said anything


@dataclass(frozen=True)
class Outcome:
    """What came of one letter."""

    message: UUID
    fate: Fate
    provider_id: str = ""
    n_parts: int = 0
    answer: str = ""


@dataclass(frozen=True)
class Receipt:
    """A provider says what became of a message that it took."""

    provider_id: str
    number: str
    is_delivered: bool
    is_final: bool
    said: str


@dataclass(frozen=True)
class Incoming:
    """A short message of somebody to Kapok."""

    number: str
    text: str


class ChannelDown(Exception):
    """The channel does not answer, or does not let Kapok in; the sentence says which."""

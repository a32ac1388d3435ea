"""What the rules of a matter look at, and what comes of a command: plain values, no rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kapok.access.fields import Ranges
from kapok.access.roles import Permission, Realm


@dataclass(frozen=True)
class Actor:
    """Who makes a move, as the appointment says; ``is_box`` for rules, clocks and doors.

    ``tracking`` holds the matters whose tracking code was shown.
    """

    account: UUID | None
    appointment: UUID | None
    role: str
    unit: UUID | None
    ranges: Ranges
    permissions: frozenset[Permission]
    realms: frozenset[Realm]
    tracking: frozenset[UUID] = frozenset()
    is_box: bool = False


@dataclass(frozen=True)
class Command:
    """A move that somebody asks for.

    Attributes
    ----------
    id
        UUIDv7 made by whoever asks; the same id is carried out once.
    move
        A key of :data:`~kapok.matters.workflow.MOVES`.
    matter
        Which matter; for ``report`` the id of the new one, made by whoever asks.
    at
        When it was in the world, by the clock of whoever asks.
    seen
        The version of the matter that they saw; ``None``: as it is now.
    data
        What the move needs.
    """

    id: UUID
    move: str
    matter: UUID
    at: datetime
    seen: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class ClockState(StrEnum):
    """Of one clock of a matter."""

    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"


@dataclass(frozen=True)
class ClockFacts:
    """One clock of a matter.

    Attributes
    ----------
    state, started_at
        Whether it runs, and since when it was first started.
    base_at, base_percent
        From this moment its time runs on from this share of its limit: a pause or a new limit moves
        both, so that nothing else needs to be remembered.
    allowance
        How much of its limit it has, in percent: 100, and more after an extension.
    fired
        The highest level, in percent, that was answered for.
    run
        How often it was started anew or extended: its levels come again then.
    due_at, next_at
        When its time is up, and when its next level is due (``None``: no more, or not running).
    """

    id: UUID
    code: str
    state: ClockState
    started_at: datetime
    base_at: datetime
    due_at: datetime
    next_at: datetime | None
    base_percent: float = 0.0
    allowance: int = 100
    fired: int = 0
    n_extensions: int = 0
    run: int = 0


@dataclass(frozen=True)
class Spot:
    """Where a report lies, found out beforehand: its place, and what covers it."""

    place: int
    building: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    zone: UUID | None = None
    has_zone_document: bool = False


@dataclass(frozen=True)
class Facts:
    """A matter as the rules see it.

    Attributes
    ----------
    answers
        What its report answered, while it is being reported: where it goes may hang on it.
    """

    id: UUID
    kind: str
    pack: UUID
    realm: Realm
    place: int
    desk: str
    door: str
    state: str
    urgency: str
    version: int
    state_version: int
    received_at: datetime
    state_since: datetime
    state_by: UUID | None = None
    building: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    unit: UUID | None = None
    assignee: UUID | None = None
    parent: UUID | None = None
    duplicate_of: UUID | None = None
    subject: UUID | None = None
    zone: UUID | None = None
    reported_by: UUID | None = None
    finished_by: UUID | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    hold_until: datetime | None = None
    held_from: str = ""
    n_returned: int = 0
    n_reopened: int = 0
    satisfaction: int | None = None
    due_at: datetime | None = None
    clocks: tuple[ClockFacts, ...] = ()
    steps: frozenset[str] = frozenset()
    answers: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Event:
    """One entry of the trace of a matter."""

    id: UUID
    matter: UUID
    move: str
    before: str
    after: str
    at: datetime
    data: Mapping[str, Any]
    version: int


@dataclass(frozen=True)
class Effects:
    """What a command does: the matter after it, its entry, what else is to be made.

    ``reports`` are the words of a new report; ``children`` further matters to report; ``tell`` the
    messages of the pack that are due; ``files`` the attachments that now belong to the entry.
    """

    matter: Facts
    event: Event
    report: Mapping[str, Any] | None = None
    children: tuple[Command, ...] = ()
    tell: tuple[str, ...] = ()
    files: tuple[UUID, ...] = ()


class Status(StrEnum):
    """What became of a command."""

    TAKEN = "TAKEN"  # done, now or when it came first
    REFUSED = "REFUSED"  # not possible; the sentence says why
    CONFLICT = "CONFLICT"  # somebody else changed the matter meanwhile: look and decide
    HELD = "HELD"  # kept for review: whoever sends it no longer may


@dataclass(frozen=True)
class Refusal:
    """A command that is not carried out, with a sentence for whoever asked."""

    sentence: str
    status: Status = Status.REFUSED
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What became of a command, as it is sent back and stored."""

    id: UUID
    status: Status
    matter: UUID
    sentence: str = ""
    state: str = ""
    version: int = 0
    number: int | None = None
    faults: Mapping[str, str] = field(default_factory=dict)

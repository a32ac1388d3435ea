"""What every planner is to commands and pages: a situation in; a plan out, checked, explained.

A planner works without Django, clock or disk. Its documents are what JSON can hold: the same
document from a file, a page or the database gives the same situation, and the same situation, seed
and budget give the same plan, wherever its parts were worked on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from kapok_planning.spreading import Spread, in_turn

S = TypeVar("S")
P = TypeVar("P")

Document = Mapping[str, Any]
Progress = Callable[[int, int], None]
StoppingRule = Callable[[], bool]


class Kind(StrEnum):
    """The planners of the platform, each with a room and a folder of templates of its name."""

    ROSTER = "roster"
    COHORTS = "cohorts"
    SITE = "site"
    HOTLINE = "hotline"


class Tone(StrEnum):
    """How what a plan says of itself is meant."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True)
class Figure:
    """One number of a plan, by which it is compared with another.

    Attributes
    ----------
    key
        Stays the same in every language and version.
    label, unit
        In the reader's language; ``unit`` may be blank.
    value
        ``None`` where the plan has no such number.
    better
        -1 where less is better, 1 where more is, 0 where neither.
    digits
        Shown after the point.
    """

    key: str
    label: str
    value: float | None
    unit: str = ""
    better: int = 0
    digits: int = 0


@dataclass(frozen=True)
class Section:
    """Sentences under one head: what is not met and why, what would help most."""

    head: str
    lines: tuple[str, ...]
    tone: Tone = Tone.NOTE


class Phase(StrEnum):
    """What a span of somebody's time is: a duty of hours, or a phase of days."""

    DUTY = "DUTY"
    CLOSED_DUTY = "CLOSED_DUTY"
    ISOLATION = "ISOLATION"
    STANDBY = "STANDBY"
    LEAVE = "LEAVE"


@dataclass(frozen=True)
class Duty:
    """Somebody's time that a plan asks for once it is in force.

    Attributes
    ----------
    worker
        Key of the worker in the platform, or blank: an open seat that somebody may take.
    name
        The worker as the situation calls them; blank for an open seat.
    post
        Where the duty is, in words: a gate, a station, a cohort's place.
    task
        What is done there, in words: party and skill, station, phase.
    starts_at, ends_at
        With time zone; ``ends_at`` is excluded.
    party
        Who may take an open seat, as the situation calls them; blank: anybody.
    phase
        A duty of some hours, or a phase of days.
    """

    worker: str
    name: str
    post: str
    task: str
    starts_at: datetime
    ends_at: datetime
    party: str = ""
    phase: Phase = Phase.DUTY


@dataclass(frozen=True)
class Member:
    """Somebody who works in the town, as the platform knows them.

    Attributes
    ----------
    worker
        Key of the worker in the platform.
    name
        Given twice it has the user name with it: names in a situation differ from each other.
    parties
        Of ``police``, ``health``, ``community`` and ``volunteers``, those whose work they may do.
    skills
        Codes, as ``kapok.workforce.skills`` has them.
    """

    worker: str
    name: str
    parties: tuple[str, ...]
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """A span in which a site can take so many people: what bookings are made from."""

    post: str
    starts_at: datetime
    ends_at: datetime
    capacity: int


@dataclass(frozen=True)
class Ask:
    """How a plan is asked for; nothing here but seed and budget changes what comes out.

    ``on_progress`` takes ``(done, in all)``. ``should_stop`` is asked between parts: once true, the
    best plan so far is returned.
    """

    seed: int = 0
    budget: str = "normal"
    spread: Spread = in_turn
    on_progress: Progress = lambda done, total: None
    should_stop: StoppingRule = lambda: False


@dataclass(frozen=True)
class Sent:
    """What a page's form brought: texts by field, and files by field as (name, content)."""

    texts: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, bytes]]

    def text(self, field: str, default: str = "") -> str:
        """The last text of a field, without blanks around it."""
        return (self.texts.get(field) or (default,))[-1].strip()


class Planner(Protocol[S, P]):
    """One kind of plan. Sentences come from :mod:`kapok.words`.

    ``budgets`` are told from the quickest to the longest; the first look at a plan has the first.
    """

    kind: Kind
    budgets: tuple[str, ...]
    mends: bool
    staffs: bool

    def begin(self) -> dict[str, Any]:
        """The document of a situation that nobody has set yet: defaults, and nothing made up."""
        ...

    def example(self) -> dict[str, Any]:
        """A whole document of a made-up case, to begin with or to try."""
        ...

    def fields(self, document: Document) -> Any:
        """What ``planning/<kind>/_situation.html`` asks, filled in: a frozen view."""
        ...

    def sent(self, document: Document, form: "Sent") -> dict[str, Any]:
        """The document after a form was sent; ``Refused`` where a file or field cannot be read."""
        ...

    def staffed(self, document: Document, members: Sequence[Member]) -> dict[str, Any]:
        """The document with people of the town among its own, each with the key ``worker``.

        Only asked of kinds whose ``staffs`` is true. Who is in it already, by key or by name, stays
        as the document has them, and gets the key.
        """
        ...

    def read(self, document: Document) -> S:
        """The situation of a document; ``Refused`` with a sentence that says what to mend."""
        ...

    def plan(self, situation: S, ask: Ask) -> P:
        """The best plan that the budget finds; a partial one where rules leave no whole one."""
        ...

    def check(self, situation: S, plan: P) -> tuple[str, ...]:
        """Rules that are broken, by a checker that shares no code with the search. None: valid."""
        ...

    def figures(self, situation: S, plan: P) -> tuple[Figure, ...]:
        """The plan in numbers."""
        ...

    def explain(self, situation: S, plan: P) -> tuple[Section, ...]:
        """What could not be met and why, where it is tight, and what would help most."""
        ...

    def dump(self, plan: P) -> dict[str, Any]:
        """The plan as a document."""
        ...

    def load(self, situation: S, document: Document) -> P:
        """The plan of a document that :meth:`dump` made for this situation."""
        ...

    def changed(self, situation: S, plan: P, change: Mapping[str, str]) -> P:
        """The plan after a change by hand, valid or not; ``Refused`` where it means nothing."""
        ...

    def shown(self, situation: S, plan: P, wanted: Mapping[str, str]) -> Any:
        """What ``planning/<kind>/_plan.html`` draws: a frozen view without queries.

        ``wanted`` are the words of the address (``?week=2``) that say which part is looked at.
        """
        ...

    def mended(self, document: Document, plan: Document, sent: "Sent") -> dict[str, Any]:
        """The document of what has happened since: somebody is ill, a test is positive, a queue is.

        Planning it keeps to the given plan (as :meth:`dump` made it) wherever it can. The form is
        ``planning/<kind>/_mend.html``; only asked of kinds whose ``mends`` is true.
        """
        ...

    def duties(self, situation: S, plan: P) -> tuple[Duty, ...]:
        """The shifts that the plan makes once it is in force."""
        ...

    def slots(self, situation: S, plan: P) -> tuple[Slot, ...]:
        """The bookings that the plan makes room for; none for most kinds."""
        ...

"""What one move looks at, and what it changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.matters.engine.facts import Actor, Command, Facts, Spot
from kapok.matters.workflow import Move
from kapok.packs.schema import Kind, WorkingTime


@dataclass(frozen=True)
class Goal:
    """Where a matter is corrected to: its kind there, and its place if that changes.

    ``here`` is where it will lie, with what covers it.
    """

    kind: Kind
    pack: UUID
    hours: WorkingTime
    here: Spot
    spot: Spot | None = None


@dataclass(frozen=True)
class Case:
    """All that a move looks at: the matter, its kind, who asks for what, and when it came in."""

    matter: Facts
    command: Command
    actor: Actor
    kind: Kind
    hours: WorkingTime
    now: datetime
    move: Move
    data: Any
    goal: Goal | None = None


Change = dict[str, Any]

"""What one set of commands knows and did, until it is written."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from kapok.access.fields import Ranges
from kapok.access.scope import EVERYWHERE
from kapok.matters.engine.facts import Actor, Effects, Facts, Spot
from kapok.matters.operations import duplicates, holding
from kapok.matters.queries import routing


@dataclass
class Batch:
    """What one set of commands knows and did, until it is written."""

    actor: Actor
    now: datetime
    within: Ranges = EVERYWHERE
    before: dict[UUID, Facts] = field(default_factory=dict)
    after: dict[UUID, Facts] = field(default_factory=dict)
    numbers: dict[UUID, int] = field(default_factory=dict)
    effects: list[tuple[Effects, Actor]] = field(default_factory=list)
    units: holding.Units = field(default_factory=holding.Units)
    spots: dict[UUID, Spot | None] = field(default_factory=dict)
    unrouted: dict[UUID, str] = field(default_factory=dict)  # new matters, with their words
    alike: list[duplicates.Alike] = field(default_factory=list)
    workers: routing.Workers = field(default_factory=dict)

    @cached_property
    def candidates(self) -> duplicates.Candidates:
        """What the new matters of the set may be the same as."""
        return duplicates.Candidates(self.now)

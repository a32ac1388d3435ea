"""Who has a matter: taskings opened and ended, and units kept honestly free or busy.

Their rows are held while a set of commands is carried out, so that of two dispatchers who send the
same unit at once one hears that it is taken.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.ids import uuid7
from kapok.matters.engine.facts import Event, Facts, Refusal
from kapok.matters.models import Tasking, Unit, UnitState
from kapok.matters.operations import writing
from kapok.matters.workflow import State

WITH_SOMEBODY = frozenset({State.ASSIGNED, State.IN_PROGRESS})
Holder = tuple[UUID | None, UUID | None]


def holder(facts: Facts | None) -> Holder | None:
    """The unit and the account that have it now."""
    if facts is None or facts.state not in WITH_SOMEBODY:
        return None
    return (facts.unit, facts.assignee) if facts.unit or facts.assignee else None


def _row(tasking: Tasking) -> dict[str, Any]:
    names = [field.attname for field in Tasking._meta.concrete_fields]  # named as their columns
    return {name: getattr(tasking, name) for name in names}


@dataclass
class Units:
    """The units that a set of commands touches, as they will be after it."""

    known: dict[UUID, UnitState] = field(default_factory=dict)
    alone: dict[UUID, bool] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)  # matters whose open tasking ends
    opened: dict[UUID, Tasking] = field(default_factory=dict)
    arrived: set[UUID] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)

    def hand_over(self, before: Facts | None, after: Facts, now: datetime) -> Refusal | None:
        """Take a matter from who had it and give it to who has it now, or say why not."""
        was, becomes = holder(before), holder(after)
        if was == becomes:
            return None
        unit = becomes[0] if becomes else None
        if unit is not None and (refusal := self._busy(unit, after.id)):
            return refusal
        if was is not None:
            self._end(was, after.id, now)
        if becomes is not None:
            self._open(becomes, after, now)
        return None

    def _busy(self, unit: UUID, matter: UUID) -> Refusal | None:
        self._hold(unit)
        if unit not in self.alone:
            return Refusal(_("There is no such unit."), faults={"to": _("Choose a unit.")})
        state = self.known[unit]
        if not self.alone[unit] or state.status == UnitState.Status.FREE or state.matter == matter:
            return None
        said = (
            _("“%(unit)s” is with another matter. Choose a free one, or wait until it is done.")
            if state.status == UnitState.Status.BUSY
            else _("“%(unit)s” is off duty. Choose another one.")
        )
        return Refusal(said % {"unit": self.names[unit]}, faults={"to": _("Not free.")})

    def _hold(self, unit: UUID) -> None:
        """Read a unit's state and hold it; one that has no row yet gets one."""
        if unit in self.known:
            return
        found = Unit.objects.filter(pk=unit, ended_at=None).first()
        if found is None:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO matters_unitstate (unit_id, place, status, since) "
                "VALUES (%s, %s, 'FREE', now()) ON CONFLICT DO NOTHING",
                [unit, found.place],
            )
        self.known[unit] = UnitState.objects.select_for_update().get(pk=unit)
        self.alone[unit], self.names[unit] = found.is_sent_alone, found.name

    def _end(self, was: Holder, matter: UUID, now: datetime) -> None:
        if matter in self.opened:
            del self.opened[matter]  # given and taken away in one set
        else:
            self.ended.add(matter)
        unit = was[0]
        if unit is not None:
            self._hold(unit)
            state = self.known.get(unit)
            if state is not None and state.matter == matter:
                state.status, state.matter, state.free_at = UnitState.Status.FREE, None, None
                state.since = now
                self.changed.add(unit)

    def _open(self, becomes: Holder, after: Facts, now: datetime) -> None:
        unit, account = becomes
        alone = unit is not None and self.alone.get(unit, False)
        self.opened[after.id] = Tasking(
            id=uuid7(), matter_id=after.id, unit=unit, account=account, alone=alone, starts_at=now,
            given_by=after.state_by,
        )  # fmt: skip
        if unit is not None and alone:
            state = self.known[unit]
            state.status, state.matter, state.since = UnitState.Status.BUSY, after.id, now
            self.changed.add(unit)

    def note(self, event: Event) -> None:
        """Keep when whoever was sent is thought to arrive, how far it is, that they are there."""
        if event.move == "arrive":
            self.arrived.add(event.matter)
        elif event.move == "assign" and event.matter in self.opened:
            to, given = event.data["to"], self.opened[event.matter]
            given.eta, given.distance_m = to.get("eta"), to.get("distance_m")

    def _write_ends(self, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE matters_tasking SET ended_at = %s "
                "WHERE matter_id = ANY (%s) AND ended_at IS NULL",
                [now, list(self.ended)],
            )

    def write(self, *, now: datetime) -> None:
        """Write it."""
        if self.ended:
            self._write_ends(now)
        writing.insert(Tasking, [_row(tasking) for tasking in self.opened.values()])
        if self.arrived:
            there = Tasking.objects.filter(matter__in=self.arrived, ended_at=None, arrived_at=None)
            there.update(arrived_at=now)
        if self.changed:
            UnitState.objects.bulk_update(
                [self.known[unit] for unit in self.changed],
                ["status", "matter", "since", "free_at"],
            )

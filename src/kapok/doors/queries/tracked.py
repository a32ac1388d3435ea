"""A report as its reporter sees it: no names of staff, no words of others."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from kapok.matters.engine.facts import Facts
from kapok.matters.models import Matter, MatterEvent
from kapok.matters.queries import loading, words
from kapok.matters.workflow import MOVES, State
from kapok.packs import calendar, look_up
from kapok.places.names import of_places

HIDDEN = {"note", "step", "take", "return", "escalate", "correct", "extend", "rate"}
SHOWN = frozenset(MOVES) - HIDDEN


@dataclass(frozen=True)
class Line:
    """One entry: when, where it stood after it, what the reporter was told."""

    at: datetime
    state: str
    message: str


class Event(NamedTuple):
    """What happened to a matter; they sort as they happened."""

    at: datetime
    version: int
    move: str
    after: str


@dataclass(frozen=True)
class Tracked:
    """A report.

    Attributes
    ----------
    says
        Where it stands, in plain words.
    answer
        How it ended, as the pack calls it; empty while it is open.
    """

    id: UUID
    number: int
    kind: str
    place: str
    received_at: datetime
    state: str
    says: str
    is_open: bool
    answer: str
    due_at: datetime | None
    lines: tuple[Line, ...]
    can_withdraw: bool
    can_reopen: bool
    can_rate: bool
    satisfaction: int | None


def tracked(matter: UUID, *, at: datetime) -> Tracked | None:
    """One report, for whoever acts as its reporter. What was joined goes on with the other one."""
    return next(iter(_all([matter], at)), None)


def _all(matters: Sequence[UUID], at: datetime) -> tuple[Tracked, ...]:
    """Some reports, in the order in which they are asked for: read together, however many."""
    facts, numbers = loading.facts(matters, lock=False)
    joined = {own.duplicate_of for own in facts.values() if own.duplicate_of is not None}
    others, _numbers = loading.facts(joined, lock=False)
    places = of_places({own.place for own in facts.values()}) if facts else {}
    events = _events({*facts, *others})
    found = []
    for own in (facts[key] for key in matters if key in facts):
        leading = others.get(own.duplicate_of, own) if own.duplicate_of is not None else own
        place, number = places.get(own.place, ""), numbers[own.id]
        told = [event for key in {own.id, leading.id} for event in events.get(key, ())]
        lines = _lines(sorted(told), leading, number, place)
        found.append(_tracked(own, leading, at, number=number, place=place, lines=lines))
    return tuple(found)


def _tracked(
    own: Facts, leading: Facts, at: datetime, *, number: int, place: str, lines: tuple[Line, ...]
) -> Tracked:
    kind, hours = look_up.kind_of(own.pack, own.kind)
    outcome = kind.outcome(leading.outcome) if leading.outcome else None
    within = kind.reopen_within
    in_time = within is not None and (
        own.closed_at is None or at <= calendar.due(own.closed_at, within, hours)
    )
    return Tracked(
        id=own.id,
        number=number,
        kind=kind.label.here(),
        place=place,
        received_at=own.received_at,
        state=leading.state,
        says=words.plain_state(leading.state),
        is_open=leading.closed_at is None,
        answer=outcome.label.here() if outcome else "",
        due_at=leading.due_at if leading.closed_at is None else None,
        lines=lines,
        can_withdraw=_may("withdraw", own),
        can_reopen=_may("reopen", own) and in_time,
        can_rate=_may("rate", own),
        satisfaction=own.satisfaction,
    )


def _may(move: str, facts: Facts) -> bool:
    return State(facts.state) in MOVES[move].starts


def _events(matters: Collection[UUID]) -> Mapping[UUID, list[Event]]:
    """What reporters see of what happened, by matter."""
    found: dict[UUID, list[Event]] = defaultdict(list)
    if not matters:
        return found
    rows = MatterEvent.objects.filter(matter__in=matters, move__in=SHOWN)
    for matter, at, nth, move, after in rows.values_list(
        "matter", "received_at", "version", "move", "after"
    ):
        found[matter].append(Event(at, nth, move, after))
    return found


def _lines(events: Sequence[Event], leading: Facts, number: int, place: str) -> tuple[Line, ...]:
    """What happened, earliest first; each state once in a row."""
    found: list[Line] = []
    for event in events:
        told = event.move != "report"  # that message is about the code, which is known here
        message = words.message(leading, event.move, number=number, place=place) if told else ""
        line = Line(timezone.localtime(event.at), words.plain_state(event.after), message)
        if not found or found[-1].state != line.state or message:
            found.append(line)
    return tuple(found)


def is_of_phone(matter: UUID, phone_index: bytes) -> bool:
    """Whether somebody gave this telephone for a report."""
    return Matter.objects.filter(pk=matter, reports__phone_index=phone_index).exists()


def by_phone(phone_index: bytes, *, at: datetime) -> tuple[Tracked, ...]:
    """The reports that somebody gave their telephone for, newest first."""
    matters = Matter.objects.filter(reports__phone_index=phone_index).order_by("-received_at")
    keys = list(matters.values_list("pk", flat=True).distinct()[:50])
    return _all(keys, at)

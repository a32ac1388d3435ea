"""What new rules would have done otherwise with matters that are there: each change, in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access.roles import Realm
from kapok.matters.workflow import MOVES, State, Urgency
from kapok.packs.differences import Difference, Due, MatterFacts
from kapok.packs.look_up import Rules
from kapok.packs.schema import Clock, Duration, Kind, Route
from kapok.packs.templatetags.rules import in_words

Hand = Callable[[MatterFacts, tuple[Route, ...]], str]


class Part(StrEnum):
    """What can be different about a matter."""

    GONE = "gone"
    REALM = "realm"
    URGENCY = "urgency"
    CLOCK = "clock"
    HANDS = "hands"
    FORM = "form"
    OUTCOME = "outcome"
    MESSAGE = "message"


@dataclass(frozen=True)
class Tried:
    """A matter of the day: what rules decide by, and what became of it.

    Attributes
    ----------
    reached
        When it first made each move and came to each state.
    """

    facts: MatterFacts
    realm: str
    outcome: str
    reached: Mapping[str, datetime]


@dataclass(frozen=True)
class Change:
    """One thing that would have been otherwise for one matter.

    Attributes
    ----------
    what
        Which clock, question or message it is about.
    late
        For a clock: whether it was late by the old rules, and would have been by the new ones.
    """

    part: Part
    kind: str
    realm: str
    what: str
    before: str
    after: str
    matter: UUID
    late: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class Trial:
    """One matter between the old rules and the new ones, at the moment of asking."""

    tried: Tried
    old: Rules
    new: Rules
    at: datetime
    hand: Hand

    def changes(self, found: Difference | None) -> Iterator[Change]:
        """All that would have been otherwise."""
        code = self.tried.facts.kind
        before, after = self.old.find(code), self.new.find(code)
        if before is None:
            return
        if after is None:
            yield self._change(Part.GONE, before, "", before.label.here(), "")
            return
        if found is not None:
            yield from self._decided(found, before, after)
        yield from self._said(before, after)

    def _decided(self, found: Difference, before: Kind, after: Kind) -> Iterator[Change]:
        if found.urgency:
            was, now = (str(Urgency(each).label) for each in found.urgency)
            yield self._change(Part.URGENCY, after, "", was, now)
        for due in found.due:
            yield self._clock(due, before, after)
        if found.route:
            yield self._hands(found.route, after)
        for fault in found.faults:
            asked = after.report_form.field(fault.field) or before.report_form.field(fault.field)
            name = asked.label.here() if asked else _("The form as a whole")
            yield self._change(Part.FORM, after, name, "", fault.sentence)

    def _clock(self, due: Due, before: Kind, after: Kind) -> Change:
        old, new = before.clock(due.clock), after.clock(due.clock)
        known = new or old
        was, now = (_length(limit) for limit in due.limits)
        if was == now:
            now = _("%(length)s by other working hours") % {"length": now}
        return self._change(
            Part.CLOCK,
            after,
            known.label.here() if known else due.clock,
            was,
            now,
            late=(self._is_late(old, due.before), self._is_late(new, due.after)),
        )

    def _is_late(self, clock: Clock | None, due: datetime | None) -> bool:
        """As if nothing had been put on hold: it was stopped after its time, or not yet."""
        if clock is None or due is None:
            return False
        names = [str(name) for name in (clock.stops.move, clock.stops.state) if name]
        stopped = [self.tried.reached[name] for name in names if name in self.tried.reached]
        return min(stopped, default=self.at) > due

    def _hands(self, ways: tuple[tuple[Route, ...], tuple[Route, ...]], kind: Kind) -> Change:
        was, now = (self.hand(self.tried.facts, way) for way in ways)
        if was == now:
            now = _("%(hand)s first, then another way") % {"hand": now}
        return self._change(Part.HANDS, kind, "", was, now)

    def _said(self, before: Kind, after: Kind) -> Iterator[Change]:
        """What hangs on the kind alone: who sees it, how it could end, what the reporter reads."""
        if before.realm != after.realm:
            was, now = (str(Realm(each.realm).label) for each in (before, after))
            yield self._change(Part.REALM, after, "", was, now)
        outcome = self.tried.outcome
        ended = before.outcome(outcome) if outcome else None
        if ended is not None and after.outcome(outcome) is None:
            yield self._change(Part.OUTCOME, after, "", ended.label.here(), "")
        for name in sorted({*before.messages, *after.messages} & set(self.tried.reached)):
            old, new = before.messages.get(name), after.messages.get(name)
            if old != new:
                texts = (old.here() if old else "", new.here() if new else "")
                yield self._change(Part.MESSAGE, after, _event(name), *texts)

    def _change(
        self,
        part: Part,
        kind: Kind,
        what: str,
        before: str,
        after: str,
        late: tuple[bool, bool] = (False, False),
    ) -> Change:
        facts = self.tried.facts
        realm = self.tried.realm
        return Change(part, kind.label.here(), realm, what, before, after, facts.id, late)


def _event(name: str) -> str:
    """What a message is about, in words: a move, or a state that was reached."""
    if name in MOVES:
        return str(MOVES[name].label)
    return str(State(name).label) if name in State.values else name


def _length(limit: Duration | None) -> str:
    return in_words(limit) if limit else _("no such clock")

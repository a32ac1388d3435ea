"""A plan of whom to send where: all matters that wait, all units on duty, with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, F, IntegerField, Value, When
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.matters.adapter import Because, Leg, proposed
from kapok.matters.models.matter import IS_OPEN
from kapok.matters.queries.desk import queue
from kapok.matters.queries.desk.filters import Filter, matching
from kapok.matters.queries.loading import clocks_of
from kapok.matters.queries.scoped import within
from kapok.matters.queries.sending import duty
from kapok.matters.queries.sending.nearest import kilometres, lateness
from kapok.matters.workflow import QUEUED, Urgency

MOST_MATTERS = 500
A_UNIT = 6  # matters for each unit are enough for a plan
FEWEST_MATTERS = 40
RED_FIRST = Case(
    When(urgency=Urgency.RED, then=Value(0)), default=Value(1), output_field=IntegerField()
)


@dataclass(frozen=True)
class Pair:
    """A matter and the unit that the plan would send, with its way, arrival and the reason.

    ``can_send``: the unit is free and goes there first. ``late_min`` is 0 where it is in time.
    """

    matter: queue.Line
    unit: UUID
    unit_name: str
    metres: float
    minutes: float
    by_street: bool
    arrives_at: datetime
    late_min: float
    reason: str
    can_send: bool

    @property
    def km(self) -> str:
        """The distance for people, in kilometres."""
        return kilometres(self.metres)

    @property
    def late(self) -> str:
        """How late the unit would be, in words; nothing where it is in time."""
        return lateness(self.late_min)


@dataclass(frozen=True)
class Left:
    """A matter that nobody is sent to, and why."""

    matter: queue.Line
    reason: str


@dataclass(frozen=True)
class Plan:
    """What is proposed now, what comes after it, and what is left.

    ``n_beyond``: matters that wait, but were not looked at, since others are due before them.
    """

    now: tuple[Pair, ...]
    later: tuple[Pair, ...]
    left: tuple[Left, ...]
    n_free: int
    n_busy: int
    n_beyond: int
    by_streets: bool

    @property
    def km(self) -> str:
        """What is travelled in all by those who are sent now."""
        return kilometres(sum(pair.metres for pair in self.now))

    @property
    def n_late(self) -> int:
        """How many of them will be late."""
        return sum(bool(pair.late) for pair in self.now)


def plan(*, at: datetime, only: Sequence[UUID] = ()) -> Plan:
    """The plan as things stand now; with ``only``, of these matters alone.

    Units that are busy are counted on for later; a matter of theirs is shown, but not sent yet.
    """
    on_duty = [each for each in duty.units(at=at) if each.is_sent_alone]
    most = min(MOST_MATTERS, max(FEWEST_MATTERS, A_UNIT * len(on_duty)))
    wanted = matching(Filter(), at=at).filter(IS_OPEN, within("place"), state__in=sorted(QUEUED))
    wanted = wanted.filter(realm__in=scope.current().realms)  # what one reported is seen, not sent
    if only:
        wanted = wanted.filter(pk__in=only)
    rows = list(
        wanted.order_by(RED_FIRST, F("due_at").asc(nulls_last=True), "id").values(*queue.COLUMNS)[
            :most
        ]
    )
    n_beyond = queue.counted(wanted) - len(rows) if len(rows) == most else 0
    lines = {line.id: line for line in queue.lines_from(rows, at)}
    matters = duty.waiting(rows, clocks_of([row["id"] for row in rows]))
    found = proposed(matters, [each.unit for each in on_duty], at=at)
    known = {each.unit.id: each for each in on_duty}
    pairs = sorted((_pair(leg, lines, known) for leg in found.legs), key=_by_arrival)
    lost = [_nowhere(lines[key]) for key in lines if key not in {m.id for m in matters}]
    return Plan(
        now=tuple(pair for pair in pairs if pair.can_send),
        later=tuple(pair for pair in pairs if not pair.can_send),
        left=(*(Left(lines[key], _why(str(why))) for key, why in found.left), *lost),
        n_free=sum(each.is_free for each in on_duty),
        n_busy=sum(not each.is_free for each in on_duty),
        n_beyond=n_beyond,
        by_streets=found.by_streets,
    )


def _by_arrival(pair: Pair) -> tuple[bool, datetime, UUID]:
    return pair.matter.urgency != Urgency.RED, pair.arrives_at, pair.matter.id


def _pair(leg: Leg, lines: Mapping[UUID, queue.Line], known: Mapping[UUID, duty.OnDuty]) -> Pair:
    each = known[leg.way.unit]
    return Pair(
        matter=lines[leg.matter],
        unit=leg.way.unit,
        unit_name=each.name,
        metres=leg.way.metres,
        minutes=leg.way.minutes,
        by_street=leg.way.by_street,
        arrives_at=leg.way.arrives_at,
        late_min=leg.way.late_min,
        reason=_reason(leg, lines, known),
        can_send=each.is_free and leg.after is None,
    )


def _reason(leg: Leg, lines: Mapping[UUID, queue.Line], known: Mapping[UUID, duty.OnDuty]) -> str:
    if leg.after is not None:
        return _("When it is done with No. %(number)s.") % {"number": lines[leg.after].number}
    if leg.because == Because.WANTED and leg.nearer and leg.nearer_goes:
        return _("“%(unit)s” would be there sooner, but is better sent to No. %(number)s.") % {
            "unit": known[leg.nearer].name,
            "number": lines[leg.nearer_goes].number,
        }
    if leg.because == Because.ALONE:
        return _("No other unit on duty may go there.")
    if not known[leg.way.unit].is_free:
        return _("Busy still, and yet there before all others.")
    return _("There before all others that may go.")


def _nowhere(line: queue.Line) -> Left:
    return Left(line, _("Nobody knows where it lies. Correct its place first."))


def _why(why: str) -> str:
    return {
        "no_skill": _("No unit on duty answers for it. Bring one on duty, or pass it up."),
        "no_way": _("No unit that may go gets there on the streets that are known."),
        "shift_ends": _("The shifts of all units that may go end before they would be done."),
        "units_full": _("All units that may go have enough to do; it waits."),
        "no_time_left": _("Other matters leave the units no time for it before their shifts end."),
    }[why]

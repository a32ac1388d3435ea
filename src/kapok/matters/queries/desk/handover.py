"""What a desk leaves to the next shift, and the hand-overs that were signed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from kapok.access import scope
from kapok.codes import WIDTH, Level
from kapok.matters.models import HandOver, HandOverTaken, Tasking, Unit
from kapok.matters.queries import labels
from kapok.matters.queries.desk import queue
from kapok.matters.queries.desk.filters import Filter, matching
from kapok.matters.queries.scoped import within
from kapok.matters.workflow import State

MOST_LINES = 60
MOST_PAST = 30
SOON = timedelta(hours=2)


@dataclass(frozen=True)
class Out:
    """A unit that is with a matter."""

    unit: str
    number: int | None
    since: datetime
    arrived: bool


@dataclass(frozen=True)
class Standing:
    """How things stand at a desk: counts, and the matters that the next shift must know of."""

    place: int
    level: str
    place_name: str
    n_open: int
    n_late: int
    n_held: int
    n_queued: int
    n_returned: int
    late: tuple[queue.Line, ...]
    held: tuple[queue.Line, ...]
    soon: tuple[queue.Line, ...]
    out: tuple[Out, ...]


@dataclass(frozen=True)
class Signed:
    """A hand-over as it was signed."""

    id: UUID
    place_name: str
    given_by: str
    given_at: datetime
    taken_by: str
    taken_at: datetime | None
    note: str
    figures: dict[str, Any]
    lines: list[dict[str, Any]]
    is_mine: bool


def standing(*, at: datetime) -> Standing:
    """How things stand over the places of whoever acts."""
    who = scope.current()
    lo, hi = who.ranges[0] if who.ranges else (0, 0)
    level = next((each for each in Level if WIDTH[each] <= hi - lo and lo % WIDTH[each] == 0), "")
    every = matching(Filter(), at=at)
    late = every.filter(due_at__lt=at)
    held = every.filter(state=State.ON_HOLD)
    soon = every.filter(due_at__gte=at, due_at__lt=at + SOON)
    return Standing(
        place=lo,
        level=str(level),
        place_name=labels.places([lo]).get(lo, ""),
        n_open=every.order_by().count(),
        n_late=late.order_by().count(),
        n_held=held.order_by().count(),
        n_queued=matching(Filter(state="queue"), at=at).order_by().count(),
        n_returned=every.filter(n_returned__gt=0).order_by().count(),
        late=_lines(late, at),
        held=_lines(held.order_by("hold_until"), at),
        soon=_lines(soon, at),
        out=_out(),
    )


def _lines(found: Any, at: datetime) -> tuple[queue.Line, ...]:
    ordered = found if found.query.order_by else found.order_by(F("due_at").asc(nulls_last=True))
    return queue.lines_from(list(ordered.values(*queue.COLUMNS)[:MOST_LINES]), at)


def _out() -> tuple[Out, ...]:
    """Units of one's places that are with a matter."""
    busy = Unit.objects.filter(within("place"), now__status="BUSY").select_related("now")[:200]
    open_ones = {
        tasking.unit: tasking
        for tasking in Tasking.objects.filter(
            Q(unit__in=[unit.pk for unit in busy]), ended_at=None, alone=True
        ).select_related("matter")
    }
    return tuple(
        Out(
            unit.name,
            open_ones[unit.pk].matter.number if unit.pk in open_ones else None,
            unit.now.since,
            unit.pk in open_ones and open_ones[unit.pk].arrived_at is not None,
        )
        for unit in busy
    )


def figures(now: Standing) -> dict[str, Any]:
    """The counts as they are kept with the signature, and the realms that they are of."""
    return {
        "realms": sorted(scope.current().realms),
        "open": now.n_open, "late": now.n_late, "held": now.n_held, "queued": now.n_queued,
        "returned": now.n_returned, "out": len(now.out),
    }  # fmt: skip


def kept_lines(now: Standing) -> list[dict[str, Any]]:
    """The matters as they are kept with the signature: numbers and kinds, nobody's words."""
    parts = (("late", now.late), ("held", now.held), ("soon", now.soon))
    return [
        {
            "part": part,
            "number": line.number,
            "kind": line.kind,
            "place": line.place_name,
            "state": line.state,
            "due_at": line.due_at.isoformat() if line.due_at else "",
        }
        for part, lines in parts
        for line in lines
    ]


def signed(key: UUID | None = None) -> tuple[Signed, ...]:
    """Hand-overs of one's places, the latest first; or the one of a key.

    What a desk of care left is for who works in care: it names matters, with words of a colleague.
    """
    who = scope.current()
    of_realms = Q(figures__realms__contained_by=sorted(who.realms))
    before_they_were_kept = Q(figures__realms__isnull=True)
    rows = HandOver.objects.filter(of_realms | before_they_were_kept | Q(given_by=who.account))
    found = list((rows.filter(pk=key) if key else rows)[:MOST_PAST])
    taken = {
        row.hand_over_id: row
        for row in HandOverTaken.objects.filter(hand_over__in=[row.pk for row in found])
    }
    names = labels.accounts(
        [row.given_by for row in found] + [row.taken_by for row in taken.values()]
    )
    places = labels.places(row.place for row in found)
    return tuple(_signed(row, taken.get(row.pk), names, places, who.account) for row in found)


def _signed(
    row: HandOver,
    taken: HandOverTaken | None,
    names: dict[UUID, str],
    places: dict[int, str],
    me: UUID | None,
) -> Signed:
    return Signed(
        id=row.pk,
        place_name=places[row.place],
        given_by=names.get(row.given_by, ""),
        given_at=row.given_at,
        taken_by=names.get(taken.taken_by, "") if taken else "",
        taken_at=taken.taken_at if taken else None,
        note=row.note,
        figures=row.figures,
        lines=[line | {"due": _read(line.get("due_at", ""))} for line in row.lines],
        is_mine=row.given_by == me,
    )


def _read(said: str) -> datetime | None:
    return datetime.fromisoformat(said) if said else None

"""The queue of a desk: what will be late first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.matters.engine.facts import ClockFacts, ClockState
from kapok.matters.queries import labels
from kapok.matters.queries.desk import ordering, saying
from kapok.matters.queries.desk.filters import Filter, matching
from kapok.matters.queries.loading import clocks_of
from kapok.matters.workflow import State, Urgency

A_PAGE = 50
Names = tuple[dict[int, str], dict[UUID, str], dict[UUID, str], dict[UUID, str]]
MOST_COUNTED = 1_000
COLUMNS = (
    "id", "number", "kind", "pack_id", "realm", "place", "building_id", "state", "urgency", "unit",
    "assignee", "due_at", "hold_until", "received_at", "state_version", "version", "desk", "lon",
    "lat", "n_returned", "n_reopened", "closed_at", "outcome",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One matter in the queue. ``warn_at`` is when it turns amber, ``due_at`` when red."""

    id: UUID
    number: int
    kind: str
    realm: str
    place: int
    place_name: str
    building: str
    state: str
    state_label: str
    urgency: str
    urgency_label: str
    holder: str
    due_at: datetime | None
    warn_at: datetime | None
    hold_until: datetime | None
    closed_at: datetime | None
    received_at: datetime
    version: int
    lon: float | None
    lat: float | None
    n_returned: int
    n_reopened: int
    tone: str  # late, warned or nothing, at the moment of asking

    @property
    def sort_key(self) -> str:
        """What the browser sorts by, as the database does."""
        return f"{self.due_at.isoformat() if self.due_at else '9999'} {self.id}"


@dataclass(frozen=True)
class Page:
    """One page of the queue.

    ``later`` is where the next page begins; the counts stop at ``MOST_COUNTED``.
    """

    lines: tuple[Line, ...]
    later: str
    n: int
    n_late: int
    is_queue: bool  # what will be late first; else the latest first

    @property
    def n_is_least(self) -> bool:
        """Whether there are more than were counted."""
        return self.n > MOST_COUNTED

    @property
    def late_is_least(self) -> bool:
        """Whether more are late than were counted."""
        return self.n_late > MOST_COUNTED


def page(wanted: Filter, *, at: datetime, after: str = "") -> Page:
    """The matters that are looked for, fifty at a time; a search by words is written down."""
    order = ordering.of(wanted)
    spoken = saying.spoken_of(wanted.words) if wanted.words else None
    with ordering.along_index(wanted, is_rare=spoken is not None and spoken.is_rare):
        found = matching(wanted, at=at, spoken=spoken).filter(order.after(after))
        rows = found.order_by(*order.columns)
        some = list(rows.values(*COLUMNS)[: A_PAGE + 1])
    lines = lines_from(some[:A_PAGE], at)
    later = order.cursor(some[A_PAGE - 1]) if len(some) > A_PAGE else ""
    if wanted.words:
        look(Look.Action.SEARCH, [line.id for line in lines])
        n, n_late = len(lines), sum(line.tone == "late" for line in lines)
    else:
        n = counted(matching(wanted, at=at))
        n_late = counted(matching(wanted, at=at).filter(due_at__lt=at)) if order.is_queue else 0
    return Page(lines, later, n, n_late, order.is_queue)


def lines_of(ids: Iterable[UUID], wanted: Filter, *, at: datetime) -> tuple[Line, ...]:
    """Those of some matters that the filter holds for."""
    return lines_from(list(matching(wanted, at=at).filter(pk__in=list(ids)).values(*COLUMNS)), at)


def counted(found: Any) -> int:
    """How many there are, at most one more than ``MOST_COUNTED``."""
    return found.order_by().values("pk")[: MOST_COUNTED + 1].count()


def lines_from(rows: list[dict[str, Any]], at: datetime) -> tuple[Line, ...]:
    """Rows of ``COLUMNS`` as lines, with the names of what they hold by key."""
    clocks = clocks_of([row["id"] for row in rows])
    places = labels.places(row["place"] for row in rows)
    houses = labels.buildings(row["building_id"] for row in rows)
    units = labels.units(row["unit"] for row in rows)
    people = labels.accounts(row["assignee"] for row in rows)
    return tuple(
        _line(row, clocks.get(row["id"], ()), (places, houses, units, people), at) for row in rows
    )


def _line(row: dict[str, Any], clocks: tuple[ClockFacts, ...], names: Names, at: datetime) -> Line:
    places, houses, units, people = names
    warn_at = warned_at(clocks, row["due_at"])
    who = [units.get(row["unit"], ""), people.get(row["assignee"], "")]
    return Line(
        id=row["id"],
        number=row["number"],
        kind=labels.kind_label(row["pack_id"], row["kind"]),
        realm=row["realm"],
        place=row["place"],
        place_name=places[row["place"]],
        building=houses.get(row["building_id"], ""),
        state=row["state"],
        state_label=str(State(row["state"]).label),
        urgency=row["urgency"],
        urgency_label=str(Urgency(row["urgency"]).label),
        holder=" · ".join(part for part in who if part),
        due_at=row["due_at"],
        warn_at=warn_at,
        hold_until=row["hold_until"],
        closed_at=row["closed_at"],
        received_at=row["received_at"],
        version=row["version"],
        lon=row["lon"],
        lat=row["lat"],
        n_returned=row["n_returned"],
        n_reopened=row["n_reopened"],
        tone=tone(row["due_at"], warn_at, at),
    )


def warned_at(clocks: Iterable[ClockFacts], due_at: datetime | None) -> datetime | None:
    """When the soonest running clock reaches its first level: from then on it is amber."""
    running = [clock for clock in clocks if clock.state == ClockState.RUNNING]
    soonest = next((clock for clock in running if clock.due_at == due_at), None)
    if soonest is None:
        return None
    return soonest.base_at if soonest.fired else soonest.next_at


def tone(due_at: datetime | None, warn_at: datetime | None, at: datetime) -> str:
    """How it stands: ``late``, ``warned`` or nothing."""
    if due_at is None:
        return ""
    if due_at < at:
        return "late"
    return "warned" if warn_at is not None and warn_at <= at else ""

"""The board: each line of one's reach with its calls and seats, and what waits."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from kapok.access import scope
from kapok.access.prepared import Prepared
from kapok.access.roles import Permission
from kapok.codes import Level
from kapok.hotline import rules
from kapok.hotline.hours import is_open
from kapok.hotline.models import Call, CallBack, Line, Seat
from kapok.hotline.queries.queue import name_of, where_it_rings
from kapok.hotline.workflow import OPEN_BACKS, Back, LineKind, Sitting, State, Way
from kapok.places.names import of_places

LOOKS = (Permission.CALL_TAKE, Permission.CALL_LEAD, Permission.CALL_COUNT)
ORDER = [Level.CITY, Level.DISTRICT, Level.STREET]
MOST_RINGING = 300
OF_SEATS = (
    "id", "line", "place", "extension", "languages", "state", "state_since", "phones_since",
    "account__name", "account__username",
)  # fmt: skip
OF_LINES = ("place", "level", "kind", "name_zh", "name_en", "number", "hours", "least_seats")
QUIET = timedelta(minutes=30)  # then a lead may end a seat whose holder is gone


def _at(lo: int, hi: int) -> Q:
    """Rows of a range; an offer from elsewhere is its receiver's, and on no board."""
    return Q(place__gte=lo, place__lt=hi)


_LINES = Prepared(lambda lo, hi: Line.objects.filter(_at(lo, hi), retired_at=None).only(*OF_LINES))
_SEATS = Prepared(
    lambda lo, hi: Seat.objects.filter(_at(lo, hi), left_at=None).order_by().values_list(*OF_SEATS)
)
_RINGING = Prepared(
    lambda lo, hi: (
        Call.objects.filter(_at(lo, hi), state=State.RINGING)
        .select_related("line").order_by("rang_at")[:MOST_RINGING]
    )
)  # fmt: skip
_TODAY = Prepared(
    lambda lo, hi, midnight, at: (
        Call.objects.filter(_at(lo, hi), way=Way.IN, rang_at__gte=midnight, rang_at__lte=at)
        .values_list("line", "state").annotate(n=Count("id")).order_by()
    )
)  # fmt: skip
_BACKS = Prepared(
    lambda lo, hi, soon, at: (
        CallBack.objects.filter(_at(lo, hi), state__in=OPEN_BACKS)
        .exclude(why=Back.FOLLOW_UP, due_at__gt=soon)
        .values_list("line").annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=at)))
        .order_by()
    )
)  # fmt: skip
_UNSCREENED = Prepared(
    lambda lo, hi, at: (
        Call.objects.filter(
            _at(lo, hi), state__in=[State.TALKING, State.WRAP_UP], screened_at=None,
            screen_due_at__lt=at,
        ).values_list("line").annotate(n=Count("id")).order_by()
    )
)  # fmt: skip


class _Seat(NamedTuple):
    """A row of ``_SEATS``."""

    id: UUID
    line: UUID
    place: int
    extension: str
    languages: str
    state: str
    state_since: datetime
    phones_since: datetime
    name: str
    username: str


@dataclass(frozen=True)
class Sitter:
    """Somebody at a line."""

    id: UUID
    name: str
    extension: str
    languages: str
    state: str
    state_label: str
    since: str
    clock: str
    hours_on_phone: str
    may_be_ended: bool


@dataclass(frozen=True)
class Rings:
    """A call that rings, without a word of who calls."""

    id: UUID
    rang_at: datetime
    where: str
    is_passed_on: bool


@dataclass(frozen=True)
class LineBoard:
    """One line now."""

    id: UUID
    name: str
    number: str
    place: str
    level: str
    kind: str
    is_open: bool
    is_short: bool
    least_seats: int
    seats: tuple[Sitter, ...]
    ringing: tuple[Rings, ...]
    n_answered: int
    n_missed: int
    n_abandoned: int
    n_backs: int
    n_backs_late: int
    n_screens_late: int

    @property
    def has_figures(self) -> bool:
        """Whether anything happened here today, or waits."""
        return any((self.n_answered, self.n_missed, self.n_abandoned, self.n_backs,
                    self.n_screens_late))  # fmt: skip


@dataclass(frozen=True)
class Board:
    """All lines of one's reach, and their sums."""

    lines: tuple[LineBoard, ...]
    n_seats: dict[str, int]
    n_ringing: int
    longest_since: datetime | None
    n_owing_breaks: int

    @property
    def ringing(self) -> list[tuple[LineBoard, Rings]]:
        """The calls that ring, those that wait longest first."""
        found = [(line, call) for line in self.lines for call in line.ringing]
        return sorted(found, key=lambda each: each[1].rang_at)

    def total(self, name: str) -> int:
        """A figure over all lines."""
        return sum(getattr(line, name) for line in self.lines)

    @property
    def sums(self) -> dict[str, int]:
        """Each figure over all lines."""
        names = ("n_answered", "n_missed", "n_abandoned", "n_backs", "n_backs_late",
                 "n_screens_late")  # fmt: skip
        return {name: self.total(name) for name in names}


def board(*, at: datetime) -> Board:
    """What goes on at the lines inside the places of who acts."""
    who = scope.current()
    if not any(who.can(each) for each in LOOKS):
        scope.require(Permission.CALL_COUNT)
    lines = sorted(_here(_LINES), key=lambda line: (ORDER.index(Level(line.level)), line.place))
    seats = [_Seat(*row) for row in _here(_SEATS)]
    ringing = sorted(_here(_RINGING), key=lambda call: call.rang_at)[:MOST_RINGING]
    counts = _Counts.of(at)
    longest = {
        line.place: rules.period("hotline.longest_on_phone", line.place, at) for line in lines
    }
    names = of_places({line.place for line in lines})
    labels = {state.value: str(state.label) for state in Sitting}
    sitters = _by_line((seat.line, _seated(seat, longest, labels, at)) for seat in seats)
    rings = _by_line((call.line_id, _rings(call, at)) for call in ringing)
    found = tuple(
        _line(line, names, sitters[line.pk], rings[line.pk], counts, at) for line in lines
    )
    return Board(
        lines=found,
        n_seats=dict(Counter(Sitting(seat.state).value for seat in seats)),
        n_ringing=len(ringing),
        longest_since=ringing[0].rang_at if ringing else None,
        n_owing_breaks=sum(bool(each.hours_on_phone) for line in found for each in line.seats),
    )


def _here(query: Prepared[Any], *values: datetime) -> list[Any]:
    """The rows of all acting places."""
    return [row for lo, hi in scope.current().ranges for row in query(lo, hi, *values)]


def _by_line(pairs: Iterator[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for line, each in pairs:
        found[line].append(each)
    return found


@dataclass(frozen=True)
class _Counts:
    """Figures by line."""

    calls: dict[tuple[UUID, str], int]
    backs: dict[UUID, tuple[int, int]]
    screens: dict[UUID, int]

    @classmethod
    def of(cls, at: datetime) -> "_Counts":
        """Today's calls, what waits, what is late."""
        midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        by_state = _here(_TODAY, midnight, at)
        backs = _here(_BACKS, at + timedelta(days=1), at)
        return cls(
            calls={(line, state): n for line, state, n in by_state},
            backs={line: (n, n_late) for line, n, n_late in backs},
            screens=dict(_here(_UNSCREENED, at)),
        )


def _line(
    line: Line,
    names: dict[int, str],
    seats: list[Sitter],
    ringing: list[Rings],
    counts: _Counts,
    at: datetime,
) -> LineBoard:
    n_backs, n_late = counts.backs.get(line.pk, (0, 0))
    opened = is_open(line.hours, at)
    answered = (State.TALKING, State.WRAP_UP, State.CLOSED)
    return LineBoard(
        id=line.pk,
        name=name_of(line),
        number=line.number,
        place=names.get(line.place, str(line.place)),
        level=str(Level(line.level).label),
        kind=str(LineKind(line.kind).label) if line.kind != LineKind.GENERAL else "",
        is_open=opened,
        is_short=opened and len(seats) < line.least_seats,
        least_seats=line.least_seats,
        seats=tuple(sorted(seats, key=lambda seat: seat.name)),
        ringing=tuple(ringing),
        n_answered=sum(counts.calls.get((line.pk, state), 0) for state in answered),
        n_missed=counts.calls.get((line.pk, State.MISSED), 0),
        n_abandoned=counts.calls.get((line.pk, State.ABANDONED), 0),
        n_backs=n_backs,
        n_backs_late=n_late,
        n_screens_late=counts.screens.get(line.pk, 0),
    )


def _seated(
    seat: _Seat, longest: dict[int, timedelta], labels: dict[str, str], at: datetime
) -> Sitter:
    on_phone = at - seat.phones_since
    most = longest.get(seat.place) or rules.DEFAULTS["hotline.longest_on_phone"]
    is_quiet = seat.state != Sitting.TALKING and at - seat.state_since >= QUIET
    owes = seat.state != Sitting.BREAK and on_phone >= most
    hours = f"{on_phone.total_seconds() / 3600:.1f}" if owes else ""
    may_be_ended = is_quiet and scope.can(Permission.CALL_LEAD, seat.place)
    return _sitter(seat, labels[seat.state], hours, may_be_ended)


@lru_cache(maxsize=5_000)
def _sitter(seat: _Seat, label: str, hours: str, may_be_ended: bool) -> Sitter:
    """Of two hundred, few change between two looks."""
    return Sitter(
        id=seat.id,
        name=seat.name or seat.username,
        extension=seat.extension,
        languages=seat.languages,
        state=seat.state.lower(),
        state_label=label,
        since=seat.state_since.isoformat(),
        clock=timezone.localtime(seat.state_since).strftime("%H:%M"),
        hours_on_phone=hours,
        may_be_ended=may_be_ended,
    )


def _rings(call: Call, at: datetime) -> Rings:
    where, is_passed_on = where_it_rings(call, at)
    return Rings(call.pk, call.rang_at, where, is_passed_on)

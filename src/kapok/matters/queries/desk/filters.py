"""What a desk looks for among matters, as it stands in an address."""

from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from kapok.access import scope
from kapok.access.roles import Realm
from kapok.codes import DIGITS, WIDTH, Level
from kapok.matters.models import Matter
from kapok.matters.models.matter import IS_OPEN
from kapok.matters.queries.desk import saying
from kapok.matters.workflow import ENDED, GIVEN, QUEUED, Door, State, Urgency

MOST_WORDS = 60
NUMBER_DIGITS = 12
HAS_ENDED = Q(closed_at__isnull=False)
GROUPS = {"open": None, "queue": QUEUED, "given": GIVEN, "ended": ENDED, "all": None}


@dataclass(frozen=True)
class Filter:
    """What is looked for; empty parts do not narrow it.

    Attributes
    ----------
    state
        A state, or ``open`` (which is meant where nothing is said), ``queue``, ``given``,
        ``ended``, ``all``.
    place, level
        An area; the level is that of its code where none is said.
    text
        A number, or words of a report, a building or an address.
    returned, reopened
        Matters that came back at least once.
    received_from, received_to, closed_from, closed_to
        Half-open periods.
    """

    kind: str = ""
    realm: str = ""
    urgency: str = ""
    state: str = ""
    door: str = ""
    place: int | None = None
    level: str = ""
    unit: UUID | None = None
    late: bool = False
    returned: bool = False
    reopened: bool = False
    received_from: datetime | None = None
    received_to: datetime | None = None
    closed_from: datetime | None = None
    closed_to: datetime | None = None
    text: str = ""

    @property
    def number(self) -> int | None:
        """The number that is looked for, where the text is one."""
        is_one = self.text.isascii() and self.text.isdigit() and len(self.text) <= NUMBER_DIGITS
        return int(self.text) if is_one else None

    @property
    def words(self) -> str:
        """The words that are looked for, which are personal; empty where there is a number."""
        return "" if self.number is not None or self.is_short else self.text

    @property
    def is_short(self) -> bool:
        """Whether one letter alone was asked for, which is not looked for."""
        return len(self.text) == 1 and self.number is None

    def query(self, **more: object) -> str:
        """As it stands in an address; ``more`` replaces parts."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)} | more
        return urlencode({name: _said(value) for name, value in parts.items() if value})

    def span(self) -> tuple[int, int] | None:
        """The half-open range of the area."""
        if self.place is None:
            return None
        return self.place, self.place + WIDTH[Level(self.level)]


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "1" if value is True else str(value)


def read(asked: QueryDict) -> Filter:
    """The filter of an address; what cannot be read does not narrow it."""
    place = _place(asked.get("place", ""))
    level = asked.get("level", "")
    if place is not None and (level not in Level.values or place % WIDTH[Level(level)]):
        level = next(each.value for each in Level if place % WIDTH[each] == 0)
    return Filter(
        kind=asked.get("kind", "")[:60],
        realm=_of(Realm.values, asked.get("realm", "")),
        urgency=_of(Urgency.values, asked.get("urgency", "")),
        state=_of([*State.values, *GROUPS], asked.get("state", "")),
        door=_of(Door.values, asked.get("door", "")),
        place=place,
        level=level if place is not None else "",
        unit=_uuid(asked.get("unit", "")),
        late=asked.get("late") == "1",
        returned=asked.get("returned") == "1",
        reopened=asked.get("reopened") == "1",
        received_from=_moment(asked.get("received_from", "")),
        received_to=_moment(asked.get("received_to", "")),
        closed_from=_moment(asked.get("closed_from", "")),
        closed_to=_moment(asked.get("closed_to", "")),
        text=asked.get("text", "").replace("\x00", "").strip()[:MOST_WORDS],
    )


def _of(known: list[str], said: str) -> str:
    return said if said in known else ""


def _place(said: str) -> int | None:
    is_code = said.isascii() and said.isdigit() and len(said) == DIGITS and said[0] != "0"
    return int(said) if is_code else None


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def _moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None


def matching(
    wanted: Filter, *, at: datetime, spoken: saying.Spoken | None = None
) -> QuerySet[Matter]:
    """The matters that are looked for, of those that whoever acts may see at their desk.

    ``spoken`` is what the words lead to, where somebody asked for it before.
    """
    found = Matter.objects.filter(_here(wanted), _state(wanted))
    exact = {
        "kind": wanted.kind, "realm": wanted.realm, "urgency": wanted.urgency, "door": wanted.door,
        "unit": wanted.unit, "number": wanted.number,
        "n_returned__gt": 0 if wanted.returned else None,
        "n_reopened__gt": 0 if wanted.reopened else None,
        "received_at__gte": wanted.received_from, "received_at__lt": wanted.received_to,
        "closed_at__gte": wanted.closed_from, "closed_at__lt": wanted.closed_to,
        "due_at__lt": at if wanted.late else None,
    }  # fmt: skip
    found = found.filter(
        **{name: value for name, value in exact.items() if value not in ("", None)}
    )
    if span := wanted.span():
        found = found.filter(place__gte=span[0], place__lt=span[1])
    if wanted.words:
        found = found.filter((spoken or saying.spoken_of(wanted.words)).where)
    return found


def _here(wanted: Filter) -> Q:
    """Of one's own places, or given to oneself or one's unit; the policies say the same again.

    What has ended is listed where it was: only what is open has indexes by who has it.
    """
    who = scope.current()
    here = Q(pk__in=[])
    for lo, hi in who.ranges:
        here |= Q(place__gte=lo, place__lt=hi)
    if wanted.state in {*ENDED, "ended", "all"} or wanted.closed_from or wanted.closed_to:
        return here
    if who.unit is not None:
        here |= Q(unit=who.unit)
    return here | Q(assignee=who.account) if who.account is not None else here


def _state(wanted: Filter) -> Q:
    if wanted.number is not None and not wanted.state:
        return Q()
    if wanted.state in State.values:
        one = Q(state=wanted.state)
        return one & HAS_ENDED if wanted.state in ENDED else one & IS_OPEN
    if wanted.state in {"", "open"}:
        by_end = wanted.closed_from or wanted.closed_to
        return HAS_ENDED if by_end and not wanted.state else IS_OPEN
    group = GROUPS[wanted.state]
    if group is None:
        return Q()
    return Q(state__in=sorted(group)) & (HAS_ENDED if group is ENDED else IS_OPEN)

"""What a representative has to pass on, and one notice at one group with its doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils.timezone import localdate

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.codes import WIDTH, Level
from kapok.outreach import texts
from kapok.outreach.models import NoticeVersion, Passing
from kapok.outreach.queries import stairwells
from kapok.outreach.queries.doors import Door, Room, by_room, doors, n_silent, with_names
from kapok.outreach.queries.newest import newest
from kapok.outreach.wording import words_of
from kapok.outreach.workflow import State
from kapok.places.models import in_language
from kapok.places.names import of_places

SHOWN = 50
MOST_LEFT = 300  # of those with something left to do that are looked through
PATIENCE = timedelta(hours=2)  # after which the community is asked for a grid that waits
URGENT_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Line:
    """A notice at a group of who acts."""

    id: UUID
    notice: UUID
    place: int
    title: str
    where: str
    urgent: bool
    came_at: datetime
    is_passed: bool  # as far as it is for who acts to do
    n_households: int
    n_read: int
    n_to_knock_at: int

    @property
    def waits(self) -> bool:
        """Whether who acts has something to do: pass it on, or knock at doors of theirs."""
        return not self.is_passed or self.n_to_knock_at > 0


@dataclass(frozen=True)
class Sheet:
    """One notice at one group.

    Attributes
    ----------
    passed_at
        When somebody passed it on first; in a residents' group perhaps in part.
    n_stairwells, n_passed
        Stairwells in which a representative has it to pass on, and those in which it was.
    is_replaced, instead
        Whether it was told again in other words, and where those came to the same group.
    silent, represented
        Doors without telephone that nobody told: those of who acts, and those that the
        representative of a stairwell knocks at.
    """

    line: Line
    version: UUID
    zh: texts.Words
    en: texts.Words
    spoken_zh: str
    spoken_en: str
    local_zh: str
    local_en: str
    passed_at: datetime | None
    n_stairwells: int
    n_passed: int
    hung_at: datetime | None
    spoken_at: datetime | None
    is_withdrawn: bool
    is_replaced: bool
    instead: UUID | None
    is_last: bool
    silent: tuple[Door, ...]
    represented: tuple[Door, ...]
    unread: tuple[Door, ...]
    told: tuple[Door, ...]

    @property
    def spoken(self) -> tuple[tuple[str, str, int], ...]:
        """(language, loudspeaker text, minutes that it takes)."""
        said = (("zh", self.spoken_zh), ("en", self.spoken_en))
        return tuple((each, text, texts.minutes_to_say(text, each)) for each, text in said)

    @property
    def silent_rooms(self) -> tuple[Room, ...]:
        """The doors to knock at, by flat."""
        return by_room(self.silent)

    @property
    def represented_rooms(self) -> tuple[Room, ...]:
        """The same, of those with a representative."""
        return by_room(self.represented)

    @property
    def unread_rooms(self) -> tuple[Room, ...]:
        """The doors that have not read it, by flat."""
        return by_room(self.unread)

    @property
    def local(self) -> str:
        """The sentence that was added for the place, in the language of the page."""
        return in_language(self.local_zh, self.local_en)

    @property
    def is_in_part(self) -> bool:
        """Whether it was passed on in some stairwells and waits in others."""
        return self.n_passed < self.n_stairwells

    @property
    def here(self) -> texts.Words:
        """In the language of the page."""
        return self.zh if in_language("zh", "en") == "zh" else self.en


def lines() -> tuple[Line, ...]:
    """Notices at the groups of who acts: those that wait first, then the latest.

    Of those that wait the urgent ones stand first, then those that nobody passed on, and what
    waits longest: so that none falls out of a list that is too long.
    """
    who = scope.require(Permission.NOTICE_PASS)
    rows = _rows(who)
    names = of_places({row.place for row in rows})
    versions = newest(row.version.notice_id for row in rows)
    mine = stairwells.of_who(who, [row.place for row in rows])
    to_knock_at = _to_knock_at(who, rows)
    made = [
        _line(
            row,
            versions[row.version.notice_id],
            names,
            to_knock_at.get(row.pk, 0),
            is_passed=stairwells.is_passed_by(who, row, mine[row.place]),
        )
        for row in rows
    ]
    wait = [line for line in made if line.waits]
    wait.sort(key=lambda line: (not line.urgent, line.is_passed, line.came_at))
    rest = sorted((line for line in made if not line.waits), key=_came_at, reverse=True)
    return tuple((wait + rest)[:SHOWN])


def _came_at(line: Line) -> datetime:
    return line.came_at


def _rows(who: scope.Acting) -> list[Passing]:
    """Those with something left to do, the longest ago first, and the latest whether or not."""
    last = "version__notice__last_day"
    holds = Q((last, None)) | Q((f"{last}__gte", localdate(who.at)))
    offered = Passing.objects.select_related("version__notice").filter(
        _offered(who), holds, version__notice__state=State.SENT, version__stopped_at=None
    )
    knocks = Q(level=Level.GRID, n_read_without_phone__lt=F("n_without_phone"))
    left = offered.filter(Q(passed_at=None) | Q(n_stairwells_waiting__gt=0) | knocks)
    waiting = left.order_by("-version__notice__urgent", "came_at", "place")[:MOST_LEFT]
    latest = offered.order_by("-came_at", "-version__number", "place")[:SHOWN]
    return list({row.pk: row for row in (*waiting, *latest)}.values())


def sheet(passing_id: UUID, *, names: bool = True) -> Sheet | None:
    """One notice at one group, with the doors that who acts answers for.

    ``names`` are masked ones, where several households share a flat and who acts may see people.
    """
    scope.require(Permission.NOTICE_PASS)
    row = Passing.objects.select_related("version__notice").filter(pk=passing_id).first()
    if row is None:
        return None
    who, is_last = scope.current(), row.level == Level.GRID
    own = stairwells.of_who(who, [row.place])[row.place]
    found = doors(row.version_id, lo=row.place, hi=row.place + 1) if is_last else []
    found = with_names(found) if names else found
    standing = _represented(who, {row.place})
    silent = [door for door in found if _is_silent(door)]
    mine = tuple(door for door in silent if door.building not in standing)
    notice = row.version.notice
    version = newest([notice.pk])[notice.pk]
    zh, en = words_of(version, "zh"), words_of(version, "en")
    is_replaced = notice.state == State.SENT and row.version.stopped_at is not None
    return Sheet(
        line=_line(
            row,
            version,
            of_places({row.place}),
            len(mine),
            is_passed=stairwells.is_passed_by(who, row, own),
        ),
        version=row.version_id,
        zh=zh,
        en=en,
        spoken_zh=texts.spoken(zh, (row.local_zh,) if row.local_zh else ()),
        spoken_en=texts.spoken(en, (row.local_en,) if row.local_en else ()),
        local_zh=row.local_zh,
        local_en=row.local_en,
        passed_at=row.passed_at,
        n_stairwells=len(row.passed_in) + row.n_stairwells_waiting,
        n_passed=len(row.passed_in),
        hung_at=row.hung_at,
        spoken_at=row.spoken_at,
        is_withdrawn=notice.state != State.SENT,
        is_replaced=is_replaced,
        instead=_instead(row) if is_replaced else None,
        is_last=is_last,
        silent=mine,
        represented=tuple(door for door in silent if door.building in standing),
        unread=tuple(door for door in found if not door.is_told and door.has_phone),
        told=tuple(door for door in found if door.is_told),
    )


def _instead(row: Passing) -> UUID | None:
    """Where the words that were told again came to the same group."""
    found = Passing.objects.filter(
        group=row.group_id, version__notice=row.version.notice_id, version__stopped_at=None
    )
    return found.values_list("pk", flat=True).first()


def _offered(who: scope.Acting) -> Q:
    """At the very groups of who acts; for a community also its grids that wait for too long."""
    found = Q(pk__in=())
    for lo, hi in who.ranges:  # grids beside each other are one range
        level = max((each for each in Level if WIDTH[each] <= hi - lo), key=WIDTH.__getitem__)
        inside = Q(place__gte=lo, place__lt=hi)
        found |= inside & Q(level=level)
        if level == Level.COMMUNITY:
            late = Q(came_at__lte=who.at - PATIENCE) | Q(
                version__notice__urgent=True, came_at__lte=who.at - URGENT_PATIENCE
            )
            left = Q(passed_at=None) | Q(n_stairwells_waiting__gt=0)
            found |= inside & Q(level=Level.GRID) & left & late
    return found


def _represented(who: scope.Acting, places: set[int]) -> frozenset[UUID]:
    """Buildings whose doors somebody else stands for; whoever stands for some has these alone."""
    if who.role == "representative":
        return frozenset()
    return stairwells.standing(places, at=who.at)


def _to_knock_at(who: scope.Acting, rows: Sequence[Passing]) -> dict[UUID, int]:
    """How many doors without telephone wait for who acts, of groups with people of their own."""
    asked = [
        row for row in rows
        if row.level == Level.GRID and row.n_read_without_phone < row.n_without_phone
    ]  # fmt: skip
    if not asked:
        return {}
    represented = _represented(who, {row.place for row in asked})
    return n_silent([row.pk for row in asked], left_out=represented)


def _is_silent(door: Door) -> bool:
    return not door.is_told and not door.has_phone


def _line(
    row: Passing,
    version: NoticeVersion,
    names: dict[int, str],
    n_to_knock_at: int,
    *,
    is_passed: bool,
) -> Line:
    notice = row.version.notice
    return Line(
        id=row.pk,
        notice=notice.pk,
        place=row.place,
        title=in_language(version.title_zh, version.title_en),
        where=names.get(row.place, str(row.place)),
        urgent=notice.urgent,
        came_at=row.came_at,
        is_passed=is_passed,
        n_households=row.n_households,
        n_read=row.n_read,
        n_to_knock_at=n_to_knock_at,
    )

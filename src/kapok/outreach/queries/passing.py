"""What a representative has to pass on, and one notice at one group with its doors."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.codes import WIDTH, Level
from kapok.outreach import texts
from kapok.outreach.models import Passing
from kapok.outreach.queries.doors import Door, doors
from kapok.outreach.wording import words_of
from kapok.outreach.workflow import State
from kapok.places.models import in_language
from kapok.places.names import of_places

SHOWN = 50


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
    is_passed: bool
    n_households: int
    n_read: int
    n_to_knock_at: int


@dataclass(frozen=True)
class Sheet:
    """One notice at one group."""

    line: Line
    version: UUID
    zh: texts.Words
    en: texts.Words
    spoken_zh: str
    spoken_en: str
    local_zh: str
    local_en: str
    passed_at: datetime | None
    hung_at: datetime | None
    spoken_at: datetime | None
    is_withdrawn: bool
    is_last: bool
    silent: tuple[Door, ...]
    unread: tuple[Door, ...]
    told: tuple[Door, ...]

    @property
    def spoken(self) -> tuple[tuple[str, str, int], ...]:
        """(language, loudspeaker text, minutes that it takes)."""
        said = (("zh", self.spoken_zh), ("en", self.spoken_en))
        return tuple((each, text, texts.minutes_to_say(text, each)) for each, text in said)

    @property
    def here(self) -> texts.Words:
        """In the language of the page."""
        return self.zh if in_language("zh", "en") == "zh" else self.en


def lines() -> tuple[Line, ...]:
    """Notices at the groups of who acts: those that wait first, then the latest."""
    who = scope.require(Permission.NOTICE_PASS)
    found = (
        Passing.objects.select_related("version__notice")
        .filter(place__in=[lo for lo, _hi in who.ranges], version__notice__state=State.SENT)
        .order_by("-came_at", "-version__number")[:SHOWN]
    )
    rows = [row for row in found if _is_own(row, who)]
    names = of_places({row.place for row in rows})
    made = [_line(row, names) for row in rows]
    return tuple(sorted(made, key=lambda line: line.is_passed))


def sheet(passing_id: UUID) -> Sheet | None:
    """One notice at one group, with the doors that who acts answers for."""
    scope.require(Permission.NOTICE_PASS)
    row = Passing.objects.select_related("version__notice").filter(pk=passing_id).first()
    if row is None:
        return None
    is_last = row.level == Level.GRID
    found = doors(row.version_id, lo=row.place, hi=row.place + 1) if is_last else []
    zh, en = words_of(row.version, "zh"), words_of(row.version, "en")
    return Sheet(
        line=_line(row, of_places({row.place})),
        version=row.version_id,
        zh=zh,
        en=en,
        spoken_zh=texts.spoken(zh, (row.local_zh,) if row.local_zh else ()),
        spoken_en=texts.spoken(en, (row.local_en,) if row.local_en else ()),
        local_zh=row.local_zh,
        local_en=row.local_en,
        passed_at=row.passed_at,
        hung_at=row.hung_at,
        spoken_at=row.spoken_at,
        is_withdrawn=row.version.notice.state != State.SENT,
        is_last=is_last,
        silent=tuple(door for door in found if not door.is_told and not door.has_phone),
        unread=tuple(door for door in found if not door.is_told and door.has_phone),
        told=tuple(door for door in found if door.is_told),
    )


def n_waiting() -> int:
    """How many notices wait for who acts to pass them on."""
    return sum(not line.is_passed for line in lines())


def _is_own(row: Passing, who: scope.Acting) -> bool:
    """Whether it is at the very group of who acts, not at one inside it."""
    width = WIDTH[Level(row.level)]
    return any(lo == row.place and hi - lo == width for lo, hi in who.ranges)


def _line(row: Passing, names: dict[int, str]) -> Line:
    notice = row.version.notice
    return Line(
        id=row.pk,
        notice=notice.pk,
        place=row.place,
        title=in_language(row.version.title_zh, row.version.title_en),
        where=names.get(row.place, str(row.place)),
        urgent=notice.urgent,
        came_at=row.came_at,
        is_passed=row.passed_at is not None,
        n_households=row.n_households,
        n_read=row.n_read,
        n_to_knock_at=max(0, row.n_without_phone - row.n_read_without_phone),
    )

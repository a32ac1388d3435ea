"""Lines as pages show them: mine, one of them, and streets that have none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import get_language

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.codes import WIDTH, Level, ancestor_codes
from kapok.hotline import opening
from kapok.hotline.drafts import Draft
from kapok.hotline.hours import is_open
from kapok.hotline.models import Line, Seat
from kapok.hotline.models.lines import LEVELS
from kapok.places.models import Area
from kapok.places.names import of_places

MOST = 500


@dataclass(frozen=True)
class Row:
    """A line in the list of lines."""

    id: UUID
    name: str
    number: str
    where: str
    level: str
    kind: str
    kind_label: str
    hours: str
    is_open: bool
    least_seats: int
    overflow_s: int
    n_seated: int
    may_keep: bool

    @property
    def is_short(self) -> bool:
        """Whether fewer sit there than must, while it is open."""
        return self.is_open and self.n_seated < self.least_seats


@dataclass(frozen=True)
class Bare:
    """A street without a line of its own."""

    code: int
    name: str
    within: str


@dataclass(frozen=True)
class Mine:
    """All lines of who acts, and where one is missing."""

    rows: tuple[Row, ...]
    bare: tuple[Bare, ...]


@dataclass(frozen=True)
class Public:
    """A line as residents read of it."""

    name: str
    number: str
    dialled: str
    hours: str
    is_open: bool


def mine(*, at: datetime) -> Mine:
    """The lines in use of the places of who acts, the largest area first; streets without one."""
    who = scope.current()
    inside = _inside(who)
    lines = list(Line.objects.filter(inside, retired_at=None)[:MOST])
    lines.sort(key=lambda line: (-WIDTH[Level(line.level)], line.place, line.made_at))
    names = of_places({line.place for line in lines})
    seated = dict(
        Seat.objects.filter(line__in=lines, left_at=None)
        .values_list("line")
        .annotate(n=Count("pk"))
        .values_list("line", "n")
    )
    rows = tuple(_row(line, names, seated.get(line.pk, 0), who, at) for line in lines)
    return Mine(rows, _bare(who))


def draft_of(line_id: UUID) -> Draft | None:
    """A line in use as its form begins with it; ``None`` where whoever acts does not keep it."""
    line = Line.objects.filter(pk=line_id, retired_at=None).first()
    if line is None or not scope.can(Permission.LINE_KEEP, line.place):
        return None
    return Draft(
        place=line.place, level=line.level, name_zh=line.name_zh, number=line.number,
        name_en=line.name_en, kind=line.kind, hours=line.hours, least_seats=line.least_seats,
        overflow_s=line.overflow_s,
    )  # fmt: skip


def areas() -> list[tuple[str, str]]:
    """Where whoever acts may keep lines, as ``code:level`` with names."""
    found: list[tuple[str, str]] = []
    for lo, hi in scope.current().ranges:
        inside = Area.objects.filter(code__gte=lo, code__lt=hi, level__in=LEVELS, valid_to=None)
        found += [
            (f"{area.code}:{area.level}", area.name)
            for area in inside.order_by("code")[:MOST]
            if area.code + WIDTH[Level(area.level)] <= hi
        ]
    return found


def announced(place: int, *, at: datetime) -> tuple[Public, ...]:
    """The lines that somebody at a place may call: open ones first, then the nearest area's."""
    lines = list(Line.objects.filter(place__in=ancestor_codes(place), retired_at=None))
    lines = [line for line in lines if place < line.place + WIDTH[Level(line.level)]]
    lines.sort(key=lambda line: (WIDTH[Level(line.level)], line.made_at))
    found = [
        Public(name_of(line), line.number, line.dialled, opening.said(line.hours),
               is_open(line.hours, at))
        for line in lines
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda public: not public.is_open))


def name_of(line: Line) -> str:
    """The name of a line in the language that is active."""
    in_chinese = (get_language() or "zh").startswith("zh")
    return line.name_zh if in_chinese or not line.name_en else line.name_en


def _row(line: Line, names: dict[int, str], n_seated: int, who: Any, at: datetime) -> Row:
    return Row(
        id=line.pk,
        name=name_of(line),
        number=line.number,
        where=names.get(line.place, ""),
        level=line.level,
        kind=line.kind,
        kind_label=line.get_kind_display(),
        hours=opening.said(line.hours),
        is_open=is_open(line.hours, at),
        least_seats=line.least_seats,
        overflow_s=line.overflow_s,
        n_seated=n_seated,
        may_keep=who.can(Permission.LINE_KEEP, line.place),
    )


def _inside(who: scope.Acting) -> Q:
    inside = Q(pk__in=[])
    for lo, hi in who.ranges:
        inside |= Q(place__gte=lo, place__lt=hi)
    return inside


def _bare(who: scope.Acting) -> tuple[Bare, ...]:
    inside = Q(pk__in=[])
    for lo, hi in who.ranges:
        inside |= Q(code__gte=lo, code__lt=hi)
    have = Line.objects.filter(level=Level.STREET, retired_at=None).values("place")
    streets = (
        Area.objects.filter(inside, level=Level.STREET, valid_to=None)
        .exclude(code__in=have)
        .order_by("code")[:MOST]
    )
    above = of_places({street.code - street.code % WIDTH[Level.DISTRICT] for street in streets})
    return tuple(
        Bare(
            street.code,
            street.name,
            above.get(street.code - street.code % WIDTH[Level.DISTRICT], ""),
        )
        for street in streets
    )

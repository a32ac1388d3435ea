"""Registers: own entries with the reviews that are due, and for command the counts alone."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.db import connection

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.people.models import RegisterEntry
from kapok.people.shown import Shown, age
from kapok.places.models import Area

A_PAGE = 50


@dataclass(frozen=True)
class Entry:
    """Somebody on a register."""

    id: UUID
    person_id: UUID
    name: str
    age: int | None
    place_name: str
    building: str
    room: str
    kind: str
    tier: str
    tier_code: str
    review_on: date
    is_due: bool


@dataclass(frozen=True)
class Page:
    """Fifty entries of how many."""

    entries: tuple[Entry, ...]
    number: int
    n_pages: int
    n: int
    n_due: int


@dataclass(frozen=True)
class Cell:
    """How many people of an area are on a register; ``None``: too few to be told."""

    n: int | None


@dataclass(frozen=True)
class CountRow:
    """An area, or the whole of what is asked (``code`` is ``None``)."""

    code: int | None
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Counts:
    """A table: registers across, areas down."""

    kinds: tuple[str, ...]
    rows: tuple[CountRow, ...]


def entries(
    shown: Shown, *, today: date, kind: str = "", due_only: bool = False, number: int = 1
) -> Page:
    """Entries of one's places, the most urgent first; one entry of the trace names all shown."""
    rows = RegisterEntry.objects.filter(ended_on=None, person__left_at=None)
    if kind in RegisterEntry.Kind.values:
        rows = rows.filter(kind=kind)
    n_due = rows.filter(review_on__lte=today).count()
    if due_only:
        rows = rows.filter(review_on__lte=today)
    ordered = rows.order_by("tier", "review_on", "id").select_related(
        "person__household__dwelling__building"
    )
    pages = Paginator(ordered, A_PAGE)
    page = pages.get_page(number)
    found = list(page.object_list)
    names = _place_names({each.place for each in found})
    look(Look.Action.LIST, [each.person_id for each in found])
    return Page(
        entries=tuple(_entry(each, shown, today, names) for each in found),
        number=page.number,
        n_pages=pages.num_pages,
        n=pages.count,
        n_due=n_due,
    )


def _entry(row: RegisterEntry, shown: Shown, today: date, names: dict[int, str]) -> Entry:
    household = row.person.household
    dwelling = household.dwelling if household else None
    return Entry(
        id=row.pk,
        person_id=row.person_id,
        name=shown.name(row.person.name),
        age=age(row.person.birth_date, today),
        place_name=names.get(row.place, str(row.place)),
        building=str(dwelling.building) if dwelling else "",
        room=shown.room(dwelling.room) if dwelling else "",
        kind=row.get_kind_display(),
        tier=row.get_tier_display(),
        tier_code=row.tier,
        review_on=row.review_on,
        is_due=row.review_on <= today,
    )


def counts() -> Counts:
    """How many people are on which register, by area; small cells are not told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, area, n FROM people_register_counts()")
        told = {(kind, area): Cell(n) for kind, area, n in cursor.fetchall()}
    kinds = [kind for kind in RegisterEntry.Kind if any(kind == found for found, _area in told)]
    areas = sorted({area for _kind, area in told if area is not None})
    names = _place_names(set(areas))
    nobody = Cell(0)
    rows = [
        CountRow(
            code=area,
            name=names.get(area, str(area)) if area is not None else "",
            cells=tuple(told.get((kind.value, area), nobody) for kind in kinds),
        )
        for area in [*areas, *([None] if areas else [])]
    ]
    return Counts(tuple(str(kind.label) for kind in kinds), tuple(rows))


def _place_names(codes: set[int]) -> dict[int, str]:
    return {area.code: area.name for area in Area.objects.filter(code__in=codes)}

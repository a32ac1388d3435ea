"""Who looks after which grid: vacancies, deputies, and how much each has to do."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Sum

from kapok.access import scope
from kapok.access.fields import Ranges
from kapok.access.models import Appointment, User
from kapok.codes import Level, community_of
from kapok.places.models import Area, Building, in_language
from kapok.workforce.queries.scoped import area_names, inside

ROLE = "grid_worker"
DUE = timedelta(days=14)
DUE_NOW = """
    SELECT ending.id FROM access_appointment AS ending
    WHERE ending.ends_at > %(at)s AND ending.ends_at <= %(until)s
      AND ending.starts_at < ending.ends_at
      AND ending.ranges && %(mine)s::text::int8multirange
      AND NOT ending.ranges <@ coalesce((
          SELECT range_agg(next.ranges) FROM access_appointment AS next
          WHERE next.role = ending.role AND next.is_deputy = ending.is_deputy
            AND next.unit IS NOT DISTINCT FROM ending.unit AND next.id <> ending.id
            AND next.starts_at <= ending.ends_at
            AND (next.ends_at IS NULL OR next.ends_at > ending.ends_at)
      ), '{}'::int8multirange)
    ORDER BY ending.ends_at, ending.id
"""


@dataclass(frozen=True)
class Bounds:
    """What staffing is held against: households of one grid, and workers for each grid."""

    low: int = 300
    high: int = 500
    workers_per_grid: float = 1.21  # the mean of the province


BOUNDS = Bounds()


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a grid."""

    account: UUID
    name: str


@dataclass(frozen=True)
class Coming:
    """Somebody who is appointed to a grid and begins later."""

    account: UUID
    name: str
    starts_at: datetime


@dataclass(frozen=True)
class GridStaff:
    """A grid in force, its households, who looks after it, and who begins to later."""

    code: int
    name: str
    community: int
    community_name: str
    households: int
    workers: tuple[Holder, ...]
    deputies: tuple[Holder, ...]
    coming: tuple[Coming, ...] = ()
    coming_deputies: tuple[Coming, ...] = ()


@dataclass(frozen=True)
class Load:
    """What one worker looks after; a grid that is shared counts by its share."""

    account: UUID
    name: str
    username: str
    n_grids: int
    households: int
    grids: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """``over``, ``under`` or ``right``, against the households of one grid."""
        if self.households > BOUNDS.high:
            return "over"
        return "under" if self.households < BOUNDS.low else "right"


@dataclass(frozen=True)
class Staffing:
    """The grids in force inside the acting places, and those who work in them, most first."""

    grids: tuple[GridStaff, ...]
    loads: tuple[Load, ...]

    @property
    def without_worker(self) -> tuple[GridStaff, ...]:
        """Grids in force that nobody looks after."""
        return tuple(grid for grid in self.grids if not grid.workers)

    @property
    def without_deputy(self) -> tuple[GridStaff, ...]:
        """Grids in force without a deputy."""
        return tuple(grid for grid in self.grids if not grid.deputies)

    @property
    def over_stretched(self) -> tuple[Load, ...]:
        """Workers with more households than one grid has at most."""
        return tuple(load for load in self.loads if load.verdict == "over")

    @property
    def workers_per_grid(self) -> float:
        """Workers for each grid in force, to be held against 1.21."""
        return len(self.loads) / len(self.grids) if self.grids else 0.0

    @property
    def households(self) -> int:
        """Households of all grids."""
        return sum(grid.households for grid in self.grids)


def staffing(*, at: datetime) -> Staffing:
    """How the grids inside the acting places are staffed at a moment; in five queries."""
    areas = Area.objects.filter(inside("code"), level=Level.GRID, valid_to=None)
    rows = list(areas.order_by("code").values_list("code", "name_zh", "name_en"))
    codes = [code for code, _zh, _en in rows]
    households = dict(
        Building.objects.filter(inside(), gone_at=None)
        .values_list("place")
        .annotate(n=Sum("households"))
        .order_by()
    )
    communities = area_names({community_of(code) for code in codes})
    held: dict[int, list[Holder]] = defaultdict(list)
    deputies: dict[int, list[Holder]] = defaultdict(list)
    held_by: dict[UUID, set[int]] = defaultdict(set)
    people: dict[UUID, User] = {}
    for row in _appointments(at):
        person = row.account
        people[person.pk] = person
        into = deputies if row.is_deputy else held
        for code in _codes_inside(row.ranges, codes):
            into[code].append(Holder(person.pk, str(person)))
            if not row.is_deputy:
                held_by[person.pk].add(code)
    coming = _coming(codes, at)
    grids = tuple(
        GridStaff(
            code=code,
            name=_grid_name(code, zh, en),
            community=community_of(code),
            community_name=communities.get(community_of(code), str(community_of(code))),
            households=households.get(code, 0),
            workers=tuple(held[code]),
            deputies=tuple(deputies[code]),
            coming=tuple(coming[False][code]),
            coming_deputies=tuple(coming[True][code]),
        )
        for code, zh, en in rows
    )
    shares = {grid.code: grid.households / max(1, len(grid.workers)) for grid in grids}
    loads = [
        Load(
            account=key,
            name=str(people[key]),
            username=people[key].username,
            n_grids=len(mine),
            households=round(sum(shares[code] for code in mine)),
            grids=tuple(sorted(mine)),
        )
        for key, mine in held_by.items()
    ]
    return Staffing(grids, tuple(sorted(loads, key=lambda load: (-load.households, load.name))))


def handovers_due(*, at: datetime) -> tuple[UUID, ...]:
    """Appointments that end within 14 days without a successor for all of their places."""
    with connection.cursor() as cursor:
        cursor.execute(
            DUE_NOW,
            {"at": at, "until": at + DUE, "mine": _written(scope.current().ranges)},
        )
        return tuple(key for (key,) in cursor.fetchall())


def _appointments(at: datetime) -> list[Appointment]:
    rows = Appointment.objects.in_force(at).filter(role=ROLE, account__is_active=True)
    return list(rows.select_related("account").order_by("starts_at", "pk"))


def _coming(codes: list[int], at: datetime) -> dict[bool, dict[int, list[Coming]]]:
    """Whose appointments begin later: is deputy → grid → who, the earliest first."""
    found: dict[bool, dict[int, list[Coming]]] = {
        False: defaultdict(list),
        True: defaultdict(list),
    }
    later = Appointment.objects.filter(role=ROLE, account__is_active=True, starts_at__gt=at)
    for row in later.select_related("account").order_by("starts_at", "pk"):
        if row.ends_at is None or row.ends_at > row.starts_at:
            for code in _codes_inside(row.ranges, codes):
                who = Coming(row.account_id, str(row.account), row.starts_at)
                found[row.is_deputy][code].append(who)
    return found


def _codes_inside(ranges: Ranges, codes: list[int]) -> Iterator[int]:
    for lo, hi in ranges:
        yield from codes[bisect_left(codes, lo) : bisect_left(codes, hi)]


def _written(ranges: Ranges) -> str:
    """Ranges as PostgreSQL writes them."""
    return "{" + ",".join(f"[{lo},{hi})" for lo, hi in ranges) + "}"


def _grid_name(code: int, zh: str, en: str) -> str:
    return in_language(zh, en) or f"{code % 1000:03d}"

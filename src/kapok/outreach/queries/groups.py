"""The groups of an area: its representatives and robots, and the groups below it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.outreach.models import Group, Representative
from kapok.outreach.queries.outbox import Way, channels
from kapok.places.models import Building
from kapok.places.names import of_places

from kapok.outreach.queries.stairwells import standing as in_force
MOST = 300
LABELS = {"GRID": _("Residents' group (a grid)")}


@dataclass(frozen=True)
class Stairwell:
    """A building of a residents' group, and who stands for it.

    Attributes
    ----------
    can_act
        Whether any of them can: by an open account, with an appointment that is in force.
    """

    id: UUID
    name: str
    households: int
    standing: tuple[tuple[UUID, str, str], ...]


@dataclass(frozen=True)
    can_act: bool


@dataclass(frozen=True)
class Top:
    """A group that lies below no other of who acts."""

    place: int
    level: str
    name: str
class GroupPage:
    """A group."""

    place: int
    level: str
    level_label: str
    name: str
    above: tuple[int, str, str] | None
    below: tuple[tuple[int, str, str], ...]
    stairwells: tuple[Stairwell, ...]
    robots: tuple[Way, ...]
    n_without: int


def group(place: int, level: str, *, at: datetime) -> GroupPage | None:
    """The page of a group."""
    who = scope.require(Permission.GROUP_MANAGE, place)
    row = Group.objects.select_related("parent").filter(
        place=place, level=level, ended_at=None
    ).first()  # fmt: skip
    if row is None:
        return None
    children = list(row.children.filter(ended_at=None)[:MOST])
    names = of_places({place, *(each.place for each in children)})
    parent = (
        row.parent if row.parent and who.can(Permission.GROUP_MANAGE, row.parent.place) else None
    )
    stairwells = _stairwells(place, at) if row.level == "GRID" else ()
    return GroupPage(
        place=place,
        level=row.level,
        level_label=str(LABELS.get(row.level) or row.get_level_display()),
        name=names.get(place, str(place)),
        above=(parent.place, parent.level, of_places({parent.place}).get(parent.place, ""))
        if parent
        else None,
        below=tuple((each.place, each.level, names.get(each.place, "")) for each in children),
        stairwells=stairwells,
        robots=channels(at=at, group=row.pk),
        n_without=sum(not each.can_act for each in stairwells),
        is_one_of_several=parent is None and len(tops()) > 1,
    )


def top() -> Group | None:
    """The largest group of who acts."""
    who = scope.require(Permission.GROUP_MANAGE)
    for lo, hi in who.ranges:
        found = Group.objects.filter(place__gte=lo, place__lt=hi, ended_at=None).order_by("place")
        if first := found.first():
            return first
    return None


def _stairwells(place: int) -> tuple[Stairwell, ...]:
    rows = list(Building.objects.filter(place=place, gone_at=None).order_by("name")[:MOST])
    standing: dict[UUID, list[tuple[UUID, str, str]]] = {}
    for each in Representative.objects.select_related("account").filter(place=place, ended_at=None):
        name = each.account.name or each.account.username
        standing.setdefault(each.building_id, []).append((each.pk, name, each.get_kind_display()))
    return tuple(
        Stairwell(row.pk, str(row), row.households, tuple(standing.get(row.pk, ())), row.pk in able)
        for row in rows
    )
    able = in_force([place], at=at)

"""The groups of an area: its representatives and robots, and the groups below it."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.outreach.models import Group, Representative
from kapok.outreach.queries.outbox import Way, channels
from kapok.outreach.queries.stairwells import standing as in_force
from kapok.places.models import Building
from kapok.places.names import of_places

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
    can_act: bool


@dataclass(frozen=True)
class Top:
    """A group that lies below no other of who acts."""

    place: int
    level: str
    name: str


@dataclass(frozen=True)
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
    is_one_of_several: bool  # tops of who acts, so that there is a way to the others


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


def tops() -> tuple[Top, ...]:
    """The largest groups of who acts: those that lie below none of their own."""
    who = scope.require(Permission.GROUP_MANAGE)
    mine = [Q(place__gte=lo, place__lt=hi) for lo, hi in who.ranges]
    above = [Q(parent__place__gte=lo, parent__place__lt=hi) for lo, hi in who.ranges]
    if not mine:
        return ()
    found = Group.objects.filter(reduce(or_, mine), ended_at=None)
    rows = list(found.exclude(reduce(or_, above), parent__isnull=False).order_by("place")[:MOST])
    names = of_places({row.place for row in rows})
    return tuple(Top(row.place, row.level, names.get(row.place, str(row.place))) for row in rows)


def _stairwells(place: int, at: datetime) -> tuple[Stairwell, ...]:
    rows = list(Building.objects.filter(place=place, gone_at=None).order_by("name")[:MOST])
    standing: dict[UUID, list[tuple[UUID, str, str]]] = {}
    for each in Representative.objects.select_related("account").filter(place=place, ended_at=None):
        name = each.account.name or each.account.username
        standing.setdefault(each.building_id, []).append((each.pk, name, each.get_kind_display()))
    able = in_force([place], at=at)
    return tuple(
        Stairwell(row.pk, str(row), row.households, tuple(standing.get(row.pk, ())), row.pk in able)
        for row in rows
    )

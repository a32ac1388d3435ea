"""What the filter of a desk offers: kinds, places, units, and the filters that somebody kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access import scope
from kapok.access.roles import Realm
from kapok.codes import Level, ancestor_codes
from kapok.matters.models import SavedFilter, Unit
from kapok.matters.queries.desk.filters import Filter
from kapok.matters.queries.scoped import within
from kapok.matters.workflow import Door, State, Urgency
from kapok.packs import look_up
from kapok.packs.schema import Kind
from kapok.places.models import Area

MOST_AREAS = 400
MOST_UNITS = 300
Pair = tuple[str, str]


@dataclass(frozen=True)
class Offered:
    """What each part of the filter can be."""

    kinds: tuple[Pair, ...]
    realms: tuple[Pair, ...]
    urgencies: tuple[Pair, ...]
    states: tuple[Pair, ...]
    doors: tuple[Pair, ...]
    places: tuple[Pair, ...]
    units: tuple[Pair, ...]


@dataclass(frozen=True)
class Saved:
    """A filter that somebody kept."""

    id: UUID
    name: str
    query: str


def of_filter(wanted: Filter, *, at: datetime) -> Offered:
    """What can be looked for, here."""
    who = scope.current()
    realms = [realm for realm in Realm if realm in who.realms]
    units = Unit.objects.filter(within("place"), ended_at=None).order_by("name")
    return Offered(
        kinds=tuple((kind.code, kind.label.here()) for kind in kinds(at=at)),
        realms=tuple((realm.value, str(realm.label)) for realm in realms),
        urgencies=tuple((each.value, str(each.label)) for each in Urgency),
        states=tuple((each.value, str(each.label)) for each in State),
        doors=tuple((each.value, str(each.label)) for each in Door),
        places=tuple(_places(wanted)),
        units=tuple((str(unit.pk), unit.name) for unit in units[:MOST_UNITS]),
    )


def kinds(*, at: datetime) -> list[Kind]:
    """The kinds of matter in force where somebody acts, of their realms, by name."""
    mine = [kind for kind in _in_force(at) if kind.realm in scope.current().realms]
    return sorted(mine, key=lambda kind: kind.label.here())


def reportable(door: Door, *, at: datetime) -> list[Kind]:
    """The kinds that may come in by a door, of every realm: whoever hears of it passes it on."""
    found = [kind for kind in _in_force(at) if door in kind.doors]
    return sorted(found, key=lambda kind: kind.label.here())


def _in_force(at: datetime) -> list[Kind]:
    found: dict[str, Kind] = {}
    for lo, _hi in scope.current().ranges[:10]:
        for kind, _pack in look_up.packs_at(lo, at).kinds():
            found.setdefault(kind.code, kind)
    return list(found.values())


def _places(wanted: Filter) -> list[Pair]:
    """The areas around the one looked at, inside one's own, and those right below it."""
    who = scope.current()
    roots = [wanted.place] if wanted.place else [lo for lo, _hi in who.ranges[:50]]
    around = {code for root in roots for code in ancestor_codes(root)}
    areas = Area.objects.filter(valid_to=None)
    shown = list(areas.filter(code__in=around))
    below = areas.filter(parent__code__in=roots).exclude(code__in=around)
    shown += list(below.order_by("code")[:MOST_AREAS])
    mine = [area for area in shown if any(lo <= area.code < hi for lo, hi in who.ranges)]
    order = [level.value for level in Level]
    return [
        (f"{area.code}", f"{'　' * max(0, order.index(area.level) - 2)}{area.name}")
        for area in sorted({area.pk: area for area in mine}.values(), key=lambda area: area.code)
    ]


def saved() -> tuple[Saved, ...]:
    """The filters of whoever acts."""
    return tuple(Saved(row.pk, row.name, row.query) for row in SavedFilter.objects.all()[:30])

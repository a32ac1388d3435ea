"""What an order would change, before anybody confirms it: counts, never names."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from django.db import connection
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.fields import multirange
from kapok.access.roles import Realm
from kapok.access.scope import acting
from kapok.errors import Refused
from kapok.matters.engine.facts import Facts
from kapok.matters.queries import loading
from kapok.matters.workflow import Urgency
from kapok.packs import look_up
from kapok.packs.schema import ZoneMoment
from kapok.zones.areas import Area
from kapok.zones.holding import box
from kapok.zones.models import ZoneOrder
from kapok.zones.queries import covering, hanging, reach
from kapok.zones.retasking import Act, Lying, strictest

FEW = 5  # below this, counts of a realm are not shown to who does not work in it
COUNTS = """
    SELECT count(*), coalesce(sum(households), 0), coalesce(sum(residents), 0),
        count(*) FILTER (WHERE residents IS NULL)
    FROM places_building WHERE gone_at IS NULL AND (
        place <@ %(whole)s::int8multirange OR id = ANY (%(buildings)s))
"""
POSTS = """
    SELECT count(*) FROM workforce_post
    WHERE closed_at IS NULL AND place <@ %(touches)s::int8multirange
"""


@dataclass(frozen=True)
class KindCount:
    """Open matters of a kind inside, and what happens to how many of them."""

    label: str
    n: str
    moves: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Preview:
    """What an order would change, as things stand.

    ``problem`` says why it cannot be carried out any more; the rest is empty then.
    """

    problem: str = ""
    n_grids: int = 0
    n_buildings: int = 0
    households: int = 0
    people: int = 0
    n_uncounted: int = 0
    n_posts: int = 0
    n_matters: int = 0
    kinds: tuple[KindCount, ...] = ()
    creates: tuple[tuple[str, int], ...] = ()
    at_end: tuple[tuple[str, int], ...] = ()
    stricter: tuple[str, ...] = ()
    milder: tuple[str, ...] = ()


def of_order(order: ZoneOrder, *, at: datetime) -> Preview:
    """What putting a zone in force would change now."""
    picks = tuple((int(code), str(level), str(name)) for code, level, name in order.picks)
    shape = None if order.shape is None else shapely.from_wkb(bytes(order.shape))
    try:
        found = reach.of(Area(picks, shape))
    except Refused as refusal:
        return Preview(problem=str(refusal))
    who = scope.current()
    with acting(box(at)):
        return _counted(order, found, who.realms, at)


def _counted(
    order: ZoneOrder, found: reach.Reach, realms: frozenset[Realm], at: datetime
) -> Preview:
    assert order.starts_at is not None
    assert order.ends_at is not None
    kind = hanging.kind_of(order.pack_id, order.kind)
    new = Lying(
        order.pk, order.kind, order.pack_id, kind.strictness, order.starts_at, order.ends_at,
        order.name,
    )  # fmt: skip
    matters, others = _inside(found, shape=order.shape, at=at)
    mine = {
        matter.id: new
        for matter, over in zip(matters, others, strict=True)
        if strictest([*over, new]) == new
    }
    moves = hanging.moves([each for each in matters if each.id in mine], mine, at=at)
    grids = hanging.grids_of(found.whole, found.buildings)
    lying = {each for over in others for each in over}
    n_buildings, households, people, n_uncounted = _row(
        COUNTS, {"whole": multirange(found.whole), "buildings": list(found.buildings)}
    )
    [n_posts] = _row(POSTS, {"touches": multirange(found.touches)})
    return Preview(
        n_grids=len(grids),
        n_buildings=n_buildings,
        households=households,
        people=people,
        n_uncounted=n_uncounted,
        n_posts=n_posts,
        n_matters=sum(each.realm in realms for each in matters) + _n_beyond(matters, realms),
        kinds=_by_kind(matters, moves, realms),
        creates=_creates(order, ZoneMoment.ENTRY, len(grids)),
        at_end=_creates(order, ZoneMoment.EXIT, len(grids)),
        stricter=tuple(sorted(each.name for each in lying if strictest([each, new]) == each)),
        milder=tuple(sorted(each.name for each in lying if strictest([each, new]) == new)),
    )


def _inside(
    found: reach.Reach, *, shape: Any, at: datetime
) -> tuple[list[Facts], list[tuple[Lying, ...]]]:
    """The open matters that lie in an area, and the zones in force over each."""
    known, _n = loading.facts(hanging.matters_in(found.touches, found.buildings), lock=False)
    buildings = set(found.buildings)
    drawn = None if shape is None else shapely.from_wkb(bytes(shape))

    def lies(matter: Facts) -> bool:
        if any(lo <= matter.place < hi for lo, hi in found.whole):
            return True
        if matter.building is not None:
            return matter.building in buildings
        if drawn is not None and matter.lon is not None and matter.lat is not None:
            return bool(shapely.contains_xy(drawn, matter.lon, matter.lat))
        return drawn is None

    inside = [matter for matter in known.values() if lies(matter)]
    return inside, covering.lying([hanging.spot_of(each) for each in inside], at)


def _n_beyond(matters: Sequence[Facts], realms: frozenset[Realm]) -> int:
    """Matters of realms that are not one's own, of each kind of which there are not too few."""
    counts = Counter(matter.kind for matter in matters if matter.realm not in realms)
    return sum(n for n in counts.values() if n >= FEW)


def _by_kind(
    matters: Sequence[Facts], moves: dict[Any, tuple[Act, ...]], realms: frozenset[Realm]
) -> tuple[KindCount, ...]:
    found = []
    for code in sorted({matter.kind for matter in matters}):
        of_kind = [matter for matter in matters if matter.kind == code]
        kind, _hours = look_up.kind_of(of_kind[0].pack, code)
        is_hidden = Realm(kind.realm) not in realms
        if is_hidden and len(of_kind) < FEW:
            continue  # an area may be one house: that there is any would be told
        done = Counter(said(act) for matter in of_kind for act in moves.get(matter.id, ()))
        found.append(
            KindCount(
                kind.label.here(),
                _shown(len(of_kind), is_hidden),
                tuple((what, _shown(n, is_hidden)) for what, n in sorted(done.items())),
            )
        )
    return tuple(found)


def _shown(n: int, is_hidden: bool) -> str:
    """Care is seen as counts; small ones would point at somebody."""
    return _("fewer than %(n)d") % {"n": FEW} if is_hidden and n < FEW else str(n)


def said(act: Act) -> str:
    """An act in words."""
    if act.move == "correct":
        urgency = Urgency(act.data["urgency"]).label
        return _("urgency: %(urgency)s") % {"urgency": urgency}
    words = {
        "hold": _("on hold until the zone ends"),
        "resume": _("goes on"),
        "return": _("back to the desk"),
        "assign": _("given to somebody else"),
    }
    return words[act.move]


def _creates(order: ZoneOrder, on: ZoneMoment, n_grids: int) -> tuple[tuple[str, int], ...]:
    rules = look_up.packs_at(order.place, order.starts_at or order.ordered_at)
    kind = hanging.kind_of(order.pack_id, order.kind)
    found = []
    for rule in hanging.creating(kind, on):
        of_matter = rules.find(rule.kind)
        found.append((of_matter.label.here() if of_matter else rule.kind, n_grids))
    return tuple(found)


def _row(query: str, values: dict[str, Any]) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: tuple[int, ...] = cursor.fetchone()
        return found

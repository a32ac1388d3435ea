"""Who is responsible for a matter at its place, as the way of its kind in the pack says."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.matters.engine import asking
from kapok.matters.engine.facts import Facts
from kapok.packs import conditions, look_up
from kapok.packs.schema import Route

GRID_ROLE = "grid_worker"
By = dict[UUID, dict[str, Any]]
# Place → is deputy → (account, unit).
Workers = dict[int, dict[bool, tuple[UUID, UUID | None]]]


def first_hands(
    fresh: Sequence[Facts],
    *,
    at: datetime,
    by_way: Sequence[Route] | None = None,
    known: Workers | None = None,
    around: Iterable[int] = (),
) -> By:
    """For each matter to whom it goes at once; those that wait for the desk are left out.

    ``known`` keeps who works where for the next question of the same set, and of ``around`` too.

    A kind's way (or ``by_way``, where a zone says another one) is tried in order: the grid's
    worker, their deputy, a unit that answers for the place. A way that leads to a team or a desk
    ends it: there somebody chooses.
    """
    ways = {matter.id: _way(matter, at, by_way) for matter in fresh}
    workers = {} if known is None else known
    asked = {m.place for m in fresh if _asks(ways[m.id], "GRID_WORKER", "DEPUTY")}
    if not asked <= workers.keys():
        missing = (asked | set(around)) - workers.keys()
        found_there = grid_workers(missing, at=at)
        workers |= {place: found_there.get(place, {}) for place in missing}
    units = responsible({(m.place, m.kind) for m in fresh if _asks(ways[m.id], "UNIT")})
    found = {}
    for matter in fresh:
        to = _first(matter, ways[matter.id], workers, units)
        if to is not None:
            found[matter.id] = to
    return found


def _way(matter: Facts, at: datetime, by_way: Sequence[Route] | None) -> list[Route]:
    kind, hours = look_up.kind_of(matter.pack, matter.kind)
    known = asking.variables(place=matter.place, now=at, hours=hours, matter=matter)
    way = kind.route if by_way is None else by_way
    return [route for route in way if route.when is None or conditions.holds(route.when, known)]


def _asks(way: Iterable[Route], *targets: str) -> bool:
    return any(route.to in targets for route in way)


def _first(
    matter: Facts,
    way: Iterable[Route],
    workers: Workers,
    units: dict[tuple[int, str, str], UUID],
) -> dict[str, Any] | None:
    for route in way:
        if route.to in {"GRID_WORKER", "DEPUTY"}:
            held = workers.get(matter.place, {}).get(route.to == "DEPUTY")
            if held is not None:
                account, unit = held
                return {"account": str(account), "unit": str(unit) if unit else None}
        elif route.to == "UNIT":
            unit_id = units.get((matter.place, matter.kind, route.unit_kind or ""))
            if unit_id is not None:
                return {"unit": str(unit_id)}
        else:
            return None
    return None


def grid_workers(places: Iterable[int], *, at: datetime) -> Workers:
    """Who works in each place now: place → is deputy → (account, unit), the earliest appointed."""
    wanted = list(places)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM matters_workers_at(%s, %s)", [wanted, at])
        found: Workers = {}
        for place, is_deputy, account, unit in cursor.fetchall():
            found.setdefault(place, {})[is_deputy] = (account, unit)
    return found


def responsible(wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str, str], UUID]:
    """(place, kind of matter, kind of unit) → the unit that answers for it first."""
    asked = list(wanted)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT ON (asked.place, asked.kind, unit.kind)
                asked.place, asked.kind, unit.kind, unit.id
            FROM unnest(%s::bigint[], %s::text[]) AS asked (place, kind)
            JOIN matters_servicearea AS area ON area.lo <= asked.place AND asked.place < area.hi
                AND area.kind IN ('', asked.kind)
            JOIN matters_unit AS unit ON unit.id = area.unit_id AND unit.ended_at IS NULL
            WHERE NOT unit.is_sent_alone
            ORDER BY asked.place, asked.kind, unit.kind, area.rank, area.kind = '',
                area.hi - area.lo, unit.id
            """,
            [[place for place, _kind in asked], [kind for _place, kind in asked]],
        )
        return {
            (place, kind, unit_kind): unit for place, kind, unit_kind, unit in cursor.fetchall()
        }

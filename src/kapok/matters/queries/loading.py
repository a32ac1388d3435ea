"""Matters as the rules see them, from their rows: held until the transaction ends."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from kapok.access.roles import Realm
from kapok.matters.engine.facts import ClockFacts, ClockState, Facts
from kapok.matters.models import Matter, MatterClock

# Columns of a matter that are facts of the same name.
PLAIN = (
    "id", "kind", "place", "desk", "door", "state", "urgency", "version", "state_version",
    "received_at", "state_since", "state_by", "lon", "lat", "unit", "assignee", "subject", "zone",
    "reported_by", "finished_by", "closed_at", "outcome", "hold_until", "held_from", "n_returned",
    "n_reopened", "satisfaction", "due_at",
)  # fmt: skip
KEYS = {
    "pack": "pack_id",
    "building": "building_id",
    "parent": "parent_id",
    "duplicate_of": "duplicate_of_id",
}
CLOCK = (
    "id", "code", "state", "started_at", "base_at", "due_at", "next_at", "base_percent",
    "allowance", "fired", "n_extensions", "run",
)  # fmt: skip
COLUMNS = (*PLAIN, *KEYS.values(), "realm", "steps", "number")


def facts(ids: Iterable[UUID], *, lock: bool = True) -> tuple[dict[UUID, Facts], dict[UUID, int]]:
    """Facts and numbers of those that may be seen; held in one order, so that nobody deadlocks."""
    keys = list(ids)
    if not keys:
        return {}, {}
    wanted = Matter.objects.filter(pk__in=keys).order_by("pk")
    if lock:
        wanted = wanted.select_for_update(of=("self",))
    rows = list(wanted.values(*COLUMNS))
    clocks = clocks_of([row["id"] for row in rows])
    found = {row["id"]: _fact(row, clocks.get(row["id"], ())) for row in rows}
    return found, {row["id"]: row["number"] for row in rows}


def clocks_of(ids: list[UUID]) -> dict[UUID, tuple[ClockFacts, ...]]:
    """The clocks of some matters, by matter."""
    found: dict[UUID, tuple[ClockFacts, ...]] = {}
    rows = MatterClock.objects.filter(matter__in=ids).values("matter_id", *CLOCK)
    for row in rows:
        matter = row.pop("matter_id")
        clock = ClockFacts(**row | {"state": ClockState(row["state"])})
        found[matter] = (*found.get(matter, ()), clock)
    return found


def _fact(row: Mapping[str, object], clocks: tuple[ClockFacts, ...]) -> Facts:
    values = {name: row[name] for name in PLAIN} | {name: row[key] for name, key in KEYS.items()}
    return Facts(
        **values,  # type: ignore[arg-type]
        realm=Realm(str(row["realm"])),
        steps=frozenset(row["steps"]),  # type: ignore[call-overload]
        clocks=clocks,
    )

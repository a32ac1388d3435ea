"""Matters as the rules see them, from their rows: held until the transaction ends."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from kapok.access.roles import Realm
from kapok.matters.engine.facts import ClockFacts, ClockState, Facts
from kapok.matters.models import Report
from kapok.packs import look_up

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
MATTERS = f"SELECT {', '.join(COLUMNS)} FROM matters_matter WHERE id = ANY (%s) ORDER BY id"
HOLD = " FOR NO KEY UPDATE"  # rows that point to one, such as its likenesses, may come meanwhile
CLOCKS = f"SELECT matter_id, {', '.join(CLOCK)} FROM matters_matterclock WHERE matter_id = ANY (%s)"


def facts(ids: Iterable[UUID], *, lock: bool = True) -> tuple[dict[UUID, Facts], dict[UUID, int]]:
    """Facts and numbers of those that may be seen; held in one order, so that nobody deadlocks."""
    keys = list(ids)
    if not keys:
        return {}, {}
    rows = _rows(MATTERS + HOLD if lock else MATTERS, COLUMNS, keys)
    clocks = clocks_of([row["id"] for row in rows])
    found = {row["id"]: _fact(row, clocks.get(row["id"], ())) for row in rows}
    return found, {row["id"]: row["number"] for row in rows}


def _rows(statement: str, names: Sequence[str], keys: list[UUID]) -> list[dict[str, Any]]:
    """Rows by column; the statements are said as they are, since they run for every command."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [keys])
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def with_answers(known: dict[UUID, Facts]) -> dict[UUID, Facts]:
    """The same with what their first report answered, where a clock or a step asks for it.

    Most kinds have none such, and then nothing is read.
    """
    asking = [key for key, matter in known.items() if _asks_later(matter)]
    if not asking:
        return known
    reports = Report.objects.filter(matter__in=asking).order_by("matter_id", "received_at")
    answers = dict(reports.distinct("matter_id").values_list("matter_id", "answers"))
    return known | {key: replace(known[key], answers=answers.get(key, {})) for key in asking}


def _asks_later(matter: Facts) -> bool:
    kind, _hours = look_up.kind_of(matter.pack, matter.kind)
    later = [clock.when for clock in kind.clocks if clock.starts.move != "report"]
    later += [step.show_when for step in kind.steps]
    return any(condition is not None and "answers." in condition for condition in later)


def clocks_of(ids: list[UUID]) -> dict[UUID, tuple[ClockFacts, ...]]:
    """The clocks of some matters, by matter."""
    found: dict[UUID, tuple[ClockFacts, ...]] = {}
    for row in _rows(CLOCKS, ("matter_id", *CLOCK), ids) if ids else ():
        matter = row.pop("matter_id")
        clock = ClockFacts(**row | {"state": ClockState(row["state"])})
        found[matter] = (*found.get(matter, ()), clock)
    return found


def _fact(row: Mapping[str, object], clocks: tuple[ClockFacts, ...]) -> Facts:
    values = {name: row[name] for name in PLAIN} | {name: row[key] for name, key in KEYS.items()}
    return Facts(
        **values,  # type: ignore[arg-type]
        realm=Realm(str(row["realm"])),
        steps=frozenset(json.loads(row["steps"])),  # type: ignore[arg-type]
        clocks=clocks,
    )

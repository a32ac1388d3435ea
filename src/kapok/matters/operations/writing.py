"""Sets of changed matters, their entries and clocks, written in a few statements each.

The rows of a statement go as one JSON text, which PostgreSQL takes apart by the types of the table:
that takes a third of the time of binding each value.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from kapok.matters.engine.facts import ClockFacts, Facts
from kapok.matters.models import Matter, MatterClock
from kapok.matters.queries.loading import CLOCK, KEYS, PLAIN

FACTS = tuple(name for name in PLAIN if name not in {"id", "received_at", "door", "reported_by"})


def insert_matters(fresh: Sequence[Facts]) -> dict[UUID, int]:
    """Add new matters; their numbers, for people, in their order."""
    if not fresh:
        return {}
    names = ("id", "received_at", "door", "reported_by", *FACTS)
    rows = [_columns(facts, names) for facts in fresh]
    columns = ", ".join(f'"{name}"' for name in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO matters_matter ({columns}, number) "
            f"SELECT {columns}, nextval('matter_numbers') "
            "FROM json_populate_recordset(NULL::matters_matter, %s) RETURNING id, number",
            [_text(rows)],
        )
        return dict(cursor.fetchall())


def _columns(facts: Facts, names: Sequence[str]) -> dict[str, Any]:
    found = {name: getattr(facts, name) for name in names}
    found |= {column: getattr(facts, name) for name, column in KEYS.items()}
    return found | {"realm": facts.realm, "steps": sorted(facts.steps)}


def write_matters(before: Mapping[UUID, Facts], after: Mapping[UUID, Facts]) -> None:
    """Write what changed of matters that were there, in one statement."""
    rows = [
        _columns(facts, ("id", *FACTS)) for key, facts in after.items() if before.get(key) != facts
    ]
    update(Matter, rows)


def write_clocks(before: Mapping[UUID, Facts], after: Mapping[UUID, Facts]) -> None:
    """Add the clocks that started, change those that were there."""
    was = {clock.id: clock for facts in before.values() for clock in facts.clocks}
    is_now = [(key, clock) for key, facts in after.items() for clock in facts.clocks]
    added = [values(clock) | {"matter_id": key} for key, clock in is_now if clock.id not in was]
    insert(MatterClock, added)
    changed = [clock for _key, clock in is_now if clock.id in was and was[clock.id] != clock]
    update(MatterClock, [values(clock) for clock in changed])


def values(clock: ClockFacts) -> dict[str, Any]:
    """A clock's columns."""
    return {name: getattr(clock, name) for name in CLOCK}


def insert(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, given by column, all with the same ones: one statement, whatever their number."""
    if not rows:
        return
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) '
            f'SELECT {names} FROM json_populate_recordset(NULL::"{table}", %s)',
            [_text(rows)],
        )


def update(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of many rows by their first one, the key; one statement as well."""
    if not rows:
        return
    table = model._meta.db_table
    key, *rest = rows[0]
    sets = ", ".join(f'"{name}" = fresh."{name}"' for name in rest)
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {sets} '
            f'FROM json_populate_recordset(NULL::"{table}", %s) AS fresh '
            f'WHERE "{table}"."{key}" = fresh."{key}"',
            [_text(rows)],
        )


def _text(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=_said, separators=(",", ":"))


def _said(value: Any) -> str:
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)

"""Sets of changed matters, their entries and clocks, written in a few statements each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from kapok.matters.engine.facts import ClockFacts, Facts
from kapok.matters.models import Matter, MatterClock
from kapok.matters.queries.loading import CLOCK, KEYS, PLAIN

FACTS = tuple(name for name in PLAIN if name not in {"id", "received_at", "door", "reported_by"})


def numbers(n: int) -> list[int]:
    """The next numbers of matters, for people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('matter_numbers') FROM generate_series(1, %s)", [n])
        return [number for (number,) in cursor.fetchall()]


def row(facts: Facts, number: int) -> Matter:
    """A new matter as its row."""
    values = {name: getattr(facts, name) for name in PLAIN}
    values |= {column: getattr(facts, name) for name, column in KEYS.items()}
    return Matter(**values, realm=facts.realm, steps=sorted(facts.steps), number=number)


def write_matters(before: Mapping[UUID, Facts], after: Mapping[UUID, Facts]) -> None:
    """Write what changed of matters that were there, in one statement."""
    rows = [
        {name: getattr(facts, name) for name in ("id", *FACTS)}
        | {column: getattr(facts, name) for name, column in KEYS.items()}
        | {"realm": facts.realm, "steps": sorted(facts.steps)}
        for key, facts in after.items()
        if before.get(key) != facts
    ]
    update(Matter, rows)


def write_clocks(before: Mapping[UUID, Facts], after: Mapping[UUID, Facts]) -> None:
    """Add the clocks that started, change those that were there."""
    was = {clock.id: clock for facts in before.values() for clock in facts.clocks}
    is_now = [(key, clock) for key, facts in after.items() for clock in facts.clocks]
    added = [
        MatterClock(matter_id=key, **values(clock)) for key, clock in is_now if clock.id not in was
    ]
    MatterClock.objects.bulk_create(added)
    changed = [clock for _key, clock in is_now if clock.id in was and was[clock.id] != clock]
    update(MatterClock, [values(clock) for clock in changed])


def values(clock: ClockFacts) -> dict[str, Any]:
    """A clock's columns."""
    known = asdict(clock)
    return {name: known[name] for name in CLOCK}


def update(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the columns of many rows by their keys: one statement, whatever their number."""
    if not rows:
        return
    columns: list[Any] = [model._meta.get_field(name) for name in rows[0]]
    key, *rest = columns
    arrays = [
        [field.get_db_prep_save(line[name], connection) for line in rows]
        for name, field in zip(rows[0], columns, strict=True)
    ]
    kinds = ", ".join(f"%s::{_array_type(field)}" for field in columns)
    names = ", ".join(f'"{field.column}"' for field in columns)
    sets = ", ".join(f'"{field.column}" = fresh."{field.column}"' for field in rest)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {sets} FROM unnest({kinds}) AS fresh ({names}) '
            f'WHERE "{table}"."{key.column}" = fresh."{key.column}"',
            arrays,
        )


def _array_type(field: models.Field) -> str:
    if isinstance(field, ArrayField):
        raise TypeError("columns of arrays cannot be unnested side by side")
    kind = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return f"{kind}[]"

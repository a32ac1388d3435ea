"""Many rows at once: COPY into a temporary table, then one statement from there.

COPY straight into a table does not work under row-level security, so nothing here does it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def columns(model: type[models.Model], fields: Sequence[str]) -> list[str]:
    """The names of ``fields`` in the database."""
    found = [model._meta.get_field(name) for name in fields]
    return [str(field.column) for field in found if isinstance(field, models.Field)]


def copy_to_temporary(
    name: str, model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Fill a new temporary table ``name`` that has the columns ``fields`` of ``model``.

    It is dropped when the transaction ends; an older one of this name is dropped at once. Only
    inside a transaction. ``rows`` must not ask the database for anything while they are made: the
    connection is busy with them, and both sides would wait for ever.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A temporary table for COPY belongs in a transaction.")
    names = ", ".join(columns(model, fields))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS "
            f"SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {name}")


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of the given fields, in their order; the other columns stay null."""
    name = f"incoming_{model._meta.model_name}"
    copy_to_temporary(name, model, fields, rows)
    names = ", ".join(columns(model, fields))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) SELECT {names} FROM {name}")
        cursor.execute(f"DROP TABLE {name}")


def insert_csv(model: type[models.Model], fields: Sequence[str], csv: Iterable[bytes]) -> int:
    r"""Insert rows that are CSV text already, with ``\N`` for null; how many they were.

    The fastest way in: PostgreSQL reads the text, and no row becomes an object here.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A temporary table for COPY belongs in a transaction.")
    name, table = f"incoming_{model._meta.model_name}", model._meta.db_table
    names = ", ".join(columns(model, fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS "
            f"SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {name} ({names}) FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
            for part in csv:
                copy.write(part)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {name}")
        n_rows = cursor.rowcount
        cursor.execute(f"DROP TABLE {name}")
    return n_rows

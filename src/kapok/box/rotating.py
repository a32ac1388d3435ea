"""Exchange the key that values are encrypted with, batch by batch; it can be stopped and goes on.

Nobody else may use the box meanwhile: another process would go on encrypting with the old key.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from kapok.access import secrets
from kapok.access.encrypted import INSIDE_JSON, Column, columns
from kapok.box import owner
from kapok.errors import Refused

BATCH = 5_000
BATCH_OF_FILES = 20  # they are megabytes each
FILES = frozenset({"attachment", "upload"})
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rotated:
    """What was encrypted anew."""

    key_number: int
    n_values: int


def rotate(*, on_progress: Progress = lambda _done, _total: None) -> Rotated:
    """Add a key, encrypt everything with it, and forget the others.

    Where an earlier rotation was stopped, its key is used and what it has done stays. Raises
    :class:`~kapok.errors.Refused` where a value cannot be read; nothing is forgotten then.
    """
    known = secrets.keys()
    number = known.current if len(known.data) > 1 else secrets.add_key()
    n_values = 0
    with owner.connected():
        todo = list(columns())
        for done, column in enumerate(todo):
            on_progress(done, len(todo) + 1)
            n_values += sum(_batches(column, number))
        n_values += _inside_json(number)
        on_progress(len(todo) + 1, len(todo) + 1)
    secrets.drop_old_keys()
    return Rotated(number, n_values)


def _batches(column: Column, number: int) -> Iterator[int]:
    """Encrypt a column anew, in transactions of a batch each; how many values each changed."""
    table, key, name = column.names
    last: Any = None
    while True:
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            after = f'AND "{key}" > %s' if last is not None else ""
            cursor.execute(
                f'SELECT "{key}", "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL {after} '
                f'ORDER BY "{key}" LIMIT {_n_at_once(column)} FOR UPDATE',
                [] if last is None else [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            old = [(pk, value) for pk, value in rows if secrets.key_number(value) != number]
            values = [secrets.decrypt_bytes(value, about=column.about) for _pk, value in old]
            new = secrets.encrypt_all(values, about=column.about)
            _store(cursor, (table, key, name), [pk for pk, _value in old], new)
        yield len(old)


def _n_at_once(column: Column) -> int:
    return BATCH_OF_FILES if column.about in FILES else BATCH


def _store(cursor: Any, where: tuple[str, str, str], keys: list[Any], new: list[bytes]) -> None:
    table, key, name = where
    kind = "uuid" if keys and hasattr(keys[0], "hex") else "bigint"
    cursor.execute(
        f'UPDATE "{table}" AS it SET "{name}" = new.value '
        f"FROM unnest(%s::{kind}[], %s::bytea[]) AS new (key, value) "
        f'WHERE it."{key}" = new.key',
        [keys, new],
    )


def _inside_json(number: int) -> int:
    """Second factors, which allauth keeps in JSON."""
    label, field, names, about = INSIDE_JSON
    n = 0
    with transaction.atomic():
        for row in apps.get_model(label)._default_manager.select_for_update():
            data = getattr(row, field)
            for name in set(names) & set(data):
                stored = _decoded(data[name])
                if stored and secrets.key_number(stored) != number:
                    text = secrets.decrypt(stored, about=about)
                    data[name] = base64.b64encode(secrets.encrypt(text, about=about)).decode()
                    n += 1
            row.save(update_fields=[field])
    return n


def _decoded(text: Any) -> bytes | None:
    """What was encrypted before it was written in base 64."""
    if isinstance(text, str):
        with suppress(ValueError):
            return base64.b64decode(text, validate=True)
    return None


def refuse_lost_keys() -> None:
    """Refuse where a value needs a key that is not here."""
    known = set(secrets.keys().data)
    for column in columns():
        table, _key, name = column.names
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL LIMIT 1')
            row = cursor.fetchone()
        if row and secrets.key_number(row[0]) not in known:
            raise Refused(
                f"{table} holds values for a key that {secrets.keys_file()} does not have. Put the "
                "file of keys back that they were written with."
            )

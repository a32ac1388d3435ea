"""New, changed or the same: bring rows in by their key, in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from kapok.places import bulk

INCOMING = "incoming_rows"


@dataclass(frozen=True)
class Merge:
    """How rows of a model are brought in.

    Attributes
    ----------
    model
        Where they go.
    key
        Fields that say which row it is.
    fields
        All fields of the incoming rows, the key and ``id`` among them, in their order.
    only_new
        Fields that are written to new rows and never compared or changed.
    current, becomes
        SQL over ``present`` and ``incoming``: what a field is compared with where that is not the
        field itself, and what it is set to where that is not the incoming value.
    """

    model: type[models.Model]
    key: Sequence[str]
    fields: Sequence[str]
    only_new: Sequence[str] = ("id",)
    current: Mapping[str, str] = field(default_factory=dict)
    becomes: Mapping[str, str] = field(default_factory=dict)

    def run(self, rows: Iterable[Sequence[Any]], *, dry_run: bool) -> tuple[int, int, int]:
        """Numbers of new, changed and unchanged rows. Only inside a transaction."""
        bulk.copy_to_temporary(INCOMING, self.model, self.fields, rows)
        new, changed, unchanged = self._count()
        if not dry_run:
            if changed:
                self._change()
            if new:
                self._begin()
        return new, changed, unchanged

    @property
    def _table(self) -> str:
        return self.model._meta.db_table

    @property
    def _compared(self) -> list[str]:
        return [name for name in self.fields if name not in {*self.key, *self.only_new}]

    @property
    def _same_row(self) -> str:
        columns = bulk.columns(self.model, self.key)
        return " AND ".join(f"present.{name} = incoming.{name}" for name in columns)

    @property
    def _differs(self) -> str:
        now, then = [], []
        for name in self._compared:
            column = bulk.columns(self.model, [name])[0]
            now.append(self.current.get(name, f"present.{column}"))
            then.append(f"incoming.{column}")
        return f"ROW({', '.join(now)}) IS DISTINCT FROM ROW({', '.join(then)})"

    def _count(self) -> tuple[int, int, int]:
        key = bulk.columns(self.model, self.key)[0]
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT count(*) FILTER (WHERE present.{key} IS NULL),
                    count(*) FILTER (WHERE present.{key} IS NOT NULL AND {self._differs}),
                    count(*)
                FROM {INCOMING} AS incoming LEFT JOIN {self._table} AS present ON {self._same_row}
                """
            )
            new, changed, n = cursor.fetchone()
        return new, changed, n - new - changed

    def _change(self) -> None:
        sets = []
        for name in self._compared:
            column = bulk.columns(self.model, [name])[0]
            sets.append(f"{column} = {self.becomes.get(name, f'incoming.{column}')}")
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {self._table} AS present SET {', '.join(sets)} "
                f"FROM {INCOMING} AS incoming WHERE {self._same_row} AND {self._differs}"
            )

    def _begin(self) -> None:
        names = ", ".join(bulk.columns(self.model, self.fields))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self._table} ({names}) SELECT {names} FROM {INCOMING} AS incoming "
                f"WHERE NOT EXISTS (SELECT FROM {self._table} AS present WHERE {self._same_row})"
            )

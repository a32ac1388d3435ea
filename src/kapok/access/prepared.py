"""Queries that are asked again and again: their SQL is worked out once.

Django builds the SQL of a query anew each time, which takes longer than PostgreSQL takes to answer
most of those that every page asks. What a query says, and which rows come out, stays the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

T = TypeVar("T")
Value = UUID | datetime | str
Row = Sequence[Any]


@dataclass(frozen=True)
class _Made(Generic[T]):
    """SQL, its parameters, which of them are values of whoever asks, and how a row is read."""

    sql: str
    params: tuple[object, ...]
    places: tuple[tuple[int, int], ...]
    read: Callable[[Row], T]


class Prepared(Generic[T]):
    """A query by some values, such as ``Prepared(lambda pk: User.objects.filter(pk=pk))``.

    Values are UUIDs, moments or texts, never ``None`` and never lists: these change the SQL. Rows
    are model instances, or tuples where the query says ``values_list``.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self._build = build
        self._made: _Made[T] | None = None

    def __call__(self, *values: Value) -> list[T]:
        """The rows, asked now."""
        made = self._made or self._make(values)
        params: list[Any] = list(made.params)
        for place, n in made.places:
            params[place] = values[n]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            return [made.read(row) for row in cursor.fetchall()]

    def first(self, *values: Value) -> T | None:
        """The first row, or ``None``; the query itself says how many it fetches."""
        return next(iter(self(*values)), None)

    def _make(self, values: Sequence[Value]) -> _Made[T]:
        """Build it with copies of the values, which are found again among its parameters."""
        copies = [_copy(value) for value in values]
        query = self._build(*copies)
        compiler = query.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = tuple(
            (place, n)
            for place, param in enumerate(params)
            for n, copy in enumerate(copies)
            if param is copy
        )
        if {n for _place, n in places} != set(range(len(values))):
            raise TypeError("A value of a prepared query is no plain parameter of its SQL.")
        self._made = _Made(sql, tuple(params), places, _reader(query, compiler))
        return self._made


def _copy(value: Value) -> Value:
    """An equal object that nothing else is."""
    if isinstance(value, UUID):
        return UUID(int=value.int)
    if isinstance(value, datetime):
        return value.replace()
    return str(value.encode(), "utf-8")


def _reader(query: QuerySet[Any, T], compiler: Any) -> Callable[[Row], T]:
    """What makes of a row what the query would make of it."""
    select = compiler.select
    converters = compiler.get_converters([column[0] for column in select])

    def converted(row: Row) -> Row:
        if not converters:
            return row
        values = list(row)
        for place, (steps, expression) in converters.items():
            for step in steps:
                values[place] = step(values[place], expression, connection)
        return values

    if query._iterable_class is not ModelIterable:
        return lambda row: tuple(converted(row))  # type: ignore[return-value]
    info = compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in select[start:end]]
    populators = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]

    def read(row: Row) -> T:
        values = converted(row)
        found = info["model"].from_db(connection.alias, names, values[start:end])
        for populator in populators:
            populator.populate(values, found)
        for name, place in compiler.annotation_col_map.items():
            setattr(found, name, values[place])
        return found

    return read

"""Queries that are asked again and again: their SQL and their plan are worked out once.

Django builds the SQL of a query anew each time, and PostgreSQL its plan, with all policies; both
take longer than to answer most of those that every page asks. What a query says, and which rows
come out, stays the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

T = TypeVar("T")
Value = UUID | datetime | str | int
MADE_UP = 900_000_000_000_000_000  # integers that stand for those that will be asked for
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

    Values are UUIDs, moments, texts or integers, never ``None`` and never lists: these change the
    SQL. Rows are model instances, or tuples where the query says ``values_list``.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self._build = build
        self._made: _Made[T] | None = None

    def __call__(self, *values: Value) -> list[T]:
        """The rows, asked now."""
        made = self._made or self._make(values)
        params: list[Any] = list(made.params)
        for place, n in made.places:
            value = values[n]  # Django says how large integers are, which the plan depends on
            params[place] = type(params[place])(value) if isinstance(value, int) else value
        with cursor() as asked:
            asked.execute(made.sql, params)
            return [made.read(row) for row in asked.fetchall()]

    def first(self, *values: Value) -> T | None:
        """The first row, or ``None``; the query itself says how many it fetches."""
        return next(iter(self(*values)), None)

    def _make(self, values: Sequence[Value]) -> _Made[T]:
        """Build it with copies of the values, which are found again among its parameters."""
        copies = [_copy(value, n) for n, value in enumerate(values)]
        query = self._build(*copies)
        compiler = query.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = tuple(
            (place, n)
            for place, param in enumerate(params)
            for n, copy in enumerate(copies)
            if param is copy or (isinstance(copy, int) and param == copy)
        )
        if {n for _place, n in places} != set(range(len(values))):
            raise TypeError("A value of a prepared query is no plain parameter of its SQL.")
        self._made = _Made(sql, tuple(params), places, _reader(query, compiler))
        return self._made


def cursor() -> Any:
    """A cursor that sends values apart from the SQL, so that PostgreSQL keeps the plan.

    The connection says from which time on: ``prepare_threshold`` in :mod:`kapok.box.database`.
    """
    connection.ensure_connection()
    plain: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection._prepare_cursor(plain)  # type: ignore[attr-defined]


def _copy(value: Value, n: int) -> Value:
    """An object of its kind that nothing else is."""
    if isinstance(value, int):
        return MADE_UP + n
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

"""In which order matters are listed, and how a page goes on where the last one ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from kapok.access import scope
from kapok.codes import WIDTH, Level
from kapok.matters.queries.desk.filters import Filter
from kapok.matters.workflow import ENDED


@dataclass(frozen=True)
class Order:
    """By a moment and then by key; the queue by what is due first, all else the latest first."""

    column: str
    is_queue: bool

    @property
    def columns(self) -> tuple[OrderBy | str, str]:
        """For ``order_by``; each is the order of an index."""
        if self.is_queue:
            return F(self.column).asc(nulls_last=True), "id"
        return f"-{self.column}", "-id"

    def cursor(self, row: Mapping[str, Any]) -> str:
        """Where a page that ends with this row goes on."""
        moment = row[self.column]
        return f"{moment.isoformat() if moment else ''},{row['id']}"

    def after(self, cursor: str) -> Q:
        """What comes after a cursor; what cannot be read begins anew."""
        said, _comma, key = cursor.partition(",")
        try:
            last = UUID(key)
            moment = datetime.fromisoformat(said) if said else None
        except ValueError:
            return Q()
        if moment is None:
            return Q(**{self.column: None}, pk__gt=last) if self.is_queue else Q()
        if moment.tzinfo is None:
            return Q()
        if not self.is_queue:
            earlier = Q(**{f"{self.column}__lt": moment})
            return earlier | Q(**{self.column: moment}, pk__lt=last)
        later = Q(**{f"{self.column}__gt": moment}) | Q(**{self.column: None})
        return later | Q(**{self.column: moment}, pk__gt=last)


def of(wanted: Filter) -> Order:
    """The order that a filter is shown in."""
    if wanted.state == "ended" or wanted.state in ENDED or wanted.closed_from or wanted.closed_to:
        return Order("closed_at", is_queue=False)
    is_any = wanted.state == "all" or (wanted.number is not None and not wanted.state)
    return Order("received_at", is_queue=False) if is_any else Order("due_at", is_queue=True)


@contextmanager
def along_index(wanted: Filter, *, is_rare: bool = False) -> Iterator[None]:
    """Read rows in the order of an index and stop after a page, where somebody sees much.

    The policies hide from the planner how much somebody sees; it takes it for little, and would
    read and sort all of it. What ``is_rare`` is better fetched and sorted.
    """
    widest = max((hi - lo for lo, hi in scope.current().ranges), default=0)
    if widest < WIDTH[Level.STREET] or wanted.number is not None or is_rare:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_sort = on")

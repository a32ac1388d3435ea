"""Keys and webhooks as administrators see them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Count

from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.doors.models import ApiKey, Delivery, Hook
from kapok.places.names import of_places

Row = TypeVar("Row", ApiKey, Hook)


@dataclass(frozen=True)
class KeyLine:
    """A key: what for, where, since when."""

    id: UUID
    name: str
    uses: tuple[str, ...]
    place: str
    made_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class HookLine:
    """A webhook, and how its last messages went."""

    id: UUID
    name: str
    url: str
    place: str
    moves: tuple[str, ...]
    n_waiting: int
    n_given_up: int
    n_failed: int
    last_answer: str
    stopped_at: datetime | None
    stopped_why: str


def keys() -> tuple[KeyLine, ...]:
    """The keys inside one's own area, newest first."""
    rows = _mine(ApiKey.objects.all())
    names = of_places({row.place for row in rows})
    labels = dict(ApiKey.Use.choices)
    return tuple(
        KeyLine(
            row.pk,
            row.name,
            tuple(str(labels[use]) for use in row.uses),
            names.get(row.place, str(row.place)),
            row.made_at,
            row.revoked_at,
        )
        for row in rows
    )


def hooks() -> tuple[HookLine, ...]:
    """The webhooks inside one's own area, newest first."""
    rows = _mine(Hook.objects.all())
    counts: Counter[tuple[UUID, str]] = Counter()
    messages = Delivery.objects.filter(hook__in=[row.pk for row in rows])
    for hook, state, n in messages.values_list("hook", "state").annotate(n=Count("id")).order_by():
        counts[hook, state] = n
    names = of_places({row.place for row in rows})
    return tuple(
        HookLine(
            row.pk,
            row.name,
            row.url,
            names.get(row.place, str(row.place)),
            tuple(row.moves),
            counts[row.pk, Delivery.State.WAITING],
            counts[row.pk, Delivery.State.GIVEN_UP],
            row.n_failed,
            _last_answer(row.pk),
            row.stopped_at,
            row.stopped_why,
        )
        for row in rows
    )


def _last_answer(hook: UUID) -> str:
    rows = Delivery.objects.filter(hook=hook, last_at__isnull=False).order_by("-last_at")
    return rows.values_list("last_answer", flat=True).first() or ""


def _mine(rows: Iterable[Row]) -> list[Row]:
    who = require(Permission.ACCOUNT_MANAGE)
    return [row for row in rows if who.covers(row.place, row.hi)]

"""Emergency looks: those that somebody was told of, and one's own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kapok.access.models import BreakGlass
from kapok.people.queries.file import place_name

MOST = 100


@dataclass(frozen=True)
class GlassLine:
    """One emergency look."""

    id: UUID
    who: str
    told: str
    reason: str
    place_name: str
    starts_at: datetime
    ends_at: datetime
    is_open: bool
    household_id: UUID
    n_people: int
    judged_right: bool | None
    judgement: str


def told_of(account: UUID, *, at: datetime) -> tuple[GlassLine, ...]:
    """The looks that somebody was told of as the second person, not yet judged first."""
    rows = BreakGlass.objects.filter(told=account)
    return _lines(sorted(_latest(rows), key=lambda row: row.judged_right is not None), at)


def own_looks(account: UUID, *, at: datetime) -> tuple[GlassLine, ...]:
    """The looks that somebody took themselves, latest first."""
    return _lines(_latest(BreakGlass.objects.filter(account=account)), at)


def n_unjudged(account: UUID) -> int:
    """How many looks wait for somebody's judgement."""
    return BreakGlass.objects.filter(told=account, judged_right=None).count()


def _latest(rows: QuerySet[BreakGlass]) -> list[BreakGlass]:
    return list(rows.select_related("account", "told").order_by("-starts_at")[:MOST])


def _lines(rows: list[BreakGlass], at: datetime) -> tuple[GlassLine, ...]:
    return tuple(
        GlassLine(
            id=row.pk,
            who=str(row.account),
            told=str(row.told or ""),
            reason=row.reason,
            place_name=place_name(row.place),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            is_open=row.starts_at <= at < row.ends_at,
            household_id=row.subjects[0],
            n_people=len(row.subjects) - 2,
            judged_right=row.judged_right,
            judgement=row.judgement,
        )
        for row in rows
    )

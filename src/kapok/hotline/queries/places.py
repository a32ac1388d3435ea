"""Where somebody may sit down, and where they sat last."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from kapok.access import scope
from kapok.codes import Level
from kapok.hotline.hours import is_open
from kapok.hotline.models import Line, Seat
from kapok.hotline.queries.queue import name_of

ORDER = [Level.CITY, Level.DISTRICT, Level.STREET]


@dataclass(frozen=True)
class Place:
    """A line that one may sit down at."""

    id: UUID
    name: str
    number: str
    level: str
    n_seated: int
    is_open: bool


def lines_here(*, at: datetime) -> tuple[Place, ...]:
    """The lines inside the places of who acts, those of larger areas first."""
    inside = Q(pk__in=[])
    for lo, hi in scope.current().ranges:
        inside |= Q(place__gte=lo, place__lt=hi)
    lines = sorted(
        Line.objects.filter(inside, retired_at=None),
        key=lambda line: (ORDER.index(Level(line.level)), line.place),
    )
    seated = list(Seat.objects.filter(inside, left_at=None).values_list("line", flat=True))
    return tuple(
        Place(
            id=line.pk,
            name=name_of(line),
            number=line.number,
            level=str(Level(line.level).label),
            n_seated=seated.count(line.pk),
            is_open=is_open(line.hours, at),
        )
        for line in lines
    )


def last_seat(account: UUID) -> Seat | None:
    """Where somebody sat last, so that they need not type it again."""
    return Seat.objects.filter(account=account).order_by("-sat_at").first()

"""Finding where something is: buildings by name, and where the map begins."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Avg

from kapok.access import scope
from kapok.matters.queries import labels
from kapok.matters.queries.scoped import within
from kapok.people.queries.homes import buildings_like
from kapok.places.models import Building

MOST = 20


@dataclass(frozen=True)
class Found:
    """A building, and where it is in words and on the map."""

    id: UUID
    name: str
    place_name: str
    lon: float
    lat: float


def buildings(text: str) -> tuple[Found, ...]:
    """Standing buildings of one's places whose name holds the text as people say it."""
    text = text.replace("\x00", "").strip()[:60]
    if not text:
        return ()
    keys = [choice.id for choice in buildings_like(text, at_most=MOST)]
    rows = {row.pk: row for row in Building.objects.filter(pk__in=keys)}
    names = labels.places(row.place for row in rows.values())
    return tuple(
        Found(key, str(rows[key]), names[rows[key].place], rows[key].lon, rows[key].lat)
        for key in keys
        if key in rows
    )


def middle() -> tuple[float, float] | None:
    """The middle of one's places, where the map begins."""
    if not scope.current().ranges:
        return None
    some = Building.objects.filter(within("place"), gone_at=None)[:2000]
    found = Building.objects.filter(pk__in=some.values("pk")).aggregate(
        lon=Avg("lon"), lat=Avg("lat")
    )
    return (found["lon"], found["lat"]) if found["lon"] is not None else None

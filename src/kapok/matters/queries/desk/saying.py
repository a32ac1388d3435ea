"""Matters by words: of what was reported, of an address, of a building's name."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from kapok.matters.models import Report
from kapok.matters.queries.scoped import within
from kapok.places.models import Building

MOST_REPORTS = 20_000  # with more, reading the queue itself finds a page of them sooner
MOST_BUILDINGS = 2_000


@dataclass(frozen=True)
class Spoken:
    """Which matters the words lead to; ``is_rare`` where they were found from the reports."""

    where: Q
    is_rare: bool


def spoken_of(words: str) -> Spoken:
    """Matters in sight of which somebody said these words, or whose building is called so."""
    named = Building.objects.filter(within("place"), name__icontains=words, gone_at=None)
    houses = list(named.values_list("pk", flat=True)[:MOST_BUILDINGS])
    with connection.cursor() as cursor:
        cursor.execute("SELECT matters_saying(%s, %s)", [words, MOST_REPORTS])
        [found] = cursor.fetchone()
    if found is not None:
        return Spoken(Q(building__in=houses) | Q(pk__in=found), is_rare=not houses)
    said = Report.objects.filter(matter=OuterRef("pk"))
    said = said.filter(Q(text__icontains=words) | Q(address__icontains=words))
    return Spoken(Q(building__in=houses) | Q(Exists(said)), is_rare=False)

"""Bring Singapore into the database: load it, draw its grids, put them in force."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from kapok.errors import Refused
from kapok.places.importers.sample_town import load_sample_town
from kapok.places.models import Area, Building, Drawing
from kapok.places.operations import draw_grids, publish
from kapok.samples.singapore.town import CODE
from kapok.samples.towns import SampleTown
from kapok_planning.grids.town import Progress, no_progress


@dataclass(frozen=True)
class Work:
    """What was put in force."""

    n_buildings: int
    households: int
    n_communities: int
    n_grids: int
    n_in_bounds: int
    reasons: dict[str, int]  # grids outside the bounds, by reason


def refuse_if_there() -> None:
    """Refuse early, before the drawing, when Singapore is in the database already."""
    if Area.objects.filter(code=CODE).exists():
        raise Refused(
            _("Singapore is loaded already. To load it anew, begin with an empty KAPOK_DATA.")
        )


@transaction.atomic
def put_in_force(town: SampleTown, *, at: datetime, on_progress: Progress = no_progress) -> Work:
    """Load the town, draw grids in all its communities and publish them: all of it or nothing."""
    refuse_if_there()
    load_sample_town(town, at=at)
    drawing = draw_grids(area_code=CODE, by=None, at=at, on_progress=on_progress)
    publish(drawing_id=drawing.pk, by=None, at=at)
    return _work(drawing)


def _work(drawing: Drawing) -> Work:
    """Count what is in force now, in the database."""
    buildings = Building.objects.filter(placements__drawing=drawing)
    within = {"households__gte": drawing.low, "households__lte": drawing.high}
    outside = drawing.grids.exclude(**within).values_list("reason", flat=True)
    return Work(
        n_buildings=buildings.count(),
        households=buildings.aggregate(n=Sum("households"))["n"] or 0,
        n_communities=drawing.grids.values("community").distinct().count(),
        n_grids=drawing.grids.count(),
        n_in_bounds=drawing.grids.filter(**within).count(),
        reasons=dict(Counter(outside)),
    )

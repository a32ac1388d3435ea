"""Give a proposal up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.places import areas, workflow
from kapok.places.models import Area, Drawing
from kapok.places.workflow import Status


@transaction.atomic
def discard(*, drawing_id: UUID, by: User | None, at: datetime) -> Drawing:
    """Give a proposal up. Its parameters stay, so that it can be drawn again; its grids go."""
    area = Area.objects.get(code=Drawing.objects.values_list("place").get(pk=drawing_id)[0])
    scope.require(Permission.PLACE_DRAW, area.code)
    areas.lock_communities(area)
    drawing = Drawing.objects.select_for_update().get(pk=drawing_id)
    _discard(drawing, by=by, at=at)
    return drawing


def discard_open(area: Area, *, by: User | None, at: datetime) -> None:
    """Discard the open proposal of an area, if there is one. The caller holds the communities."""
    for drawing in Drawing.objects.select_for_update().filter(place=area.code, status=Status.OPEN):
        _discard(drawing, by=by, at=at)


def _discard(drawing: Drawing, *, by: User | None, at: datetime) -> None:
    drawing.status = workflow.after(drawing.status, "discard")
    drawing.closed_by, drawing.closed_at = by, at
    drawing.save(update_fields=["status", "closed_by", "closed_at"])
    drawing.placements.all().delete()
    drawing.grids.all().delete()

"""The grid desk: one area, its grids in force or a proposal, and what can be done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min

from kapok.codes import span
from kapok.places.models import Area, Barrier, Building, Drawing, GridVersion, Source
from kapok.places.queries.measures import GridLine, Panel, panel
from kapok.places.queries.plan import covers, lines_in_force, lines_of
from kapok.places.queries.tree import AreaNode, Crumb, breadcrumb, node
from kapok.places.workflow import Status, open_moves


@dataclass(frozen=True)
class DrawingFacts:
    """What is known about a drawing besides its grids."""

    id: UUID
    area_code: int
    area_name: str
    status: str
    status_label: str
    by_hand: bool
    low: int
    high: int
    budget: str
    seed: int
    keep_previous: bool
    finished: bool
    n_moves: int
    made_by: str
    made_at: datetime
    moves: tuple[str, ...]


@dataclass(frozen=True)
class SourceFacts:
    """Where the data came from, to be shown beside it."""

    key: str
    title: str
    licence: str
    attribution: str
    url: str
    made_up: bool


@dataclass(frozen=True)
class Desk:
    """Everything the desk shows but the map.

    ``drawing`` is the proposal shown, or ``None`` when the grids in force are; ``open_here`` is the
    open proposal of this area and ``open_around`` those of areas that share communities with it.
    ``version`` and ``version_at`` are of the latest publication in the area. ``low`` and ``high``
    are the bounds of the drawing shown; of grids in force that were drawn with different ones, the
    widest, and ``bounds_differ`` says so.
    """

    area: AreaNode
    breadcrumb: tuple[Crumb, ...]
    drawing: DrawingFacts | None
    open_here: DrawingFacts | None
    open_around: tuple[DrawingFacts, ...]
    low: int
    high: int
    bounds_differ: bool
    version: int | None
    version_at: datetime | None
    panel: Panel
    grids: tuple[GridLine, ...]
    sources: tuple[SourceFacts, ...]


def desk(area_code: int, *, drawing_id: UUID | None = None) -> Desk | None:
    """The desk of a standing area; ``None`` when there is no such area or no such drawing in it."""
    area = node(area_code)
    if area is None:
        return None
    shown = None
    if drawing_id is not None:
        shown = Drawing.objects.select_related("made_by").filter(pk=drawing_id).first()
        if shown is None or not covers(shown, area.code, area.level):
            return None
    low, high = span(area.code, area.level)
    lines = lines_of(shown, (low, high)) if shown else lines_in_force(area.code, area.level)
    latest = (
        GridVersion.objects.filter(community__gte=low, community__lt=high, valid_to=None)
        .select_related("drawing")
        .order_by("-valid_from", "-pk")
        .first()
    )
    bounds = _bounds(shown, low, high)
    here, around = _open_drawings(area.code, low, high)
    return Desk(
        area=area,
        breadcrumb=breadcrumb(area.code),
        drawing=_facts([shown])[0] if shown else None,
        open_here=here,
        open_around=around,
        low=min((bound_low for bound_low, _ in bounds), default=300),
        high=max((bound_high for _, bound_high in bounds), default=500),
        bounds_differ=len(bounds) > 1,
        version=latest.number if latest else None,
        version_at=latest.valid_from if latest else None,
        panel=panel(lines),
        grids=tuple(lines),
        sources=_sources(low, high),
    )


def _bounds(shown: Drawing | None, low: int, high: int) -> set[tuple[int, int]]:
    """The bounds of the drawing shown, or those that the grids in force were drawn with."""
    if shown:
        return {(shown.low, shown.high)}
    inside = GridVersion.objects.filter(community__gte=low, community__lt=high, valid_to=None)
    return set(inside.values_list("drawing__low", "drawing__high"))


def _open_drawings(
    code: int, low: int, high: int
) -> tuple[DrawingFacts | None, tuple[DrawingFacts, ...]]:
    """The open proposal of an area, and those of areas that share communities with it."""
    near = [
        drawing
        for drawing in Drawing.objects.select_related("made_by").filter(status=Status.OPEN)
        if span(drawing.place, drawing.level)[0] < high
        and low < span(drawing.place, drawing.level)[1]
    ]
    facts = _facts(near)
    here = next((each for each in facts if each.area_code == code), None)
    return here, tuple(each for each in facts if each.area_code != code)


def _facts(drawings: list[Drawing]) -> list[DrawingFacts]:
    """Drawings as the pages show them."""
    areas = Area.objects.filter(code__in=[drawing.place for drawing in drawings])
    names = {area.code: area.name for area in areas.defer("boundary")}
    return [
        DrawingFacts(
            id=drawing.pk,
            area_code=drawing.place,
            area_name=names.get(drawing.place, str(drawing.place)),
            status=drawing.status,
            status_label=str(Status(drawing.status).label),
            by_hand=drawing.by_hand,
            low=drawing.low,
            high=drawing.high,
            budget=drawing.budget,
            seed=drawing.seed,
            keep_previous=drawing.keep_previous,
            finished=drawing.finished,
            n_moves=drawing.n_moves,
            made_by=str(drawing.made_by) if drawing.made_by else "",
            made_at=drawing.made_at,
            moves=tuple(open_moves(drawing.status)),
        )
        for drawing in drawings
    ]


def _sources(low: int, high: int) -> tuple[SourceFacts, ...]:
    """The sources of what the map of a range shows: buildings, areas, barriers among them."""
    buildings = Building.objects.filter(place__gte=low, place__lt=high)
    areas = Area.objects.filter(code__gte=low, code__lt=high)
    box = buildings.aggregate(west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat"))
    keys = buildings.values("source").union(areas.values("source"))
    if box["west"] is not None:
        barriers = Barrier.objects.filter(
            west__lte=box["east"],
            east__gte=box["west"],
            south__lte=box["north"],
            north__gte=box["south"],
        )
        keys = keys.union(barriers.values("source"))
    rows = Source.objects.filter(key__in=keys).values_list(
        "key", "title", "licence", "attribution", "url", "made_up"
    )
    return tuple(SourceFacts(*row) for row in rows)

"""Areas, their grids and what the map shows, as JSON."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from ninja import Router, Schema
from ninja.decorators import decorate_view

from kapok.codes import Level
from kapok.places import queries

router = Router(tags=["places"])

MOST_BUILDINGS = 40_000
MOST_FOOTPRINTS = 6_000
WHOLE_AREAS = (Level.STREET, Level.COMMUNITY)


class PlaceOut(Schema):
    """An area and how much lies in it."""

    code: int
    division: str
    level: str
    name: str
    name_zh: str
    name_en: str
    n_communities: int
    n_grids: int
    n_buildings: int
    n_without_grid: int
    households: int


class GridOut(Schema):
    """A grid and its measures; ``code`` is missing while a proposal has none for it."""

    id: UUID
    code: int | None
    community: int
    number: int
    households: int
    residents: int | None
    n_buildings: int
    rms_m: float
    connected: bool
    n_crossings: int
    n_street_cuts: int
    in_bounds: bool
    reason: str
    locked: bool


@router.get(
    "/{int:code}", response=PlaceOut, operation_id="place", summary="An area and what lies in it"
)
def place(request: HttpRequest, code: int) -> queries.AreaNode:
    """One standing area."""
    found = queries.node(code)
    if found is None:
        raise Http404
    return found


@router.get(
    "/{int:code}/grids",
    response=list[GridOut],
    operation_id="place_grids",
    summary="The grids in force in an area, or those of a drawing",
)
def grids(
    request: HttpRequest, code: int, drawing: UUID | None = None
) -> tuple[queries.GridLine, ...]:
    """The grids with their measures."""
    found = queries.desk(code, drawing_id=drawing)
    if found is None:
        raise Http404
    return found.grids


@router.get(
    "/{int:code}/map",
    operation_id="place_map",
    url_name="place_map",
    summary="What the map of an area shows, in columns",
)
@decorate_view(gzip_page)
def place_map(request: HttpRequest, code: int, drawing: UUID | None = None) -> HttpResponse:
    """Buildings as columns, grids, barriers and boundaries as GeoJSON geometries.

    Larger areas come without single buildings, and without outlines where there are many.
    """
    area = queries.node(code)
    if area is None:
        raise Http404
    layers = queries.map_layers(
        code,
        drawing_id=drawing,
        buildings=area.level in WHOLE_AREAS and area.n_buildings <= MOST_BUILDINGS,
        footprints=area.n_buildings <= MOST_FOOTPRINTS,
    )
    if layers is None:
        raise Http404
    body = json.dumps(layers.as_dict(), ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(body, content_type="application/json")

"""What the desk's templates are given: cards from the queries, put side by side."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.codes import Level, ancestor_codes, community_of, division, span
from kapok.places import charts, forms, queries
from kapok.places.models import Area
from kapok.places.queries.measures import Panel, panel
from kapok.places.queries.plan import lines_in_force
from kapok.places.workflow import Status

NO_ID = UUID(int=0)
MOST_ROWS = 200
MOST_EXCEPTIONS = 30


@dataclass(frozen=True)
class Branch:
    """An area in the tree; its children are known only while it is open."""

    node: queries.AreaNode
    is_open: bool
    children: tuple["Branch", ...] = ()


@dataclass(frozen=True)
class ChildLine:
    """An area below the one shown, with the grids in it."""

    code: int
    name: str
    n_grids: int
    n_in_bounds: int
    households: int
    rms_m: float


@dataclass(frozen=True)
class Found:
    """An area that was looked for, and the areas around it, which tell namesakes apart."""

    address: str
    division: str
    name: str
    around: str


def found(text: str, *, at_most: int) -> tuple[Found, ...]:
    """Areas by name or code, and a grid in force by its whole code."""
    grid = queries.find_grid(text)
    if grid:
        return (_found_grid(*grid),)
    crumbs = queries.find(text, at_most=at_most)
    codes = {code for crumb in crumbs for code in ancestor_codes(crumb.code)}
    names = {
        area.code: area.name
        for area in Area.objects.filter(code__in=codes).only("code", "name_zh", "name_en")
    }
    return tuple(
        Found(
            address=reverse("desk", args=[crumb.code]),
            division=division(crumb.code, crumb.level),
            name=crumb.name,
            around=" › ".join(
                names[code]
                for code in ancestor_codes(crumb.code)
                if code in names and code != crumb.code
            ),
        )
        for crumb in crumbs
    )


def _found_grid(code: int, grid_id: UUID) -> Found:
    """A grid as the search shows it."""
    way = " › ".join(crumb.name for crumb in queries.breadcrumb(community_of(code)))
    name = f"{_('Grid')} {code % 1000:03d}"
    return Found(reverse("desk-grid", args=[grid_id]), str(code), name, way)


def tree(open_codes: Iterable[int]) -> tuple[Branch, ...]:
    """The tree from its roots, open along the way to an area."""
    wanted = set(open_codes)

    def branches(nodes: Iterable[queries.AreaNode]) -> tuple[Branch, ...]:
        return tuple(
            Branch(node, True, branches(queries.children(node.code)))
            if node.code in wanted and node.has_children
            else Branch(node, False)
            for node in nodes
        )

    return branches(queries.children())


def desk_address(code: int, drawing_id: UUID | None = None) -> str:
    """The desk of an area, showing what is in force or a drawing."""
    address = reverse("desk", args=[code])
    return f"{address}?{urlencode({'drawing': drawing_id})}" if drawing_id else address


def map_address(code: int, drawing_id: UUID | None = None) -> str:
    """Where the map gets the same plan from."""
    address = reverse("api-1:place_map", args=[code])
    return f"{address}?{urlencode({'drawing': drawing_id})}" if drawing_id else address


def map_event(code: int, drawing_id: UUID | None) -> dict[str, str]:
    """What the map is told after a change: which plan to show."""
    return {"url": map_address(code, drawing_id), "target": "#panel"}


def asked_drawing(request: HttpRequest) -> UUID | None:
    """The drawing that the address names, or 404 where it names nonsense."""
    text = request.GET.get("drawing", "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def context(
    code: int,
    drawing_id: UUID | None,
    *,
    form: forms.DrawGrids | None = None,
    refusal: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Everything that the panel and the map of an area need; 404 where there is no such thing."""
    desk = queries.desk(code, drawing_id=drawing_id)
    if desk is None:
        raise Http404
    is_open = desk.drawing is not None and "publish" in desk.drawing.moves
    is_community = desk.area.level == Level.COMMUNITY
    comparison = queries.compare(desk.drawing.id) if is_open and desk.drawing else None
    values = {
        "desk": desk,
        "drawing_id": drawing_id,
        "area": desk.area,
        "is_proposal": is_open,
        "is_old": desk.drawing is not None and not is_open,
        "is_discarded": desk.drawing is not None and desk.drawing.status == Status.DISCARDED,
        "is_whole": desk.drawing is None or desk.drawing.area_code == code,
        "form": form or _draw_form(desk),
        "form_is_open": form is not None,
        "refusal": refusal,
        "histogram": charts.households_histogram(
            [line.households for line in desk.grids], low=desk.low, high=desk.high
        ),
        "in_force": _in_force(desk) if is_open else None,
        "comparison": comparison,
        "few_in_bounds": 2 * desk.panel.n_in_bounds < desk.panel.n_grids,
        "changes": [each for each in comparison.grids if each.is_changed and each.community == code]
        if comparison
        else (),
        "retired": [each for each in comparison.retired if each.community == code]
        if comparison
        else (),
        "history": queries.history(code) if is_community else (),
        "children": () if is_community else _children(desk),
        "lines": desk.grids if is_community or len(desk.grids) <= MOST_ROWS else (),
        "exceptions": [line for line in desk.grids if not line.in_bounds][:MOST_EXCEPTIONS],
        "n_exceptions": desk.panel.n_grids - desk.panel.n_in_bounds,
        "bounds": {"low": desk.low, "high": desk.high},
        "map_url": map_address(code, drawing_id) if desk.area.n_buildings else "",
        "force_map_url": map_address(code),
        "empty_id": NO_ID,
        "drawing_query": f"?drawing={drawing_id}" if drawing_id else "",
    }
    return values | more


def _draw_form(desk: queries.Desk) -> forms.DrawGrids:
    """The form as it starts: what was asked last, or what is usual."""
    last = desk.drawing or desk.open_here
    initial = {"low": desk.low, "high": desk.high, "budget": "normal", "seed": 0}
    if last:
        initial |= {"seed": last.seed, "budget": last.budget or "normal"}
    initial["keep_previous"] = last.keep_previous if last else desk.area.n_grids > 0
    return forms.DrawGrids(initial=initial)


def _in_force(desk: queries.Desk) -> Panel:
    """The measures of what is in force, by the bounds of the proposal that they stand beside."""
    lines = lines_in_force(desk.area.code, desk.area.level)
    judged = [replace(line, in_bounds=desk.low <= line.households <= desk.high) for line in lines]
    return panel(judged)


def _children(desk: queries.Desk) -> tuple[ChildLine, ...]:
    """The areas below, each with its part of the grids shown."""
    lines = []
    communities = [line.community for line in desk.grids]  # rising, as the queries order them
    for child in queries.children(desk.area.code):
        first, end = (bisect_left(communities, code) for code in span(child.code, child.level))
        part = panel(desk.grids[first:end])
        lines.append(
            ChildLine(
                code=child.code,
                name=child.name,
                n_grids=part.n_grids,
                n_in_bounds=part.n_in_bounds,
                households=child.households,
                rms_m=part.rms_m,
            )
        )
    return tuple(lines)

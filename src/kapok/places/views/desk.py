"""The grid desk: looking at areas, at their grids and at proposals."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kapok.access.requests import SignedInRequest
from kapok.places import queries
from kapok.places.views import page

MOST_FOUND = 50


@require_safe
def desk_start(request: SignedInRequest) -> HttpResponse:
    """Lead to the area of whoever signed in, or to the first one that has buildings."""
    own = request.user.place
    if own and queries.node(own):
        return redirect("desk", own)
    code, nodes = None, queries.children()
    if not nodes:
        return render(request, "places/desk/empty.html")
    while nodes:
        inhabited = [node for node in nodes if node.n_buildings]
        if code is not None and len(inhabited) != 1:
            break
        code = (inhabited or nodes)[0].code
        nodes = queries.children(code) if inhabited else ()
    return redirect("desk", code)


@require_safe
def desk(request: SignedInRequest, code: int) -> HttpResponse:
    """One area with its grids in force, or with those of the drawing that the address names."""
    context = page.context(code, page.asked_drawing(request))
    return whole(request, context)


def whole(request: SignedInRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The whole page around a panel."""
    context["tree"] = page.tree(crumb.code for crumb in context["desk"].breadcrumb)
    return render(request, "places/desk/page.html", context, status=status)


@require_safe
def branch(request: SignedInRequest, code: int) -> HttpResponse:
    """One branch of the tree, opened or closed."""
    node = queries.node(code)
    if node is None:
        raise Http404
    if request.GET.get("closed"):
        opened = page.Branch(node, is_open=False)
    else:
        children = tuple(page.Branch(child, is_open=False) for child in queries.children(code))
        opened = page.Branch(node, is_open=True, children=children)
    if not request.htmx:
        return redirect("desk", code)
    return render(request, "places/desk/_branch.html", {"branch": opened})


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """Areas by name or code."""
    text = request.GET.get("q", "").strip()[:60]
    found = page.found(text, at_most=MOST_FOUND + 1)
    context = {"q": text, "found": found[:MOST_FOUND], "there_are_more": len(found) > MOST_FOUND}
    if request.htmx:
        return render(request, "places/desk/_results.html", context)
    return render(request, "places/desk/search.html", context)


@require_safe
def grid(request: SignedInRequest, grid_id: UUID) -> HttpResponse:
    """A grid with its buildings."""
    card = queries.grid_card(grid_id)
    if card is None:
        raise Http404
    if request.htmx:
        return render(request, "places/desk/_grid.html", {"grid": card})
    drawing_id = None if card.is_in_force else card.drawing_id
    return whole(request, page.context(card.community, drawing_id, grid=card))


@require_safe
def building(request: SignedInRequest, building_id: UUID) -> HttpResponse:
    """A building, and the grids that it could move to."""
    drawing_id = page.asked_drawing(request)
    card = queries.building_card(building_id, drawing_id=drawing_id)
    if card is None:
        raise Http404
    if request.htmx:
        context = {"building": card, "drawing_id": drawing_id}
        return render(request, "places/desk/_building.html", context)
    community = card.place - card.place % 1000
    return whole(request, page.context(community, drawing_id, building=card))

"""What can be done at the desk. Each view makes one call and shows how things stand then."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access.requests import SignedInRequest
from kapok.errors import Refused
from kapok.places import operations, queries
from kapok.places.forms import DrawGrids, MoveBuilding
from kapok.places.models import Drawing
from kapok.places.views import page
from kapok.places.views.desk import whole


@require_POST
def draw(request: SignedInRequest, code: int) -> HttpResponse:
    """Propose grids for an area."""
    form = DrawGrids(request.POST)
    if not form.is_valid():
        return show(request, code, _shown(request, code), form=form, status=422)
    try:
        drawing = operations.draw_grids(
            area_code=code, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return show(request, code, _shown(request, code), form=form, status=409)
    said = _("The proposal is ready. Nothing is in force until it is published.")
    if not drawing.finished:
        said = _("The work was stopped early; this is the best proposal so far.")
    return done(request, code, drawing.pk, said)


@require_POST
def start_by_hand(request: SignedInRequest, code: int) -> HttpResponse:
    """Open a copy of the grids in force, to move single buildings in it."""
    return attempt(
        request,
        code,
        None,
        lambda: operations.start_by_hand(area_code=code, by=request.user, at=timezone.now()).pk,
        _("This proposal is a copy of the grids in force. Choose a building to move it."),
    )


@require_POST
def move(request: SignedInRequest, drawing_id: UUID) -> HttpResponse:
    """Move one building of a proposal; the measures change at once."""
    code = _asked_code(request, _drawing(drawing_id))
    form = MoveBuilding(request.POST)
    if not form.is_valid():
        building_id = form.cleaned_data.get("building")
        return refused_move(request, code, drawing_id, building_id, _first_error(form))
    building_id = form.cleaned_data["building"]
    try:
        left, joined = operations.move_building(
            drawing_id=drawing_id,
            building_id=building_id,
            to_grid_id=form.cleaned_data["to_grid"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        return refused_move(request, code, drawing_id, building_id, str(refusal))
    said = _(
        "Moved. The grid it left now has %(left)d households, the one it joined %(joined)d."
    ) % {"left": left.households, "joined": joined.households}
    card = queries.building_card(building_id, drawing_id=drawing_id)
    return done(request, code, drawing_id, said, building=card)


def refused_move(
    request: SignedInRequest, code: int, drawing_id: UUID, building_id: UUID | None, sentence: str
) -> HttpResponse:
    """The building's card again, with the refusal beside its choices."""
    card = building_id and queries.building_card(building_id, drawing_id=drawing_id)
    if not card:
        return show(request, code, drawing_id, refusal=sentence, status=409)
    return show(request, code, drawing_id, status=409, building=card, move_refusal=sentence)


@require_POST
def lock(request: SignedInRequest, grid_id: UUID) -> HttpResponse:
    """Lock a grid in force, or unlock it."""
    card = queries.grid_card(grid_id)
    if card is None:
        raise Http404
    locked = request.POST.get("locked") == "1"
    change = operations.lock_grids if locked else operations.unlock_grids
    drawing_id = None if card.is_in_force else card.drawing_id
    code = _int(request.POST.get("code")) or card.community

    def work() -> UUID | None:
        change(codes=[card.code] if card.code else [], by=request.user, at=timezone.now())
        return drawing_id

    said = _("Locked: drawing anew leaves this grid as it is.") if locked else _("Unlocked.")
    return attempt(request, code, drawing_id, work, said, grid=lambda: queries.grid_card(grid_id))


@require_http_methods(["GET", "POST"])
def publish(request: SignedInRequest, drawing_id: UUID) -> HttpResponse:
    """Ask first, then put a proposal in force."""
    drawing = _drawing(drawing_id)
    if request.method == "GET":
        context = page.context(drawing.place, drawing_id)
        return render(request, "places/desk/publish.html", context)

    def work() -> None:
        operations.publish(drawing_id=drawing_id, by=request.user, at=timezone.now())

    said = _("Published. These grids are in force from now on.")
    return attempt(request, drawing.place, drawing_id, work, said)


@require_http_methods(["GET", "POST"])
def discard(request: SignedInRequest, drawing_id: UUID) -> HttpResponse:
    """Ask first, then give a proposal up."""
    drawing = _drawing(drawing_id)
    if request.method == "GET":
        context = page.context(drawing.place, drawing_id)
        return render(request, "places/desk/discard.html", context)

    def work() -> None:
        operations.discard(drawing_id=drawing_id, by=request.user, at=timezone.now())

    said = _("Discarded. What is in force stays as it is.")
    return attempt(request, drawing.place, drawing_id, work, said)


def attempt(
    request: SignedInRequest,
    code: int,
    drawing_id: UUID | None,
    work: Callable[[], UUID | None],
    said: str,
    **more: Callable[[], Any],
) -> HttpResponse:
    """Do the work and show the drawing that it names (or what is in force), or the refusal."""
    try:
        shown = work()
    except Refused as refusal:
        still = drawing_id if queries.desk(code, drawing_id=drawing_id) else None
        return show(request, code, still, refusal=str(refusal), status=409)
    return done(request, code, shown, said, **{name: card() for name, card in more.items()})


def done(
    request: SignedInRequest, code: int, drawing_id: UUID | None, said: str, **more: Any
) -> HttpResponse:
    """How things stand after a change: the panel for htmx, a redirect for a plain browser."""
    address = page.desk_address(code, drawing_id)
    if not request.htmx:
        messages.success(request, said)
        return redirect(address)
    answer = show(request, code, drawing_id, said=said, **more)
    answer["HX-Push-Url"] = address
    answer["HX-Trigger"] = json.dumps({"kapok:plan": page.map_event(code, drawing_id)})
    return answer


def show(
    request: SignedInRequest, code: int, drawing_id: UUID | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The panel alone for htmx, the whole page for a plain browser."""
    context = page.context(code, drawing_id, **more)
    if request.htmx:
        return render(request, "places/desk/_panel.html", context, status=status)
    return whole(request, context, status=status)


def _shown(request: SignedInRequest, code: int) -> UUID | None:
    """The drawing that a refused form stands beside; ``None`` for what is in force."""
    try:
        drawing_id = UUID(request.POST.get("drawing", ""))
    except ValueError:
        return None
    return drawing_id if queries.desk(code, drawing_id=drawing_id) else None


def _drawing(drawing_id: UUID) -> Drawing:
    drawing = Drawing.objects.filter(pk=drawing_id).first()
    if drawing is None:
        raise Http404
    return drawing


def _asked_code(request: SignedInRequest, drawing: Drawing) -> int:
    """The area whose desk asked, or the drawing's own."""
    return _int(request.POST.get("code")) or drawing.place


def _int(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) == 15 else None


def _first_error(form: MoveBuilding) -> str:
    return str(next(iter(form.errors.values()))[0])

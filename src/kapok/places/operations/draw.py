"""Propose grids, drawn by the planning core."""

import importlib.metadata
import time
from collections.abc import Mapping
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from kapok.access.models import User
from kapok.codes import WIDTH, Level, span
from kapok.errors import Refused
from kapok.places import adapter, areas, drawn
from kapok.places.models import Area, Drawing, DrawnGrid
from kapok.places.operations.close import discard_open
from kapok.places.workflow import Status
from kapok_planning import grids
from kapok_planning.grids.town import Progress, StoppingRule, never_stop, no_progress
from kapok_planning.spreading import Spread


class OpenProposalOverlaps(Refused):
    """Another open proposal covers a part of the area, or all of it."""


def draw_grids(
    *,
    area_code: int,
    low: int = 300,
    high: int = 500,
    budget: str = grids.Budget.NORMAL,
    seed: int = 0,
    keep_previous: bool = True,
    time_limit_s: float | None = None,
    by: User | None,
    at: datetime,
    spread: Spread = adapter.HERE,
    on_progress: Progress = no_progress,
    should_stop: StoppingRule = never_stop,
) -> Drawing:
    """Propose grids for all communities of an area; nothing is in force until it is published.

    An open proposal for the same area is replaced. Locked grids stay as they are;
    ``keep_previous`` asks that few households change grid. The work is done outside the
    transaction that stores it; :func:`~.publish.publish` refuses a proposal whose ground has
    changed since.
    """
    area = areas.drawable(area_code)
    bounds = _bounds(low, high)
    refuse_overlaps(area)
    based_on = areas.versions_in_force(area)  # before the buildings: a publish between is noticed
    locked_codes = _locked_codes(area)
    rows = adapter.load_town(area)
    previous, locked = _former_grids(rows, locked_codes)
    links = adapter.link_town(rows, spread=spread)
    plan = grids.draw_grids(
        rows.town,
        links,
        bounds=bounds,
        budget=grids.Budget(budget),
        seed=seed,
        previous=previous if keep_previous else np.where(locked, previous, -1).astype(np.int32),
        locked=locked,
        spread=spread,
        on_progress=on_progress,
        should_stop=_or_after(time_limit_s, should_stop),
    )
    description = drawn.describe(rows, links, plan.grid, bounds=bounds, exceptions=plan.exceptions)
    drawing = Drawing(
        place=area.code,
        level=area.level,
        low=low,
        high=high,
        budget=budget,
        seed=seed,
        keep_previous=keep_previous,
        time_limit_s=time_limit_s,
        finished=plan.finished,
        crs=rows.crs,
        inputs_sha256=rows.inputs_sha256,
        based_on=based_on,
        core_version=core_version(),
        made_by=by,
        made_at=at,
    )
    codes = dict(zip(plan.grid[locked].tolist(), rows.place[locked].tolist(), strict=True))
    replace_proposal(area, drawing, rows, plan, description, codes)
    return drawing


@transaction.atomic
def replace_proposal(
    area: Area,
    drawing: Drawing,
    rows: adapter.TownRows,
    plan: grids.GridPlan,
    description: drawn.Description,
    codes: Mapping[int, int],
) -> None:
    """Store a proposal in place of the open one of its area.

    ``codes`` are those of grids that surely go on, by their index; they are locked as their
    grids in force are at this moment.
    """
    make_room(area, by=drawing.made_by, at=drawing.made_at)
    drawing.save(force_insert=True)
    locked = set(_locked_codes(area))
    drawn.store(
        drawing,
        rows,
        plan.grid,
        community=plan.community,
        number=plan.number,
        description=description,
        codes=codes,
        locked={index for index, code in codes.items() if code in locked},
    )


def refuse_overlaps(area: Area) -> None:
    """Refuse when another area's open proposal covers a part of this area, or all of it."""
    low, high = span(area.code, area.level)
    for other in Drawing.objects.filter(status=Status.OPEN).exclude(place=area.code):
        other_low, other_high = span(other.place, other.level)
        if other_low < high and low < other_high:
            raise OpenProposalOverlaps(
                _(
                    "There is an open proposal for %(other)s, which shares communities with "
                    "%(area)s. Publish or discard it first."
                )
                % {"other": areas.names([other.place]), "area": area.name}
            )


def make_room(area: Area, *, by: User | None, at: datetime) -> None:
    """Hold the communities of the area and discard its open proposal."""
    areas.lock_communities(area)
    refuse_overlaps(area)
    discard_open(area, by=by, at=at)


def core_version() -> str:
    """Version of the planning core that drew."""
    return importlib.metadata.version("kapok")


def _bounds(low: int, high: int) -> grids.Bounds:
    """The bounds, or a refusal."""
    if low < 1:
        raise Refused(_("The smallest number of households must be at least 1."))
    if low > high:
        raise Refused(
            _("The smallest number of households (%(low)d) is over the largest (%(high)d).")
            % {"low": low, "high": high}
        )
    return grids.Bounds(low, high)


def _locked_codes(area: Area) -> list[int]:
    """Codes of the locked grids in force."""
    low, high = span(area.code, area.level)
    inside = DrawnGrid.objects.in_force().filter(community__gte=low, community__lt=high)
    return [code for (code,) in inside.filter(locked=True).values_list("code") if code is not None]


def _former_grids(
    rows: adapter.TownRows, locked_codes: list[int]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Grid in force of each building as a label, -1 where it has none; and whether it is locked."""
    labels = np.unique(rows.place, return_inverse=True)[1].astype(np.int32)
    has_grid = rows.place % WIDTH[Level.COMMUNITY] != 0
    return np.where(has_grid, labels, -1).astype(np.int32), np.isin(rows.place, locked_codes)


def _or_after(time_limit_s: float | None, should_stop: StoppingRule) -> StoppingRule:
    """A stopping rule that also says stop once the time is over."""
    if time_limit_s is None:
        return should_stop
    end = time.monotonic() + time_limit_s
    return lambda: should_stop() or time.monotonic() >= end

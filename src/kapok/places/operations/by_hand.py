"""Change a proposal by hand: start from what is in force, move single buildings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.codes import span
from kapok.errors import Refused
from kapok.places import adapter, areas, drawn, workflow
from kapok.places.models import Area, Building, Drawing, DrawnGrid, GridVersion, Placement
from kapok.places.operations.draw import core_version, refuse_overlaps, replace_proposal
from kapok_planning import grids
from kapok_planning.grids.reasons import link_pieces


class MoveRefused(Refused):
    """The building cannot go to that grid."""


def start_by_hand(*, area_code: int, by: User | None, at: datetime) -> Drawing:
    """Open a proposal that is a copy of the grids in force, to move single buildings in it.

    An open proposal for the same area is replaced. As in :func:`~.draw.draw_grids`, the work is
    done outside the transaction that stores it.
    """
    area = areas.drawable(area_code)
    refuse_overlaps(area)
    based_on = areas.versions_in_force(area)  # before the buildings: a publish between is noticed
    low, high = span(area.code, area.level)
    inside = DrawnGrid.objects.in_force().filter(community__gte=low, community__lt=high)
    former = {grid.code: grid for grid in inside.defer("shape")}
    rows = adapter.load_town(area)
    _refuse_without_grid(area, rows, former)
    bounds = _one_pair_of_bounds(area)
    plan, copied = _copy(rows, former)
    description = drawn.describe(
        rows,
        adapter.link_town(rows),
        plan.grid,
        bounds=bounds,
        former_reasons=[each.reason for each in copied],
    )
    drawing = Drawing(
        place=area.code,
        level=area.level,
        by_hand=True,
        low=bounds.low,
        high=bounds.high,
        keep_previous=True,
        crs=rows.crs,
        inputs_sha256=rows.inputs_sha256,
        based_on=based_on,
        core_version=core_version(),
        made_by=by,
        made_at=at,
    )
    codes = {index: each.code for index, each in enumerate(copied) if each.code is not None}
    replace_proposal(area, drawing, rows, plan, description, codes)
    return drawing


def _refuse_without_grid(
    area: Area, rows: adapter.TownRows, former: Mapping[int | None, DrawnGrid]
) -> None:
    """Refuse where buildings stand in no grid in force."""
    homeless = int((~np.isin(rows.place, [code for code in former if code])).sum())
    if homeless:
        raise Refused(
            ngettext(
                "%(n)d building of %(area)s has no grid yet. Draw grids first, near the former.",
                "%(n)d buildings of %(area)s have no grid yet. Draw grids first, near the former.",
                homeless,
            )
            % {"n": homeless, "area": area.name}
        )


def _one_pair_of_bounds(area: Area) -> grids.Bounds:
    """The bounds that all grids in force were drawn with, or a refusal."""
    low, high = span(area.code, area.level)
    versions = GridVersion.objects.filter(community__gte=low, community__lt=high, valid_to=None)
    pairs = set(versions.values_list("drawing__low", "drawing__high"))
    if len(pairs) > 1:
        raise Refused(
            _(
                "The grids of %(area)s were drawn with different numbers of households. Change "
                "them by hand in one community at a time."
            )
            % {"area": area.name}
        )
    return grids.Bounds(*pairs.pop())


def _copy(
    rows: adapter.TownRows, former: Mapping[int | None, DrawnGrid]
) -> tuple[grids.GridPlan, list[DrawnGrid]]:
    """The grids in force as a plan for the buildings of today, and each of them."""
    codes, labels = np.unique(rows.place, return_inverse=True)
    copied = [former[code] for code in codes.tolist()]
    community = np.searchsorted(rows.communities, codes - codes % adapter.COMMUNITY_WIDTH)
    plan = grids.GridPlan(
        grid=labels.astype(np.int32),
        community=community.astype(np.int32),
        number=np.array([each.number for each in copied], dtype=np.int32),
        exceptions=(),
        proven=np.zeros(len(labels), dtype=np.bool_),
    )
    return plan, copied


@transaction.atomic
def move_building(
    *, drawing_id: UUID, building_id: UUID, to_grid_id: UUID, by: User | None, at: datetime
) -> tuple[DrawnGrid, DrawnGrid]:
    """Move a building of an open proposal to a neighbouring grid of its community.

    Returns the grid that it left and the grid that it joined, with their new measures. Refused for
    locked grids, for another community, where the building has no neighbour in the grid, and where
    the grid that it leaves would be empty or fall apart.
    """
    [place] = Drawing.objects.values_list("place").get(pk=drawing_id)
    scope.require(Permission.PLACE_DRAW, place)
    asked = DrawnGrid.objects.filter(pk=to_grid_id)
    areas.lock_these(asked.values_list("community", flat=True))
    drawing = Drawing.objects.select_for_update().get(pk=drawing_id)
    drawing.status = workflow.after(drawing.status, "change")
    placement = (
        drawing.placements.select_related("grid", "building")
        .filter(building_id=building_id)
        .first()
    )
    target = drawing.grids.filter(pk=to_grid_id).first()
    if placement is None or target is None:
        raise MoveRefused(_("That building or grid is not in this proposal. Load the page again."))
    source = placement.grid
    _refuse_by_rule(placement.building, source, target)

    rows, members, grid = _community(drawing, source.community)
    links = adapter.link_town(rows)
    building = rows.building_ids.index(building_id)
    indices = {each.pk: index for index, each in enumerate(members)}
    _refuse_by_neighbours(links, grid, building, source, target, indices)
    grid[building] = indices[target.pk]
    _describe_again(drawing, rows, links, grid, members)

    Placement.objects.filter(drawing=drawing, building_id=building_id).update(grid=target)
    drawing.n_moves += 1
    drawing.changed_by, drawing.changed_at = by, at
    drawing.save(update_fields=["n_moves", "changed_by", "changed_at"])
    return members[indices[source.pk]], members[indices[target.pk]]


def _refuse_by_rule(building: Building, source: DrawnGrid, target: DrawnGrid) -> None:
    """What can be refused without looking at the map."""
    if source.pk == target.pk:
        raise MoveRefused(
            _("%(building)s is already in grid %(number)d.")
            % {"building": building, "number": target.number}
        )
    if source.community != target.community:
        raise MoveRefused(
            _("%(building)s lies in another community than that grid; grids stay in one community.")
            % {"building": building}
        )
    for grid in (source, target):
        if grid.locked:
            raise MoveRefused(
                _("Grid %(number)d is locked. Unlock it first, or choose another grid.")
                % {"number": grid.number}
            )


def _community(
    drawing: Drawing, community: int
) -> tuple[adapter.TownRows, list[DrawnGrid], NDArray[np.int32]]:
    """The town of one community of a proposal, its grids, and the grid of each building."""
    rows = adapter.load_town(Area.objects.get(code=community), crs=drawing.crs)
    members = list(drawing.grids.filter(community=community).order_by("number"))
    indices = {each.pk: index for index, each in enumerate(members)}
    placed = dict(
        drawing.placements.filter(grid__community=community).values_list("building_id", "grid_id")
    )
    if set(placed) != set(rows.building_ids):
        raise MoveRefused(
            _("Buildings of %(area)s changed since this proposal was made. Draw its grids again.")
            % {"area": areas.names([community])}
        )
    grid = np.array([indices[placed[building_id]] for building_id in rows.building_ids], np.int32)
    return rows, members, grid


def _refuse_by_neighbours(
    links: grids.Links,
    grid: NDArray[np.int32],
    building: int,
    source: DrawnGrid,
    target: DrawnGrid,
    indices: dict[UUID, int],
) -> None:
    """Refuse where the building has no neighbour in the target, or where the source would break."""
    neighbours = links.indices[links.indptr[building] : links.indptr[building + 1]]
    if indices[target.pk] not in grid[neighbours]:
        raise MoveRefused(
            _(
                "The building has no neighbour in grid %(number)d: it is too far away, or a river, "
                "railway or expressway lies between. Choose a grid next to it."
            )
            % {"number": target.number}
        )
    stay = grid == indices[source.pk]
    without = stay & (np.arange(len(grid)) != building)
    if not without.any():
        raise MoveRefused(
            _("It is the only building of grid %(number)d, which would be empty without it.")
            % {"number": source.number}
        )
    if _n_pieces(links, without) > _n_pieces(links, stay):
        raise MoveRefused(
            _("Grid %(number)d would fall apart without this building. Move one at its edge.")
            % {"number": source.number}
        )


def _n_pieces(links: grids.Links, members: NDArray[np.bool_]) -> int:
    """Number of connected pieces of some buildings."""
    return len(np.unique(link_pieces(links, members)[members]))


def _describe_again(
    drawing: Drawing,
    rows: adapter.TownRows,
    links: grids.Links,
    grid: NDArray[np.int32],
    members: Sequence[DrawnGrid],
) -> None:
    """Measure the grids of a community again and store what changed."""
    description = drawn.describe(
        rows,
        links,
        grid,
        bounds=grids.Bounds(drawing.low, drawing.high),
        former_reasons=[each.reason for each in members],
    )
    changed = []
    for index, member in enumerate(members):
        before = tuple(getattr(member, name) for name in drawn.MEASURES)
        after = description.values(index)
        if after != (*before[:-1], bytes(before[-1]) if before[-1] is not None else None):
            for name, value in zip(drawn.MEASURES, after, strict=True):
                setattr(member, name, value)
            changed.append(member)
    DrawnGrid.objects.bulk_update(changed, drawn.MEASURES)

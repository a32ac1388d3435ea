"""Change a proposal by hand: start from what is in force, move single buildings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kapok.access.models import User
from kapok.errors import Refused
from kapok.places import adapter, areas, drawn, workflow
from kapok.places.codes import WIDTH, Level, span
from kapok.places.models import Area, Building, Drawing, DrawnGrid, GridVersion, Placement
from kapok.places.operations.draw import core_version, make_room
from kapok_planning import grids


class MoveRefused(Refused):
    """The building cannot go to that grid."""


@transaction.atomic
def start_by_hand(*, area_code: int, by: User | None, at: datetime) -> Drawing:
    """Open a proposal that is a copy of the grids in force, to move single buildings in it.

    An open proposal for the same area is replaced.
    """
    area = areas.drawable(area_code)
    make_room(area, by=by, at=at)
    low, high = span(area.code, area.level)
    versions = GridVersion.objects.filter(community__gte=low, community__lt=high, valid_to=None)
    latest = versions.select_related("drawing").order_by("-valid_from", "-pk").first()
    rows = adapter.load_town(area)
    homeless = int((rows.place % WIDTH[Level.COMMUNITY] == 0).sum())
    if homeless or latest is None:
        raise Refused(
            ngettext(
                "%(n)d building of %(area)s has no grid yet. Draw grids first, near the former.",
                "%(n)d buildings of %(area)s have no grid yet. Draw grids first, near the former.",
                homeless,
            )
            % {"n": homeless, "area": area.name}
        )
    drawing = Drawing.objects.create(
        place=area.code,
        level=area.level,
        by_hand=True,
        low=latest.drawing.low,
        high=latest.drawing.high,
        keep_previous=True,
        crs=rows.crs,
        inputs_sha256=rows.inputs_sha256,
        based_on=areas.versions_in_force(area),
        core_version=core_version(),
        made_by=by,
        made_at=at,
    )
    _copy_in_force(drawing, rows, low, high)
    return drawing


def _copy_in_force(drawing: Drawing, rows: adapter.TownRows, low: int, high: int) -> None:
    """Fill a proposal with the grids in force, measured on the buildings of today."""
    inside = DrawnGrid.objects.in_force().filter(community__gte=low, community__lt=high)
    former = {grid.code: grid for grid in inside.defer("shape")}
    codes, labels = np.unique(rows.place, return_inverse=True)
    grid = labels.astype(np.int32)
    copied = [former[code] for code in codes.tolist()]
    bounds = grids.Bounds(drawing.low, drawing.high)
    drawn.store(
        drawing,
        rows,
        grid,
        community=np.searchsorted(rows.communities, codes - codes % 1000).astype(np.int32),
        number=np.array([each.number for each in copied], dtype=np.int32),
        description=drawn.describe(
            rows,
            adapter.link_town(rows),
            grid,
            bounds=bounds,
            former_reasons=[each.reason for each in copied],
        ),
        codes=dict(enumerate(codes.tolist())),
        locked={index for index, each in enumerate(copied) if each.locked},
    )


@transaction.atomic
def move_building(
    *, drawing_id: UUID, building_id: UUID, to_grid_id: UUID, by: User | None, at: datetime
) -> tuple[DrawnGrid, DrawnGrid]:
    """Move a building of an open proposal to a neighbouring grid of its community.

    Returns the grid that it left and the grid that it joined, with their new measures. Refused for
    locked grids, for another community, where the building has no neighbour in the grid, and where
    the grid that it leaves would be empty or fall apart.
    """
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
    stay = np.flatnonzero(grid == indices[source.pk])
    stay_without = stay[stay != building]
    if not len(stay_without):
        raise MoveRefused(
            _("It is the only building of grid %(number)d, which would be empty without it.")
            % {"number": source.number}
        )
    if _pieces(links, stay_without) > _pieces(links, stay):
        raise MoveRefused(
            _("Grid %(number)d would fall apart without this building. Move one at its edge.")
            % {"number": source.number}
        )


def _pieces(links: grids.Links, members: NDArray[np.int64]) -> int:
    """Number of connected pieces of some buildings."""
    n = len(links.indptr) - 1
    data = np.ones(len(links.indices), np.int8)
    graph = csr_array((data, links.indices, links.indptr), shape=(n, n))
    return int(connected_components(graph[members][:, members], directed=False)[0])


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

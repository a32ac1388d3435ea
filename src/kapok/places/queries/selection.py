"""One building or one grid of a plan, and where the building could go."""

from dataclasses import dataclass
from uuid import UUID

from kapok.codes import community_of
from kapok.places import adapter
from kapok.places.models import Area, Building, Drawing, DrawnGrid, GridVersion, Placement
from kapok.places.queries.measures import grid_label, reason_label
from kapok.places.queries.plan import expected_codes
from kapok.places.workflow import Status


@dataclass(frozen=True)
class GridName:
    """A grid, as it is offered or named beside a building."""

    id: UUID
    label: str
    households: int
    locked: bool


@dataclass(frozen=True)
class BuildingLine:
    """A building in the list of a grid."""

    id: UUID
    name: str
    households: int
    residents: int | None


@dataclass(frozen=True)
class BuildingCard:
    """A building, its grid in the plan that is shown, and the grids it could move to.

    ``neighbours`` is empty unless the plan is an open proposal, as ``is_proposed`` says.
    """

    id: UUID
    name: str
    source_id: str
    place: int
    households: int
    residents: int | None
    dwellings: int | None
    grid: GridName | None
    is_proposed: bool
    neighbours: tuple[GridName, ...]

    @property
    def free(self) -> tuple[GridName, ...]:
        """The neighbours that may take it over; none where its own grid is locked."""
        if self.grid and self.grid.locked:
            return ()
        return tuple(grid for grid in self.neighbours if not grid.locked)


@dataclass(frozen=True)
class GridCard:
    """A drawn grid with its measures and its buildings, those with most households first."""

    id: UUID
    drawing_id: UUID
    code: int | None
    label: str
    community: int
    community_name: str
    is_in_force: bool
    is_proposed: bool
    locked: bool
    locked_by: str
    households: int
    residents: int | None
    n_buildings: int
    rms_m: float
    connected: bool
    low: int
    high: int
    reason: str
    buildings: tuple[BuildingLine, ...]

    @property
    def in_bounds(self) -> bool:
        """Whether its households lie within the bounds of its drawing."""
        return self.low <= self.households <= self.high


def building_card(building_id: UUID, *, drawing_id: UUID | None = None) -> BuildingCard | None:
    """A standing building in the grids in force or in a drawing; ``None`` where it is not there."""
    building = Building.objects.filter(pk=building_id, gone_at=None).defer("footprint").first()
    if building is None:
        return None
    community = community_of(building.place)
    drawing = None
    if drawing_id is None:
        grid = DrawnGrid.objects.in_force().filter(code=building.place).defer("shape").first()
        codes: dict[UUID, int] = {}
    else:
        placed = Placement.objects.select_related("grid", "drawing").defer("grid__shape")
        placement = placed.filter(drawing=drawing_id, building=building_id).first()
        if placement is None:
            return None
        grid, drawing = placement.grid, placement.drawing
        codes = _codes(drawing)
    neighbours: tuple[GridName, ...] = ()
    is_proposed = drawing is not None and drawing.status == Status.OPEN
    if drawing is not None and grid is not None and is_proposed:
        neighbours = _neighbours(building, drawing, community, grid.pk, codes)
    return BuildingCard(
        id=building.pk,
        name=str(building),
        source_id=building.source_id,
        place=building.place,
        households=building.households,
        residents=building.residents,
        dwellings=building.dwellings,
        grid=_name(grid, codes) if grid else None,
        is_proposed=is_proposed,
        neighbours=neighbours,
    )


def grid_card(grid_id: UUID) -> GridCard | None:
    """A drawn grid; ``None`` when there is none."""
    found = DrawnGrid.objects.select_related("drawing", "locked_by").defer("shape")
    grid = found.filter(pk=grid_id).first()
    if grid is None:
        return None
    codes = _codes(grid.drawing)
    buildings = Building.objects.filter(placements__grid=grid, gone_at=None)
    rows = buildings.order_by("-households", "source_id").defer("footprint")
    community = Area.objects.filter(code=grid.community).defer("boundary").first()
    in_force = GridVersion.objects.filter(
        drawing=grid.drawing_id, community=grid.community, valid_to=None
    )
    return GridCard(
        id=grid.pk,
        drawing_id=grid.drawing_id,
        code=codes.get(grid.pk, grid.code),
        label=_name(grid, codes).label,
        community=grid.community,
        community_name=community.name if community else str(grid.community),
        is_in_force=in_force.exists(),
        is_proposed=grid.drawing.status == Status.OPEN,
        locked=grid.locked,
        locked_by=str(grid.locked_by) if grid.locked_by else "",
        households=grid.households,
        residents=grid.residents,
        n_buildings=grid.n_buildings,
        rms_m=grid.rms_m,
        connected=grid.connected,
        low=grid.drawing.low,
        high=grid.drawing.high,
        reason=reason_label(grid.reason),
        buildings=tuple(
            BuildingLine(row.pk, str(row), row.households, row.residents) for row in rows
        ),
    )


def _codes(drawing: Drawing) -> dict[UUID, int]:
    """Codes that grids of an open drawing would get; the others have theirs."""
    return expected_codes(drawing) if drawing.status == Status.OPEN else {}


def _name(grid: DrawnGrid, codes: dict[UUID, int]) -> GridName:
    label = grid_label(codes.get(grid.pk, grid.code), grid.number)
    return GridName(grid.pk, label, grid.households, grid.locked)


def _neighbours(
    building: Building, drawing: Drawing, community: int, own: UUID, codes: dict[UUID, int]
) -> tuple[GridName, ...]:
    """The other grids in which the building has a neighbour, in the order of their numbers."""
    rows = adapter.load_town(Area.objects.get(code=community), crs=drawing.crs)
    links = adapter.link_town(rows)
    index = rows.building_ids.index(building.pk)
    near = links.indices[links.indptr[index] : links.indptr[index + 1]].tolist()
    grids = (
        DrawnGrid.objects.filter(
            drawing=drawing,
            placements__building__in=[rows.building_ids[each] for each in near],
        )
        .exclude(pk=own)
        .distinct()
        .defer("shape")
        .order_by("number")
    )
    return tuple(_name(grid, codes) for grid in grids)

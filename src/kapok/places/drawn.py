"""Drawn grids as rows: measures, polygons and placements of a plan."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kapok.ids import uuid7
from kapok.places import adapter, bulk
from kapok.places.models import Drawing, DrawnGrid, Placement
from kapok_planning import grids

BY_HAND = "by_hand"
"""Reason of a grid that is out of its bounds because of a move by hand."""

MEASURES = [
    "households",
    "residents",
    "n_buildings",
    "rms_m",
    "connected",
    "n_crossings",
    "n_street_cuts",
    "reason",
    "shape",
]
GRID_FIELDS = ["id", "drawing", "community", "number", "code", "locked", *MEASURES]


@dataclass(frozen=True)
class Description:
    """What is stored about each grid of a plan; all arrays and tuples are by grid.

    ``residents`` are NaN where those of any building in the grid are unknown.
    """

    households: NDArray[np.int32]
    residents: NDArray[np.float64]
    n_buildings: NDArray[np.int32]
    rms_m: NDArray[np.float64]
    connected: NDArray[np.bool_]
    n_crossings: NDArray[np.int32]
    n_street_cuts: NDArray[np.int32]
    reasons: tuple[str, ...]
    shapes: Sequence[bytes | None]

    def values(self, index: int) -> tuple:
        """The measures of one grid, in the order of ``MEASURES``."""
        residents = float(self.residents[index])
        return (
            int(self.households[index]),
            None if np.isnan(residents) else int(residents),
            int(self.n_buildings[index]),
            float(self.rms_m[index]),
            bool(self.connected[index]),
            int(self.n_crossings[index]),
            int(self.n_street_cuts[index]),
            self.reasons[index],
            self.shapes[index],
        )


def describe(
    rows: adapter.TownRows,
    links: grids.Links,
    grid: NDArray[np.int32],
    *,
    bounds: grids.Bounds,
    exceptions: Sequence[grids.GridException] | None = None,
    former_reasons: Sequence[str] | None = None,
) -> Description:
    """Measure every grid and work out its polygon.

    ``exceptions`` are those of the drawing, which knows what was proven. Without them the measuring
    names the reason of a grid out of its bounds; where it knows none, the grid keeps its former
    reason or was made so by hand.
    """
    measures = grids.measure_grids(rows.town, links, grid, bounds=bounds)
    if exceptions is not None:
        named = {exception.grid: str(exception.reason) for exception in exceptions}
    else:
        named = _reasons(measures, former_reasons)
    return Description(
        households=measures.households,
        residents=np.bincount(grid, rows.residents).astype(np.float64),
        n_buildings=measures.n_buildings_of,
        rms_m=measures.grid_rms_m,
        connected=measures.connected,
        n_crossings=measures.crossings,
        n_street_cuts=measures.street_cuts,
        reasons=tuple(named.get(index, "") for index in range(measures.n_grids)),
        shapes=[None if shape is None else shape.wkb for shape in adapter.polygons(rows, grid)],
    )


def _reasons(measures: grids.Measures, former: Sequence[str] | None) -> dict[int, str]:
    """Why grids are out of their bounds, by grid, after a change by hand."""
    named = {}
    for exception in measures.exceptions:
        reason = str(exception.reason)
        if exception.reason == grids.Reason.NO_CUT_FOUND:  # no reason is known
            before = former[exception.grid] if former else ""
            reason = before or BY_HAND
        named[exception.grid] = reason
    return named


def store(
    drawing: Drawing,
    rows: adapter.TownRows,
    grid: NDArray[np.int32],
    *,
    community: NDArray[np.int32],
    number: NDArray[np.int32],
    description: Description,
    codes: Mapping[int, int],
    locked: Collection[int],
) -> list[UUID]:
    """Write the grids of a drawing and the buildings in them.

    ``codes`` are the place codes of grids that surely go on, by their index, and ``locked`` the
    indices of those that stay as they are.
    """
    ids = [uuid7() for _ in number]

    def grid_rows() -> Iterator[tuple]:
        for index, grid_id in enumerate(ids):
            code = codes.get(index)
            place = int(rows.communities[community[index]])
            head = (grid_id, drawing.pk, place, int(number[index]), code, index in locked)
            yield head + description.values(index)

    bulk.insert(DrawnGrid, GRID_FIELDS, grid_rows())
    bulk.insert(
        Placement,
        ["drawing", "building", "grid"],
        (
            (drawing.pk, building_id, ids[index])
            for building_id, index in zip(rows.building_ids, grid.tolist(), strict=True)
        ),
    )
    return ids

"""What is put into grids: buildings, and the stairwells of those too large for one grid."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.buildings import Buildings


@dataclass(frozen=True)
class Units:
    """Buildings, some of them as their stairwells.

    Attributes
    ----------
    ids : (n,) text
        The building's id, or ``id/1``, ``id/2``, … for stairwells.
    building : (n,) int array
        Building of each unit.
    households : (n,) int array
    residents, dwellings : (n,) float arrays or None
        Shared among stairwells by households.
    n_split
        Buildings that were split.
    """

    ids: pl.Series
    building: NDArray[np.int64]
    households: NDArray[np.int64]
    residents: NDArray[np.float64] | None
    dwellings: NDArray[np.float64] | None
    n_split: int


def split_over(buildings: Buildings, high: int) -> Units:
    """Split the buildings of more than ``high`` households whose stairwells are known."""
    return split(buildings, buildings.households > high)


def split_as_in(buildings: Buildings, plan_ids: pl.Series) -> Units:
    """Split the buildings whose stairwells a plan names."""
    if buildings.stairwells is None:
        return split(buildings, np.zeros(buildings.n, dtype=bool))
    named = (buildings.ids + "/1").is_in(plan_ids.implode()) & ~buildings.ids.is_in(
        plan_ids.implode()
    )
    return split(buildings, named.to_numpy())


def split(buildings: Buildings, wanted: NDArray[np.bool_]) -> Units:
    """Split the buildings that are wanted split, where their stairwells are known.

    Raises ``Refused`` when a stairwell's name is another building's id.
    """
    if buildings.stairwells is None:
        can = np.zeros(buildings.n, dtype=bool)
    else:
        can = wanted & (buildings.stairwells.list.len().fill_null(0).to_numpy() > 1)
    if not can.any():
        return Units(
            buildings.ids,
            np.arange(buildings.n),
            buildings.households,
            buildings.residents,
            buildings.dwellings,
            0,
        )
    assert buildings.stairwells is not None
    whole = pl.DataFrame(
        {
            "id": buildings.ids,
            "building": np.arange(buildings.n),
            "each": buildings.stairwells.set(pl.Series(~can), None),
            "households": buildings.households,
        }
    )
    parts = whole.explode("each").with_columns(
        number=pl.int_range(pl.len()).over("building") + 1,
    )
    is_part = pl.col("each").is_not_null()
    parts = parts.with_columns(
        id=pl.when(is_part).then(pl.format("{}/{}", "id", "number")).otherwise("id"),
        share=pl.coalesce("each", "households"),
    )
    if parts["id"].n_unique() < len(parts):
        clash = parts.filter(pl.col("id").is_duplicated())["id"][0]
        raise Refused(
            f"“{clash}” names a building and a stairwell of another; give the building another id."
        )
    building = parts["building"].to_numpy()
    households = parts["share"].to_numpy().astype(np.int64)
    return Units(
        parts["id"],
        building,
        households,
        _shared(buildings.residents, buildings, building, households),
        _shared(buildings.dwellings, buildings, building, households),
        int(can.sum()),
    )


def _shared(
    counts: NDArray[np.float64] | None,
    buildings: Buildings,
    building: NDArray[np.int64],
    households: NDArray[np.int64],
) -> NDArray[np.float64] | None:
    if counts is None:
        return None
    total = buildings.households[building]
    share = np.divide(households, total, out=np.ones(len(building)), where=total > 0)
    return np.asarray(counts[building] * share)

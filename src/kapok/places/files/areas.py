"""Plans that come as polygons only: whoever stands in a polygon is in its grid."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyproj
import shapely

from kapok.errors import Refused
from kapok.places.files.buildings import Buildings
from kapok.places.files.positions import KINDS, WGS84, crs_of, made_valid, moved
from kapok.places.files.problems import BadRows, Problems, RowsRefused, many
from kapok.places.files.sheets import Geometries, Sheet
from kapok.places.files.values import names

POLYGONS = (KINDS.index("Polygon"), KINDS.index("MultiPolygon"))


@dataclass(frozen=True)
class Plan:
    """Buildings' ids and the label of the grid of each; no id stands twice."""

    file: str
    ids: pl.Series
    grids: pl.Series
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Areas:
    """Grids as polygons, WGS84, and the label of each."""

    file: str
    shapes: Geometries
    grids: pl.Series

    def of(self, buildings: Buildings) -> Plan:
        """The plan that the polygons mean: each building in the first that holds it.

        Raises ``Refused`` when no building stands in any.
        """
        points = shapely.points(buildings.lon, buildings.lat)
        building, area = shapely.STRtree(self.shapes).query(points, predicate="intersects")
        if not len(building):
            raise Refused(f"No building of {buildings.file} stands in a polygon of {self.file}.")
        order = np.lexsort((area, building))
        first = np.unique(building[order], return_index=True)[1]
        several = int((np.bincount(building) > 1).sum())
        building, area = building[order][first], area[order][first]
        note = f"{self.file}: {many(several, 'building')} in several polygons; the first counts."
        return Plan(
            self.file,
            buildings.ids.gather(building),
            self.grids.gather(area),
            (note,) if several else (),
        )


def read_areas(sheet: Sheet, column: str | None) -> Areas:
    """Polygons with the label in ``column``, or numbered from 1. Raises ``Refused``."""
    assert sheet.geometry is not None
    assert sheet.broken is not None
    system = crs_of(sheet, None)
    if system is None:
        raise Refused(f"{sheet.file} names no coordinate system; write it again with one.")
    problems, missing = Problems(), shapely.is_missing(sheet.geometry)
    other = ~missing & ~np.isin(shapely.get_type_id(sheet.geometry), POLYGONS)
    problems.add(sheet.broken, "geometry", "is broken: its points form no shape.")
    problems.add(missing & ~sheet.broken, "geometry", "is missing.")
    problems.add(other, "geometry", "is no polygon; without ids, grids are polygons.")
    if column is None:
        labels = pl.int_range(1, sheet.n + 1, eager=True).cast(pl.String)
    else:
        labels = names(sheet.frame[column], problems)
    bad = BadRows(sheet.file, problems.frame(), sheet.n, sheet.word, sheet.number, sheet.frame)
    if len(bad):
        raise RowsRefused(bad)
    shapes = made_valid(sheet.geometry)
    if not system.equals(WGS84, ignore_axis_order=True):
        shapes = moved(shapes, pyproj.Transformer.from_crs(system, WGS84, always_xy=True))
    return Areas(sheet.file, shapes, labels)

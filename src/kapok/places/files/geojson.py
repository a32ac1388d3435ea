"""Grid polygons as GeoJSON (RFC 7946: WGS84, seven decimals, outer rings counter-clockwise)."""

import json
from collections.abc import Sequence
from typing import IO, Any

import numpy as np
import shapely

from kapok.places.files.sheets import Geometries

DECIMALS = 7


def write_grids(
    file: IO[bytes],
    shapes: Geometries,
    rows: Sequence[dict[str, Any]],
    members: Sequence[list[str]],
    about: dict[str, Any],
) -> None:
    """Write one feature for each grid.

    Parameters
    ----------
    file
        Open for writing bytes.
    shapes : (n_grids,) object array
        Polygons, WGS84 longitude and latitude.
    rows, members
        Properties of each grid, and the ids of its buildings.
    about
        What the plan was drawn with, and its measures; the member ``kapok`` of the collection.
    """
    geometries = shapely.to_geojson(_tidied(shapes))
    head = json.dumps({"type": "FeatureCollection", "kapok": about}, ensure_ascii=False)
    file.write(f'{head[:-1]}, "features": [\n'.encode())
    for i, (geometry, row, ids) in enumerate(zip(geometries, rows, members, strict=True)):
        properties = json.dumps({**row, "building_ids": ids}, ensure_ascii=False)
        comma = ",\n" if i else ""
        file.write(
            f'{comma}{{"type": "Feature", "id": {i + 1}, "geometry": {geometry or "null"}, '
            f'"properties": {properties}}}'.encode()
        )
    file.write(b"\n]}\n")


def _tidied(shapes: Geometries) -> Geometries:
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, DECIMALS))
    return np.asarray(shapely.orient_polygons(rounded))

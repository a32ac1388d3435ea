"""Between longitude and latitude (WGS84) and metres around one area."""

from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Shapes = NDArray[np.object_]


def metres_around(lon: FloatArray, lat: FloatArray) -> str:
    """A transverse Mercator projection centred on these positions, as PROJ writes it.

    Lengths are true to 1 in 10,000 within 90 km of the centre, which is rounded so that a few new
    buildings rarely change it.
    """
    lon_0 = round(float(lon.min() + lon.max()) / 2, 1)
    lat_0 = round(float(lat.min() + lat.max()) / 2, 1)
    return (
        f"+proj=tmerc +lat_0={lat_0} +lon_0={lon_0} +k=1 +x_0=0 +y_0=0 "
        "+ellps=WGS84 +units=m +no_defs"
    )


def to_metres(lon: FloatArray, lat: FloatArray, crs: str) -> FloatArray:
    """Positions as an (n, 2) array in metres."""
    x, y = _transformer("EPSG:4326", crs).transform(lon, lat)
    return np.column_stack([x, y])


def shapes_to_metres(shapes: Shapes, crs: str) -> Shapes:
    """Shapes in longitude and latitude, in metres; ``None`` stays ``None``."""
    return _transformed(shapes, _transformer("EPSG:4326", crs))


def shapes_to_wgs84(shapes: Shapes, crs: str) -> Shapes:
    """Shapes in metres, in longitude and latitude; ``None`` stays ``None``."""
    return _transformed(shapes, _transformer(crs, "EPSG:4326"))


def _transformed(shapes: Shapes, transformer: pyproj.Transformer) -> Shapes:
    """Every coordinate of every shape through ``transformer``."""

    def project(xy: FloatArray) -> FloatArray:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    changed: Any = shapely.transform(shapes, project)
    return np.asarray(changed, dtype=object)


@lru_cache(maxsize=64)  # making one takes 20 ms; they may be used by several threads
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)

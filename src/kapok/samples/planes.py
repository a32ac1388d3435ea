"""A flat piece of the earth: metres east and north of a point, for towns a few kilometres wide."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

M_PER_DEG_LAT = 110_574.0
M_PER_DEG_LON_AT_EQUATOR = 111_320.0


@dataclass(frozen=True)
class Plane:
    """Metres around ``lon``, ``lat`` (WGS84); true to a part in a thousand within 50 km.

    The mapping is a stretch and a shift, so that straight lines stay straight and what touches
    keeps touching.
    """

    lon: float
    lat: float

    @property
    def scale(self) -> Floats:
        """Metres in a degree, east and north."""
        east = M_PER_DEG_LON_AT_EQUATOR * math.cos(math.radians(self.lat))
        return np.array([east, M_PER_DEG_LAT])

    def to_metres(self, lonlat: Any) -> Floats:
        """Positions (n, 2) in metres."""
        return (np.asarray(lonlat, float) - (self.lon, self.lat)) * self.scale

    def to_wgs84(self, xy_m: Any) -> Floats:
        """Positions (n, 2) in longitude and latitude."""
        return np.asarray(xy_m, float) / self.scale + (self.lon, self.lat)

    def shapes_to_metres(self, shapes: Any) -> Any:
        """A shape, or an array of them, in metres."""
        return shapely.transform(shapes, self.to_metres)

    def shapes_to_wgs84(self, shapes: Any) -> Any:
        """A shape, or an array of them, in longitude and latitude."""
        return shapely.transform(shapes, self.to_wgs84)


def around(lon: Any, lat: Any) -> Plane:
    """The plane whose origin is amid these positions."""
    lon, lat = np.asarray(lon), np.asarray(lat)
    return Plane(float(lon.min() + lon.max()) / 2, float(lat.min() + lat.max()) / 2)

"""From rows to arrays: the roads that were imported become a street network.

Each process makes the network once and keeps it until an import changes the roads.
"""

import threading
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from kapok.places import projection, shapes
from kapok.places.models import Road
from kapok_planning.streets import Streets, make_streets

FloatArray = NDArray[np.float64]
Stamp = tuple[tuple[object, ...], ...]

STAMP = """
    SELECT key, (SELECT id FROM places_road WHERE source = key ORDER BY id DESC LIMIT 1) AS last
    FROM places_source WHERE EXISTS (SELECT FROM places_road WHERE source = key) ORDER BY key
"""  # an import makes all rows of its source anew, so their last key tells one from another


@dataclass(frozen=True)
class TownStreets:
    """The streets of a town, and the metres that they are in, as PROJ writes them."""

    streets: Streets
    crs: str

    def metres(self, lon: FloatArray, lat: FloatArray) -> FloatArray:
        """Positions (WGS84) in the network's metres, (n, 2)."""
        return projection.to_metres(lon, lat, self.crs)


class _Keeper:
    """The network of this process, and the roads that it was made of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: Stamp = ()
        self._kept: TownStreets | None = None

    def get(self) -> TownStreets | None:
        stamp = _stamp()
        if stamp != self._stamp:
            with self._lock:  # whoever comes meanwhile waits, rather than make it twice
                if stamp != self._stamp:
                    self._kept = _made() if stamp else None
                    self._stamp = stamp
        return self._kept


_KEEPER = _Keeper()


def town_streets() -> TownStreets | None:
    """The street network of all imported roads, or nothing where there are none."""
    return _KEEPER.get()


def _stamp() -> Stamp:
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return tuple(cursor.fetchall())


def _made() -> TownStreets:
    rows = Road.objects.order_by("source", "id").values_list(
        "shape", "road_class", "speed_kmh", "oneway", "level"
    )
    wkb, road_class, speed, oneway, level = zip(*rows, strict=True)
    lines = shapes.read(wkb)
    lon, lat = shapely.get_coordinates(lines).T
    crs = projection.metres_around(lon, lat)
    streets = make_streets(
        projection.shapes_to_metres(lines, crs),
        road_class=np.array(road_class, np.int32),
        speed_kmh=np.array([np.nan if kmh is None else kmh for kmh in speed]),
        oneway=np.array(oneway, np.bool_),
        level=np.array(level, np.int32),
    )
    return TownStreets(streets, crs)

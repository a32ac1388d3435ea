"""A flat map in metres for one town, and the way back."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyproj
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.positions import WGS84, moved
from kapok.places.files.sheets import Geometries

FloatArray = NDArray[np.float64]

WIDEST_KM = 2000.0
EARTH_KM = 6371.0
TRUE_TO_SCALE = 0.005


@dataclass(frozen=True)
class Flat:
    """A projected coordinate system in metres."""

    crs: pyproj.CRS

    @cached_property
    def _there(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(WGS84, self.crs, always_xy=True)

    @cached_property
    def _back(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self.crs, WGS84, always_xy=True)

    def metres(self, lon: FloatArray, lat: FloatArray) -> FloatArray:
        """Positions in metres, (n, 2). Raises ``Refused`` where they do not fit on one flat map."""
        xy = np.column_stack(self._there.transform(lon, lat)).astype(np.float64)
        if not np.isfinite(xy).all():
            raise Refused(
                "The positions lie too far apart for one flat map; check their coordinates, "
                "or draw one part at a time."
            )
        return np.ascontiguousarray(xy)

    def shapes_in_metres(self, shapes: Geometries) -> Geometries:
        """WGS84 shapes in metres; None stays None."""
        return moved(shapes, self._there)

    def shapes_in_degrees(self, shapes: Geometries) -> Geometries:
        """Shapes in metres as WGS84 longitude and latitude."""
        return moved(shapes, self._back)


def flat_map(lon: FloatArray, lat: FloatArray, crs: pyproj.CRS) -> Flat:
    """The data's own projection where it is in metres and true to scale here, else UTM.

    Near the poles, where UTM ends, an azimuthal projection around the middle.
    """
    middle_lon, middle_lat = middle(lon, lat)
    if _is_true_to_scale(crs, middle_lon, middle_lat):
        return Flat(crs)
    if abs(middle_lat) > 83:
        return Flat(
            pyproj.CRS.from_dict({"proj": "aeqd", "lon_0": middle_lon, "lat_0": middle_lat})
        )
    zone = min(int((middle_lon + 180) // 6) + 1, 60)
    return Flat(pyproj.CRS.from_epsg((32600 if middle_lat >= 0 else 32700) + zone))


def middle(lon: FloatArray, lat: FloatArray) -> tuple[float, float]:
    """The middle of positions, right across 180° too."""
    turn = np.radians(lon)
    east = np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean()))
    return float(east), float(np.median(lat))


def _is_true_to_scale(crs: pyproj.CRS, lon: float, lat: float) -> bool:
    metric = crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info[:2])
    if not metric:
        return False
    factors = pyproj.Proj(crs).get_factors(lon, lat)
    scales = (factors.meridional_scale, factors.parallel_scale)
    return all(abs(scale - 1) < TRUE_TO_SCALE for scale in scales)


def spread_note(file: str, lon: FloatArray, lat: FloatArray, ids: pl.Series) -> str | None:
    """A sentence where buildings lie further apart than any town, and which one is furthest."""
    middle_lon, middle_lat = np.median(lon), np.median(lat)
    away_km = distance_km(lon, lat, float(middle_lon), float(middle_lat))
    if away_km.max() <= WIDEST_KM / 2:
        return None
    worst = int(away_km.argmax())
    far = int((away_km > WIDEST_KM / 2).sum())
    return (
        f"The buildings of {file} lie very far apart: {far:,} over {WIDEST_KM / 2:,.0f} km from "
        f"the middle of all, the furthest “{ids[worst]}” with {away_km[worst]:,.0f} km. "
        "Check their coordinates."
    )


def distance_km(lon: FloatArray, lat: FloatArray, to_lon: float, to_lat: float) -> FloatArray:
    """Great-circle distance to one position [km]."""
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    half = np.sin((phi - to_phi) / 2) ** 2
    half += np.cos(phi) * np.cos(to_phi) * np.sin(np.radians(lon - to_lon) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1))))

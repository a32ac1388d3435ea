"""GCJ-02, the shifted coordinates of Chinese map providers, and back to WGS84.

The shift is a published function of the position, up to some 700 metres inside the rectangle below
and nothing outside of it. Its inverse has no closed form; a fixed point is iterated to well under
a millimetre.
"""

from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SEMI_MAJOR_M = 6378245.0
ECCENTRICITY2 = 0.00669342162296594323
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
ROUNDS = 12

# Outline of the mainland, coarse to some tens of kilometres: good enough to ask a question.
MAINLAND = (
    (73.5, 39.5), (74.5, 37.2), (78.5, 34.5), (78.4, 31.3), (81.0, 30.2), (85.5, 28.2),
    (88.8, 27.3), (91.8, 27.4), (94.0, 28.8), (97.2, 28.0), (98.4, 27.3), (97.6, 24.4),
    (98.9, 23.9), (99.4, 22.0), (101.2, 21.1), (102.0, 22.2), (103.9, 22.4), (105.5, 23.0),
    (106.7, 22.7), (107.0, 21.7), (108.1, 21.3), (108.2, 19.0), (108.5, 18.0), (110.3, 18.0),
    (111.4, 19.5), (111.0, 21.0), (113.0, 21.6), (115.5, 22.4), (118.0, 24.0), (119.9, 25.4),
    (122.5, 29.5), (122.6, 31.5), (121.0, 34.0), (122.9, 36.8), (122.9, 37.6), (121.5, 38.6),
    (124.2, 39.8), (126.2, 41.2), (128.2, 41.5), (129.9, 42.4), (131.2, 42.6), (131.4, 45.0),
    (133.3, 45.2), (135.2, 48.4), (131.0, 47.8), (130.6, 49.0), (127.5, 50.2), (126.0, 53.0),
    (121.0, 53.6), (119.9, 52.5), (119.0, 50.2), (116.7, 49.9), (115.5, 48.0), (119.8, 47.0),
    (118.0, 46.3), (112.0, 45.0), (111.9, 43.6), (105.0, 41.5), (96.5, 42.6), (91.0, 45.2),
    (90.0, 47.8), (87.5, 49.2), (85.5, 48.2), (85.7, 47.0), (82.3, 45.4), (80.3, 45.0),
    (80.2, 42.2), (76.5, 40.4),
)  # fmt: skip
HONG_KONG = (113.83, 22.13, 114.45, 22.53)
MACAU = (113.52, 22.10, 113.60, 22.217)


class Datum(StrEnum):
    """What longitude and latitude refer to."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


def to_gcj02(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shift WGS84 positions to GCJ-02, as map providers do.

    Parameters
    ----------
    lon, lat : (n,) float arrays
        WGS84 [degrees].

    Returns
    -------
    lon, lat : (n,) float arrays
        GCJ-02 [degrees]; unchanged outside the rectangle where the shift applies.

    Examples
    --------
    >>> lon, lat = to_gcj02(np.array([113.2442]), np.array([23.1252]))
    >>> f"{lon[0]:.4f} {lat[0]:.4f}"
    '113.2495 23.1225'
    """
    east, north = _shift_m(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    w2 = 1 - ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = SEMI_MAJOR_M * (1 - ECCENTRICITY2) / w2**1.5
    parallel_m = SEMI_MAJOR_M / np.sqrt(w2) * np.cos(phi)
    inside = (lon >= WEST) & (lon <= EAST) & (lat >= SOUTH) & (lat <= NORTH)
    return (
        np.where(inside, lon + np.degrees(east / parallel_m), lon),
        np.where(inside, lat + np.degrees(north / meridian_m), lat),
    )


def to_wgs84(lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Undo :func:`to_gcj02`.

    Parameters
    ----------
    lon, lat : (n,) float arrays
        GCJ-02 [degrees].

    Returns
    -------
    lon, lat : (n,) float arrays
        WGS84 [degrees].
    """
    guess_lon, guess_lat = lon.copy(), lat.copy()
    for _ in range(ROUNDS):
        shifted_lon, shifted_lat = to_gcj02(guess_lon, guess_lat)
        off_lon, off_lat = lon - shifted_lon, lat - shifted_lat
        guess_lon, guess_lat = guess_lon + off_lon, guess_lat + off_lat
        if not len(lon) or max(np.abs(off_lon).max(), np.abs(off_lat).max()) < 1e-11:
            break
    return guess_lon, guess_lat


def _shift_m(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Metres east and north, ``x`` and ``y`` in degrees from 105° east, 35° north."""

    def waves(unit: FloatArray, *parts: tuple[float, float]) -> FloatArray:
        total = np.zeros_like(unit)
        for height, length in parts:
            total += height * np.sin(unit * np.pi / length)
        return total * 2 / 3

    root = np.sqrt(np.abs(x))
    ripple = waves(x, (20.0, 1 / 6), (20.0, 1 / 2))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += ripple + waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += ripple + waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))
    return east, north


def all_in_mainland_china(lon: FloatArray, lat: FloatArray) -> bool:
    """Whether every position lies in mainland China, to some tens of kilometres."""
    if not len(lon):
        return False
    inside = shapely.contains_xy(shapely.Polygon(MAINLAND), lon, lat)
    for west, south, east, north in (HONG_KONG, MACAU):
        inside &= ~((lon > west) & (lon < east) & (lat > south) & (lat < north))
    return bool(inside.all())

"""Metres around a town, wherever it lies."""

import numpy as np
import polars as pl
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.errors import Refused
from kapok.places.files.positions import WGS84
from kapok.places.files.projection import flat_map, middle, spread_note

GEOD = pyproj.Geod(ellps="WGS84")


@given(st.floats(-179.9, 179.9), st.floats(-89.5, 89.5))
def test_a_kilometre_is_a_kilometre_anywhere(lon, lat):
    lons, lats, _ = GEOD.fwd([lon] * 4, [lat] * 4, [0, 90, 180, 270], [500] * 4)
    lons, lats = np.array([lon, *lons]), np.array([lat, *lats])

    xy = flat_map(lons, lats, WGS84).metres(lons, lats)

    assert np.hypot(*(xy[1:] - xy[0]).T) == pytest.approx(500, rel=0.005)


@pytest.mark.parametrize(
    ("lon", "lat", "crs", "chosen"),
    [
        (113.2, 23.1, "EPSG:4326", "EPSG:32649"),
        (103.8, 1.3, "EPSG:4326", "EPSG:32648"),
        (151.2, -33.9, "EPSG:4326", "EPSG:32756"),
        (180.0, 10.0, "EPSG:4326", "EPSG:32660"),
        (103.8, 1.3, "EPSG:3414", "EPSG:3414"),
        (113.2, 23.1, "EPSG:3857", "EPSG:32649"),  # its metres are none here
        (-74.0, 40.7, "EPSG:2263", "EPSG:32618"),  # feet
    ],
)
def test_the_files_own_system_serves_when_it_is_true_to_scale(lon, lat, crs, chosen):
    flat = flat_map(np.array([lon]), np.array([lat]), pyproj.CRS(crs))

    assert flat.crs == pyproj.CRS(chosen)


def test_a_town_on_the_date_line_is_one_town():
    assert abs(middle(np.array([179.9, -179.9]), np.array([-17.0, -17.0]))[0]) == 180


def test_buildings_of_two_continents_are_pointed_out():
    note = spread_note(
        "town.csv",
        np.array([103.8, 103.81, 2.35]),
        np.array([1.3, 1.31, 48.85]),
        pl.Series(["a", "b", "c"]),
    )

    assert note == (
        "The buildings of town.csv lie very far apart: 1 over 1,000 km from the middle of all, "
        "the furthest “c” with 10,731 km. Check their coordinates."
    )


def test_positions_that_fit_on_no_flat_map_are_refused():
    lon, lat = np.array([0.0, 90.0]), np.array([0.0, 0.0])

    with pytest.raises(Refused, match=r"^The positions lie too far apart for one flat map"):
        flat_map(lon[:1], lat[:1], WGS84).metres(lon, lat)

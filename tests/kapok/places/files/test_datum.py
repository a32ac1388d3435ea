"""GCJ-02 and back, and when to ask which it is."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.places.files.buildings import read_buildings
from kapok.places.files.datum import Datum, all_in_mainland_china, to_gcj02, to_wgs84
from kapok.places.files.projection import distance_km

# Positions whose shift is published with open-source converters: WGS84, then GCJ-02.
PUBLISHED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_the_shift_is_the_published_one(wgs84, gcj02):
    lon, lat = to_gcj02(*(np.array([v]) for v in wgs84))

    assert (lon[0], lat[0]) == pytest.approx(gcj02, abs=1e-9)


@given(st.floats(73.6, 134.9), st.floats(3.5, 53.5))
def test_there_and_back_is_the_same_place(lon, lat):
    """To a tenth of a millimetre, anywhere in the country."""
    back_lon, back_lat = to_wgs84(*to_gcj02(np.array([lon]), np.array([lat])))

    assert distance_km(back_lon, back_lat, lon, lat)[0] < 1e-7


@given(st.floats(73.6, 134.9), st.floats(3.5, 53.5))
def test_the_shift_is_some_hundred_metres(lon, lat):
    shifted = to_gcj02(np.array([lon]), np.array([lat]))

    assert 0.01 < distance_km(*shifted, lon, lat)[0] < 1.3


@pytest.mark.parametrize(("lon", "lat"), [(-0.1, 51.5), (151.2, -33.9)])
def test_abroad_nothing_is_shifted(lon, lat):
    there = to_gcj02(np.array([lon]), np.array([lat]))

    assert (there[0][0], there[1][0]) == (lon, lat)


@pytest.mark.parametrize(
    ("name", "lon", "lat", "inside"),
    [
        ("Liwan", 113.24, 23.12, True),
        ("Kashgar", 75.99, 39.47, True),
        ("Mohe", 122.5, 52.97, True),
        ("Sanya", 109.5, 18.25, True),
        ("Shenzhen", 114.06, 22.55, True),
        ("Zhuhai", 113.55, 22.27, True),
        ("Hong Kong", 114.17, 22.3, False),
        ("Macau", 113.55, 22.19, False),
        ("Taipei", 121.56, 25.04, False),
        ("Hanoi", 105.85, 21.03, False),
        ("Singapore", 103.8, 1.3, False),
        ("Seoul", 127.0, 37.5, False),
        ("Ulan Bator", 106.9, 47.9, False),
    ],
)
def test_who_is_asked(name, lon, lat, inside):
    assert all_in_mainland_china(np.array([lon]), np.array([lat])) is inside


TOWN = "id,lon,lat,households\na,113.2442,23.1252,5\nb,113.2452,23.1262,5\n"
ASKS = (
    "All positions of town.csv lie in mainland China, where map providers shift them (GCJ-02) by "
    "some 500 m. They were taken as WGS84; say the datum to be sure."
)


def test_without_a_datum_somebody_in_china_is_asked(here):
    Path("town.csv").write_text(TOWN)

    assert read_buildings(Path("town.csv")).notes == (ASKS,)
    assert read_buildings(Path("town.csv"), datum=Datum.WGS84).notes == ()
    assert read_buildings(Path("town.csv"), crs="EPSG:4490").notes == ()


def test_with_gcj02_positions_are_shifted_back(here):
    Path("town.csv").write_text(TOWN)

    as_said = read_buildings(Path("town.csv"), datum=Datum.WGS84).all_good()
    shifted = read_buildings(Path("town.csv"), datum=Datum.GCJ02).all_good()

    away_m = 1000 * distance_km(shifted.lon, shifted.lat, as_said.lon[0], as_said.lat[0])
    assert 500 < away_m[0] < 700
    again = to_gcj02(shifted.lon, shifted.lat)
    assert again[0] == pytest.approx(as_said.lon, abs=1e-9)

"""A made-up Singapore of three subzones, as small as the rules allow, and the real folder."""

import gzip
import json
import os
from pathlib import Path

import pytest

from kapok.samples.singapore import files

from ..encoding import encoded

LON, LAT = 103.80, 1.35
STEP = 0.0005  # about 56 m
HEAD = [
    "blk_no",
    "street",
    "residential",
    "bldg_contract_town",
    "total_dwelling_units",
    *(column for columns in files.FLATS.values() for column in columns),
    "lon",
    "lat",
]


def block(number, street, town, lon, lat, *, units=100, residential="Y"):
    """A row of the list of blocks; all of its homes have four rooms."""
    return dict.fromkeys(HEAD, 0) | {
        "blk_no": number,
        "street": street,
        "residential": residential,
        "bldg_contract_town": town,
        "total_dwelling_units": units,
        "4room_sold": units,
        "lon": round(lon, 6),
        "lat": round(lat, 6),
    }


def rows():
    """Two towns of 36 blocks each, 11 km apart, without anything wrong."""
    return [
        block(f"{n + 1}", f"{town} ST", town, west + STEP * (n % 6), LAT + STEP * (n // 6))
        for town, west in (("AA", LON), ("BB", LON + 0.1))
        for n in range(36)
    ]


def square(name, code, area, west):
    """A subzone around one of the towns."""
    east, south, north = west + 0.01, LAT - 0.005, LAT + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {
            "SUBZONE_N": name,
            "SUBZONE_C": code,
            "PLN_AREA_N": area,
            "PLN_AREA_C": area[:2],
            "REGION_N": "CENTRAL REGION",
            "REGION_C": "CR",
        },
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


ZONES = [
    square("ALPHA EAST", "AASZ01", "AALAND", LON - 0.003),
    square("EMPTY", "AASZ02", "AALAND", LON + 0.02),
    square("BETA", "BBSZ01", "BBLAND", LON + 0.097),
]


def line(*corners):
    """An encoded line through places in degrees."""
    return encoded([(round(lon * 1e5), round(lat * 1e5)) for lon, lat in corners])


BETWEEN_ROWS = LAT + 2.5 * STEP  # the third and the fourth row of both towns
STREET_LIST = [
    {
        "name": "Sample Expressway",
        "polyline": ";".join(
            [
                line((LON - 0.003, BETWEEN_ROWS), (LON + 0.001, BETWEEN_ROWS)),
                line((LON + 0.001, BETWEEN_ROWS), (LON + 0.007, BETWEEN_ROWS)),
            ]
        ),
    },
    {"name": "Short Lane", "polyline": line((LON, LAT + STEP / 2), (LON + STEP, LAT + STEP / 2))},
    {
        "name": "Long Road",
        "polyline": line((LON + 2.5 * STEP, LAT - 0.02), (LON + 2.5 * STEP, LAT + 0.02)),
    },
    {"name": "No Where", "polyline": ""},
]


def write(folder, blocks, *, zones=ZONES, streets=STREET_LIST, residents=None):
    """Write the folder; a table of residents only where given."""
    lines = [",".join(HEAD), *(",".join(str(row[name]) for name in HEAD) for row in blocks)]
    text = "\n".join(lines) + "\n"
    (folder / f"{files.BLOCKS}.gz").write_bytes(gzip.compress(text.encode()))
    collection = {"type": "FeatureCollection", "features": zones}
    (folder / files.SUBZONES).write_text(json.dumps(collection))
    (folder / files.STREETS).write_text(json.dumps(streets))
    if residents is not None:
        (folder / files.RESIDENTS).write_text(residents)
    return folder


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path, rows())


@pytest.fixture(scope="session")
def real_folder():
    given = os.environ.get("KAPOK_SAMPLE_DATA")
    data = Path(given) if given else Path(__file__).parents[5] / "shared" / "data"
    if not (data / "singapore").is_dir():
        pytest.skip(f"There is no {data / 'singapore'}; set KAPOK_SAMPLE_DATA to test real input.")
    return data / "singapore"

"""Files that cannot be used as a whole: one sentence that says what to do."""

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from tests.kapok.places.files.towns import HEADER, town_rows


def geojson(*geometries, **members):
    features = [
        {"type": "Feature", "properties": {"id": f"b{i}", "households": 40}, "geometry": geometry}
        for i, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


READS = "Kapok reads CSV, GeoJSON, GeoPackage, Parquet and GeoParquet."
BAD_FILES = [
    ("town.csv", b"", "town.csv is empty."),
    ("town.csv", b"\n \n", "town.csv is empty."),
    ("town.csv", HEADER.encode(), "town.csv has a header and no rows."),
    (
        "town.csv",
        b"id,lon,lat\na,1,1\n",
        "town.csv has no column “households”; its columns are id, lon, lat.",
    ),
    (
        "town.csv",
        b"lon,lat,households\n1,1,1\n",
        "town.csv has no column “id”; its columns are lon, lat, households.",
    ),
    (
        "town.csv",
        b"id,households\na,1\n",
        "town.csv has no position (columns “lon” and “lat”, “x” and “y”, or a geometry); "
        "its columns are id, households.",
    ),
    (
        "town.csv",
        b"id,x,y,households\na,1,1,1\n",
        "town.csv has x and y but no coordinate system; name it, as EPSG:3414.",
    ),
    (
        "town.csv",
        b"id,ID,lon,lat,households\na,b,1,1,1\n",
        "town.csv has 2 columns that may be id (id, ID); leave one, or say which it is.",
    ),
    (
        "town.csv",
        HEADER.encode() + b'"x,1,1,5\ny,1,1,5\n',
        "town.csv: the quotation marks do not match from line 2 on (unexpected end of data).",
    ),
    (
        "town.csv",
        HEADER.encode() + "é,1,1,5\n".encode("latin-1"),
        "town.csv is neither UTF-8 nor GB18030 text (line 2 holds byte 0xE9). "
        "Save it as “CSV UTF-8”.",
    ),
    (
        "town.csv",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        f"town.csv is a PNG picture, whatever its name says. {READS}",
    ),
    (
        "town.csv",
        b"PK\x03\x04" + bytes(64),
        "town.csv is an Excel workbook or another zip archive, whatever its name says. "
        "Save the sheet as “CSV UTF-8”.",
    ),
    (
        "town.csv",
        b"<!doctype html><html>",
        "town.csv is a web page or an XML file (KML, GML), whatever its name says. "
        "Convert it to GeoPackage or CSV.",
    ),
    (
        "town.csv",
        bytes(range(256)),
        f"town.csv is not text and no format that is known here. {READS}",
    ),
    (
        "town.csv.gz",
        gzip.compress((HEADER + town_rows()).encode(), mtime=0)[:-20],
        "town.csv.gz is a damaged gzip file; fetch or pack it again.",
    ),
    (
        "town.parquet",
        b"PAR1" + bytes(64) + b"PAR1",
        "town.parquet is not whole Parquet: parquet: File out of specification: "
        "FileMetaData.version missing.",
    ),
    (
        "town.gpkg",
        b"SQLite format 3\x00" + bytes(5000),
        "town.gpkg is not whole GeoPackage: file is not a database.",
    ),
    (
        "town.geojson",
        b'{"type": "FeatureCollection", "features": [',
        "town.geojson is not whole GeoJSON: At line 1, character 12: Unterminated array.",
    ),
    (
        "town.geojson",
        b'{"type": "nothing"}',
        "town.geojson is not whole GeoJSON: it holds something else.",
    ),
    ("town.geojson", geojson(), "town.geojson has no features."),
]


@pytest.mark.parametrize(
    ("name", "content", "says"), BAD_FILES, ids=[case[2][:40] for case in BAD_FILES]
)
def test_a_bad_file_is_refused_in_one_sentence(here, kapok, name, content, says):
    Path(name).write_bytes(content)

    said = kapok("draw", name, "-o", "out.csv")

    assert (said.status, said.err) == (1, says + "\n")
    assert [path.name for path in here.iterdir()] == [name]


BAD_SHAPES = [
    (None, "is missing."),
    ({"type": "Polygon", "coordinates": []}, "is empty."),
    (
        {"type": "Polygon", "coordinates": [[[103.8, 1.3], [103.9, 1.3]]]},
        "is broken: its points form no shape.",
    ),
    (
        {"type": "LineString", "coordinates": [[103.8, 1.3], [103.9, 1.3]]},
        "is a LineString; a Point or a Polygon is needed.",
    ),
    (
        {"type": "Point", "coordinates": [29000, 31000]},
        "(29000.0, 31000.0) is no longitude and latitude; "
        "if it is metres, name the coordinate system.",
    ),
    ({"type": "Point", "coordinates": [0, 0]}, "is 0, 0: no place was found for it."),
]


@pytest.mark.parametrize(("shape", "says"), BAD_SHAPES)
def test_a_bad_geometry_is_named_by_its_feature(here, kapok, shape, says):
    good = {"type": "Point", "coordinates": [103.8, 1.3]}
    Path("town.geojson").write_bytes(geojson(good, shape))

    said = kapok("draw", "town.geojson", "-o", "out.csv")

    assert said.status == 1
    assert f"  feature 2, geometry: {says}\n" in said.err


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("nowhere.csv", "There is no file nowhere.csv."),
        (".", ". is a folder; name a file in it."),
        ("/dev/null", "/dev/null is not a regular file; save what it gives to a file first."),
    ],
)
def test_a_path_that_is_no_file(here, kapok, path, says):
    said = kapok("draw", path, "-o", "out.csv")

    assert (said.status, said.err) == (1, says + "\n")


@pytest.fixture
def nobody():
    """For the length of a test, a user without rights; root may read everything."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


@pytest.fixture
def open_folder():
    """A folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def test_a_file_that_may_not_be_read(open_folder, kapok, request):
    secret = open_folder / "secret.csv"
    secret.write_text(HEADER + town_rows())
    secret.chmod(0)
    request.getfixturevalue("nobody")

    said = kapok("draw", secret, "-o", open_folder / "out.csv")

    assert (said.status, said.err) == (
        1,
        f"{secret} may not be read; ask its owner for the right.\n",
    )


def test_a_folder_that_may_not_be_written(open_folder, kapok, request):
    town = open_folder / "town.csv"
    town.write_text(HEADER + town_rows())
    open_folder.chmod(0o555)
    request.getfixturevalue("nobody")

    said = kapok("draw", town, "-o", open_folder / "out.csv")

    assert said.status == 1
    assert said.err == f"Nothing may be written to {open_folder}; choose another folder.\n"


TOO_LONG = (
    "town.csv holds 2.0 GiB of text; text is read up to 1 GiB. "
    "Convert it to Parquet or GeoPackage, which are read at any size.\n"
)
NO_TEXT = f"town.csv is not text and no format that is known here. {READS}\n"


@pytest.mark.parametrize(
    ("start", "says"), [(HEADER + town_rows(60_000), TOO_LONG), ("\x00nonsense", NO_TEXT)]
)
def test_two_gigabytes_are_refused_at_once_in_little_memory(here, start, says):
    """Sparse on disk; the limit on memory would end a reader that takes it all."""
    with Path("town.csv").open("wb") as file:
        file.write(start.encode())
        file.truncate(2 << 30)

    said = subprocess.run(
        [sys.executable, "-c", "from kapok import cli; cli.main()", "draw", "town.csv", "-oo.csv"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (3 << 29, 3 << 29)),
    )

    assert (said.returncode, said.stderr) == (1, says)

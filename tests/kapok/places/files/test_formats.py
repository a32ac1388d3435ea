"""The same town in every format, encoding and coordinate system is the same town."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pyogrio
import pyproj
import pytest
import shapely
from tests.kapok.places.files.towns import HEADER, town_rows

from kapok.errors import Refused
from kapok.places.files.buildings import read_buildings

N = 50
TEXT = HEADER + town_rows(N)


@pytest.fixture
def frame():
    return pl.read_csv(TEXT.encode())


def check(path, **options):
    """The file holds the town, and nothing in it is bad."""
    reading = read_buildings(Path(path), **options)
    want = pl.read_csv(TEXT.encode())

    buildings = reading.all_good()
    assert buildings.ids.to_list() == want["id"].to_list()
    assert buildings.households.tolist() == want["households"].to_list()
    assert buildings.lon == pytest.approx(want["lon"].to_numpy(), abs=1e-7)
    assert buildings.lat == pytest.approx(want["lat"].to_numpy(), abs=1e-7)
    return reading


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        gzip.compress(TEXT.encode(), mtime=0),
        gzip.compress(TEXT.encode("utf-8-sig"), mtime=0),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.rstrip("\n").encode(),
        (TEXT + "\n\n \n").encode(),
        TEXT.replace("\nb7", "\n\nb7").encode(),
        TEXT.replace("\nb", '\n"b').replace(",103", '",103').encode(),
        TEXT.replace("id,lon,lat,households", " ID ,Longitude, LAT,House_holds").encode(),
        TEXT.replace("id,lon,lat,households", "编号,经度,纬度,户数").encode(),
        TEXT.replace("id,lon,lat,households", "楼栋编号,经度,纬度,总户数").encode("gb18030"),
    ],
    ids=range(16),
)
def test_csv_as_people_save_it(here, content):
    Path("town.txt").write_bytes(content)

    check("town.txt")


def test_another_encoding_is_said(here):
    Path("town.csv").write_bytes(TEXT.replace("id,", "编号,").encode("gb18030"))

    assert check("town.csv").notes == (
        "town.csv is not UTF-8; it was read as GB18030. "
        "If names look wrong, save it as “CSV UTF-8”.",
    )


def test_another_encoding_far_down_the_file_is_found(here):
    rows = town_rows(40_000)
    Path("town.csv").write_bytes((HEADER + rows + "荔湾楼,103.8,1.3,4\n").encode("gb18030"))

    reading = read_buildings(Path("town.csv"))

    assert reading.buildings.ids[-1] == "荔湾楼"
    assert "GB18030" in reading.notes[0]


def test_parquet(here, frame):
    frame.write_parquet("town.parquet")
    check("town.parquet")


@pytest.mark.parametrize("dtype", [pl.Int16, pl.UInt64, pl.Float64, pl.String, pl.Decimal(9, 2)])
def test_households_of_any_type(here, frame, dtype):
    frame.with_columns(pl.col("households").cast(dtype)).write_parquet("town.parquet")
    check("town.parquet")


def test_ids_that_became_numbers_keep_their_digits(here, frame):
    frame.with_columns(id=pl.int_range(N).cast(pl.Float64)).write_parquet("town.parquet")

    assert read_buildings(Path("town.parquet")).buildings.ids[7] == "7"


@pytest.mark.parametrize(("driver", "name"), [("GPKG", "town.gpkg"), ("GeoJSON", "town.geojson")])
def test_vector_files(here, frame, driver, name):
    _write_vector(frame, name, driver, "EPSG:4326")
    check(name)


def _geojson(own: list[dict[str, object]]) -> None:
    """Three buildings, each with what is its own beside place and households."""
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [103.8, 1.3 + n / 1e4]}}
        | {"properties": {"households": 4} | each.pop("properties", {})}
        | each
        for n, each in enumerate(own)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    Path("town.geojson").write_text(text)


@pytest.mark.parametrize(
    ("own", "ids"),
    [
        ([{"properties": {"id": n}} for n in (7, 8, 9)], ["7", "8", "9"]),
        ([{"properties": {"id": n}} for n in (0, 1, 2)], ["0", "1", "2"]),
        ([{"id": n} for n in (7, 9, 8)], ["7", "9", "8"]),
        ([{"id": f"b{n}"} for n in range(3)], ["b0", "b1", "b2"]),
        ([{"id": n, "properties": {"id": f"b{n}"}} for n in (7, 8, 9)], ["b7", "b8", "b9"]),
    ],
)
def test_ids_of_geojson_may_be_numbers_of_the_feature_or_a_property(here, own, ids):
    _geojson(own)

    assert list(read_buildings(Path("town.geojson")).all_good().ids) == ids


def test_features_that_nobody_numbered_have_no_id(here):
    _geojson([{}, {}, {}])

    with pytest.raises(Refused, match="no column “id”"):
        read_buildings(Path("town.geojson"))


@pytest.mark.parametrize("crs", ["EPSG:3414", "EPSG:32648", "EPSG:3857", "EPSG:4757"])
def test_any_coordinate_system(here, frame, crs):
    _write_vector(frame, "town.gpkg", "GPKG", crs)
    check("town.gpkg")


def test_compressed_geojson(here, frame):
    _write_vector(frame, "town.geojson", "GeoJSON", "EPSG:4326")
    Path("town.geojson.gz").write_bytes(gzip.compress(Path("town.geojson").read_bytes()))
    check("town.geojson.gz")


@pytest.mark.parametrize("crs", ["OGC:CRS84", "EPSG:3414"])
def test_geoparquet(here, frame, crs):
    _write_geoparquet(frame, pyproj.CRS(crs).to_json_dict(), crs)
    check("town.parquet")


def test_geoparquet_without_a_system_must_be_told_one(here, frame):
    _write_geoparquet(frame, None, "EPSG:3414")

    with pytest.raises(
        Refused, match=r"^town.parquet names no coordinate system; name it, as EPSG"
    ):
        read_buildings(Path("town.parquet"))
    check("town.parquet", crs="EPSG:3414")


def test_geoparquet_with_damaged_metadata(here, frame):
    frame.write_parquet("town.parquet", metadata={"geo": '{"columns": 3}'})

    with pytest.raises(Refused, match="has “geo” metadata that does not follow GeoParquet"):
        read_buildings(Path("town.parquet"))


def test_metres_in_csv(here, frame):
    x, y = _to("EPSG:3414", frame)
    frame.drop("lon", "lat").with_columns(x=x, y=y).write_csv("town.csv")
    check("town.csv", crs="EPSG:3414")


def test_geometry_as_text_in_csv(here, frame):
    wkt = shapely.to_wkt(shapely.points(frame["lon"], frame["lat"]), rounding_precision=9)
    frame.drop("lon", "lat").with_columns(geometry=pl.Series(wkt)).write_csv("town.csv")
    check("town.csv")


def test_a_system_that_contradicts_the_file_is_refused(here, frame):
    _write_vector(frame, "town.gpkg", "GPKG", "EPSG:32648")

    with pytest.raises(Refused, match="says that its coordinates are WGS 84 / UTM zone 48N, not"):
        read_buildings(Path("town.gpkg"), crs="EPSG:3414")


def test_positions_outside_a_system_are_named(here, frame):
    x, y = _to("EPSG:3414", frame)
    frame = frame.drop("lon", "lat").with_columns(x=pl.Series(x) + 5e6, y=y)
    frame.write_csv("town.csv")

    bad = read_buildings(Path("town.csv"), crs="EPSG:3414").bad
    assert len(bad) == N
    assert "lies outside the area that SVY21 / Singapore TM is for." in str(next(iter(bad)))


def test_a_geopackage_with_layers_must_be_told_which(here, frame):
    _write_vector(frame, "town.gpkg", "GPKG", "EPSG:4326", layer="blocks")
    _write_vector(frame, "town.gpkg", "GPKG", "EPSG:4326", layer="trees", append=True)

    with pytest.raises(Refused, match=r"has 2 layers \(blocks, trees\); say which one"):
        read_buildings(Path("town.gpkg"))
    with pytest.raises(Refused, match="has no layer “roofs”; it has blocks, trees"):
        read_buildings(Path("town.gpkg"), layer="roofs")
    check("town.gpkg", layer="blocks")


def test_footprints_stand_at_their_centre(here):
    square = shapely.box(103.8, 1.3, 103.802, 1.304)
    _write_features([square])

    buildings = read_buildings(Path("town.geojson")).all_good()

    assert (buildings.lon[0], buildings.lat[0]) == pytest.approx((103.801, 1.302))
    assert buildings.footprint[0].equals(square)


def test_footprints_without_area_are_points(here):
    _write_features([shapely.Polygon([(103.8, 1.3)] * 4), shapely.box(103.8, 1.3, 103.9, 1.4)])

    reading = read_buildings(Path("town.geojson"))

    assert reading.notes == ("town.geojson: footprints without an area were taken as points (1).",)
    assert reading.all_good().footprint[0] is None


def test_footprints_that_cross_themselves_are_mended(here):
    bow = shapely.Polygon([(103.8, 1.3), (103.9, 1.4), (103.9, 1.3), (103.8, 1.4)])
    _write_features([bow])

    reading = read_buildings(Path("town.geojson"))

    assert reading.notes == ("town.geojson: footprints that cross themselves were mended (1).",)
    assert reading.all_good().footprint[0].is_valid
    assert reading.all_good().footprint[0].area == pytest.approx(0.005)


def test_a_column_may_have_any_name(here):
    Path("town.csv").write_text(TEXT.replace("households", "units").replace("id,", "blk,"))

    check("town.csv", columns={"households": "units", "id": "blk"})


def test_all_else_that_is_known_of_a_building(here):
    Path("town.csv").write_text(
        "id,lon,lat,户数,人口,stairwells,名称,社区\n"
        "a,103.8,1.3,50,120,20;30,Oak,North\nb,103.8,1.3,5,,,,South\n"
    )

    buildings = read_buildings(Path("town.csv"), within="社区").all_good()

    assert buildings.residents[0] == 120
    assert np.isnan(buildings.residents[1])
    assert buildings.stairwells.to_list() == [[20, 30], None]
    assert buildings.name.to_list() == ["Oak", None]
    assert buildings.within.to_list() == ["North", "South"]


def _to(crs, frame):
    there = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return there.transform(frame["lon"].to_numpy(), frame["lat"].to_numpy())


def _write_vector(frame, name, driver, crs, **options):
    points = shapely.points(np.column_stack(_to(crs, frame)))
    pyogrio.raw.write(
        name,
        shapely.to_wkb(points),
        [frame["id"].to_numpy().astype(object), frame["households"].to_numpy()],
        ["id", "households"],
        geometry_type="Point",
        crs=crs,
        driver=driver,
        **({"COORDINATE_PRECISION": 9} if driver == "GeoJSON" else {}),
        **options,
    )


def _write_geoparquet(frame, crs, written_in):
    points = shapely.points(np.column_stack(_to(written_in, frame)))
    about = {"encoding": "WKB", "geometry_types": ["Point"], "crs": crs}
    geo = {"version": "1.1.0", "primary_column": "shape", "columns": {"shape": about}}
    wkb = pl.Series("shape", shapely.to_wkb(points).tolist(), dtype=pl.Binary)
    frame.drop("lon", "lat").with_columns(wkb).write_parquet(
        "town.parquet", metadata={"geo": json.dumps(geo)}
    )


def _write_features(shapes):
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"b{i}", "households": 40},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for i, shape in enumerate(shapes)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    Path("town.geojson").write_text(text)


def test_neither_reading_nor_drawing_needs_django():
    code = (
        "import sys; from kapok.places.files import drawing, measuring; "
        "print(sorted({'django', 'psycopg', 'kapok.settings'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == (
        b"[]\n"
    )

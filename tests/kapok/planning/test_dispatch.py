"""``kapok dispatch`` as a user has it: files in, one file out, one sentence where it cannot be."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from kapok.places.files.roads import class_of
from kapok_planning.streets import RoadClass

NOW = ("--now", "2026-03-02T19:30+08:00", "--datum", "wgs84")
MATTERS = """id,lon,lat,minutes,due,urgent,skills,unit
a,103.801,1.300,10,2026-03-02T20:00+08:00,no,,
b,103.802,1.300,10,2026-03-02T19:40+08:00,yes,nurse,
c,103.803,1.300,,,,,u2
"""
UNITS = """id,lon,lat,free,shift_end,skills,capacity
u1,103.800,1.300,,2026-03-02T23:00+08:00,nurse; van,
u2,103.804,1.300,2026-03-02T19:35+08:00,,,4
"""
ROADS = [
    ([(103.79, 1.3002), (103.81, 1.3002)], {"highway": "residential", "oneway": "no"}),
    ([(103.80, 1.31), (103.80, 1.29)], {"highway": "secondary", "maxspeed": "40"}),
    ([(103.80, 1.30), (103.80, 1.32)], {"highway": "construction"}),
]


@pytest.fixture
def files(here):
    Path("matters.csv").write_text(MATTERS, encoding="utf-8")
    Path("units.csv").write_text(UNITS, encoding="utf-8")
    return here


def write_roads(roads, name="roads.geojson"):
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": line},
            "properties": tags,
        }
        for line, tags in roads
    ]
    Path(name).write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def dispatch(kapok, *more, out="out.csv"):
    return kapok("dispatch", "matters.csv", "units.csv", *NOW, "-o", out, *more)


def test_each_matter_gets_a_unit_its_place_in_the_order_and_its_times(kapok, files):
    said = dispatch(kapok)
    assert said.status == 0, said.err
    table = pl.read_csv("out.csv")
    assert dict(table.select("id", "unit").iter_rows()) == {"a": "u1", "b": "u1", "c": "u2"}
    assert dict(table.select("id", "position").iter_rows()) == {"b": 1, "a": 2, "c": 1}
    assert table["by_street"].to_list() == [False] * 3
    assert "3 of 3 matters go to 2 units" in said.out


def test_streets_lead_the_way(kapok, files):
    write_roads(ROADS)
    assert dispatch(kapok, "--streets", "roads.geojson").status == 0
    table = pl.read_csv("out.csv")
    assert table["by_street"].to_list() == [True] * 3
    to_a = table.filter(pl.col("id") == "a")["travel_m"].item()
    assert 140 < to_a < 180  # 111 m along the street, 22 m to it and 22 m from it


@pytest.mark.parametrize("out", ["out.geojson", "out.parquet"])
def test_other_formats_hold_the_same(kapok, files, out):
    assert dispatch(kapok, out=out).status == 0
    if out.endswith("parquet"):
        units = pl.read_parquet(out)["unit"].to_list()
    else:
        features = json.loads(Path(out).read_text())["features"]
        units = [f["properties"]["unit"] for f in features]
        assert features[0]["geometry"]["coordinates"] == [103.801, 1.3]
    assert units == ["u1", "u1", "u2"]


def test_matters_come_from_geojson_too(kapok, files):
    point = {"type": "Point", "coordinates": [103.801, 1.3]}
    feature = {"type": "Feature", "geometry": point, "properties": {"id": "m7", "skills": "nurse"}}
    Path("matters.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]})
    )
    said = kapok("dispatch", "matters.geojson", "units.csv", *NOW, "-o", "out.csv")
    assert said.status == 0, said.err
    assert pl.read_csv("out.csv")["unit"].to_list() == ["u1"]


def test_what_nobody_can_do_is_written_with_the_reason(kapok, files):
    Path("units.csv").write_text(UNITS.replace("nurse; van", "van"), encoding="utf-8")
    said = dispatch(kapok)
    assert said.status == 0
    assert "1 left out: no unit has the skills." in said.out
    row = pl.read_csv("out.csv").filter(pl.col("id") == "b").row(0, named=True)
    assert (row["unit"], row["arrival"], row["why"]) == (None, None, "no unit has the skills")


def test_figures_come_as_json(kapok, files):
    figures = json.loads(dispatch(kapok, "--json").out)
    assert (figures["matters"], figures["sent"], figures["left_out"]) == (3, 3, {})


def test_equal_seeds_give_equal_files(kapok, files):
    dispatch(kapok, "--seed", "5")
    first = Path("out.csv").read_text()
    dispatch(kapok, "--seed", "5", "--workers", "2")
    assert Path("out.csv").read_text() == first


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("a,103.801", "a,x", "line 2, lon: “x” is not a number."),
        ("b,103", "a,103", "line 3, id: “a” stands in line 2 too."),
        ("2026-03-02T20:00+08:00", "soon", "line 2, due: “soon” is no moment; write it as"),
        (",yes,", ",maybe,", "line 3, urgent: “maybe” is neither yes nor no."),
        (",u2", ",u9", "line 4, unit: “u9” is none of the units."),
        (",10,2026-03-02T20", ",-4,2026-03-02T20", "line 2, minutes: “-4” is not between 0 and"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_written(
    kapok, files, old, new, sentence
):
    Path("matters.csv").write_text(MATTERS.replace(old, new), encoding="utf-8")
    said = dispatch(kapok)
    assert (said.status, Path("out.csv").exists()) == (1, False)
    assert sentence in said.err
    assert dispatch(kapok, "--skip-bad").status == 0
    assert len(pl.read_csv("out.csv")) == 2


def test_refused_rows_go_to_a_file(kapok, files):
    Path("matters.csv").write_text(MATTERS.replace("a,103.801", "a,x"), encoding="utf-8")
    dispatch(kapok, "--refused", "bad.csv")
    assert pl.read_csv("bad.csv")["field"].to_list() == ["lon"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--now", "later"), "“later” is no moment; write it as 2026-03-02T19:30."),
        (("--speed", "0"), "0 is not a number over 0."),
        (("--speed", "900"), "900 is over 200 km/h."),
        (("--column", "colour=red"), "“colour” is no field of Kapok; the fields are id, lon"),
        (("--streets", "none.geojson"), "There is no file none.geojson."),
        (("--streets", "none.osm.pbf"), "There is no file none.osm.pbf."),
        (("-o", "out.txt"), "out.txt ends in none of .geojson, .csv, .parquet"),
        (("-o", "units.csv"), "units.csv is read or written here already"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(kapok, files, more, sentence):
    said = dispatch(kapok, *more)
    assert said.status != 0
    assert sentence in " ".join(said.err.split())
    assert Path("units.csv").read_text(encoding="utf-8") == UNITS


def test_streets_of_another_town_are_refused(kapok, files):
    write_roads([([(113.79, 23.3), (113.81, 23.3)], {})])
    said = dispatch(kapok, "--streets", "roads.geojson")
    assert (said.status, Path("out.csv").exists()) == (1, False)
    assert "No street of roads.geojson is near any matter and unit" in said.err


def test_a_file_without_roads_is_refused(kapok, files):
    write_roads([ROADS[2]])
    said = dispatch(kapok, "--streets", "roads.geojson")
    assert "roads.geojson holds no road" in said.err


def test_roads_of_an_openstreetmap_extract_lead_the_way(kapok, files):
    osmium = pytest.importorskip("osmium")
    with osmium.SimpleWriter("town.osm.pbf") as writer:
        for i, lonlat in enumerate([(103.79, 1.3002), (103.81, 1.3002)], 1):
            writer.add_node(osmium.osm.mutable.Node(id=i, location=lonlat))
        way = osmium.osm.mutable.Way(id=9, nodes=[1, 2], tags={"highway": "residential"})
        writer.add_way(way)
    said = dispatch(kapok, "--streets", "town.osm.pbf")
    assert said.status == 0, said.err
    assert pl.read_csv("out.csv")["by_street"].to_list() == [True] * 3


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (None, RoadClass.STREET),
        ("motorway_link", RoadClass.EXPRESSWAY),
        ("main-street", RoadClass.MAIN),
        ("living_street", RoadClass.LANE),
        ("footway", RoadClass.PATH),
        ("something_new", RoadClass.STREET),
        ("construction", None),
    ],
)
def test_roads_have_the_class_that_their_tag_says(word, kind):
    assert class_of(word) == kind


def test_the_command_starts_without_loading_what_is_heavy():
    code = (
        "import sys; from kapok import cli; cli.application('dispatch'); "
        "print(sorted({'numba', 'scipy', 'polars', 'django'} & set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() == "[]"

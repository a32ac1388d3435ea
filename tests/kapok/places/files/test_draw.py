"""``kapok draw``: from a file to grids in a file."""

import json
from pathlib import Path

import polars as pl
import pytest
import shapely
from tests.kapok.places.files.towns import HEADER, town_rows

TWO = (
    "id,lon,lat,households,residents,area\n"
    + "".join(f"n{i},{103.8 + i * 0.0004:.4f},1.31,40,100,North\n" for i in range(20))
    + "".join(f"s{i},{103.8 + i * 0.0004:.4f},1.3,40,,South\n" for i in range(20))
)


@pytest.fixture
def two(here):
    """``two.csv``: two communities of 800 households each."""
    Path("two.csv").write_text(TWO)
    return Path("two.csv")


def test_a_table_names_each_building_once_and_its_grid(town, kapok):
    said = kapok("draw", town, "-o", "plan.csv")

    plan = pl.read_csv("plan.csv")
    assert (said.status, said.err) == (0, "")
    assert plan.columns == ["id", "grid"]
    assert plan["id"].to_list() == [f"b{i}" for i in range(50)]
    assert sorted(set(plan["grid"])) == [f"all-00{i}" for i in range(1, 6)]
    assert "Written to plan.csv" in said.out
    assert "Grids of 300–500 households                5 of 5 (100.0 %)" in said.out


def test_parquet_holds_the_same_as_csv(town, kapok):
    kapok("draw", town, "-o", "plan.csv")
    kapok("draw", town, "-o", "plan.parquet")

    assert pl.read_parquet("plan.parquet").equals(pl.read_csv("plan.csv"))


def test_geojson_has_a_polygon_with_measures_for_each_grid(two, kapok):
    kapok("draw", two, "-o", "plan.geojson", "--within", "area")

    collection = json.loads(Path("plan.geojson").read_text())
    properties = [feature["properties"] for feature in collection["features"]]
    assert [p["grid"] for p in properties] == ["North-001", "North-002", "South-001", "South-002"]
    assert {p["community"] for p in properties} == {"North", "South"}
    assert sum(p["households"] for p in properties) == 1600
    assert [p["residents"] for p in properties] == [1000, 1000, None, None]
    assert all(p["in_bounds"] and p["connected"] and p["reason"] is None for p in properties)
    assert collection["kapok"]["bounds"] == [300, 500]
    members = [i for p in properties for i in p["building_ids"]]
    assert sorted(members) == sorted(pl.read_csv(TWO.encode())["id"])
    rows = {row[0]: shapely.Point(row[1], row[2]) for row in pl.read_csv(TWO.encode()).iter_rows()}
    for feature, p in zip(collection["features"], properties, strict=True):
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid
        assert all(shape.distance(rows[i]) < 1e-6 for i in p["building_ids"])
        outer = shape if shape.geom_type == "Polygon" else shape.geoms[0]
        assert outer.exterior.is_ccw


def test_missing_residents_are_said_and_not_guessed(two, kapok):
    said = kapok("draw", two, "-o", "plan.geojson", "--within", "area")

    assert said.err.startswith(
        "Warning: two.csv: the residents of 20 buildings are not given; their grids show none.\n"
    )


def test_no_grid_leaves_its_community(two, kapok):
    kapok("draw", two, "-o", "plan.csv", "--within", "area")

    for building, grid in pl.read_csv("plan.csv").iter_rows():
        assert grid.startswith({"n": "North-", "s": "South-"}[building[0]])


def test_no_grid_crosses_a_barrier(town, kapok):
    river = {"type": "LineString", "coordinates": [[103.80225, 1.29], [103.80225, 1.32]]}
    Path("river.geojson").write_text(json.dumps(river))

    kapok("draw", town, "-o", "plan.csv", "--barriers", "river.geojson")

    sides = pl.read_csv("plan.csv").with_columns(
        west=pl.col("id").str.slice(1).cast(pl.Int64) % 10 < 5
    )
    assert sides.group_by("grid").agg(pl.col("west").n_unique())["west"].max() == 1


def test_a_main_street_is_crossed_only_where_it_must_be(town, kapok):
    street = {"type": "LineString", "coordinates": [[103.80225, 1.29], [103.80225, 1.32]]}
    Path("street.geojson").write_text(json.dumps(street))

    free = kapok("draw", town, "-o", "plan.csv", "--json")
    kept = kapok("draw", town, "-o", "kept.csv", "--json", "--streets", "street.geojson")
    measured = kapok("measure", town, "plan.csv", "--json", "--streets", "street.geojson")

    cuts = [json.loads(s.out)["summary"]["main_street_cuts"] for s in (free, kept, measured)]
    assert cuts[0] == 0
    assert cuts[1] <= cuts[2]


def test_json_is_all_that_is_printed(two, kapok):
    said = kapok("draw", two, "-o", "plan.csv", "--within", "area", "--json", "--seed", "3")

    answer = json.loads(said.out)
    assert answer["summary"]["grids"] == len(answer["grids"]) == 4
    assert answer["summary"]["seed"] == 3
    assert answer["summary"]["finished"] is True


def test_the_same_seed_gives_the_same_file_on_any_number_of_workers(two, kapok):
    for workers in (1, 2, 5):
        kapok("draw", two, "-o", f"{workers}.geojson", "--within", "area", "--workers", workers)

    assert Path("1.geojson").read_bytes() == Path("2.geojson").read_bytes()
    assert Path("1.geojson").read_bytes() == Path("5.geojson").read_bytes()


def test_bounds_that_no_cut_meets_give_the_best_plan_and_the_reason(town, kapok):
    said = kapok("draw", town, "-o", "plan.csv", "--households", "480-500")

    assert said.status == 0
    assert len(pl.read_csv("plan.csv")) == 50
    assert said.err.startswith("Warning: ")
    assert "lie outside 480–500 households: " in said.err
    assert "no_cut_exists (no cut within the bounds exists)" in said.err


def test_a_small_community_is_named(here, kapok):
    Path("town.csv").write_text(HEADER + town_rows(3))

    said = kapok("draw", "town.csv", "-o", "plan.csv")

    assert said.err == (
        "Warning: 1 grid lies outside 300–500 households: 1 small_community "
        "(the community has too few households). It is all-001 (123).\n"
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--households", "500-300"], "The lower bound 500 is over the upper bound 300."),
        (["--households", "300"], "“300” is no pair of bounds; write them as 300-500."),
        (["--households", "a-b"], "“a-b” is no pair of bounds; write them as 300-500."),
        (["--households", "-5-9"], "“-5-9” is no pair of bounds; write them as 300-500."),
        (["--households", "0-9"], "The lower bound must be at least 1 household."),
        (["--time-limit", "0"], "0 is not a number over 0."),
        (["--time-limit", "nan"], "nan is not a number over 0."),
        (["--max-link", "-1"], "-1 is not a number over 0."),
        (["--column", "units"], "“units” is not FIELD=COLUMN, as households=total_units."),
        (["--workers", "0"], "Input should be greater than or equal to 1"),
        (["--seed", "-1"], "Input should be greater than or equal to 0"),
    ],
)
def test_nonsense_is_refused_by_name(town, kapok, words, says):
    said = kapok("draw", town, "-o", "plan.csv", *words)

    assert said.status == 2
    assert said.err.endswith(f": {says}\n")
    assert words[0] in said.err
    assert not Path("plan.csv").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ["--within", "area"],
            "town.csv has no column “area” (within); its columns are id, lon, lat, households.",
        ),
        (
            ["--column", "households=units"],
            "town.csv has no column “units” (given for households); "
            "its columns are id, lon, lat, households.",
        ),
        (
            ["--crs", "EPSG:99999"],
            "“EPSG:99999” is no coordinate system that is known here; name it as EPSG:3414.",
        ),
        (
            ["--crs", "EPSG:4978"],
            "WGS 84 (Geocentric CRS) gives no places on a map; "
            "longitude and latitude or a projection is needed, as EPSG:3414.",
        ),
        (
            ["--crs", "EPSG:3414"],
            "town.csv has lon and lat, but SVY21 / Singapore TM is in metres; "
            "say which columns hold the metres, as x=COLUMN and y=COLUMN.",
        ),
    ],
)
def test_what_does_not_fit_the_file_is_refused(town, kapok, words, says):
    said = kapok("draw", town, "-o", "plan.csv", *words)

    assert (said.status, said.err) == (1, says + "\n")


def test_a_time_limit_gives_the_best_plan_so_far(town, kapok):
    said = kapok("draw", town, "-o", "plan.csv", "--time-limit", "0.001", "--json")

    assert said.status == 0
    assert "The time limit of 0.001 s was reached; this is the best plan so far." in said.err
    assert json.loads(said.out)["summary"]["finished"] is False
    assert len(pl.read_csv("plan.csv")) == 50


def test_all_on_one_spot_is_a_warning(here, kapok):
    rows = "".join(f"b{i},103.8,1.3,40\n" for i in range(60))
    Path("town.csv").write_text(HEADER + rows)

    said = kapok("draw", "town.csv", "-o", "plan.geojson")

    assert said.status == 0
    assert said.err == "Warning: All 60 buildings of town.csv stand on one spot.\n"
    assert len(json.loads(Path("plan.geojson").read_text())["features"]) == 6


def test_a_community_in_two_pieces_is_a_warning(here, kapok):
    Path("town.csv").write_text(
        HEADER + town_rows(20) + town_rows(20, lon=103.85).replace("b", "c")
    )

    said = kapok("draw", "town.csv", "-o", "plan.csv")

    assert said.status == 0
    assert said.err == (
        "Warning: The town stands in pieces over 300 m apart; "
        "a grid that spans such a gap is one in name only.\n"
    )


def test_a_building_far_from_all_others_is_pointed_out(town, kapok):
    with town.open("a") as file:
        file.write("far,80,10,5\n")

    said = kapok("draw", town, "-o", "plan.csv")

    assert said.status == 0
    assert "1 over 1,000 km from the middle of all, the furthest “far” with 2,803 km." in said.err


@pytest.fixture
def tower(here):
    """A building of 900 households in three stairwells beside small ones."""
    Path("tower.csv").write_text(
        "id,lon,lat,households,stairwells\n"
        "T,103.8,1.3,900,310;300;290\n"
        + "".join(f"b{i},{103.8002 + i * 0.0002:.4f},1.3,40,\n" for i in range(20))
    )
    return Path("tower.csv")


def test_a_building_over_the_bounds_is_split_by_stairwell(tower, kapok):
    said = kapok("draw", tower, "-o", "plan.csv")

    ids = pl.read_csv("plan.csv")["id"].to_list()
    assert "Warning: Split by stairwell: 1 building over 500 households.\n" in said.err
    assert ids[:4] == ["T/1", "T/2", "T/3", "b0"]
    assert "large_building" not in said.err


def test_without_stairwells_it_is_an_exception(tower, kapok):
    tower.write_text(tower.read_text().replace("310;300;290", ""))

    said = kapok("draw", tower, "-o", "plan.csv")

    assert "1 large_building (a single building is over the upper bound)" in said.err


def test_a_stairwell_must_not_have_the_name_of_a_building(tower, kapok):
    tower.write_text(tower.read_text().replace("b0,", "T/2,"))

    said = kapok("draw", tower, "-o", "plan.csv")

    assert (said.status, said.err) == (
        1,
        "“T/2” names a building and a stairwell of another; give the building another id.\n",
    )


def test_with_the_former_plan_little_moves_and_the_former_grid_is_named(town, kapok):
    kapok("draw", town, "-o", "former.geojson")
    town.write_text(town.read_text().replace("b7,", "new,"))

    said = kapok("draw", town, "-o", "plan.geojson", "--previous", "former.geojson", "--json")

    summary = json.loads(said.out)["summary"]
    assert said.err.startswith(
        "Warning: 1 of 50 buildings are in no grid of former.geojson; they were taken as new.\n"
    )
    assert summary["moved_households"] <= 0.05 * summary["households"]
    grids = json.loads(said.out)["grids"]
    assert sorted(g["previous"] for g in grids) == [f"all-00{i}" for i in range(1, 6)]


def test_the_former_plan_of_another_town_is_refused(town, kapok):
    Path("former.csv").write_text("id,grid\nq,1\n")

    said = kapok("draw", town, "-o", "plan.csv", "--previous", "former.csv")

    assert said.err == (
        "former.csv and town.csv have no building in common: the plan names “q”; "
        "the buildings are “b0”, “b1”, “b2”, “b3”, “b4”, ….\n"
    )

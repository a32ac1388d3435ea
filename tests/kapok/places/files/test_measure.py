"""``kapok measure``: the quality of any plan."""

import json
from pathlib import Path

import polars as pl
import pytest
from tests.kapok.places.files.towns import HEADER, town_rows


def plan_of(town, grid_of):
    """A plan by hand: ``grid_of(number of the building)``."""
    Path("plan.csv").write_text("id,grid\n" + "".join(f"b{i},{grid_of(i)}\n" for i in range(50)))


@pytest.mark.parametrize("name", ["plan.geojson", "plan.csv", "plan.parquet"])
def test_our_own_plan_measures_the_same_in_every_format(town, kapok, name):
    drawn = json.loads(kapok("draw", town, "-o", name, "--json").out)

    measured = json.loads(kapok("measure", town, name, "--json").out)

    for figure in ("grids", "households", "grids_in_bounds", "rms_m", "discontiguous_grids"):
        assert measured["summary"][figure] == drawn["summary"][figure]
    assert [g["grid"] for g in measured["grids"]] == [g["grid"] for g in drawn["grids"]]
    assert measured["summary"]["unknown_ids_in_plan"] == 0


def test_the_figures_are_right_for_a_plan_by_hand(town, kapok):
    """Five rows of ten buildings: each row is a grid of 55-metre steps."""
    plan_of(town, lambda i: i // 10)

    answer = json.loads(kapok("measure", town, "plan.csv", "--json").out)

    households = [sum(40 + i % 7 for i in range(10 * k, 10 * k + 10)) for k in range(5)]
    assert [grid["households"] for grid in answer["grids"]] == households
    assert answer["summary"]["discontiguous_grids"] == 0
    assert answer["summary"]["rms_m"] == pytest.approx(55.6 * 2.872, rel=0.01)


def test_a_plan_in_pieces_is_seen(town, kapok):
    plan_of(town, lambda i: i % 5)

    answer = json.loads(kapok("measure", town, "plan.csv", "--json").out)

    assert answer["summary"]["discontiguous_grids"] == 5


def test_grids_across_communities_and_barriers_are_counted(here, kapok):
    rows = town_rows().splitlines()
    Path("town.csv").write_text(
        "id,lon,lat,households,area\n"
        + "".join(f"{row},{'AB'[i >= 25]}\n" for i, row in enumerate(rows))
    )
    plan_of(None, lambda i: i // 10)
    river = {"type": "LineString", "coordinates": [[103.80225, 1.29], [103.80225, 1.32]]}
    Path("river.geojson").write_text(json.dumps(river))

    said = kapok(
        *("measure", "town.csv", "plan.csv", "--json"),
        *("--within", "area", "--barriers", "river.geojson"),
    )

    summary = json.loads(said.out)["summary"]
    assert summary["grids_in_several_communities"] == 1
    assert summary["barrier_crossings"] >= 4


def test_what_plan_and_buildings_do_not_share_is_counted(town, kapok):
    Path("plan.csv").write_text("id,grid\nb1,x\nb2,x\nghost,x\n")

    said = kapok("measure", town, "plan.csv", "--json", "--households", "50-100")

    assert said.status == 0
    assert said.err == (
        "Warning: 48 of 50 buildings are in no grid of plan.csv "
        "(“b0”, “b3”, “b4”, “b5”, “b6”, …); they are not measured.\n"
        "Warning: plan.csv names 1 building that town.csv does not have (“ghost”).\n"
    )
    summary = json.loads(said.out)["summary"]
    assert (summary["buildings_without_grid"], summary["unknown_ids_in_plan"]) == (48, 1)


BAD_PLANS = [
    (
        "id,grid\nq,1\n",
        "plan.csv and town.csv have no building in common: the plan names “q”; "
        "the buildings are “b0”, “b1”, “b2”, “b3”, “b4”, ….\n",
    ),
    (
        "id,grid\nb1,1\nb1,2\n",
        "plan.csv: 1 of 2 lines cannot be used, so nothing was taken.\n"
        "  line 3, id: “b1” stands in line 2 too.\n",
    ),
    (
        "id,grid\nb1,\n",
        "plan.csv: 1 of 1 line cannot be used, so nothing was taken.\n  line 2, grid: is empty.\n",
    ),
    (
        "id,zone\nb1,1\n",
        "plan.csv has no column “grid”; its columns are id, zone. "
        "A plan has a building’s id and its grid in each row.\n",
    ),
    (
        '{"features": [{"properties": {"grid": "a", "building_ids": ["b1", "b2", "b1"]}}]}',
        "plan.csv: 1 of 1 feature cannot be used, so nothing was taken.\n"
        "  feature 1, building_ids: names “b1”, which has a grid already.\n",
    ),
    (
        '{"features": [{"properties": {"building_ids": []}}]}',
        "plan.csv is no whole GeoJSON of grids as “kapok draw” writes it.\n",
    ),
    ("", "plan.csv is empty.\n"),
]


@pytest.mark.parametrize(("content", "says"), BAD_PLANS)
def test_a_bad_plan_is_refused(town, kapok, content, says):
    Path("plan.csv").write_text(content)

    said = kapok("measure", town, "plan.csv")

    assert (said.status, said.err) == (1, says)


def test_another_s_plan_has_no_reasons_of_ours(town, kapok):
    plan_of(town, lambda i: i // 5)

    said = kapok("measure", town, "plan.csv")

    assert "10 grids lie outside 300–500 households: 10 unknown (no reason is known)." in said.err


def test_moves_are_counted_against_a_former_plan(town, kapok):
    plan_of(town, lambda i: i // 10)
    Path("former.csv").write_text(Path("plan.csv").read_text().replace("b9,0", "b9,1"))

    answer = json.loads(
        kapok("measure", town, "plan.csv", "--previous", "former.csv", "--json").out
    )

    assert answer["summary"]["moved_households"] == 40 + 9 % 7


def test_a_plan_of_polygons_is_measured_by_who_stands_in_them(town, kapok):
    drawn = json.loads(kapok("draw", town, "-o", "plan.geojson", "--json").out)
    collection = json.loads(Path("plan.geojson").read_text())
    del collection["kapok"]
    for feature in collection["features"]:
        feature["properties"] = {"grid": feature["properties"]["grid"]}
    Path("areas.geojson").write_text(json.dumps(collection))

    said = kapok("measure", town, "areas.geojson", "--json")

    assert said.err == ""
    assert json.loads(said.out)["grids"] == drawn["grids"]


def test_polygons_that_overlap_or_miss_buildings_are_said(town, kapok):
    def box(west, east):
        ring = [[west, 1.2], [east, 1.2], [east, 1.4], [west, 1.4], [west, 1.2]]
        return {"type": "Polygon", "coordinates": [ring]}

    features = [
        {"type": "Feature", "properties": {}, "geometry": box(103.7, 103.80075)},
        {"type": "Feature", "properties": {}, "geometry": box(103.80025, 103.80225)},
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    Path("areas.geojson").write_text(text)

    said = kapok("measure", town, "areas.geojson", "--json", "--households", "100-999")

    assert said.err.startswith(
        "Warning: areas.geojson: 5 buildings in several polygons; the first counts.\n"
        "Warning: 25 of 50 buildings are in no grid of areas.geojson "
    )
    assert [g["grid"] for g in json.loads(said.out)["grids"]] == ["1", "2"]


def test_polygons_elsewhere_are_refused(town, kapok):
    elsewhere = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    Path("areas.geojson").write_text(json.dumps(elsewhere))

    said = kapok("measure", town, "areas.geojson")

    assert said.err == "No building of town.csv stands in a polygon of areas.geojson.\n"


def test_a_plan_by_stairwell_is_measured_by_stairwell(here, kapok):
    Path("town.csv").write_text(
        "id,lon,lat,households,stairwells\nT,103.8,1.3,900,500;400\nb,103.8001,1.3,40,\n"
    )
    kapok("draw", "town.csv", "-o", "plan.csv")

    answer = json.loads(kapok("measure", "town.csv", "plan.csv", "--json").out)

    assert pl.read_csv("plan.csv")["id"].to_list() == ["T/1", "T/2", "b"]
    assert answer["summary"]["buildings_without_grid"] == 0
    assert sorted(g["households"] for g in answer["grids"]) == [440, 500]


def test_chinese_names_work_throughout(here, kapok):
    text = (HEADER + town_rows()).replace("id,lon,lat,households", "编号,经度,纬度,户数")
    Path("楼栋.csv").write_bytes(text.replace("b", "荔湾楼").encode("gb18030"))
    kapok("draw", "楼栋.csv", "-o", "网格.geojson")

    said = kapok("measure", "楼栋.csv", "网格.geojson", "--json")

    assert json.loads(said.out)["summary"]["buildings"] == 50

"""The sample district: real where it says so, exact in its sums, and a town that could stand."""

import hashlib
from functools import cache

import numpy as np
import pytest
import shapely

from kapok.samples import facts
from kapok.samples.liwan import LARGEST_COMMUNITY, MADE_UP, liwan

made = cache(liwan)


@pytest.fixture(params=[0, 7])
def town(request):
    return made(request.param)


@pytest.fixture
def plan():
    return made(0)


def _of(town, level):
    return town.areas.boundary[town.areas.level == level]


def test_the_sums_are_those_of_the_census(town):
    assert town.buildings.households.sum() == 421_995
    assert town.buildings.residents.sum() == 1_238_305
    assert (town.buildings.dwellings >= town.buildings.households).all()
    assert (town.buildings.residents >= town.buildings.households).all()


def test_codes_and_names_are_the_real_ones(plan):
    areas = plan.areas
    levels, counts = np.unique(areas.level.astype(str), return_counts=True)
    named = dict(zip(areas.code.tolist(), areas.name_zh, strict=True))

    assert dict(zip(levels, counts, strict=True)) == {
        "PROVINCE": 1,
        "CITY": 1,
        "DISTRICT": 1,
        "STREET": 22,
        "COMMUNITY": 201,
    }
    assert named[440103022_000_000] == "中南街道"
    assert named[440103001101_000] == "翠洲社区"
    assert all(areas.name_en[areas.level == "STREET"])
    assert set(areas.parent[1:]) <= set(areas.code)


def test_communities_and_streets_share_the_district_without_gap_or_overlap(town):
    district = facts.boundary()
    for level in ("STREET", "COMMUNITY"):
        shapes = _of(town, level)
        assert all(shape.geom_type == "Polygon" for shape in shapes)
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        assert shapely.area(shapes).sum() == pytest.approx(district.area, rel=1e-5)


def test_each_community_lies_in_its_street(town):
    areas = town.areas
    street = dict(zip(areas.code.tolist(), areas.boundary, strict=True))
    for code, parent, shape in zip(areas.code, areas.parent, areas.boundary, strict=True):
        if code % 1_000_000:
            assert street[parent].buffer(1e-9).covers(shape)


def test_each_building_stands_in_its_community_and_district(town):
    buildings = town.buildings
    shape_of = dict(zip(town.areas.code.tolist(), town.areas.boundary, strict=True))
    shapes = np.array([shape_of[code] for code in buildings.community.tolist()], object)
    shapely.prepare(_of(town, "COMMUNITY"))

    assert shapely.contains(shapes, buildings.footprint).all()
    assert shapely.contains_xy(facts.boundary(), buildings.lon, buildings.lat).all()
    assert shapely.contains_xy(buildings.footprint, buildings.lon, buildings.lat).all()


def test_no_building_stands_in_water_on_a_line_or_on_another(town):
    tree = shapely.STRtree(town.buildings.footprint)

    assert len(tree.query(town.barriers.shape, predicate="intersects")[1]) == 0
    one, other = tree.query(town.buildings.footprint, predicate="intersects")
    assert (one == other).all()


def test_communities_are_of_all_sizes(town):
    codes = town.areas.code[town.areas.level == "COMMUNITY"]
    _, label = np.unique(town.buildings.community, return_inverse=True)
    households = np.bincount(label, town.buildings.households)

    assert len(households) == len(codes)
    assert households.mean() == pytest.approx(2100, rel=0.01)
    assert 2 <= (households < 300).sum() <= 12
    assert 3500 < households.max() <= LARGEST_COMMUNITY


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("old", 4, 20), ("village", 4, 12), ("estate", 80, 240)]
)
def test_homes_are_as_large_as_their_quarter_has_them(town, kind, low, high):
    households = town.buildings.households[town.buildings.kind == kind]

    assert len(households) > 500
    assert low <= households.min() <= households.max() <= high


def test_there_are_twenty_to_thirty_thousand_buildings(town):
    assert 20_000 < len(town.buildings) < 32_000
    assert len(set(town.buildings.source_id)) == len(town.buildings)


def test_everything_made_up_says_so(plan):
    made_up = {source.key for source in plan.sources if source.made_up}

    assert plan.buildings.source == plan.barriers.source == MADE_UP
    assert made_up == {MADE_UP}
    assert all("示例" in name for name in [*plan.buildings.name, *plan.barriers.name])


def test_the_same_seed_gives_the_same_town(plan):
    again, other = liwan(0), made(7)

    assert (again.buildings.lon == plan.buildings.lon).all()
    assert (again.buildings.residents == plan.buildings.residents).all()
    assert shapely.equals_exact(again.areas.boundary[3:], plan.areas.boundary[3:]).all()
    assert len(other.buildings) != len(plan.buildings) or not np.allclose(
        other.buildings.lon, plan.buildings.lon
    )


def test_the_files_of_facts_are_those_of_the_manifest():
    for entry in facts.manifest()["files"]:
        content = (facts.DATA / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert all(entry[said] for said in ("package", "version", "licence", "origin"))

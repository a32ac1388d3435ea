"""Singapore as a town: codes, communities, people and barriers."""

import numpy as np
import pytest
import shapely

from kapok.codes import Level, span
from kapok.samples.singapore import files
from kapok.samples.singapore.town import CODE, DRAWN, HDB, OSM, SOURCES, URA, singapore
from kapok_planning.spreading import in_threads

from .conftest import rows, write

RESIDENTS = "Row Labels," + ",".join(files.FLATS) + "\nAaland,0,0,10800,0\nBbland,0,0,999999,0\n"


@pytest.fixture
def town(folder):
    return singapore(files.read(folder)).town


def test_codes_nest_and_clash_with_no_province_of_china(town):
    areas = town.areas
    level_of = dict(zip(areas.code.tolist(), areas.level, strict=True))

    assert CODE // 10**13 == 90  # China's end with 82
    assert areas.code[0] == CODE
    for code, parent in zip(areas.code[1:].tolist(), areas.parent[1:].tolist(), strict=True):
        low, high = span(parent, level_of[parent])
        assert low < code < high
    assert dict(zip(areas.name_en, areas.code.tolist(), strict=True)) | {
        "Singapore": 900000000000000,
        "Central Region": 900100000000000,
        "Aaland": 900101000000000,
        "Empty": 900101002000000,
        "Beta": 900102001000000,
        "Beta 1": 900102001001000,
    } == dict(zip(areas.name_en, areas.code.tolist(), strict=True))


def test_communities_are_drawn_inside_subzones(town):
    codes, label = np.unique(town.buildings.community, return_inverse=True)
    households = np.bincount(label, town.buildings.households)
    shape_of = dict(zip(town.areas.code.tolist(), town.areas.boundary, strict=True))

    assert households.sum() == 7200
    assert ((households >= 1500) & (households <= 3000)).all()
    for code in codes.tolist():
        street = code - code % 10**6
        assert shape_of[street].buffer(1e-6).covers(shape_of[code])
    for code, lon, lat in zip(
        town.buildings.community.tolist(), town.buildings.lon, town.buildings.lat, strict=True
    ):
        assert shapely.contains_xy(shape_of[code], lon, lat)


def test_no_community_crosses_an_expressway(town):
    """The expressway halves town AA; 1,800 households on each side are a community."""
    in_aa = town.buildings.lon < 103.85
    north = town.buildings.lat > 1.35 + 2.5 * 0.0005
    sides = {side: set(town.buildings.community[in_aa & (north == side)]) for side in (True, False)}

    assert sides[True].isdisjoint(sides[False])


def test_expressways_are_hard_and_long_streets_are_soft(town):
    barriers = town.barriers
    hard = dict(zip(barriers.name, barriers.hard.tolist(), strict=True))

    assert hard == {"Sample Expressway": True, "Long Road": False}
    assert list(barriers.kind) == ["EXPRESSWAY", "MAIN_STREET"]


def test_residents_follow_the_area_where_its_figures_fit(tmp_path):
    """Three people a flat in Aaland; Bbland's figure cannot be, so 2.85 there."""
    write(tmp_path, rows(), residents=RESIDENTS)

    buildings = singapore(files.read(tmp_path)).town.buildings

    assert set(buildings.residents[buildings.lon < 103.85]) == {300}
    assert set(buildings.residents[buildings.lon > 103.85]) == {285}


def test_without_figures_there_are_285_people_in_100_flats(town):
    assert set(town.buildings.residents) == {285}


def test_every_row_names_a_source_with_its_licence(town):
    said = {source.key: source for source in town.sources}

    assert set(town.areas.source) == {URA, DRAWN}
    assert (town.buildings.source, town.barriers.source) == (HDB, OSM)
    assert town.sources == SOURCES
    for key in (HDB, URA, OSM):
        assert said[key].licence
        assert said[key].attribution


def test_the_same_files_give_the_same_town(folder, town):
    again = singapore(files.read(folder), spread=in_threads(2)).town

    assert (again.buildings.community == town.buildings.community).all()
    assert shapely.equals_exact(again.areas.boundary, town.areas.boundary).all()


@pytest.mark.sample
def test_the_real_folder(real_folder):
    loaded = singapore(files.read(real_folder), spread=in_threads(2))
    buildings = loaded.town.buildings
    found = {finding.kind: finding for finding in loaded.findings}
    _, label = np.unique(buildings.community, return_inverse=True)
    households = np.bincount(label, buildings.households)

    assert len(found["far_from_town"].lines) == 5
    assert any(
        "6 JLN BATU" in text and "11.3 km" in text for text in found["far_from_town"].details
    )
    assert len(found["one_point"].details) == 3
    assert len(found["over_500"].lines) == 8
    assert "584" in found["over_500"].sentence
    assert len(found["grid_alone"].lines) == 110
    assert "other_area" in found
    assert buildings.households.sum() == 1_158_824 - 519
    assert buildings.residents.sum() == pytest.approx(2.85 * buildings.households.sum(), rel=0.05)
    assert (loaded.town.areas.level == Level.STREET).sum() == 332
    assert loaded.town.barriers.hard.sum() == 13
    assert ((households >= 1500) & (households <= 3000)).mean() > 0.9
    assert households.max() <= 3000

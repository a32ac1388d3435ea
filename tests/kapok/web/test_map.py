"""What the map is sent."""

import gzip
import json
from uuid import UUID

import pytest
from django.test import Client
from tests import small_town as town_of
from tests.small_town import DISTRICT, MEADOW, RIVERSIDE, STREET

from kapok.places.models import Building


def layers(page: Client, path: str) -> dict:
    """The map's layers at an address."""
    answer = page.get(path)
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_buildings_come_in_columns_of_one_length(page: Client, grids):
    shown = layers(page, f"/api/places/{RIVERSIDE}/map")

    lengths = {len(shown["buildings"][name]) for name in ("id", "name", "lon", "lat", "grid")}
    assert lengths == {120}
    assert len(shown["footprints"]["id"]) == 120
    assert sum(shown["buildings"]["households"]) == sum(g["households"] for g in shown["grids"])
    assert [line["kind"] for line in shown["barriers"]] == ["RIVER"]


def test_a_proposal_says_for_each_building_what_was_and_what_would_be(page: Client, grids):
    drawing = town_of.draw(RIVERSIDE, seed=1, low=200, high=400)

    rows = layers(page, f"/api/places/{RIVERSIDE}/map?drawing={drawing.pk}")["buildings"]

    in_force = dict(Building.objects.values_list("pk", "place"))
    assert [in_force[key] for key in map(UUID, rows["id"])] == rows["was"]
    assert rows["was"] != rows["now"]


def test_a_district_comes_without_single_buildings(page: Client, grids):
    shown = layers(page, f"/api/places/{DISTRICT}/map")

    assert shown["buildings"]["id"] == []
    assert len(shown["grids"]) > 1


def test_it_is_packed_for_slow_networks(page: Client, grids):
    plain = page.get(f"/api/places/{STREET}/map").content

    packed = page.get(f"/api/places/{STREET}/map", headers={"Accept-Encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain
    assert len(packed.content) < len(plain) / 3


@pytest.mark.parametrize(
    "path",
    [
        "/api/places/440103022009000/map",
        f"/api/places/{RIVERSIDE}/map?drawing=00000000-0000-0000-0000-000000000000",
        "/api/places/440103022009000",
        "/api/places/440103022009000/grids",
    ],
)
def test_what_is_not_there_is_a_problem_document(page: Client, grids, path: str):
    answer = page.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_nonsense_is_named(page: Client, grids):
    answer = page.get(f"/api/places/{RIVERSIDE}/map?drawing=x")

    assert answer.status_code == 422
    assert "drawing" in answer.json()["detail"]


def test_an_area_and_its_grids_can_be_read(page: Client, grids):
    area = page.get(f"/api/places/{RIVERSIDE}").json()
    lines = page.get(f"/api/places/{RIVERSIDE}/grids").json()

    assert (area["name_zh"], area["n_buildings"]) == ("河畔社区", 120)
    assert len(lines) == area["n_grids"]
    assert sum(line["households"] for line in lines) == area["households"]
    assert page.get(f"/api/places/{MEADOW}/grids").json() == []

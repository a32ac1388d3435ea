"""A report that says its address in words alone comes to the building that the words name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import factories
from tests.kapok.matters.conftest import COMMUNITY, FAR_GRID, GRID, NEXT_GRID, STREET

from kapok.access import scope
from kapok.matters.models import Matter
from kapok.matters.queries import addresses
from kapok.matters.queries.addresses import Asked


@pytest.fixture
def lanes(town):
    """Buildings of an urban village, two of which are called alike."""
    with factories.as_owner_of_rows():
        return {
            name: factories.Building(place=place, name=name, lon=113.24, lat=23.10)
            for name, place in [
                ("示例村14巷13号", GRID),
                ("示例村14巷3号", NEXT_GRID),
                ("示例村4巷13号", NEXT_GRID),
                ("示例村14巷13号后座", NEXT_GRID),
                ("3号", GRID),
                ("302", GRID),
                ("BLK 12 SAMPLE ROAD", GRID),
            ]
        } | {n: factories.Building(place=GRID, name="孪生苑1栋", lon=113.2, lat=23.1) for n in "ab"}


def named(town, *asked):
    with scope.acting(scope.of_intake(town.here.pk, at=town.noon)):
        return [found and found.building for found in addresses.named(asked)]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("示例村14巷13号 302", "示例村14巷13号"),
        ("中南街道示例村１４巷　１３号302房", "示例村14巷13号"),
        ("示例村十四巷十三號", "示例村14巷13号"),
        ("示例村14巷3号302", "示例村14巷3号"),
        ("示例村4巷13号", "示例村4巷13号"),
        ("示例村14巷13号后座2楼", "示例村14巷13号后座"),
        ("Blk 12 Sample Road #03-21", "BLK 12 SAMPLE ROAD"),
    ],
)
def test_the_longest_name_within_the_words_is_meant(town, lanes, said, name):
    assert named(town, Asked(STREET, said), Asked(COMMUNITY, said)) == [lanes[name].pk] * 2


@pytest.mark.parametrize(
    "said",
    [
        "孪生苑1栋 101",  # two are called so
        "孪生苑11栋",
        "示例村9巷3号",  # its number is that of a lane that is not known
        "示例村14巷23号",
        "某处 302",  # a number alone is a room
        "医院对面",
        "",
    ],
)
def test_words_that_name_no_building_or_several_name_none(town, lanes, said):
    assert named(town, Asked(STREET, said)) == [None]


def test_only_buildings_of_the_place_that_was_said_are_looked_through(town, lanes):
    said = "示例村14巷13号 302"
    asked = [Asked(place, said) for place in (GRID, NEXT_GRID, FAR_GRID, 440103000000000)]
    assert named(town, *asked) == [lanes["示例村14巷13号"].pk, None, None, None]


def test_a_set_asks_once_and_reports_that_know_their_spot_do_not_ask(town, lanes, send):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        named(town, *[Asked(STREET, "示例村14巷13号")] * 5)
    assert sum("translate(" in (each["sql"] or "") for each in asked) == 1
    with CaptureQueriesContext(connection) as asked:
        send(town.lead, "report", kind="lamp", building=str(town.here.pk), address="示例村14巷13号")
        send(town.lead, "report", kind="lamp", place=STREET, address="示例村14巷13号", lon=1, lat=1)
        send(town.lead, "report", kind="lamp", place=STREET)
    assert not any("translate(" in (each["sql"] or "") for each in asked)


def test_a_report_by_words_goes_to_the_worker_of_the_building(town, lanes, send):
    found = send(
        town.here.pk, "report", kind="help", door="PHONE", place=STREET,
        address="示例村14巷13号 302", text="要药",
    )  # fmt: skip
    assert (found.status, found.state) == ("TAKEN", "ASSIGNED")
    with scope.acting(scope.of_intake(town.here.pk, at=town.noon)):
        row = Matter.objects.get(pk=found.matter)
    assert (row.place, row.building_id) == (GRID, lanes["示例村14巷13号"].pk)
    assert (row.lon, row.lat) == (113.24, 23.10)


class TestChoices:
    """For somebody who is asked which building is meant, in an area as large as a district."""

    def chosen(self, town, place, said):
        with scope.acting(scope.of_intake(town.here.pk, at=town.noon)):
            return {one.building for one in addresses.choices(Asked(place, said))}

    def test_all_buildings_of_the_longest_name_are_found(self, town, lanes):
        found = self.chosen(town, 440103000000000, "孪生苑1栋 302")
        assert found == {lanes["a"].pk, lanes["b"].pk}

    def test_a_shorter_name_within_it_is_not(self, town, lanes):
        found = self.chosen(town, 440103000000000, "示例村14巷13号后座")
        assert found == {lanes["示例村14巷13号后座"].pk}

    @pytest.mark.parametrize("said", ["", "1", "nowhere 99"])
    def test_words_that_name_none_find_none(self, town, lanes, said):
        assert self.chosen(town, 440103000000000, said) == set()

    def test_a_whole_city_is_not_looked_through(self, town, lanes):
        assert self.chosen(town, 440100000000000, "示例村14巷13号 302") == set()

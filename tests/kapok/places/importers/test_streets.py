"""Streets from GeoJSON, kept as lines and made a network once."""

import json

import pytest
from tests.small_town import NOON

from kapok.errors import Refused
from kapok.places.importers.report import RowsAreBad
from kapok.places.importers.sources import Origin
from kapok.places.importers.streets import import_streets
from kapok.places.models import Road, Source
from kapok.places.streets import town_streets

pytestmark = pytest.mark.django_db
ORIGIN = Origin("survey", "Survey", attribution="The surveyors")
WEST, MIDDLE, EAST = [113.20, 23.1], [113.21, 23.1], [113.22, 23.1]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "roads.geojson"

    def write(*roads):
        found = [
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "LineString", "coordinates": corners},
            }
            for corners, properties in roads
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
        return path

    return write


def bring(path, **asked):
    return import_streets(path, **({"origin": ORIGIN, "at": NOON} | asked))


def test_roads_are_kept_with_what_is_known_of_them(file):
    tags = {"highway": "primary", "maxspeed": "50", "oneway": "yes", "bridge": "yes"}
    report = bring(file(([WEST, EAST], tags), ([WEST, MIDDLE], {"highway": "service"})))

    assert (report.new, report.retired, report.refused) == (2, 0, 0)
    main, lane = Road.objects.order_by("road_class")
    assert (main.road_class, main.speed_kmh, main.oneway, main.level) == (1, 50.0, True, 1)
    assert (lane.road_class, lane.speed_kmh, lane.oneway, lane.level) == (3, None, False, 0)
    assert Source.objects.get(key="survey").attribution == "The surveyors"


def test_an_import_replaces_what_its_source_brought_and_nothing_else(file):
    bring(file(([WEST, EAST], {})), origin=Origin("other", "Other"))
    bring(file(([WEST, MIDDLE], {}), ([MIDDLE, EAST], {})))
    report = bring(file(([WEST, EAST], {})))

    assert (report.new, report.retired) == (1, 2)
    assert sorted(Road.objects.values_list("source", flat=True)) == ["other", "survey"]


def test_a_dry_run_changes_nothing(file):
    bring(file(([WEST, EAST], {})))
    report = bring(file(([WEST, MIDDLE], {}), ([MIDDLE, EAST], {})), dry_run=True)

    assert (report.new, report.retired) == (2, 1)
    assert Road.objects.count() == 1


def test_bad_lines_stop_it_unless_they_may_be_left_out(file):
    path = file(([WEST, EAST], {}), ([[500.0, 23.1], MIDDLE], {}))
    with pytest.raises(RowsAreBad):
        bring(path)
    assert not Road.objects.exists()
    report = bring(path, skip_bad=True)
    assert (report.new, report.refused) == (1, 1)


def test_a_file_without_roads_is_refused(file):
    with pytest.raises(Refused, match="holds no road"):
        bring(file(([WEST, EAST], {"highway": "proposed"})))


def test_without_roads_there_is_no_network():
    assert town_streets() is None


def test_the_network_is_made_once_and_anew_after_an_import(file):
    bring(file(([WEST, EAST], {})))
    first = town_streets()
    assert first is not None
    assert first.streets.n_edges == 1
    assert first.streets.length_m.sum() == pytest.approx(2_048, abs=10)
    assert town_streets() is first

    bring(file(([WEST, MIDDLE], {}), ([MIDDLE, EAST], {})))
    second = town_streets()
    assert second is not None
    assert second.streets.n_edges == 2

    Road.objects.all().delete()
    assert town_streets() is None

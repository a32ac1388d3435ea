"""Two imports of one source at the same moment, on PostgreSQL. Each was seen to fail unlocked."""

import json
import time

import pytest
from tests import small_town
from tests.kapok.places.test_races import at_once
from tests.small_town import HILLSIDE, NOON, RIVERSIDE, SOUTH, WEST

from kapok.places.files.datum import Datum
from kapok.places.importers.barriers import import_barriers
from kapok.places.importers.buildings import import_buildings
from kapok.places.importers.divisions import import_divisions
from kapok.places.importers.merge import Merge
from kapok.places.importers.sources import Origin

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = Origin("survey", "Survey")


@pytest.fixture(autouse=True)
def _slowly(monkeypatch):
    """Stretch the time between looking for rows and writing them."""
    begin = Merge._begin

    def later(merge):
        time.sleep(0.5)
        begin(merge)

    monkeypatch.setattr(Merge, "_begin", later)


def counts(reports):
    return sorted((report.new, report.changed, report.unchanged) for report in reports)


def test_the_same_building_in_two_communities(transactional_db, tmp_path):
    small_town.load()

    def load(community):
        path = tmp_path / f"{community}.csv"
        path.write_text(f"id,lon,lat,households,community\na,{WEST},{SOUTH},5,{community}\n")
        asked = {"within": "community", "origin": ORIGIN, "datum": Datum.WGS84, "at": NOON}
        return lambda: import_buildings(path, **asked)

    assert counts(at_once(load(RIVERSIDE), load(HILLSIDE))) == [(0, 1, 0), (1, 0, 0)]


def test_the_same_line(transactional_db, tmp_path):
    path = tmp_path / "river.geojson"
    line = {"type": "LineString", "coordinates": [[113.2, 23.0], [113.3, 23.1]]}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))

    def load():
        return import_barriers(path, origin=ORIGIN, kind="RIVER", at=NOON)

    assert counts(at_once(load, load)) == [(0, 0, 1), (1, 0, 0)]


def test_the_same_areas(transactional_db, folder):
    def load():
        return import_divisions(folder, at=NOON)

    assert counts(at_once(load, load)) == [(0, 0, 11), (11, 0, 0)]

"""Barriers and boundaries from GeoJSON."""

import json

import pytest
import shapely
from tests.small_town import DISTRICT, NOON, STREET

from kapok.errors import Refused
from kapok.places.importers.barriers import import_barriers
from kapok.places.importers.boundaries import import_boundaries
from kapok.places.importers.report import RowsAreBad
from kapok.places.importers.sources import Origin
from kapok.places.models import Area, Barrier

pytestmark = pytest.mark.django_db
ORIGIN = Origin("survey", "Survey")
LINE = {"type": "LineString", "coordinates": [[113.2, 23.0], [113.3, 23.1]]}
OTHER = {"type": "LineString", "coordinates": [[113.2, 23.0], [113.4, 23.1]]}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.1, 23.0], [113.3, 23.0], [113.3, 23.2], [113.1, 23.2], [113.1, 23.0]]],
}

FLAT = {"type": "Polygon", "coordinates": [[[113.2, 23.1], [113.3, 23.2], [113.2, 23.1]] * 2]}
METRES = {
    "type": "Polygon",
    "coordinates": [[[0, 2600000], [9, 2600000], [9, 2600009], [0, 2600000]]],
}
ENDLESS = {
    "type": "Polygon",
    "coordinates": [[[113.2, 23.1], [1e400, 23.1], [113.3, 23.2], [113.2, 23.1]]],
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shapes.geojson"

    def write(*features):
        found = [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for geometry, properties in features
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": found}))
        return path

    return write


def barriers(path, **asked):
    return import_barriers(path, **({"origin": ORIGIN, "kind": "RIVER", "at": NOON} | asked))


def boundaries(path, **asked):
    return import_boundaries(path, **({"origin": ORIGIN, "at": NOON} | asked))


def counts(report):
    return report.new, report.changed, report.unchanged, report.retired, report.refused


def test_lines_are_known_by_their_id(db, file):
    path = file((LINE, {"key": "r1", "named": "珠江"}))
    asked = {"id_column": "key", "name_column": "named"}

    assert counts(barriers(path, **asked)) == (1, 0, 0, 0, 0)
    assert counts(barriers(path, **asked)) == (0, 0, 1, 0, 0)

    river = Barrier.objects.get()
    assert (river.source_id, river.name, river.kind, river.hard) == ("r1", "珠江", "RIVER", True)
    assert (river.west, river.south, river.east, river.north) == (113.2, 23.0, 113.3, 23.1)


def test_a_line_that_changed_is_changed(db, file):
    barriers(file((LINE, {"key": "r1"})), id_column="key")

    assert barriers(file((OTHER, {"key": "r1"})), id_column="key").changed == 1
    assert Barrier.objects.get().east == 113.4


def test_lines_without_ids_are_known_by_their_shape(db, file):
    path = file((LINE, {}), (LINE, {}), (OTHER, {}))

    assert barriers(path).new == 3
    assert counts(barriers(path)) == (0, 0, 3, 0, 0)


def test_names_stay_where_no_column_of_names_is_given(db, file):
    path = file((LINE, {"key": "r1", "named": "珠江"}))
    barriers(path, id_column="key", name_column="named")

    assert counts(barriers(path, id_column="key")) == (0, 0, 1, 0, 0)
    assert Barrier.objects.get().name == "珠江"


def test_main_streets_are_soft(db, file):
    barriers(file((LINE, {})), kind="MAIN_STREET")

    assert not Barrier.objects.get().hard


def test_lines_that_disappear_are_removed_when_asked(db, file):
    barriers(file((LINE, {}), (OTHER, {})))
    barriers(file((OTHER, {})), kind="RAILWAY", origin=Origin("other", "Other"))

    report = barriers(file((LINE, {})), retire_missing=True)

    assert report.retired == 1
    assert Barrier.objects.count() == 2


def test_a_line_that_cannot_be_used_is_not_missing(db, file):
    asked = {"id_column": "key"}
    barriers(file((LINE, {"key": "a"}), (OTHER, {"key": "b"})), **asked)
    path = file((LINE, {"key": "a"}), ({"type": "LineString", "coordinates": []}, {"key": "b"}))

    with pytest.raises(RowsAreBad, match="leave --retire-missing out"):
        barriers(path, skip_bad=True, retire_missing=True, **asked)

    assert Barrier.objects.count() == 2


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ([(LINE, {"key": "a"}), (OTHER, {"key": "a"})], "“a” stands there twice"),
        ([(LINE, {"key": "a"}), (OTHER, {"key": None})], "a line has no key"),
        ([(LINE, {"key": "a" * 61})], "aa” is over 60 characters long"),
        ([(LINE, {"other": "a"})], "has no column key; its columns are other"),
    ],
)
def test_ids_must_be_there_and_differ(db, file, features, says):
    with pytest.raises(Refused, match=says):
        barriers(file(*features), id_column="key")
    assert not Barrier.objects.exists()


def test_a_broken_line_stops_everything(db, file):
    with pytest.raises(RowsAreBad, match="feature 2"):
        barriers(file((LINE, {}), ({"type": "LineString", "coordinates": []}, {})))
    assert not Barrier.objects.exists()


def test_areas_get_their_boundary(town, file):
    path = file((SQUARE, {"gb": "156440103"}), (SQUARE, {"gb": "156440103022"}))

    assert counts(boundaries(path)) == (1, 1, 0, 0, 0)
    assert counts(boundaries(path)) == (0, 0, 2, 0, 0)

    shape = shapely.from_wkb(bytes(Area.objects.get(code=DISTRICT).boundary))
    assert shape.equals(shapely.box(113.1, 23.0, 113.3, 23.2))
    assert Area.objects.get(code=STREET).boundary is not None


@pytest.mark.parametrize("code", ["440103", 440103, "156440103"])
def test_codes_are_read_with_and_without_the_country(town, file, code):
    assert boundaries(file((SQUARE, {"code": code}))).new == 1


@pytest.mark.parametrize(
    ("features", "says"),
    [
        ([(SQUARE, {"gb": "156440199"})], "no area has the code “156440199”"),
        ([(SQUARE, {"gb": "Liwan"})], "“Liwan” is no division code"),
        ([(LINE, {"gb": "156440103"})], "is no polygon"),
        ([(FLAT, {"gb": "156440103"})], "has no area"),
        ([(METRES, {"gb": "156440103"})], "WGS 84 does not have; is it another system"),
        ([(ENDLESS, {"gb": "156440103"})], "not a finite number"),
        ([(SQUARE, {"gb": "440103"}), (SQUARE, {"gb": "156440103"})], "stands there twice"),
    ],
)
def test_a_bad_boundary_stops_everything(town, file, features, says):
    with pytest.raises(RowsAreBad, match=says):
        boundaries(file(*features))
    assert Area.objects.get(code=DISTRICT).boundary is None


def test_a_file_without_codes_is_refused(town, file):
    with pytest.raises(Refused, match="--code-column"):
        boundaries(file((SQUARE, {"name": "荔湾区"})))


def test_a_dry_run_writes_nothing(town, file):
    assert boundaries(file((SQUARE, {"gb": "440103"})), dry_run=True).new == 1
    assert barriers(file((LINE, {})), dry_run=True).new == 1
    assert Area.objects.get(code=DISTRICT).boundary is None
    assert not Barrier.objects.filter(source="survey").exists()

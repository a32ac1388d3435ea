"""OpenStreetMap extracts: what bars the way comes in, what does not stays out."""

import osmium
import pytest
import shapely
from django.utils import timezone
from osmium.osm.mutable import Node, Relation, Way
from tests import small_town

from kapok.errors import Refused
from kapok.places.importers.osm import import_osm, kind_of
from kapok.places.models import Barrier, Building, Source

pytestmark = pytest.mark.django_db

WEST, SOUTH = small_town.WEST, small_town.SOUTH


@pytest.fixture
def extract(tmp_path):
    """A small extract: a river, a brook, a railway, a tunnel, streets, a lake, a pond, houses."""
    path = tmp_path / "town.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        nodes, ways = [], []

        def way(key, places, **tags):
            first = len(nodes) + 1
            for lon, lat in places:
                nodes.append(Node(id=len(nodes) + 1, location=(WEST + lon, SOUTH + lat)))
            refs = list(range(first, len(nodes) + 1))
            if tags.pop("closed", False):
                refs.append(first)
            named = {name.replace("__", ":"): value for name, value in tags.items()}
            ways.append(Way(id=key, nodes=refs, tags=named))

        def square(lon, lat, side):
            return [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side)]

        line = [(0.0, 0.0), (0.001, 0.002)]
        way(1, line, waterway="river", name="河")
        way(2, line, waterway="stream")
        way(3, line, railway="rail")
        way(4, line, highway="motorway", tunnel="yes")
        way(5, line, highway="trunk")
        way(6, line, highway="secondary", name="大街")
        way(7, line, highway="residential")
        way(8, square(0.001, 0.001, 0.003), closed=True, natural="water", name="湖")
        way(9, square(0.001, 0.005, 0.0005), closed=True, natural="water")
        way(
            10,
            square(0.001, 0.0008, 0.0002),
            closed=True,
            building="apartments",
            building__flats="24",
        )
        way(11, square(0.002, 0.0008, 0.0002), closed=True, building="house")
        way(12, square(0.003, 0.0008, 0.0002), closed=True, building="school")
        way(13, [(0.5, 0.5), (0.6, 0.6)], waterway="river", name="far away")
        way(14, square(0.004, 0.003, 0.003), closed=True)
        for node in nodes:
            writer.add_node(node)
        for each in ways:
            writer.add_way(each)
        writer.add_way(Way(id=15, nodes=[9001, 9002], tags={"railway": "rail"}))
        writer.add_relation(
            Relation(
                id=1,
                members=[("w", 14, "outer")],
                tags={"type": "multipolygon", "natural": "water", "name": "水库"},
            )
        )
    return path


def test_what_bars_the_way_comes_in(extract):
    report, houses = import_osm(extract, at=timezone.now())

    assert houses is None
    kept = dict(Barrier.objects.values_list("source_id", "kind"))
    assert kept == {
        "w1": "RIVER",
        "w3": "RAILWAY",
        "w5": "EXPRESSWAY",
        "w6": "MAIN_STREET",
        "w8a": "RIVER",
        "w13": "RIVER",
        "r1a": "RIVER",
    }
    assert set(Barrier.objects.filter(hard=False).values_list("source_id", flat=True)) == {"w6"}
    assert report.new == 7
    assert Source.objects.get(key="osm").attribution == "© OpenStreetMap contributors"


def test_shapes_that_are_not_whole_are_told(extract):
    report, _ = import_osm(extract, at=timezone.now())

    assert any("1 shapes" in note for note in report.notes)


def test_a_lake_is_a_polygon_with_its_box(extract):
    import_osm(extract, at=timezone.now())

    lake = Barrier.objects.get(source_id="w8a")
    shape = shapely.from_wkb(bytes(lake.shape))
    assert shape.geom_type == "MultiPolygon"
    assert (lake.west, lake.south, lake.east, lake.north) == pytest.approx(shape.bounds)


def test_a_second_run_changes_nothing(extract):
    import_osm(extract, at=timezone.now())

    report, _ = import_osm(extract, at=timezone.now())

    assert (report.new, report.changed, report.unchanged) == (0, 0, 7)


def test_a_dry_run_counts_and_writes_nothing(extract):
    report, _ = import_osm(extract, dry_run=True, at=timezone.now())

    assert report.new == 7
    assert not Barrier.objects.exists()
    assert not Source.objects.exists()


def test_a_box_leaves_out_what_lies_elsewhere(extract):
    box = (WEST - 0.01, SOUTH - 0.01, WEST + 0.01, SOUTH + 0.01)

    import_osm(extract, box=box, at=timezone.now())

    assert not Barrier.objects.filter(source_id="w13").exists()


def test_with_a_box_nothing_outside_it_is_retired(extract):
    small_town.load()
    import_osm(extract, with_buildings=True, at=timezone.now())
    Barrier.objects.filter(source_id="w1").update(source_id="w901")
    Building.objects.filter(source_id="w10").update(source_id="w910")
    Building.objects.filter(source_id="w11").update(source_id="w911", lon=WEST + 0.5)
    box = (WEST - 0.01, SOUTH - 0.01, WEST + 0.01, SOUTH + 0.01)

    reports = import_osm(
        extract, box=box, with_buildings=True, retire_missing=True, at=timezone.now()
    )

    assert [report.retired for report in reports] == [1, 1]
    assert Barrier.objects.filter(source_id="w13").exists()
    assert not Barrier.objects.filter(source_id="w901").exists()
    assert Building.objects.get(source_id="w911").gone_at is None
    assert Building.objects.get(source_id="w910").gone_at is not None


def test_the_box_of_an_area_is_that_of_its_boundary(extract):
    small_town.load()

    import_osm(extract, area_code="440103022001", at=timezone.now())

    assert not Barrier.objects.filter(source_id="w13").exists()
    assert Barrier.objects.filter(source_id="w1").exists()


def test_an_area_without_a_boundary_has_no_box(extract):
    small_town.load()

    with pytest.raises(Refused, match="boundary"):
        import_osm(extract, area_code="440103", at=timezone.now())


def test_buildings_come_in_where_their_households_are_tagged(extract):
    small_town.load()

    _, houses = import_osm(extract, with_buildings=True, at=timezone.now())

    found = Building.objects.filter(source="osm").order_by("source_id")
    assert [(b.source_id, b.households, b.place) for b in found] == [
        ("w10", 24, small_town.RIVERSIDE),
        ("w11", 1, small_town.RIVERSIDE),
    ]
    assert houses.new == 2
    assert any("do not say how many live there" in note for note in houses.notes)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"waterway": "canal"}, "RIVER"),
        ({"waterway": "river", "tunnel": "culvert"}, None),
        ({"highway": "primary"}, "MAIN_STREET"),
        ({"railway": "tram"}, None),
        ({"highway": "motorway"}, "EXPRESSWAY"),
        ({}, None),
    ],
)
def test_tags_say_what_a_line_is(tags, kind):
    assert kind_of(tags) == kind


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "town.osm.pbf"
    path.write_text("id,lon,lat")

    with pytest.raises(Refused, match="no whole OpenStreetMap extract"):
        import_osm(path, at=timezone.now())

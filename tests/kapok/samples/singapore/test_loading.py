"""From files to grids in force in the database: all of it, once, or nothing."""

from datetime import UTC, datetime

import pytest
from django.utils import translation
from tests import factories

from kapok.errors import Refused
from kapok.places.models import Area, Barrier, Building, GridVersion, Source
from kapok.samples.singapore import dirt, files, loading
from kapok.samples.singapore.town import singapore
from kapok_planning.spreading import in_threads

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def town(folder):
    return singapore(files.read(folder)).town


@pytest.mark.django_db
def test_the_grids_are_in_force(town):
    work = loading.put_in_force(town, at=NOW)

    assert (work.n_buildings, work.households) == (72, 7200)
    assert work.n_in_bounds == work.n_grids == Area.objects.filter(level="GRID").count()
    assert GridVersion.objects.filter(valid_to=None).count() == work.n_communities
    assert not Building.objects.filter(place__endswith="000").exists()
    assert Barrier.objects.filter(hard=True).count() == 1
    assert Source.objects.get(key="sg-osm").licence == "ODbL 1.0"


@pytest.mark.django_db
def test_a_second_load_is_refused_and_changes_nothing(town):
    loading.put_in_force(town, at=NOW)

    with translation.override("en"), pytest.raises(Refused, match="loaded already"):
        loading.put_in_force(town, at=NOW)

    assert Building.objects.count() == 72


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_the_middle_leaves_nothing(town):
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), factories.as_box():
        loading.put_in_force(town, at=NOW, on_progress=stop)

    assert not Area.objects.exists()
    assert not Building.objects.exists()


@pytest.mark.sample
@pytest.mark.slow
@pytest.mark.django_db
def test_all_of_singapore_is_put_in_force(real_folder):
    read = files.read(real_folder)
    made = singapore(read, spread=in_threads(2)).town

    work = loading.put_in_force(made, at=NOW)

    left_out = dirt.examine(read.blocks, read.subzones)[1] < 0
    homes = read.blocks.taken(read.blocks.residential)
    assert work.households == homes.units[~left_out].sum()
    assert work.n_in_bounds / work.n_grids > 0.98

"""What many tests stand on: towns that are kept from test to test, tables that are emptied."""

import pytest
from django.contrib.contenttypes.models import ContentType
from tests import factories
from tests.keeping import kept

from kapok.places.models import Area

MADE = []
TWICE = pytest.mark.parametrize("turn", [1, 2])


@kept
def province():
    MADE.append("province")
    with factories.as_box():
        return factories.Province()


@kept(on=province)
def community():
    MADE.append("community")
    with factories.as_box():
        return factories.Community(parent=Area.objects.get())


def names():
    with factories.as_box():
        return list(Area.objects.values_list("name_zh", flat=True))


@TWICE
def test_each_test_finds_it_as_it_was_made(province, turn):
    assert province.name_zh == "广东省"
    assert names() == ["广东省"]
    with factories.as_box():
        province.name_zh = "别省"
        province.save()
    assert MADE.count("province") == 1


@TWICE
def test_something_may_stand_upon_it(community, turn):
    assert len(names()) == 2
    with factories.as_box():
        community.delete()
    assert MADE.count("community") == 1


@pytest.mark.django_db
def test_whoever_asks_for_none_finds_none():
    assert names() == []


@TWICE
def test_whoever_commits_gets_one_of_its_own(transactional_db, community, turn):
    assert len(names()) == 2
    assert MADE[-2:] == ["province", "community"]
    MADE.clear()


@TWICE
@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_taken_away_and_django_s_own_rows_stay(turn):
    assert names() == []
    with factories.as_box():
        factories.Province()
    assert ContentType.objects.exists()

"""Whom a group counts as having read a notice: those whom it is for, with or without telephone."""

import pytest
from tests import factories
from tests.kapok.outreach.conftest import GRID

from kapok.access.scope import acting, of_resident
from kapok.outreach.operations import answering

pytestmark = pytest.mark.django_db


def test_whoever_a_notice_is_not_for_reads_it_uncounted(office, town):
    version = office.sent(audience="ELDERS")
    grid = office.passing(version, GRID)
    assert (grid.n_households, grid.n_without_phone) == (1, 1)
    for house in (town.with_phone, town.without):
        with acting(of_resident((house.pk,), at=town.noon)):
            n = answering.read_own(version_id=version.pk, households=[house.pk], at=town.noon)
        assert n == 1
    after = office.passing(version, GRID)
    assert (after.n_read, after.n_read_without_phone) == (1, 1)


def test_a_telephone_of_somebody_who_is_only_registered_is_no_telephone_of_the_home(office, town):
    with factories.as_owner_of_rows():
        away = factories.Person(
            household=town.without, place=GRID, presence="REGISTERED", birth_date="1980-01-01"
        )
        factories.Contact(person=away, number="+8613800000009")
    version = office.sent()
    assert office.passing(version, GRID).n_without_phone == 1
    assert office.tick(town.keeper, version, town.without) == 1
    assert office.passing(version, GRID).n_read_without_phone == 1

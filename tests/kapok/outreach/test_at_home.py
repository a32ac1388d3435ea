"""What is announced at the online home is what offices sent."""

import pytest

from kapok.portal.announced import Announced
from kapok.portal.notices import SOURCES

pytestmark = pytest.mark.django_db
GRID, ELSEWHERE = 440103022001001, 440305001001001


def test_a_notice_that_is_sent_stands_at_the_homes_of_its_places(office, town):
    source = Announced()
    before = source.stamp()
    office.draft()
    assert source.read(GRID, town.noon) == []
    office.send()
    [notice] = source.read(GRID, town.noon)
    assert source.stamp() != before
    assert source.read(ELSEWHERE, town.noon) == []
    assert notice.title
    assert notice.text
    assert notice.signed == "District command"  # an office, not a person


def test_the_homes_know_where_notices_come_from():
    assert [type(source) for source in SOURCES].count(Announced) == 1

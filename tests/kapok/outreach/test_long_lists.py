"""Long lists: what waits longest is in them, and none asks the database line by line."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kapok.outreach.conftest import COMMUNITY, GRID, STREET

from kapok.outreach.queries import doors, notices
from kapok.outreach.queries import passing as query

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def asked(office, who, read):
    """How many questions a page asks the database."""
    with office.as_(who), CaptureQueriesContext(connection) as queries:
        read()
    return len(queries)


def test_what_waits_longest_is_on_the_list_however_many_came_since(office, town, monkeypatch):
    monkeypatch.setattr(query, "SHOWN", 3)
    waits = office.version(office.send(way="BY_LEVELS"))
    for n in range(4):
        version = office.version(office.send(way="BY_LEVELS", later=(n + 1) * MINUTE))
        office.pass_on(town.street, version, STREET)
    with office.as_(town.street):
        found = query.lines()
    assert len(found) == 3
    assert found[0].notice == waits.notice_id
    assert [line.waits for line in found] == [True, False, False]


def test_an_urgent_notice_stands_above_what_waits_longer(office, town):
    office.send(way="BY_LEVELS")
    urgent = office.send(way="BY_LEVELS", topic="SAFETY", urgent=True, later=MINUTE)
    with office.as_(town.street):
        assert query.lines()[0].notice == urgent.pk


def test_the_list_to_pass_on_counts_the_doors_of_all_its_lines_at_once(office, town):
    office.sent()
    one = asked(office, town.keeper, query.lines)
    for _turn in range(3):
        office.sent()
    assert asked(office, town.keeper, query.lines) == one


@pytest.mark.parametrize("audience", ["EVERYONE", "ELDERS", "CHILDREN"])
def test_as_many_doors_are_counted_as_are_listed(office, town, audience):
    version = office.sent(audience=audience)
    other = office.sent()
    office.tick(town.keeper, other, town.without)
    for who in (town.keeper, town.worker, town.lead, town.stranger, town.elsewhere, town.gate):
        with office.as_(who), connection.cursor() as cursor:
            keys = [each.pk for each in query.Passing.objects.all()]
            cursor.execute(
                "SELECT passing, sum(n) FROM outreach_silent(%s::uuid[], %s) GROUP BY 1",
                [keys, town.noon],
            )
            counted = dict(cursor.fetchall())
            for told in (version, other):
                listed = [
                    door
                    for door in doors.doors(told.pk, lo=GRID, hi=GRID + 1)
                    if not door.is_told and not door.has_phone
                ]
                of_it = query.Passing.objects.filter(version=told, place=GRID).first()
                assert counted.get(of_it.pk if of_it else None, 0) == len(listed)


def test_the_list_of_notices_counts_all_of_them_at_once(office, town):
    def read():
        return notices.notices()

    office.sent()
    one = asked(office, town.lead, read)
    for n in range(3):
        office.sent(place=COMMUNITY, level="COMMUNITY", who=town.lead, later=n * MINUTE)
    assert asked(office, town.lead, read) == one
    with office.as_(town.lead):
        assert {(line.got.n_households, line.got.n_groups) for line in read()} == {(4, 3)}


def test_each_notice_of_the_list_is_counted_as_on_its_page(office, town):
    office.send(way="BY_LEVELS")
    office.tick(town.keeper, office.sent(), town.without)
    office.sent(audience="ELDERS")
    for who in (town.officer, town.lead, town.street):
        with office.as_(who):
            for line in notices.notices():
                assert line.got == notices.card(line.id, at=town.noon).around.whole

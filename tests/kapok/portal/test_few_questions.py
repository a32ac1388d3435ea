"""Pages ask the database as often for many rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.kapok.portal.conftest import COMMUNITY, PHONE, consent, text_of
from tests.kapok.portal.test_needs import ask

from kapok.access import scope
from kapok.access.phones import phone_index
from kapok.portal.queries import kept, own

pytestmark = pytest.mark.django_db


def asked(read):
    """What the database was asked; empty for what it had prepared before."""
    with CaptureQueriesContext(connection) as queries:
        read()
    return [query["sql"] or "" for query in queries]


def act_for(client, town, *homes):
    for home in homes:
        answer = client.post(f"/c/{town.stair}/for/", consent(home=home))
        assert answer.status_code == 302, text_of(answer)


def test_ones_own_requests_are_read_together(resident, town):
    ask(resident, town.stair)
    path = f"/c/{town.stair}/own/"
    resident.get(path)
    one = asked(lambda: resident.get(path))
    for need in ("food", "baby", "talk"):
        ask(resident, town.stair, need)
    many = asked(lambda: resident.get(path))
    assert text_of(resident.get(path)).count("Request for help") == 4
    assert len(many) == len(one)


def test_the_addresses_of_all_communities_that_are_found_are_read_together(english, town):
    queries = asked(lambda: english.get("/c/", {"q": "社区"}))
    page = text_of(english.get("/c/", {"q": "社区"}))
    assert all(f"/c/{code}/" in page for code in (town.code, town.elsewhere))
    # whether what was typed is a code, and those of what was found
    assert sum('FROM "portal_doorway"' in sql for sql in queries) == 2


def test_what_helpers_did_is_counted_together(resident, town):
    act_for(resident, town, "示例花园1栋2单元501", "示例花园1栋2单元502")
    at = timezone.now()
    lead = scope.of_appointment(town.lead, at=at)
    with scope.acting(lead):
        queries = asked(lambda: kept.helpers(COMMUNITY, at=at))
        assert len(kept.helpers(COMMUNITY, at=at)) == 2
    assert sum("portal_deed" in sql for sql in queries) == 1
    queries = asked(lambda: own.held_by(phone_index(PHONE), at=at))
    assert sum("portal_deed" in sql for sql in queries) == 1

"""Too many requests: counted for each person apart, refused with when to come back."""

import threading
import time

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from tests import factories

from kapok.access import rates
from kapok.access.rates import Limit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def low(monkeypatch):
    """Limits that a test reaches."""
    cache.clear()
    monkeypatch.setattr(rates, "LIMITS", {"desk-search": Limit("search places", 2)})
    monkeypatch.setattr(rates, "OF_API", Limit("api", 3))
    monkeypatch.setattr(rates, "time", lambda: 1_000_000_010.0)


@pytest.fixture
def somebody(client):
    def signed_in():
        user = factories.User(is_demo=True)
        factories.Appointment(account=user, role="grid_worker", place=440103022001001)
        client.force_login(user)
        return client

    return signed_in


def test_the_third_search_in_a_minute_is_refused_until_the_next(somebody):
    client = somebody()
    answers = [client.get("/desk/search/", {"q": "a"}) for _ in range(3)]

    assert [answer.status_code for answer in answers[:2]] != [429, 429]
    assert answers[2].status_code == 429
    assert 0 < int(answers[2]["Retry-After"]) <= 60


def test_a_minute_later_it_is_answered_again(somebody, monkeypatch):
    client = somebody()
    for _ in range(3):
        client.get("/desk/search/", {"q": "a"})
    monkeypatch.setattr(rates, "time", lambda: 1_000_000_075.0)

    assert client.get("/desk/search/", {"q": "a"}).status_code != 429


def test_another_person_is_not_held_up(somebody):
    client = somebody()
    for _ in range(3):
        client.get("/desk/search/", {"q": "a"})

    assert somebody().get("/desk/search/", {"q": "a"}).status_code != 429


def test_programs_get_a_problem_document(somebody):
    client = somebody()
    answers = [client.get("/api/places/440103022001000") for _ in range(4)]

    assert answers[3].status_code == 429
    assert answers[3]["Content-Type"] == "application/problem+json"
    assert answers[3].json()["status"] == 429


def test_pages_without_a_limit_are_not_counted(somebody):
    client = somebody()

    assert {client.get("/").status_code for _ in range(6)} == {200}


def test_strangers_are_counted_by_where_they_ask_from_without_keeping_it(client):
    for _ in range(4):
        answer = client.get("/api/places/440103022001000", REMOTE_ADDR="192.0.2.7")
    other = client.get("/api/places/440103022001000", REMOTE_ADDR="192.0.2.8")

    assert 429 not in (other.status_code,)
    assert answer.status_code in (401, 429)


def test_searches_at_the_same_moment_all_count(transactional_db):
    counts = []

    def search():
        with transaction.atomic():
            counts.append(rates._counted(Limit("search people", 60), "somebody", 1_000_000_010))
            time.sleep(0.2)  # the page is made before the count is committed
        connection.close()

    searches = [threading.Thread(target=search) for _ in range(4)]
    for each in searches:
        each.start()
    for each in searches:
        each.join()

    assert sorted(counts) == [1, 2, 3, 4]

"""What changes is told within a second, to who may see it, and to nobody else."""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories
from tests.kapok.matters import hearing
from tests.kapok.matters.conftest import build, sender

from kapok.access.models import Appointment
from kapok.matters.views.desk import listening, live

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def street(transactional_db: None) -> Any:
    """The town of the other tests, committed; its noon is now."""
    town = SimpleNamespace(**build(factories))
    town.noon = timezone.now()
    return town


@pytest.fixture
def open_stream(
    live_server: Any, street: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """The stream of somebody, as an iterator of (event, data, id, seconds)."""
    monkeypatch.setattr(live, "BEAT_S", 1.0)  # it sees at its next beat that nobody listens
    address = urlsplit(live_server.url)

    @contextmanager
    def start(appointment: Any, query: str = "", last: str = "") -> Iterator[Any]:
        client = Client()
        client.force_login(appointment.account)
        cookie = f"sessionid={client.cookies['sessionid'].value}; django_language=en"
        plain = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
        with closing(plain):
            headers = {"Cookie": cookie} | ({"Last-Event-ID": last} if last else {})
            plain.request("GET", f"/matters/live/?{query}", headers=headers)
            answer = plain.getresponse()
            yield SimpleNamespace(status=answer.status, answer=answer, next=lambda: event(answer))

    yield start
    deadline = time.monotonic() + 10
    while listening.LISTENER._streams and time.monotonic() < deadline:
        time.sleep(0.1)


def event(answer: Any) -> tuple[str, Any, str]:
    """The next event: its name, its data, its id."""
    name = data = key = ""
    while True:
        line = answer.readline().decode().rstrip("\n")
        if not line and name:
            return name, json.loads(data), key
        head, _colon, rest = line.partition(": ")
        if head == "event":
            name = rest
        elif head == "data":
            data = rest
        elif head == "id":
            key = rest


def lamp(street: Any, building: Any = None, **more: Any) -> Any:
    street.noon = timezone.now()
    building = building or street.here
    answer = sender(street)(
        street.dispatcher, "report", kind="lamp", door="PHONE", building=str(building.pk),
        text="dark", **more,
    )  # fmt: skip
    assert answer.status == "TAKEN", answer
    return answer


def test_a_new_matter_is_told_within_a_second(open_stream: Any, street: Any):
    seconds, pages, made = [], [], set()
    desk = Client()
    desk.force_login(street.dispatcher.account)
    with open_stream(street.dispatcher) as stream:
        assert stream.next()[0] == "ready"
        hearing.wait_until_heard()
        for _turn in range(hearing.TURNS):
            answer = lamp(street)
            committed = time.monotonic()
            rows = told(stream, answer.matter)
            seconds.append(time.monotonic() - committed)
            made.add(str(answer.matter))
            assert set(rows) <= made
            assert f">{answer.number}<" in rows[str(answer.matter)]
            begin = time.monotonic()
            assert desk.get("/matters/").status_code == 200
            pages.append(time.monotonic() - begin)
    assert hearing.is_soon(seconds, pages), (seconds, pages)


def told(stream: Any, matter: Any) -> dict[str, str]:
    """The rows of the event that tells of a matter; one before may be told once more till then."""
    while True:
        name, data, _key = stream.next()
        assert name == "change"
        rows = {row["id"]: row["html"] for row in data["rows"]}
        if str(matter) in rows:
            return rows


def test_a_stranger_is_told_nothing_of_it(open_stream: Any, street: Any):
    with open_stream(street.stranger) as stream:
        assert stream.next()[0] == "ready"
        hearing.wait_until_heard()
        lamp(street)
        theirs = lamp(street, street.far)
        name, data, _key = stream.next()
    assert name == "change"
    assert [row["id"] for row in data["rows"]] == [str(theirs.matter)]
    assert data["gone"] == []


def test_what_no_longer_fits_the_filter_is_told_as_gone(open_stream: Any, street: Any):
    answer = lamp(street)
    with open_stream(street.dispatcher, "state=given") as stream:
        assert stream.next()[0] == "ready"
        hearing.wait_until_heard()
        sender(street)(street.worker, "return", answer.matter, reason="elsewhere")
        name, data, _key = stream.next()
    assert (name, data["rows"], data["gone"]) == ("change", [], [str(answer.matter)])


def test_who_comes_back_gets_what_changed_meanwhile(open_stream: Any, street: Any):
    with open_stream(street.dispatcher) as stream:
        _name, _data, last = stream.next()
    answer = lamp(street)
    with open_stream(street.dispatcher, last=last) as stream:
        name, data, _key = stream.next()
    assert name == "change"
    assert str(answer.matter) in {row["id"] for row in data["rows"]}


def test_an_appointment_that_ends_ends_its_stream(open_stream: Any, street: Any):
    with open_stream(street.dispatcher) as stream:
        assert stream.next()[0] == "ready"
        hearing.wait_until_heard()
        with factories.as_owner_of_rows():
            Appointment.objects.filter(pk=street.dispatcher.pk).update(
                ends_at=timezone.now() - timedelta(seconds=1)
            )
        street.dispatcher = street.second_dispatcher
        lamp(street)
        name, data, _key = stream.next()
    assert name == "ended"
    assert "not in force" in data["sentence"]


def test_more_streams_than_threads_are_refused_with_a_sentence(
    open_stream: Any, street: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listening, "MOST_STREAMS", 0)
    with open_stream(street.dispatcher) as stream:
        assert stream.status == 503
        assert b"every five seconds" in stream.answer.read()


def test_without_the_right_there_is_no_stream(open_stream: Any, street: Any):
    with open_stream(street.gate) as stream:
        assert stream.status == 403

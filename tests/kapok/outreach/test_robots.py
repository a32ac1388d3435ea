"""Robots that refuse with 200, drop, are busy or gone for hours: nothing is lost or doubled."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from tests.kapok.outreach.conftest import COMMUNITY
from tests.kapok.outreach.leaving import HOUR, MINUTE, channel_now
from tests.kapok.outreach.robots import BUSY, KEY, REFUSED, Robots

from kapok.outreach import tasks
from kapok.outreach.models import Message
from kapok.outreach.operations import outbox, queueing
from kapok.outreach.queries import outbox as seen
from kapok.outreach.sending import hours, robots

pytestmark = pytest.mark.django_db
KINDS = ["WECOM", "DINGTALK", "FEISHU"]


@pytest.fixture
def peer(monkeypatch):
    with Robots() as started:
        monkeypatch.setattr(robots, "ADDRESSES", started.addresses)
        yield started
    tasks.PACES.clear()


@pytest.fixture
def chat(office, town):
    """A notice that waits for the robot of a community; its channel."""

    def make(kind, **more):
        office.sent()  # makes the groups
        with office.post():
            Message.objects.all().delete()
        way = office.channel(
            kind=kind, name="社区群", place=COMMUNITY, level="COMMUNITY", secret={"key": KEY},
            per_second=100.0, price_milli=0, who=town.lead,
        )  # fmt: skip
        office.sent(**more)
        return way

    return make


@pytest.mark.parametrize("body", [b"[" * 9_000, b'{"errcode":' + b"9" * 5_000 + b"}", b"{" * 9_000])
def test_an_answer_that_nobody_can_read_is_no_fault_of_the_box(body):
    assert not robots.read(200, body).is_taken


def test_what_speaks_no_http_is_a_broken_robot(monkeypatch):
    from http.client import BadStatusLine  # noqa: PLC0415

    def asked(*_given):
        raise BadStatusLine("SSH-2.0")

    monkeypatch.setattr(robots, "_asked", asked)
    assert robots.post("WECOM", KEY, "text").words == robots.BROKEN


def send(office, later=timedelta()):
    tasks.PACES.clear()
    tasks.send_messages(at=office.town.noon + later)


def message(office):
    [found] = [each for each in office.messages() if each.is_chat]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_takes_a_title_and_a_link_by_its_key(office, peer, chat, kind):
    chat(kind)
    send(office)
    [(of, key, text)] = peer.posts
    assert (of, key) == (kind, KEY)
    assert text.startswith("明早八点停水\nNo water from 8 tomorrow\nhttp")
    assert message(office).state == "SENT"


@pytest.mark.parametrize("kind", KINDS)
def test_a_robot_that_refuses_with_200_is_told_in_its_own_words(office, peer, chat, kind):
    way = chat(kind)
    peer.answers = REFUSED
    send(office)
    waiting = message(office)
    assert (waiting.state, waiting.n_tries) == ("WAITING", 1)
    number = REFUSED[kind].get("errcode") or REFUSED[kind]["code"]
    assert waiting.answer.startswith("The robot refused it: ")
    assert waiting.answer.endswith(f"({number})")
    assert REFUSED[kind].get("errmsg", REFUSED[kind].get("msg"))[:20] in waiting.answer
    assert channel_now(office, way).down_since == office.town.noon
    for minutes in (2, 5, 10, 20, 40, 80, 150, 300):
        send(office, minutes * MINUTE)
    failed = message(office)
    assert (failed.state, failed.n_tries) == ("FAILED", hours.MOST_TRIES)
    assert failed.answer == waiting.answer
    assert peer.posts == []


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_is_asked_too_fast_costs_no_try(office, peer, chat, kind):
    chat(kind)
    peer.answers = BUSY
    send(office)
    assert (message(office).state, message(office).n_tries) == ("WAITING", 0)
    peer.answers = {}
    send(office, MINUTE)
    assert len(peer.posts) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>Sign in to this network</html>"), (200, b"[]"), (200, b"{}"), (200, b""),
     (502, b"Bad gateway"), (403, b'{"errcode": 0}')],
)  # fmt: skip
def test_what_is_no_answer_of_a_robot_is_no_success(office, peer, chat, status, body):
    way = chat("WECOM")
    peer.status, peer.answers = status, {"WECOM": body}
    send(office)
    assert (message(office).state, message(office).n_tries) == ("WAITING", 0)
    assert channel_now(office, way).last_answer.startswith("What answers is no robot")


def test_an_answer_never_shows_the_key(office, peer, chat):
    way = chat("WECOM")
    peer.answers = {"WECOM": {"errcode": 93000, "errmsg": f"invalid key {KEY}"}}
    send(office)
    assert KEY not in channel_now(office, way).last_answer


@pytest.mark.parametrize("number", [True, False, "0", None, 0.5, 0.0, [], {}, -1])
def test_only_a_zero_says_that_it_was_taken(number):
    assert not robots.read(200, json.dumps({"errcode": number}).encode()).is_taken


def test_the_oldest_robots_of_feishu_are_understood():
    assert robots.read(200, b'{"StatusCode": 0, "StatusMessage": "success"}').is_taken
    refused = robots.read(200, b'{"StatusCode": 9, "StatusMessage": "no such bot"}')
    assert refused.words == "The robot refused it: no such bot (9)"


def test_hours_without_the_robot_lose_and_double_nothing(office, town, chat, monkeypatch):
    with Robots() as gone:
        monkeypatch.setattr(robots, "ADDRESSES", gone.addresses)
    way = chat("WECOM")
    for minutes in range(0, 5 * 60, 7):
        send(office, minutes * MINUTE)
    waiting, down = message(office), channel_now(office, way)
    assert (waiting.state, waiting.n_tries) == ("WAITING", 0)
    assert down.down_since == town.noon
    assert down.retry_at <= town.noon + 5 * HOUR + hours.LONGEST_PAUSE
    assert down.n_failed < 35  # it was left alone for longer and longer
    with office.as_(town.operator, 5 * HOUR):
        [health] = [w for w in seen.outbox(at=town.noon + 5 * HOUR).channels if w.id == way.pk]
    assert "社区群" in health.alarm
    with Robots() as back:
        monkeypatch.setattr(robots, "ADDRESSES", back.addresses)
        for minutes in (0, 1, 2):
            send(office, 6 * HOUR + minutes * MINUTE)
        assert [kind for kind, _key, _text in back.posts] == ["WECOM"]
    assert channel_now(office, way).down_since is None
    with office.as_(town.operator, 6 * HOUR):
        assert not any(w.alarm for w in seen.outbox(at=town.noon + 6 * HOUR).channels)


@pytest.mark.parametrize(("urgent", "useful"), [(False, 24), (True, 12)])
def test_a_notice_that_is_older_than_its_use_is_given_up_with_a_sentence(
    office, peer, chat, urgent, useful
):
    chat("WECOM", urgent=urgent)
    send(office, useful * HOUR)
    assert peer.posts == []
    while queueing.expire_next(at=office.town.noon + useful * HOUR):
        pass
    assert {(each.state, each.answer) for each in office.messages()} == {
        ("FAILED", queueing.TOO_OLD)
    }


def test_who_sends_a_message_again_that_was_given_up_has_it_sent(office, peer, chat):
    chat("WECOM")
    later = 25 * HOUR
    assert queueing.expire_next(at=office.town.noon + later) == 4
    assert outbox.again(message_id=message(office).pk, at=office.town.noon + later)
    assert queueing.expire_next(at=office.town.noon + later) == 0
    send(office, later)
    assert len(peer.posts) == 1


def test_two_days_later_at_three_in_the_morning_nothing_old_is_sent(office, peer, chat):
    chat("WECOM", urgent=True)
    send(office, 39 * HOUR)
    assert peer.posts == []


def test_database_and_page_agree_on_how_long_a_message_is_good(office):
    with office.post(), connection.cursor() as cursor:
        cursor.execute("SELECT outreach_good_for(true), outreach_good_for(false)")
        assert cursor.fetchone() == (hours.GOOD_FOR[True], hours.GOOD_FOR[False])

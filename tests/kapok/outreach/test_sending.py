"""What leaves the box: pace, night, receipts, a provider that is down, and who was killed."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from tests import factories
from tests.kapok.outreach.conftest import COMMUNITY, GRID, NEXT_GRID
from tests.kapok.outreach.smsc import Provider

from kapok.access import messages
from kapok.errors import NotAllowed, Refused
from kapok.matters.models import Matter
from kapok.outreach import tasks
from kapok.outreach.models import Channel, Message, OptOut
from kapok.outreach.operations import channels, going, outbox
from kapok.outreach.queries import outbox as seen
from kapok.outreach.sending import smpp
from kapok.outreach.sending.letters import Incoming
from kapok.people.models import Contact

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIGHT = 11 * HOUR  # noon + 11 h: eleven in the evening
FIRST, SECOND = "8613800000001", "8613800000002"


@pytest.fixture
def provider():
    with Provider() as started:
        yield started
    for line in tasks.LINES.values():
        line.close()
    tasks.LINES.clear()
    tasks.PACES.clear()


@pytest.fixture
def line(office, provider):
    """A channel to the provider."""
    return office.channel(secret=secret(provider))


def secret(provider, password="p"):
    return {
        "host": "127.0.0.1", "port": provider.port, "system_id": "k", "password": password,
        "source": "1069",
    }  # fmt: skip


def send(office, later=timedelta(), turns=3):
    for _turn in range(turns):
        tasks.send_messages(at=office.town.noon + later)


def states(office, version=None):
    return {message.place: message.state for message in office.messages(version)}


def channel_now(office, line):
    with office.post():
        return Channel.objects.get(pk=line.pk)


def test_each_telephone_gets_title_and_link_and_receipts_are_matched(office, line, provider):
    office.sent()
    send(office)
    assert sorted(number for number, _text in provider.took) == [FIRST, SECOND, "8613800000003"]
    assert all(text.startswith("明早八点停水 http") for _number, text in provider.took)
    told = office.messages()
    assert {message.state for message in told} == {"DELIVERED"}
    assert {message.cost_milli for message in told} == {50}
    assert provider.unconfirmed == {}


def test_without_a_channel_everything_waits_and_says_so(office, town):
    office.sent()
    send(office)
    assert set(states(office).values()) == {"WAITING"}
    with office.as_(town.operator):
        assert not seen.outbox(at=town.noon).is_connected


def test_what_was_withdrawn_is_not_sent_even_before_it_is_marked(office, line, provider, town):
    notice = office.send()
    office.queue()
    with office.as_(None):
        n = going.withdraw(
            notice_id=notice.pk, reason="wrong day", by=town.officer.account, at=town.noon
        )
    assert n == 3
    send(office)
    assert provider.took == []


def test_at_night_only_what_is_urgent_goes(office, line, provider):
    office.sent()
    send(office, NIGHT)
    assert provider.took == []
    urgent = office.sent(urgent=True)
    send(office, NIGHT)
    assert set(states(office, urgent).values()) == {"DELIVERED"}
    assert all("【紧急】" in text for _number, text in provider.took)
    send(office, NIGHT + 9 * HOUR)
    assert set(states(office).values()) == {"DELIVERED"}


def test_a_provider_that_is_down_for_hours_loses_and_doubles_nothing(office, town):
    with Provider() as gone:
        port = gone.port
    line = office.channel(secret=secret(SimpleNamespace(port=port)))
    office.sent()
    for hours in range(3):
        send(office, hours * HOUR)
    assert set(states(office).values()) == {"WAITING"}
    down = channel_now(office, line)
    assert down.down_since == town.noon
    assert down.n_failed >= 3
    assert {message.n_tries for message in office.messages()} == {0}
    tasks.LINES.clear()
    with Provider() as back:
        with office.as_(town.operator):
            Channel.objects.filter(pk=line.pk).update(
                secret=office.channel(secret=secret(back), name="x").secret
            )
            Channel.objects.filter(name="x").update(stopped_at=town.noon)
        send(office, 4 * HOUR)
        assert len(back.took) == 3
    assert channel_now(office, line).down_since is None
    assert set(states(office).values()) == {"DELIVERED"}


def test_while_it_is_down_it_is_left_alone_for_longer_each_time(office):
    with Provider() as gone:
        port = gone.port
    line = office.channel(secret=secret(SimpleNamespace(port=port)))
    office.sent()
    send(office, turns=5)
    assert channel_now(office, line).n_failed == 1
    assert channel_now(office, line).retry_at == office.town.noon + timedelta(seconds=15)


def test_a_wrong_password_is_the_channels_trouble(office, provider):
    line = office.channel(secret=secret(provider, "wrong"))
    office.sent()
    send(office)
    assert "does not let Kapok in" in channel_now(office, line).last_answer
    assert set(states(office).values()) == {"WAITING"}


def test_a_number_that_is_refused_for_good_fails_and_others_go(office, line, provider):
    provider.refuses = {SECOND: 0x0B}
    office.sent()
    send(office)
    assert states(office)[NEXT_GRID] == "FAILED"
    assert states(office)[GRID] == "DELIVERED"


def test_what_is_refused_for_now_is_tried_later_each_time_and_then_given_up(office, line, provider):
    provider.refuses = {SECOND: 0x08}
    office.sent()
    send(office)
    [later] = [m for m in office.messages() if m.place == NEXT_GRID]
    assert (later.state, later.n_tries) == ("WAITING", 1)
    assert later.due_at > office.town.noon
    for hours in range(1, 9):
        send(office, hours * 4 * HOUR / 4, turns=1)
    provider.refuses = {}
    [last] = [m for m in office.messages() if m.place == NEXT_GRID]
    assert (last.state, last.n_tries) == ("FAILED", 8)


def test_a_provider_that_finds_it_too_fast_counts_no_try(office, line, provider):
    provider.throttles = True
    office.sent()
    send(office)
    assert {(m.state, m.n_tries) for m in office.messages()} == {("WAITING", 0)}
    provider.throttles = False
    send(office, MINUTE)
    assert set(states(office).values()) == {"DELIVERED"}


def test_a_receipt_of_failure_says_so(office, line, provider):
    provider.states = {SECOND: "UNDELIV"}
    office.sent()
    send(office)
    assert states(office)[NEXT_GRID] == "FAILED"


def test_receipts_that_spell_the_name_otherwise_are_matched(office, line, provider):
    provider.hexadecimal = True
    office.sent()
    send(office)
    assert set(states(office).values()) == {"DELIVERED"}


def test_a_line_that_breaks_loses_and_doubles_nothing(office, line, provider):
    """Of what was perhaps sent, the receipt says that it was, or time that it was not."""
    provider.hangs_up_after = 2
    office.sent()
    send(office, turns=1)
    for n in range(1, 4):
        send(office, n * MINUTE)
    assert sorted(states(office).values()) == ["DELIVERED", "DELIVERED", "UNSURE"]
    send(office, 5 * HOUR)  # the provider would have said by now that it expired
    assert len(provider.took) == len({number for number, _text in provider.took}) == 3
    assert set(states(office).values()) == {"DELIVERED"}


def test_what_a_killed_sender_held_goes_again_when_no_receipt_came_urgent_first(
    office, line, provider
):
    provider.sends_receipts = False
    office.sent()
    urgent = office.sent(urgent=True)
    batch = outbox.take(line, at=office.town.noon, at_most=9)
    assert len(batch.letters) == 6  # and here it was killed
    send(office, MINUTE)
    assert provider.took == []
    send(office, 3 * MINUTE)
    assert set(states(office).values()) == {"UNSURE"}
    send(office, 14 * MINUTE)
    assert set(states(office, urgent).values()) == {"SENT"}
    assert len(provider.took) == 3
    send(office, 5 * HOUR)
    assert len(provider.took) == 6


def test_two_senders_never_take_the_same_message(office, line):
    office.sent()
    first = outbox.take(line, at=office.town.noon, at_most=2)
    second = outbox.take(line, at=office.town.noon, at_most=2)
    keys = [letter.message for letter in (*first.letters, *second.letters)]
    assert len(keys) == len(set(keys)) == 3


def test_receipts_are_confirmed_only_once_they_are_stored(office, line, provider, monkeypatch):
    office.sent()
    monkeypatch.setattr(outbox, "receive", lambda *_a, **_k: (_ for _ in ()).throw(KeyError))
    with pytest.raises(KeyError):
        send(office)
    assert provider.unconfirmed
    monkeypatch.undo()
    tasks.LINES[line.pk].abandon()
    send(office, MINUTE)
    assert set(states(office).values()) == {"DELIVERED"}


def test_a_telephone_that_is_not_known_any_more_fails_with_a_sentence(office, line, provider):
    office.sent()
    with factories.as_owner_of_rows():
        Contact.objects.filter(place=NEXT_GRID).delete()
    send(office)
    [gone] = [m for m in office.messages() if m.place == NEXT_GRID]
    assert (gone.state, gone.answer) == ("FAILED", outbox.GONE)


def test_stop_by_message_stops_what_waits_and_start_lets_it_come_again(office, line, provider):
    office.sent()
    send(office)
    provider.say(SECOND, "退订")
    send(office, MINUTE)
    with office.post():
        assert OptOut.objects.count() == 1
    second = office.sent()
    assert states(office, second)[NEXT_GRID] == "OPTED_OUT"
    provider.say(SECOND, "START")
    send(office, 2 * MINUTE)
    with office.post():
        assert not OptOut.objects.exists()


def test_a_reply_is_a_receipt_or_a_matter_and_never_lost_in_a_chat(office, line, provider, town):
    version = office.sent()
    send(office)
    provider.say(FIRST, "收到")
    provider.say(SECOND, "家里老人需要送水")
    send(office, MINUTE)
    assert office.passing(version, GRID).n_read == 1
    with office.as_(town.lead, MINUTE, purpose="matter_handling"):
        [matter] = Matter.objects.filter(place=NEXT_GRID)
        assert "老人需要送水" in matter.reports.get().text or matter.kind in {"help", "other"}
    provider.say("8613999999999", "你好")  # nobody's
    send(office, 2 * MINUTE)
    with office.as_(town.lead, MINUTE, purpose="matter_handling"):
        assert Matter.objects.count() == 1


class Robot(BaseHTTPRequestHandler):
    posts: list = []
    status = 200

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.posts.append(json.loads(self.rfile.read(length)))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def robot():
    server = HTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Robot.posts, Robot.status = [], 200
    yield SimpleNamespace(url=f"json://127.0.0.1:{server.server_port}/", kind=Robot)
    server.shutdown()
    tasks.PACES.clear()


def chat(office, robot, **more):
    office.send()  # makes the groups
    with office.post():
        Message.objects.all().delete()
    return office.channel(
        kind="WEBHOOK", name="社区群", place=COMMUNITY, level="COMMUNITY",
        secret={"url": robot.url}, per_second=0.5, price_milli=0, **more,
    )  # fmt: skip


def test_to_a_chat_goes_a_title_and_a_link_and_nothing_of_a_person(office, robot, town):
    chat(office, robot, who=town.lead)
    version = office.sent()
    send(office)
    [post] = robot.kind.posts
    assert "明早八点停水" in post["message"]
    assert "/n/" in post["message"]
    assert "请先存好水" not in post["message"]
    [sent] = [m for m in office.messages(version) if m.is_chat]
    assert (sent.state, sent.household, sent.contact) == ("SENT", None, None)


def test_a_robot_that_answers_and_drops_is_never_delivered_and_its_line_says_so(
    office, robot, town
):
    way = chat(office, robot)
    office.sent()
    send(office)
    later = town.noon + 25 * HOUR
    with office.as_(town.operator, 25 * HOUR):
        [health] = [each for each in seen.outbox(at=later).channels if each.id == way.pk]
    assert health.is_doubtful
    assert "nobody opened" in health.sentence


def test_a_webhook_that_is_broken_is_tried_again_and_costs_no_try(office, robot):
    chat(office, robot)
    version = office.sent()
    robot.kind.status = 500
    send(office)
    [waiting] = [m for m in office.messages(version) if m.is_chat]
    assert (waiting.state, waiting.n_tries) == ("WAITING", 0)
    robot.kind.status = 200
    tasks.PACES.clear()
    send(office, 10 * MINUTE)
    [sent] = [m for m in office.messages(version) if m.is_chat]
    assert sent.state == "SENT"


def test_channels_are_set_up_where_one_may_and_their_secrets_are_encrypted(office, town):
    with pytest.raises(NotAllowed):
        office.channel(who=town.lead)  # text messages cost money
    with pytest.raises(NotAllowed):
        office.channel(place=440104000000000)
    with pytest.raises(Refused, match="Fill in"):
        office.channel(secret={"host": "x"})
    office.send()
    with pytest.raises(Refused, match="begins with"):
        office.channel(kind="MAIL", place=COMMUNITY, level="COMMUNITY", secret={"url": "http://x"})
    made = office.channel()
    assert b"127.0.0.1" not in bytes(made.secret)
    with office.as_(town.operator):
        channels.stop(channel_id=made.pk, by=town.operator.account, at=town.noon)
    office.sent()
    send(office)
    assert set(states(office).values()) == {"WAITING"}


def test_an_alphabetic_sender_and_broken_receipts_do_not_stop_the_line():
    nothing = SimpleNamespace(
        esm_class=4, source_addr_ton=0, short_message=b"what?", data_coding=0,
        source_addr=b"1", message_state=None,
        receipted_message_id=None, message_payload=None,
    )  # fmt: skip
    found = smpp.receipt_of(nothing)
    assert (found.provider_id, found.is_final) == ("", False)


@pytest.mark.parametrize(
    ("ton", "said", "number"),
    [(1, b"8613800138000", "+8613800138000"), (0, b"13800138000", "+8613800138000"),
     (0, b"8613800138000", "+8613800138000"), (1, b"6591234567", "+6591234567"),
     (5, b"BANK", "")],
)  # fmt: skip
def test_numbers_of_replies_are_read_however_the_provider_writes_them(ton, said, number):
    pdu = SimpleNamespace(
        esm_class=0, source_addr_ton=ton, source_addr=said, short_message=b"STOP\x00",
        data_coding=0, message_payload=None,
    )  # fmt: skip
    assert smpp.incoming_of(pdu) == Incoming(number, "STOP")


def test_codes_go_by_the_channel_at_night_too_once_and_not_when_they_are_old(
    office, line, provider, town
):
    late = town.noon + NIGHT
    messages.send_text("+8613800000009", "123456 is your code", at=late, holds_code=True)
    messages.send_text("+8613800000008", "old", at=late - HOUR)
    with office.as_(town.operator):
        assert messages.is_connected()
    for turn in range(3):
        send(office, NIGHT + turn * MINUTE)
    assert provider.took == [("8613800000009", "123456 is your code")]


def test_a_code_waits_for_a_provider_that_was_down(office, line, provider, town):
    messages.send_text("+8613800000009", "123456", at=town.noon, holds_code=True)
    provider.throttles = True
    send(office)
    provider.throttles = False
    send(office, MINUTE)
    assert [text for _number, text in provider.took] == ["123456"]

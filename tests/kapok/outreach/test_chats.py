"""Webhooks of chats: a title and a link, and what is said of one that answers and drops."""

import json
import socketserver
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from tests.kapok.outreach.conftest import COMMUNITY
from tests.kapok.outreach.leaving import HOUR, MINUTE, send

from kapok.access import messages
from kapok.outreach import tasks
from kapok.outreach.models import Channel, Message
from kapok.outreach.queries import outbox as seen
from kapok.outreach.sending import chats

pytestmark = pytest.mark.django_db


class Robot(BaseHTTPRequestHandler):
    posts: list = []
    status = 200
    on_post = staticmethod(lambda: None)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.posts.append(json.loads(self.rfile.read(length)))
        self.on_post()
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def robot():
    server = HTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Robot.posts, Robot.status = [], 200
    Robot.on_post = staticmethod(lambda: None)
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


def test_chats_that_are_down_keep_no_other_from_being_posted(office, robot, town):
    good, gone = (chat(office, robot, who=town.lead) for _n in range(2))
    version = office.sent()
    with office.post():
        Channel.objects.filter(pk=gone.pk).update(down_since=town.noon, retry_at=town.noon + HOUR)
        Message.objects.bulk_create(
            Message(
                version=version, place=COMMUNITY, channel=gone, is_chat=True, language="zh",
                address_index=b"%d" % n, code=f"c{n}", state="WAITING", due_at=town.noon,
            )
            for n in range(tasks.BATCH)
        )  # fmt: skip
    send(office, turns=1)
    with office.post():
        posted = Message.objects.filter(is_chat=True, state="SENT")
        assert [message.channel_id for message in posted] == [good.pk]


def test_robots_that_hang_do_not_keep_the_others_of_a_turn_waiting_for_ever(
    office, robot, town, monkeypatch
):
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    for _n in range(6):
        chat(office, robot, who=town.lead)
    office.sent()
    assert tasks.post_chats(at=town.noon, slice_s=0.0) == 2
    assert tasks.post_chats(at=town.noon) == 4


def test_codes_do_not_wait_for_robots(office, robot, line, provider, town):
    chat(office, robot, who=town.lead)
    office.sent()
    messages.send_text("+8613900000001", "123456", at=town.noon, holds_code=True)
    went = []
    robot.kind.on_post = staticmethod(lambda: went.extend(text for _number, text in provider.took))
    send(office, turns=1)
    assert "123456" in went


@pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"])
def test_no_webhook_asks_the_machine_for_its_secrets(host):
    said = chats.post("WEBHOOK", {"url": f"json://{host}/latest/meta-data/"}, "x")
    assert said.words == chats.OF_THE_MACHINE


class Postbox(socketserver.StreamRequestHandler):
    """A server of mail that takes everything."""

    letters: list = []

    def handle(self):
        self._say("220 hello")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self._say("354 go on")
                self._keep()
            self._say("221 bye" if word == "QUIT" else "250 ok")

    def _keep(self):
        taken = b""
        while (line := self.rfile.readline()) != b".\r\n":
            taken += line
        self.letters.append(message_from_bytes(taken, policy=policy.default))

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


def test_a_mail_is_read_line_by_line_as_it_was_written():
    with socketserver.TCPServer(("127.0.0.1", 0), Postbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        where = f"127.0.0.1:{server.server_address[1]}"
        url = f"mailto://{where}?from=kapok@example.org&to=a@example.org&mode=insecure"
        said = chats.post("MAIL", {"url": url}, "停水\nNo water <today> & tomorrow\nhttp://k/n/1")
        server.shutdown()
    assert said.is_taken
    [letter] = Postbox.letters
    assert letter["Subject"] == "停水"
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines()[:2] == ["No water <today> & tomorrow", "http://k/n/1"]

"""Webhooks of chats: a title and a link, and what is said of one that answers and drops."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from tests.kapok.outreach.conftest import COMMUNITY
from tests.kapok.outreach.leaving import HOUR, MINUTE, send

from kapok.outreach import tasks
from kapok.outreach.models import Message
from kapok.outreach.queries import outbox as seen

pytestmark = pytest.mark.django_db


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

"""What the box asks again and again, and pages over all messages, read only what they need."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kapok.outreach.conftest import COMMUNITY, GRID, STREET

from kapok.access import messages
from kapok.access.models import OutboxMessage
from kapok.access.scope import acting
from kapok.outreach import tasks
from kapok.outreach.box import of_letters
from kapok.outreach.models import Message, Posted
from kapok.outreach.operations import letters, queueing
from kapok.outreach.queries import caps, groups, outbox

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MANY = """
    INSERT INTO outreach_message (id, version_id, place, is_chat, urgent, language, address_index,
        code, state, due_at, sent_at, n_tries, n_parts, cost_milli, answer)
    SELECT uuidv7(), version_id, place, false, false, 'zh', uuid_send(gen_random_uuid()),
        outreach_code(), 'SENT', due_at, %s - n * interval '1 hour', 0, 0, 0, ''
    FROM outreach_message, generate_series(1, 700) AS n
"""


READ = """
    SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)
    FROM pg_stat_xact_user_tables WHERE relname = 'outreach_message'
"""


def plan(statement, values, analyze=False):
    """Each node of the plan of a statement, where indexes are used if they can be."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN ({'ANALYZE, ' if analyze else ''}FORMAT JSON) {statement}", values)
        [found] = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = on")
    found = json.loads(found) if isinstance(found, str) else found
    return list(nodes(found[0]["Plan"]))


def nodes(node):
    yield node
    for each in node.get("Plans", ()):
        yield from nodes(each)


def read(statement, values):
    """The rows of a statement, and how many messages were read for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(READ)
        [before] = cursor.fetchone()
        cursor.execute(statement, values)
        rows = cursor.fetchall()
        cursor.execute(READ)
        [after] = cursor.fetchone()
        cursor.execute("SET LOCAL enable_seqscan = on")
    return rows, after - before


@pytest.fixture
def many(office, town):
    """Thousands of messages, three for each of 700 hours."""
    office.sent()
    with office.post(), connection.cursor() as cursor:
        cursor.execute(MANY, [town.noon])


def test_the_messages_of_a_channel_are_found_by_the_moment(office, town, many):
    with office.post():
        found = plan(outbox.COUNTED, [town.noon - DAY, [uuid4()]])
    assert "message_of_channel_by_time" in {node.get("Index Name") for node in found}


def test_for_the_caps_only_what_was_sent_lately_is_read(office, town, many):
    hour = {"hour": town.noon - 2 * HOUR, "day": town.noon - DAY, "first": town.noon - DAY}
    with office.post():
        [(n_hour, n_day, cost)], n_read = read(caps.SENT, hour)
        assert (n_hour, n_day, cost) == (3, 69, 0)
        assert n_read < 100
        rows, n_read = read(caps.SENT_BY_MINUTE, [town.noon - DAY])
        assert {n for _minute, n in rows} == {3}
        assert (len(rows), n_read < 100) == (23, True)


def test_only_the_box_counts_what_was_sent(office, town, many):
    hour = {"hour": town.noon - DAY, "day": town.noon - DAY, "first": town.noon - DAY}
    with office.as_(town.operator):
        assert read(caps.SENT, hour)[0] == [(0, 0, 0)]
        assert read(caps.SENT_BY_MINUTE, [town.noon - DAY])[0] == []


def test_the_page_of_a_group_counts_the_messages_of_its_own_robots_alone(office, town):
    office.send()
    chat = {"kind": "WEBHOOK", "secret": {"url": "json://192.0.2.1/"}, "price_milli": 0}
    here = office.channel(**chat, place=COMMUNITY, level="COMMUNITY")
    office.channel(**chat, place=STREET, level="STREET")
    with office.as_(town.lead), CaptureQueriesContext(connection) as asked:
        page = groups.group(COMMUNITY, "COMMUNITY", at=town.noon)
    assert [way.id for way in page.robots] == [here.pk]
    [counted] = [each["sql"] for each in asked if "count(opened_at)" in (each["sql"] or "")]
    assert counted.count(here.pk.hex) == 1


def test_what_waits_is_counted_state_by_state(office, town):
    office.sent()
    with office.post():
        ids = list(Message.objects.values_list("pk", flat=True))
        for pk, state in zip(ids, ["TAKEN", "UNSURE", "SENT"], strict=True):
            Message.objects.filter(pk=pk).update(state=state)
    with office.as_(town.operator), CaptureQueriesContext(connection) as asked:
        assert outbox.outbox(at=town.noon).n_waiting == 2
    assert not [each for each in asked if '"state" IN (' in (each["sql"] or "")]


def test_no_version_without_messages_that_wait_is_looked_at_for_old_ones(office, town):
    for _turn in range(4):
        office.sent()
    with office.post():
        Message.objects.update(state="SENT", sent_at=town.noon)
    old = office.sent()
    later = town.noon + 2 * DAY
    values = {"at": later, "at_most": 9, "why": queueing.TOO_OLD}
    with office.post():
        found = plan(queueing.EXPIRED, values, analyze=True)
    versions = [node for node in found if node.get("Relation Name") == "outreach_noticeversion"]
    looked_at = sum(node["Actual Rows"] * node["Actual Loops"] for node in versions)
    assert looked_at == 1
    probed = [node["Actual Loops"] for node in found if node.get("Alias") == "waiting"]
    assert max(probed) == 1
    assert {message.state for message in office.messages(old)} == {"FAILED"}


def test_messages_of_several_versions_that_waited_too_long_are_given_up(office, town):
    first, second = office.sent(), office.sent()
    late = town.noon + 2 * DAY
    fresh = office.version(office.send(later=2 * DAY))
    office.queue(2 * DAY)
    assert queueing.expire_next(at=late) == 6
    assert queueing.expire_next(at=late) == 0
    for version, state in [(first, "FAILED"), (second, "FAILED"), (fresh, "WAITING")]:
        assert {message.state for message in office.messages(version)} == {state}


def test_texts_that_were_given_to_a_provider_are_not_read_again(office, town):
    channel = office.channel()
    with acting(of_letters(at=town.noon)):
        for n in range(3):
            messages.send_text(f"+861380000000{n}", "第几号", at=town.noon)
        sent = OutboxMessage.objects.order_by("written_at").first()
        Posted.objects.create(id=sent.pk, channel_id=channel.pk, at=town.noon)
    with CaptureQueriesContext(connection) as asked:
        took = letters.take(channel.pk, at=town.noon)
    assert sent.pk not in {letter.message for letter in took}
    assert len(took) == 2
    with CaptureQueriesContext(connection) as asked:
        assert letters.take(channel.pk, at=town.noon) == []
    assert not [each for each in asked if '"access_outboxmessage"."text"' in (each["sql"] or "")]


def test_the_duty_queues_at_the_moment_that_it_is_given(office, town):
    version = office.version(office.send())
    tasks.queue_messages(at=town.noon)
    assert town.noon <= office.passing(version, GRID).queued_at < town.noon + HOUR

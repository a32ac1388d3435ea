"""One number that rings again and again hides nobody; who got up finds what waits for them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import acting_as, after, sit, tell
from tests.kapok.hotline.talking import a_call, browser, text

from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.hotline.models import Call, CallBack, CallRecord, Seat
from kapok.hotline.queries import queue

pytestmark = pytest.mark.django_db
ROBOT, CALLER = "+8613700137000", "+8613800138000"


def ring(town, number, n, seconds=0):
    """So many calls of a number that ring at the line."""
    at = after(town, seconds)
    with factories.as_owner_of_rows():
        calls = Call.objects.bulk_create(
            Call(
                line=town.line, place=town.line.place, source="SYSTEM", state="RINGING",
                rang_at=at + timedelta(milliseconds=turn),
            )
            for turn in range(n)
        )  # fmt: skip
        sealed = secrets.encrypt(number, about="phone") if number else None
        index = phone_index(number) if number else None
        CallRecord.objects.bulk_create(
            CallRecord(call=call, phone=sealed, phone_index=index) for call in calls
        )


def test_a_robot_hides_nobody(town):
    seat = sit(town, town.operator, town.line)
    ring(town, ROBOT, 300)
    ring(town, CALLER, 1, seconds=2)
    with acting_as(town.operator, after(town, 3), purpose=""):
        found = queue.queue(seat, at=after(town, 3))
    assert [row.phone for row in found.rows] == [queue.masked(ROBOT)] * 3 + [queue.masked(CALLER)]
    assert [row.n_more for row in found.rows] == [0, 0, 297, 0]
    assert found.n == 301


def test_withheld_numbers_are_not_one_caller(town):
    seat = sit(town, town.operator, town.line)
    for n in range(5):
        tell(town, "ringing", f"c{n}", phone="")
    with acting_as(town.operator, after(town, 3)):
        found = queue.queue(seat, at=after(town, 3))
    assert len(found.rows) == found.n == 5


@pytest.mark.parametrize("is_at_district", [False, True])
def test_a_flood_of_withheld_numbers_hides_no_known_one(town, is_at_district):
    who, line = (
        (town.district_operator, town.district_line)
        if is_at_district
        else (town.operator, town.line)
    )
    seat = sit(town, who, line)
    ring(town, None, 300)
    for n in range(30):
        ring(town, f"+86138001380{n:02}", 1, seconds=2 + n / 100)
    with factories.as_owner_of_rows():
        Call.objects.update(district_at=town.at)
    with acting_as(who, after(town, 3), purpose=""):
        found = queue.queue(seat, at=after(town, 3))
    assert len(found.rows) == queue.SHOWN
    assert [row.phone == "Number withheld" for row in found.rows] == [True] * 170 + [False] * 30
    assert (found.n, found.n_hidden) == (330, 130)


def test_withheld_numbers_keep_their_share_of_a_full_queue(town):
    seat = sit(town, town.operator, town.line)
    for n in range(210):
        ring(town, f"+861380013{n:04}", 1, seconds=n / 1000)
    ring(town, None, 80, seconds=0)
    with acting_as(town.operator, after(town, 3), purpose=""):
        found = queue.queue(seat, at=after(town, 3))
    assert sum(row.phone == "Number withheld" for row in found.rows) == queue.LEAST_WITHHELD
    assert "90 more calls ring that are not shown" in text(browser(town.operator).get("/hotline/"))


def test_who_sits_nowhere_finds_the_calls_that_they_hold(town):
    ended = a_call(town, state="WRAP_UP", ended_at=timezone.now())
    client = browser(town.operator)
    shown = text(client.get("/hotline/"))
    assert "Sit down at a line" in shown
    assert f"/hotline/calls/{ended.pk}/" in shown
    client.post("/hotline/sit/", {"line": town.line.pk, "extension": "", "languages": ""})
    with factories.as_owner_of_rows():
        assert Seat.objects.get(left_at=None).state == "WRAP_UP"


def test_an_urgent_message_is_not_answered_by_a_call_in_which_nobody_spoke(town):
    town.at = timezone.now() - timedelta(minutes=5)
    sit(town, town.operator, town.line, "201")
    tell(town, "voicemail", "c1", text="there is a fire, 着火了")
    again = tell(town, "answered", "c2", seconds=60, agent="201").id
    tell(town, "ended", "c2", seconds=70)
    client = browser(town.operator)
    client.post(f"/hotline/calls/{again}/close/", {"outcome": "SILENT"})
    with factories.as_owner_of_rows():
        waiting = CallBack.objects.get(state="WAITING")
        assert (waiting.why, waiting.is_urgent, waiting.call.provider_id) == ("MISSED", True, "c1")

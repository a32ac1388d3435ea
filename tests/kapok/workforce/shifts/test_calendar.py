"""The calendar of shifts, read back as a telephone reads it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from tests import factories
from tests.kapok.workforce import world

from kapok.access import rates
from kapok.workforce import operations

pytestmark = pytest.mark.django_db
NOW_H = 0


@pytest.fixture
def hour():
    """Hours from the noon of all to the next full hour: calendars show what is near today."""
    return int((timezone.now() - factories.NOON) / world.HOUR) + 1


@pytest.fixture
def key(keeper):
    with world.at_work(keeper, at=timezone.now()):
        return operations.renew_calendar(by=keeper.account, at=timezone.now())


def events(key):
    answer = Client().get(f"/shifts/{key}.ics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(answer.content)
    return {str(event["UID"]): event for event in read.walk("VEVENT")}


def uid(shift):
    return f"{shift.pk}@shifts.kapok"


def test_a_shift_is_there_with_its_post_and_time_in_the_zone_of_the_service(keeper, key, hour):
    shift = world.shift(keeper, start=hour + 24, task="查验")

    event = events(key)[uid(shift)]

    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.decoded("DTSTART") == shift.starts_at
    assert event.decoded("DTEND") == shift.ends_at
    assert "东门卡口" in event["SUMMARY"]
    assert str(event["LOCATION"]) == "河畔社区 东门卡口"
    assert str(event["STATUS"]) == "CONFIRMED"


def test_the_zone_is_said_so_that_every_telephone_knows_it(keeper, key, hour):
    world.shift(keeper, start=hour + 24)

    read = Calendar.from_ical(Client().get(f"/shifts/{key}.ics").content)

    [zone] = read.walk("VTIMEZONE")
    assert str(zone["TZID"]) == "Asia/Shanghai"
    assert {part.decoded("TZOFFSETTO") for part in zone.walk("STANDARD")} >= {timedelta(hours=8)}
    assert read.errors == []


def test_the_key_of_an_event_stays_and_its_number_grows_when_it_is_cancelled(
    lead, keeper, key, hour
):
    shift = world.shift(keeper, start=hour + 24)
    before = events(key)[uid(shift)]
    with world.as_(lead):
        operations.cancel_shift(
            shift_id=shift.pk, reason="暴雨", by=lead.account, at=timezone.now()
        )

    after = events(key)[uid(shift)]

    assert str(after["STATUS"]) == "CANCELLED"
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert "暴雨" in after["DESCRIPTION"]


def test_what_was_handed_on_is_cancelled_here_and_planned_there(lead, keeper, key, hour):
    li, at = world.keeper("李娜"), timezone.now()
    mine, theirs = world.shift(keeper, start=hour + 24), world.shift(li, start=hour + 72)
    with world.at_work(keeper, at=at):
        swap = operations.offer_swap(shift_id=mine.pk, note="私事", by=keeper.account, at=at)
    with world.at_work(li, at=at):
        operations.agree_swap(offer_id=swap.pk, in_return=theirs.pk, by=li.account, at=at)
        other = operations.renew_calendar(by=li.account, at=at)
    with world.as_(lead, at=at):
        operations.approve_swap(offer_id=swap.pk, by=lead.account, at=at)

    for whose, away, got in ((key, mine, theirs), (other, theirs, mine)):
        found = events(whose)
        assert str(found[uid(away)]["STATUS"]) == "CANCELLED"
        assert str(found[uid(got)]["STATUS"]) == "CONFIRMED"


def test_nothing_of_anybody_else_is_in_it(lead, keeper, key, hour):
    world.shift(keeper, start=hour + 24)
    world.shift(world.keeper("李娜"), start=hour + 24, post="西门")
    world.shift(start=hour + 48, post="南门")

    text = Client().get(f"/shifts/{key}.ics").content.decode()

    assert len(events(key)) == 1
    for other in ("李娜", "王小明", "西门", "南门", keeper.account.username):
        assert other not in text


def test_a_wrong_key_opens_nothing(keeper, key):
    for wrong in ("x", key[:-1], key + "x", "0" * 5000):
        assert Client().get(f"/shifts/{wrong}.ics").status_code == 404


def test_a_renewed_key_closes_the_old_one_and_a_closed_calendar_all(keeper, key):
    with world.at_work(keeper, at=timezone.now()):
        new = operations.renew_calendar(by=keeper.account, at=timezone.now())

    assert Client().get(f"/shifts/{key}.ics").status_code == 404
    assert Client().get(f"/shifts/{new}.ics").status_code == 200
    with world.at_work(keeper, at=timezone.now()):
        operations.close_calendar(by=keeper.account, at=timezone.now())
    assert Client().get(f"/shifts/{new}.ics").status_code == 404


def test_only_a_hash_of_the_key_is_kept(keeper, key):
    from kapok.workforce.models import CalendarKey  # noqa: PLC0415

    with world.at_work(keeper):
        kept = bytes(CalendarKey.objects.get().secret_index)

    assert len(kept) == 16
    assert key.encode() not in kept


def test_whoever_asks_too_often_waits(keeper, key, monkeypatch):
    monkeypatch.setitem(rates.LIMITS, "shift-calendar", rates.Limit("calendar", 2))

    answers = [Client().get(f"/shifts/{key}.ics") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_it_needs_no_session_and_gives_none(keeper, key):
    client = Client()

    answer = client.get(f"/shifts/{key}.ics")

    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-cache"
    assert client.post(f"/shifts/{key}.ics").status_code == 405

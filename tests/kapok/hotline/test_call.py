"""What the page of a call shows before the caller has said her name, and to whom."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.talking import OTHER_PHONE, a_call, a_family, a_zone, browser, text
from tests.kapok.portal.conftest import COMMUNITY

from kapok.access import secrets
from kapok.access.models import Look
from kapok.hotline.models import CallBack, CallEvent
from kapok.hotline.queries import caller

pytestmark = pytest.mark.django_db
MOST_QUERIES = 40


def page(who, call, language="en"):
    return browser(who, language).get(f"/hotline/calls/{call.pk}/")


def test_before_she_says_her_name_the_page_says_who_where_and_what_holds_there(town):
    a_family(town)
    a_zone(town)
    shown = text(page(town.operator, a_call(town)))
    assert "+8613800138000" in shown
    assert "王**" in shown or "王" in shown
    assert "王小梅" not in shown
    assert "示例花园1栋 501" in shown
    assert "Stay inside the home." in shown
    assert "To a doctor" in shown
    assert "Hello, Kapok hotline" in shown


def test_each_look_at_a_person_is_in_the_trace_for_urgent_help(town):
    household = a_family(town)
    page(town.operator, a_call(town))
    with factories.as_owner_of_rows():
        looks = Look.objects.filter(account=town.operator.account_id, purpose="urgent_help")
        assert {look.action for look in looks} == {"SEARCH", "OPEN"}
        assert household.pk in looks.get(action="OPEN").subjects


def test_the_page_asks_few_questions_of_the_database(town):
    a_family(town)
    a_zone(town)
    call = a_call(town)
    client = browser(town.operator)
    client.get(f"/hotline/calls/{call.pk}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/hotline/calls/{call.pk}/")
    assert len(asked) <= MOST_QUERIES


def test_a_number_of_another_place_says_no_more_than_that(town):
    with factories.as_owner_of_rows():
        far = factories.Building(place=440104001001001, name="远方1栋")
    a_family(town, building=far)
    shown = text(page(town.operator, a_call(town)))
    assert "Somebody outside your places has this number" in shown
    assert 'action="/people/emergency-looks/new/"' in shown
    assert "远方" not in shown


def test_an_emergency_look_begins_with_the_number_and_leads_back(town):
    call = a_call(town)
    client = browser(town.operator)
    client.get(f"/hotline/calls/{call.pk}/")  # which is what it is for
    asked = client.post(
        "/people/emergency-looks/new/",
        {"fill": "1", "number": "+8613800138000", "next": f"/hotline/calls/{call.pk}/"},
    )
    assert asked.status_code == 200
    assert 'value="+8613800138000"' in text(asked)
    assert f'href="/hotline/calls/{call.pk}/"' in text(asked)
    bad = client.post("/people/emergency-looks/new/", {"fill": "1", "next": "https://example.org/"})
    assert "example.org" not in text(bad)


@pytest.mark.parametrize(
    ("who", "sees", "writes"),
    [
        ("operator", "ALL", True), ("hotline_lead", "ALL", False), ("second", "THERE", False),
        ("other_operator", None, False), ("worker", None, False), ("lead", None, False),
        ("district_operator", "THERE", False),
    ],
)  # fmt: skip
def test_who_sees_a_call_and_who_writes_in_it(town, who, sees, writes):
    a_family(town)
    call = a_call(town)
    client = browser(getattr(town, who))
    shown = client.get(f"/hotline/calls/{call.pk}/")
    assert shown.status_code == (200 if sees else (403 if who in {"worker", "lead"} else 404))
    if sees:
        assert ("+8613800138000" in text(shown)) == (sees == "ALL")
        assert ('id="notes-form"' in text(shown)) == writes
    said = client.post(f"/hotline/calls/{call.pk}/notes/", {"notes": "mine", "seen": ""})
    assert said.status_code in ({302, 422} if writes else {403, 404, 422})


def test_whoever_it_was_offered_to_reads_it_before_they_take_it(town):
    call = a_call(town, offered_to=town.second.account, offered_at=timezone.now())
    assert "+8613800138000" in text(page(town.second, call))


def test_whoever_calls_back_reads_whom(town):
    call = a_call(town)
    at = timezone.now()
    with factories.as_owner_of_rows():
        CallBack.objects.create(
            call=call, line=town.line, place=call.place, why="PROMISED", due_at=at, next_at=at,
            made_at=at, state="TAKEN", taken_by=town.second.account, taken_at=at,
        )  # fmt: skip
    assert "+8613800138000" in text(page(town.second, call))


def test_a_call_that_still_rings_has_no_page(town):
    call = a_call(town, state="RINGING", answered_at=None, operator=None)
    assert page(town.operator, call).status_code == 404


def test_earlier_calls_are_told_anywhere_in_the_box_without_a_word_of_them(town):
    with factories.as_owner_of_rows():
        past = timezone.now() - timedelta(days=3)
    old = a_call(
        town, line=town.other_line, by=town.other_operator, state="CLOSED", outcome="RESOLVED",
        closed_at=past, rang_at=past, answered_at=past, ended_at=past,
    )  # fmt: skip
    with factories.as_owner_of_rows():
        old.needs.create(category="medicine", at=past)
        from kapok.hotline.models import RiskScreen  # noqa: PLC0415
        from kapok.packs.models import Pack  # noqa: PLC0415

        RiskScreen.objects.create(
            call=old, place=old.place, level=3, pack=Pack.objects.get(), answers=b"",
            by=town.other_operator.account, at=past,
        )  # fmt: skip
        CallBack.objects.create(
            call=old, line=old.line, place=old.place, why="FOLLOW_UP", step="7d", due_at=past,
            next_at=past, made_at=past,
        )  # fmt: skip
    shown = text(page(town.operator, a_call(town)))
    assert "桥中街红棉热线" in shown
    assert "L3" in shown
    assert "1 follow-up open" in shown


def told(who, phone="+8613800138000"):
    from tests.kapok.hotline.talking import as_  # noqa: PLC0415

    from kapok.access import secrets  # noqa: PLC0415

    with as_(who), connection.cursor() as cursor:
        cursor.execute(caller.EARLIER, [secrets.blind_index(phone, about="phone"), 10])
        return cursor.fetchall()


def test_nobody_is_told_of_earlier_calls_who_does_not_hold_one_of_that_number(town):
    past = timezone.now() - timedelta(days=3)
    a_call(
        town, line=town.other_line, by=town.other_operator, state="CLOSED", outcome="RESOLVED",
        closed_at=past, rang_at=past, answered_at=past, ended_at=past,
    )  # fmt: skip
    call = a_call(town)
    a_call(town, by=town.second, phone=OTHER_PHONE)
    assert len(told(town.operator)) == 1
    assert told(town.second) == []  # talks, but with somebody else
    assert told(town.hotline_lead) == []
    assert told(town.city_operator) == []
    with factories.as_owner_of_rows():
        call.state, call.outcome, call.closed_at = "CLOSED", "RESOLVED", timezone.now()
        call.save()
    assert told(town.operator) == []


def test_who_is_about_to_call_back_is_told_too(town):
    at = timezone.now()
    call = a_call(town, state="CLOSED", outcome="RESOLVED", closed_at=at)
    with factories.as_owner_of_rows():
        CallBack.objects.create(
            call=call, line=town.line, place=call.place, why="PROMISED", due_at=at, next_at=at,
            made_at=at, state="TAKEN", taken_by=town.second.account, taken_at=at,
        )  # fmt: skip
    assert len(told(town.second)) == 1


def test_every_call_of_a_psychological_line_is_due_to_be_screened(town):
    with factories.as_owner_of_rows():
        town.line.kind = "PSYCHOLOGICAL"
        town.line.save()
    call = a_call(town, answered_at=timezone.now() - timedelta(minutes=11))
    shown = text(page(town.operator, call))
    assert "overdue" in shown
    with factories.as_owner_of_rows():
        call.refresh_from_db()
    assert call.screen_due_at == call.answered_at + timedelta(minutes=10)


def test_words_of_the_caller_stand_nowhere_in_what_happened(town):
    fields = {field.name for field in CallEvent._meta.fields}
    assert fields == {"id", "call", "what", "by", "to", "line", "at"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_is_there_in_both_languages(town, language):
    shown = page(town.operator, a_call(town), language)
    assert shown.status_code == 200
    words = {"en": "Picking up", "zh-hans": "接起电话"}
    assert words[language] in text(shown)


def test_the_place_of_somebody_unknown_is_one_of_the_line(town):
    call = a_call(town, phone=None)
    shown = text(browser(town.operator).get(f"/hotline/calls/{call.pk}/?need=medicine"))
    assert f'value="{COMMUNITY}"' in shown
    assert "Number withheld" in shown


def test_the_clock_says_how_long_the_talk_is_to_the_second_worker_too(town):
    call = a_call(town)
    browser(town.operator).post(f"/hotline/calls/{call.pk}/second/")
    browser(town.second).post(f"/hotline/calls/{call.pk}/second/come/")
    shown = text(page(town.second, call))
    assert re.search(r'class="call-clock"[^>]*>01:\d\d<', shown)
    assert "hotline/clock" in shown


def test_the_page_of_our_call_has_the_words_of_theirs(town):
    theirs, ours = a_call(town, by=town.second), a_call(town, way="OUT")
    with factories.as_owner_of_rows():
        theirs.record.notes = secrets.encrypt("救命，我老公打我", about="call")
        theirs.record.save()
        CallBack.objects.create(
            call=theirs, line=theirs.line, place=theirs.place, why="MISSED", due_at=town.at,
            next_at=town.at, made_at=town.at, state="TAKEN", taken_by=town.operator.account,
            taken_at=town.at, answer=ours,
        )  # fmt: skip
    assert "救命，我老公打我" in text(page(town.operator, ours))

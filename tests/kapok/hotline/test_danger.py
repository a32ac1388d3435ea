"""Screening, a second worker, and somebody who can only say yes or no."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.talking import a_call, a_family, as_, browser, happened, text

from kapok.access.models import OutboxMessage
from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import CallBack, RiskScreen, Supervision
from kapok.hotline.operations import discreet, helping, needs, screening
from kapok.hotline.queries import calls
from kapok.hotline.queries.records import record_of
from kapok.matters import notes
from kapok.matters.models import Matter, Report

pytestmark = pytest.mark.django_db


def screen(town, call, level, answers=None, who=None, **more):
    who = who or town.operator
    said = {"reason": "", "told": "", "rescue": ""} | more
    with as_(who):
        return screening.screen(
            call_id=call.pk, answers=answers or {}, level=level, by=who.account,
            at=timezone.now(), **said,
        )  # fmt: skip


def rows(model, **wanted):
    with factories.as_owner_of_rows():
        return list(model.objects.filter(**wanted))


def test_the_level_is_at_least_what_the_answers_say_lower_only_with_a_reason(town):
    call = a_call(town)
    heavy = {"thoughts": True, "plan": True, "now": False}
    with pytest.raises(Refused, match="at least L3"):
        screen(town, call, 2, heavy)
    screen(town, call, 2, heavy, reason="Spoke of a novel")
    screen(town, call, 4, heavy)  # higher is free
    assert [row.level for row in rows(RiskScreen)] == [4, 2]  # a row each, none overwritten
    with factories.as_owner_of_rows():
        call.refresh_from_db()
    assert call.screened_at is not None


def test_after_a_heavy_call_a_talk_and_four_calls_are_owed_once(town):
    call = a_call(town)
    for _turn in range(2):
        screen(town, call, 3, {"plan": True})
    [talk] = rows(Supervision)
    assert talk.account_id == town.operator.account_id
    assert talk.due_at - talk.made_at == timedelta(hours=24)
    assert [back.step for back in rows(CallBack)] == ["24h", "7d", "30d", "90d"]
    screen(town, a_call(town, state="WRAP_UP", ended_at=timezone.now()), 2)
    assert len(rows(CallBack)) == 4


def test_who_was_told_is_written_with_consent_or_the_emergency(town):
    call = a_call(town)
    for told, rescue in [("110", ""), ("", "AGREED"), ("110", "BECAUSE")]:
        with pytest.raises(Refused, match="Say who was told"):
            screen(town, call, 4, told=told, rescue=rescue)
    with pytest.raises(Refused, match="Choose a level"):
        screen(town, call, 7)
    assert screen(town, call, 4, told="110, 120", rescue="EMERGENCY").rescue == "EMERGENCY"


def test_a_screening_is_seen_by_the_holder_and_the_lead_alone(town):
    call = a_call(town)
    screen(town, call, 3, {"plan": True})
    for who, n in [
        ("operator", 1), ("hotline_lead", 1), ("second", 0), ("city_operator", 0), ("lead", 0),
        ("other_operator", 0),
    ]:  # fmt: skip
        with (
            as_(town.operator if who == "operator" else getattr(town, who))
            if who != "lead"
            else (factories.as_box())
        ):
            assert RiskScreen.objects.count() == n, who
    helping_ = browser(town.operator).post(f"/hotline/calls/{call.pk}/second/")
    assert helping_.status_code == 302
    browser(town.second).post(f"/hotline/calls/{call.pk}/second/come/")
    there = text(browser(town.second).get(f"/hotline/calls/{call.pk}/"))
    assert "+8613800138000" in there
    assert "L3: " not in there


def test_the_screen_is_shown_again_with_what_was_said_when_it_is_refused(town):
    call = a_call(town)
    client = browser(town.operator)
    client.post(f"/hotline/calls/{call.pk}/screen/start/")
    refused = client.post(
        f"/hotline/calls/{call.pk}/screen/",
        {"asked.plan": "yes", "asked.now": "no", "level": "1", "reason": "", "told": "邻居"},
    )
    assert refused.status_code == 422
    shown = text(refused)
    assert "at least L3" in shown
    assert 'name="asked.plan" value="yes" data-level="3" checked' in shown
    assert 'value="邻居"' in shown
    client.post(
        f"/hotline/calls/{call.pk}/screen/",
        {"asked.plan": "yes", "level": "3", "reason": "", "told": "", "rescue": ""},
    )
    shown = text(client.get(f"/hotline/calls/{call.pk}/"))
    assert "L3: thoughts with a plan or means" in shown
    assert "Ask for a second worker beside you" in shown


def wanted(who):
    with as_(who):
        return [each.call for each in calls.wanted_now()]


def test_one_second_worker_comes_of_those_who_want_to(town):
    call = a_call(town)
    third = factories.Appointment(role="hotline_worker", place=town.line.place)
    for _turn in range(2):
        with as_(town.operator):
            helping.call_for_help(call_id=call.pk, by=town.operator.account, at=timezone.now())
    assert wanted(third) == wanted(town.hotline_lead) == [call.pk]
    assert wanted(town.other_operator) == []
    assert "needs a second worker now" in text(browser(town.hotline_lead).get("/hotline/board/"))
    shown = text(browser(third).get(f"/hotline/calls/{call.pk}/"))
    assert "needs a second worker now" in shown
    assert "+8613800138000" not in shown
    for _turn in range(2):
        with as_(town.second):
            helping.come(call_id=call.pk, by=town.second.account, at=timezone.now())
    assert wanted(third) == []
    with as_(third), pytest.raises(Refused, match="is there already"):
        helping.come(call_id=call.pk, by=third.account, at=timezone.now())
    with as_(town.operator), pytest.raises(Refused, match="your own call"):
        helping.come(call_id=call.pk, by=town.operator.account, at=timezone.now())
    assert happened(call) == ["HELP_CALLED", "HELP_CAME"]
    with as_(third), pytest.raises(NotAllowed):
        helping.tell(
            call_id=call.pk, level=4, told="110", rescue="EMERGENCY", by=third.account,
            at=timezone.now(),
        )  # fmt: skip


def test_the_second_worker_writes_who_was_told(town):
    a_family(town)
    call = a_call(town)
    browser(town.operator).post(f"/hotline/calls/{call.pk}/second/")
    helper = browser(town.second)
    helper.post(f"/hotline/calls/{call.pk}/second/come/")
    there = text(helper.get(f"/hotline/calls/{call.pk}/"))
    assert "示例花园1栋 501" in there
    assert 'href="tel:110"' in there
    path = f"/hotline/calls/{call.pk}/second/told/"
    refused = helper.post(path, {"level": "4", "told": "110, 120", "rescue": ""})
    assert refused.status_code == 422
    assert 'value="110, 120"' in text(refused)
    helper.post(path, {"level": "4", "told": "110, 120", "rescue": "EMERGENCY"})
    [row] = rows(RiskScreen)
    assert (row.told, row.rescue, row.by_id) == (
        "110, 120", "EMERGENCY", town.second.account_id,
    )  # fmt: skip
    holder = text(browser(town.operator).get(f"/hotline/calls/{call.pk}/"))
    assert "Told: 110, 120 (Life in danger: without consent)" in holder


def begin(town, call):
    with as_(town.operator):
        discreet.begin(call_id=call.pk, by=town.operator.account, at=timezone.now())


def test_the_safe_word_opens_nothing_and_is_written_down_once(town):
    a_family(town)
    call = a_call(town)
    client = browser(town.operator)
    for _turn in range(2):
        client.post(f"/hotline/calls/{call.pk}/discreet/")
    assert happened(call) == ["SAFE_WORD"]
    assert rows(Matter) == []
    shown = text(client.get(f"/hotline/calls/{call.pk}/"))
    assert "Are you in danger now?" in shown
    assert "Send help" not in shown
    client.post(f"/hotline/calls/{call.pk}/discreet/said/", {"said": "danger.yes"})
    assert "Send help to 示例花园1栋 501" in text(client.get(f"/hotline/calls/{call.pk}/"))
    bad = client.post(f"/hotline/calls/{call.pk}/discreet/said/", {"said": "colour.yes"})
    assert bad.status_code == 422


@pytest.mark.parametrize("is_before", [True, False])
def test_nothing_is_ever_texted_to_somebody_who_cannot_speak_freely(town, is_before):
    call = a_call(town)
    data = {
        "answers": {"danger": "violence", "phone": "13800138000"}, "building": str(town.block.pk),
        "address": "示例花园1栋 501", "text": "在隔壁", "contact": {"phone": "13800138000"},
    }  # fmt: skip
    if is_before:
        begin(town, call)
    with as_(town.operator):
        needs.open_matter(
            call_id=call.pk, category="emergency", key=uuid4(), data=data,
            by=town.operator.account, at=timezone.now(),
        )  # fmt: skip
    if not is_before:
        with factories.as_owner_of_rows():
            OutboxMessage.objects.all().delete()  # what went out before they said the word
        begin(town, call)
    [report] = rows(Report)
    [said] = notes.in_both(report.notes)
    assert "Do not call and do not text: +8613800138000" in said["en"]
    assert "+8613800138000" in said["zh"]
    assert "Do not call" not in said["zh"]
    assert "在隔壁" in report.text
    assert report.phone_index is None
    from kapok.matters.operations.telling import _phones  # noqa: PLC0415

    with factories.as_owner_of_rows():
        assert _phones({report.matter_id}) == {}
        assert OutboxMessage.objects.count() == 0


def test_nobody_calls_back_before_they_said_that_it_is_safe(town):
    call = a_call(town)
    screen(town, call, 3, {"plan": True})
    begin(town, call)
    assert {back.state for back in rows(CallBack)} == {"CANCELLED"}
    again = a_call(town, by=town.second)
    with as_(town.second):
        discreet.begin(call_id=again.pk, by=town.second.account, at=timezone.now())
        discreet.answer(
            call_id=again.pk, question="safe_later", yes=True, by=town.second.account,
            at=timezone.now(),
        )  # fmt: skip
        assert record_of(again.pk).yes_no == {"safe_later": True}
    screen(town, again, 3, {"plan": True}, who=town.second)
    assert len(rows(CallBack, call=again, state="WAITING")) == 4


def test_the_page_says_one_thing_of_follow_ups_where_nobody_may_call(town):
    call = a_call(town)
    screen(town, call, 4)
    path = f"/hotline/calls/{call.pk}/"
    assert "follow-ups are planned" in text(browser(town.operator).get(path))
    begin(town, call)
    shown = text(browser(town.operator).get(path))
    assert "No follow-up call is planned" in shown
    assert "follow-ups are planned" not in shown

"""Nothing goes to whoever could not speak freely: no text, no call, whatever it is about."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import sit
from tests.kapok.hotline.done import a_back
from tests.kapok.hotline.done import a_call as an_old_call
from tests.kapok.hotline.talking import (
    OTHER_PHONE,
    PHONE,
    a_call,
    as_,
    browser,
    happened,
    text,
)

from kapok.access import messages
from kapok.access.models import OutboxMessage
from kapok.access.phone_codes import send_code
from kapok.errors import Refused
from kapok.hotline import hooks
from kapok.hotline.models import CallBack, Need
from kapok.hotline.operations import calling, discreet, helping, screening
from kapok.hotline.queries import silence

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def said_the_word(town, *, safe=None, by=None, later=timedelta()):
    by = by or town.operator
    call = a_call(town, by=by)
    about = {"call_id": call.pk, "by": by.account, "at": timezone.now() + later}
    with as_(by):
        discreet.begin(**about)
        if safe is not None:
            discreet.answer(question="safe_later", yes=safe, **about)
    return call


def texts():
    with factories.as_owner_of_rows():
        return OutboxMessage.objects.count()


def test_no_text_of_anything_goes_to_the_number_for_thirty_days(town):
    said_the_word(town)
    now = timezone.now()
    for later, n in [(timedelta(), 0), (MONTH - timedelta(hours=1), 0), (MONTH, 1)]:
        messages.send_text(PHONE, "您的事项已办结", at=now + later)
        assert texts() == n
    messages.send_texts([(PHONE, "改期"), (OTHER_PHONE, "改期")], at=now)
    assert texts() == 2


def test_codes_that_somebody_asks_for_still_go(town):
    said_the_word(town)
    send_code(phone=PHONE, address="192.0.2.1", at=timezone.now())
    assert texts() == 1


@pytest.mark.parametrize(("safe", "n"), [(True, 1), (False, 0)])
def test_texts_go_where_they_said_that_it_is_safe(town, safe, n):
    said_the_word(town, safe=safe)
    messages.send_text(PHONE, "您的事项已办结", at=timezone.now())
    assert texts() == n


def test_the_last_time_that_they_said_the_word_counts(town):
    said_the_word(town, safe=True)
    said_the_word(town, by=town.second, later=timedelta(seconds=1))
    assert silence.numbers([PHONE, OTHER_PHONE], timezone.now()) == {PHONE}


def test_whoever_asks_needs_no_scope(town):
    said_the_word(town)
    assert silence.numbers([PHONE], timezone.now()) == {PHONE}
    assert silence.numbers([], timezone.now()) == set()


def test_no_call_goes_to_them_that_is_owed_for_something_else(town):
    """Neither one that was missed later, nor a follow-up of an earlier call."""
    now = timezone.now()
    earlier = an_old_call(town, now - timedelta(days=2), by=town.second)
    missed = an_old_call(town, now)
    backs = [a_back(earlier, now, why="FOLLOW_UP", step="24h"), a_back(missed, now)]
    said_the_word(town)
    for back in backs:
        with as_(town.second):
            calling.take(back_id=back.pk, by=town.second.account_id, at=now)
            with pytest.raises(Refused, match="do not call"):
                calling.call(back_id=back.pk, by=town.second.account_id, at=now)
        shown = text(browser(town.second).get(f"/hotline/backs/{back.pk}/"))
        assert "do not call" in shown
        assert "tel:" not in shown
        assert f"/hotline/backs/{back.pk}/call/" not in shown
        assert f"/hotline/backs/{back.pk}/put-back/" in shown  # it is not lost


def test_what_was_promised_to_somebody_who_speaks_freely_is_kept(town):
    said_the_word(town)
    now = timezone.now()
    back = a_back(an_old_call(town, now, by=town.second), now, why="PROMISED")
    take_a_seat(town)
    with as_(town.second):
        calling.take(back_id=back.pk, by=town.second.account_id, at=now)
        assert calling.call(back_id=back.pk, by=town.second.account_id, at=now).way == "OUT"


def take_a_seat(town):
    town.at = timezone.now()
    sit(town, town.second, town.line)


def test_nobody_asks_by_telephone_whether_an_earlier_matter_helped(town):
    now, matter = timezone.now(), uuid4()
    earlier = an_old_call(town, now - timedelta(days=2), by=town.second)
    with factories.as_owner_of_rows():
        Need.objects.create(call=earlier, category="medicine", matter=matter, at=now)
    said_the_word(town)
    event = SimpleNamespace(before="CHECKED", after="CLOSED")
    hooks.hear([SimpleNamespace(matter=SimpleNamespace(id=matter), event=event)], {}, now)
    with factories.as_owner_of_rows():
        assert CallBack.objects.count() == 0


class TestMistake:
    def test_it_is_taken_back_while_the_talk_goes_on(self, town):
        call = said_the_word(town)
        client = browser(town.operator)
        assert "It was a mistake" in text(client.get(f"/hotline/calls/{call.pk}/"))
        for _turn in range(2):
            answer = client.post(f"/hotline/calls/{call.pk}/discreet/mistake/", follow=True)
        shown = text(answer)
        assert "they speak freely" in shown
        assert 'id="yes-no"' not in shown
        assert happened(call) == ["SAFE_WORD", "MISHEARD"]
        messages.send_text(PHONE, "您的事项已办结", at=timezone.now())
        assert texts() == 1

    def test_not_once_they_cannot_be_asked_any_more(self, town):
        call = said_the_word(town)
        client = browser(town.operator)
        client.post(f"/hotline/calls/{call.pk}/hang-up/")
        shown = text(client.get(f"/hotline/calls/{call.pk}/"))
        assert "It was a mistake" not in shown
        refused = client.post(f"/hotline/calls/{call.pk}/discreet/mistake/")
        assert refused.status_code == 422
        assert "The talk is over" in text(refused)
        assert silence.numbers([PHONE], timezone.now()) == {PHONE}

    def test_a_colleague_cannot(self, town):
        call = said_the_word(town)
        with as_(town.second), pytest.raises(Refused):
            discreet.take_back(call_id=call.pk, by=town.second.account, at=timezone.now())

    def test_what_was_withheld_stays_so_and_the_word_begins_anew(self, town):
        call = a_call(town)
        back = a_back(call, timezone.now(), why="PROMISED")
        about = {"call_id": call.pk, "by": town.operator.account, "at": timezone.now()}
        with as_(town.operator):
            discreet.begin(**about)
            discreet.answer(question="safe_later", yes=True, **about)
            discreet.take_back(**about)
            discreet.begin(**about)
        with factories.as_owner_of_rows():
            assert CallBack.objects.get(pk=back.pk).state == "CANCELLED"
        assert silence.numbers([PHONE], timezone.now()) == {PHONE}


class TestFollowUps:
    def heavy(self, town):
        call = a_call(town)
        with as_(town.operator):
            screening.screen(
                call_id=call.pk, answers={"plan": True}, level=3, reason="", told="", rescue="",
                by=town.operator.account, at=timezone.now(),
            )  # fmt: skip
        return call

    def steps(self, call):
        with factories.as_owner_of_rows():
            waiting = CallBack.objects.filter(call=call, state="WAITING")
            return sorted(waiting.values_list("step", flat=True))

    def test_they_are_owed_again_once_a_call_is_said_to_be_safe(self, town):
        call = self.heavy(town)
        about = {"call_id": call.pk, "by": town.operator.account, "at": timezone.now()}
        with as_(town.operator):
            discreet.begin(**about)
        assert self.steps(call) == []
        with as_(town.operator):
            discreet.answer(question="safe_later", yes=True, **about)
        client = browser(town.operator)
        client.post(f"/hotline/calls/{call.pk}/hang-up/")
        closed = client.post(f"/hotline/calls/{call.pk}/close/", {"outcome": "SILENT"})
        assert closed.status_code == 302, text(closed)
        assert self.steps(call) == ["24h", "30d", "7d", "90d"]

    def test_what_the_second_worker_writes_after_the_end_is_followed_up_too(self, town):
        call = a_call(town)
        with as_(town.operator):
            helping.call_for_help(call_id=call.pk, by=town.operator.account, at=timezone.now())
        with as_(town.second):
            helping.come(call_id=call.pk, by=town.second.account, at=timezone.now())
        client = browser(town.operator)
        client.post(f"/hotline/calls/{call.pk}/hang-up/")
        client.post(f"/hotline/calls/{call.pk}/close/", {"outcome": "SILENT"})
        with as_(town.second):
            helping.tell(
                call_id=call.pk, level=4, told="120", rescue="EMERGENCY",
                by=town.second.account, at=timezone.now(),
            )  # fmt: skip
        assert self.steps(call) == ["24h", "30d", "7d", "90d"]


class TestTheNextCall:
    WARNING = "Somebody at this number could not speak freely"

    def shown(self, town, call, who=None):
        return text(browser(who or town.second).get(f"/hotline/calls/{call.pk}/"))

    def test_whoever_takes_it_is_warned(self, town):
        first = a_call(town)
        with as_(town.operator):
            discreet.begin(call_id=first.pk, by=town.operator.account, at=timezone.now())
        again = a_call(town, by=town.second)
        assert self.WARNING in self.shown(town, again)
        assert self.WARNING not in self.shown(town, first, town.operator), (
            "that call says it itself"
        )

    def test_after_thirty_days_nobody_is(self, town):
        first, at = a_call(town), timezone.now() - timedelta(days=31)
        with as_(town.operator):
            discreet.begin(call_id=first.pk, by=town.operator.account, at=at)
        assert self.WARNING not in self.shown(town, a_call(town, by=town.second))

    def test_that_a_call_is_safe_later_does_not_mean_that_they_are_alone(self, town):
        first = a_call(town)
        about = {"call_id": first.pk, "by": town.operator.account, "at": timezone.now()}
        with as_(town.operator):
            discreet.begin(**about)
            discreet.answer(question="safe_later", yes=True, **about)
        assert self.WARNING in self.shown(town, a_call(town, by=town.second))

    def test_another_number_and_a_slip_of_the_key_warn_nobody(self, town):
        first = a_call(town)
        with as_(town.operator):
            discreet.begin(call_id=first.pk, by=town.operator.account, at=timezone.now())
        other = a_call(town, by=town.second, phone=OTHER_PHONE)
        assert self.WARNING not in self.shown(town, other)
        with as_(town.operator):
            discreet.take_back(call_id=first.pk, by=town.operator.account, at=timezone.now())
        again = a_call(town, by=town.hotline_lead)
        assert self.WARNING not in self.shown(town, again, town.hotline_lead)

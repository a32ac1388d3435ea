"""Residents sign in by a code that is sent to their telephone."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests import factories
from tests.factories import NOON

from kapok.access import duties, messages, phone_codes, residents
from kapok.access.models import Alarm, OutboxMessage, PhoneCode
from kapok.access.phones import canonical, phone_index
from kapok.access.scope import acting, of_appointment, of_box, of_watch
from kapok.errors import Refused

PHONE = "+8613800138000"
ADDRESS = "192.0.2.1"


def read_outbox() -> list[messages.Letter]:
    with acting(of_box(at=NOON)):
        return messages.outbox()


def send(phone: str = PHONE, address: str = ADDRESS, at: Any = NOON) -> str:
    """Have a code sent; what it is, read from the outbox."""
    phone_codes.send_code(phone=phone, address=address, at=at)
    return re.search(r"\d{6}", read_outbox()[0].text)[0]


def take(code: str, at: Any = NOON, phone: str = PHONE) -> None:
    phone_codes.take_code(phone_index=phone_index(phone), code=code, at=at)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "１３８００１３８０００",
    ],
)
def test_a_number_has_one_way_of_writing(typed):
    assert canonical(typed) == PHONE


def test_a_number_of_another_country_has_its_code():
    assert canonical("+65 8123 4567") == "+6581234567"


@pytest.mark.parametrize("typed", ["", "x", "12", "+999 1", "1" * 40, "١٢"])
def test_what_is_no_number_is_refused_with_what_to_do(typed):
    with pytest.raises(Refused, match=r"电话号码|telephone number"):
        canonical(typed)


@pytest.mark.django_db
class TestACode:
    def test_opens_once(self):
        code = send()

        take(code)

        with pytest.raises(Refused):
            take(code)

    def test_may_be_typed_with_gaps_or_wide_digits(self):
        code = send()

        take(f" {code[:3]} {code[3:]} ".translate({48 + n: 0xFF10 + n for n in range(10)}))

        with pytest.raises(Refused):  # it was taken
            take(code)

    def test_is_good_for_ten_minutes(self):
        code = send()

        with pytest.raises(Refused):
            take(code, at=NOON + timedelta(minutes=10))

    def test_opens_only_the_number_that_it_was_sent_to(self):
        code = send()
        send("+8613900139000")

        with pytest.raises(Refused):
            take(code, phone="+8613900139000")

    def test_can_be_tried_five_times(self):
        code = send()
        for _ in range(5):
            with pytest.raises(Refused):
                take(wrong(code))

        with pytest.raises(Refused):
            take(code)

        with acting(of_watch(at=NOON)):
            alarm = Alarm.objects.get(kind="SIGN_IN")  # somebody guesses
        assert (alarm.account, alarm.n) == (None, 1)

    def test_that_is_newer_takes_the_older_ones_place(self):
        old = send()
        new = send(at=NOON + timedelta(minutes=1))

        with pytest.raises(Refused):
            take(old if old != new else wrong(new), at=NOON + timedelta(minutes=2))
        take(new, at=NOON + timedelta(minutes=2))

    def test_is_not_stored_and_neither_is_the_number(self):
        code = send()

        stored = str(PhoneCode.objects.values().get()) + str(OutboxMessage.objects.all().query)
        assert code not in stored
        assert "13800138000" not in stored

    def test_is_forgotten_a_day_later(self):
        send()
        send("+8613900139000", at=NOON + timedelta(seconds=2))

        duties.forget_sign_ins(at=NOON + timedelta(days=1, seconds=1))

        assert PhoneCode.objects.count() == 1

    def test_is_never_tried_a_sixth_time_says_the_database_too(self):
        send()

        with pytest.raises(IntegrityError, match="five_times"), transaction.atomic():
            PhoneCode.objects.update(n_tries=6)


@pytest.mark.django_db
class TestLimits:
    def test_three_codes_an_hour_for_a_number(self):
        for minutes in (0, 10, 20):
            send(at=NOON + timedelta(minutes=minutes))

        with pytest.raises(Refused, match="30"):
            send(at=NOON + timedelta(minutes=30))
        send(at=NOON + timedelta(minutes=60))

    def test_fifty_codes_an_hour_for_an_address_that_nobody_types(self):
        for n in range(50):
            send(f"+86138001380{n:02}")

        with pytest.raises(Refused, match="60"):
            send("+8613900139000")
        send("+8613900139000", address="192.0.2.2")

    def test_a_town_behind_one_address_that_types_its_codes_is_not_shut_out(self, monkeypatch):
        monkeypatch.setattr(phone_codes, "UNUSED_FOR_AN_ADDRESS", 2)
        for n in range(8):
            at = NOON + timedelta(seconds=n)
            phone = f"+86138001380{n:02}"
            take(send(phone, at=at), phone=phone, at=at)

        assert PhoneCode.objects.filter(used_at__isnull=False).count() == 8

    def test_not_even_with_telephones_of_ones_own_is_all_used_up_from_one_address(
        self, monkeypatch
    ):
        monkeypatch.setattr(phone_codes, "CODES_FOR_AN_ADDRESS", 3)
        for n in range(3):
            at = NOON + timedelta(seconds=n)
            take(send(f"+861380013800{n}", at=at), phone=f"+861380013800{n}", at=at)

        with pytest.raises(Refused, match="you must wait"):
            send("+8613900139000", at=NOON + timedelta(minutes=1))


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_five_together():
    """Of guesses in parallel none is tried after the fifth, and the right code opens no more."""
    code = send()
    outcomes, barrier = [], threading.Barrier(8)

    def guess() -> None:
        barrier.wait()
        for _ in range(3):
            try:
                take(wrong(code))
            except Refused as refusal:
                outcomes.append(str(refusal))
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert PhoneCode.objects.get().n_tries == 5
    with pytest.raises(Refused):
        take(code)


@pytest.mark.django_db(transaction=True)
def test_codes_asked_for_at_the_same_moment_are_three_together():
    sent, barrier = [], threading.Barrier(6)

    def ask() -> None:
        barrier.wait()
        try:
            phone_codes.send_code(phone=PHONE, address=ADDRESS, at=NOON)
            sent.append(True)
        except Refused:
            sent.append(False)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(sent) == [False] * 3 + [True] * 3


@pytest.mark.django_db
class TestTheOutbox:
    def test_is_seen_by_administrators_alone(self):
        send()
        for role, n in (("administrator", 1), ("community_lead", 0), ("auditor", 0)):
            appointment = factories.Appointment(role=role, place=440103022001000)
            with acting(of_appointment(appointment, at=NOON)):
                assert len(messages.outbox()) == n, role
        assert OutboxMessage.objects.count() == 0  # nobody acts

    def test_masks_numbers(self):
        send()

        assert read_outbox()[0].phone == "+86********000"

    def test_hides_codes_where_data_is_real(self, settings):
        phone_codes.send_code(phone=PHONE, address=ADDRESS, at=NOON)
        settings.DEMO = False

        [letter] = read_outbox()

        assert letter.is_hidden
        assert letter.text == ""

    def test_forgets_after_a_week(self):
        send()

        duties.forget_sign_ins(at=NOON + timedelta(days=7))
        assert len(read_outbox()) == 1
        duties.forget_sign_ins(at=NOON + timedelta(days=7, seconds=1))
        assert read_outbox() == []

    def test_its_page_says_that_nothing_was_sent(self, english):
        administrator = factories.Appointment(role="administrator", place=440103022000000)
        english.force_login(administrator.account)
        english.post("/own/sign-in/", {"phone": PHONE})

        page = english.get("/outbox/").content.decode()

        assert "Not sent: this box has no SMS provider." in page

    def test_its_page_is_refused_to_others(self, english, chen):
        chen.is_demo = True
        chen.save()
        english.force_login(chen)

        assert english.get("/outbox/").status_code == 403


@pytest.mark.django_db
class TestThePages:
    def ask(self, browser: Client, phone: str = "13800138000", **more: Any) -> Any:
        return browser.post("/own/sign-in/", {"phone": phone, **more})

    def code(self) -> str:
        return re.search(r"\d{6}", read_outbox()[0].text)[0]

    def test_a_resident_signs_in_with_number_and_code(self, english):
        assert self.ask(english)["Location"] == "/own/sign-in/code/"

        answer = english.post("/own/sign-in/code/", {"code": self.code()})

        assert answer["Location"] == residents.HOME
        assert english.session[residents.RESIDENT] == phone_index(PHONE).hex()
        assert "_auth_user_id" not in english.session

    def test_the_answer_is_the_same_for_every_number(self, english):
        """Nothing on the way looks a number up, so none can be told from another."""
        answers = []
        for phone in ("13800138000", "13900139000"):
            answer = self.ask(english, phone)
            page = english.get(answer["Location"]).content.decode()
            answers.append((answer.status_code, re.sub(r'value="\w{64}"', "", page)))

        assert answers[0] == answers[1]

    def test_a_wrong_code_says_how_many_tries_are_left(self, english):
        self.ask(english)

        answer = english.post("/own/sign-in/code/", {"code": wrong(self.code())})

        assert answer.status_code == 422
        assert "You have 4 more tries." in answer.content.decode()

    def test_a_fourth_code_says_how_long_to_wait(self, english):
        for _ in range(3):
            self.ask(english)

        answer = self.ask(english)

        assert answer.status_code == 422
        assert "wait 60 minutes" in answer.content.decode()

    def test_the_session_is_a_new_one_and_no_accounts(self, english, sign_in, chen):
        sign_in()
        before = english.session.session_key
        self.ask(english)

        english.post("/own/sign-in/code/", {"code": self.code()})

        assert english.session.session_key != before
        assert english.get("/account/").status_code == 302

    def test_it_leads_back_to_where_the_resident_wanted_to_go_and_nowhere_else(self, english):
        for wanted, led_to in (("/own/looks/", "/own/looks/"), ("https://example.org/", "/own/")):
            answer = self.ask(english, next=wanted)
            target = answer["Location"].partition("next=")[2]
            code = self.code()
            sent = {"code": code} | ({"next": wanted} if target else {})
            assert english.post("/own/sign-in/code/", sent)["Location"] == led_to
            english.post("/own/sign-out/")

    def test_signing_out_ends_it(self, english):
        self.ask(english)
        english.post("/own/sign-in/code/", {"code": self.code()})

        assert english.post("/own/sign-out/")["Location"] == "/"

        assert residents.RESIDENT not in english.session

    def test_the_code_is_asked_for_only_after_the_number(self, english):
        assert english.get("/own/sign-in/code/")["Location"] == "/own/sign-in/"

    def test_a_box_without_provider_says_so(self, english, settings):
        assert "an administrator reads the code" in english.get("/own/sign-in/").content.decode()
        settings.DEMO = False
        assert "Ask at the office" in english.get("/own/sign-in/").content.decode()


@pytest.mark.django_db
class TestPagesOfResidents:
    @pytest.fixture
    def ask(self, rf: Any) -> Any:
        """Ask for a page of residents, with or without a proven telephone."""

        def ask(proven: bytes | None, **headers: str) -> Any:
            request = rf.get("/own/looks/", headers=headers)
            request.session = Client().session
            request.htmx = bool(headers)
            if proven is not None:
                request.session[residents.RESIDENT] = proven.hex()
            return residents.resident_first(lambda request: "the page")(request)

        return ask

    def test_open_to_whoever_has_proven_a_telephone(self, ask):
        assert ask(b"\x07") == "the page"

    def test_lead_others_to_prove_one(self, ask):
        assert ask(None)["Location"] == "/own/sign-in/?next=%2Fown%2Flooks%2F"
        assert ask(None, **{"HX-Request": "true"})["HX-Redirect"].startswith("/own/sign-in/")

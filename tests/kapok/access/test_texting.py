"""To which telephones text messages go, and how many codes the whole box sends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.factories import NOON

from kapok.access import phone_codes, texting
from kapok.access.models import OutboxMessage, PhoneCode
from kapok.access.scope import acting, of_box
from kapok.box import texting as said
from kapok.box.texting import Cap
from kapok.errors import Refused

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def limit(settings, **caps):
    settings.TEXTING = replace(settings.TEXTING, **caps)


def send(n, at=NOON, helpline=""):
    """A code for the n-th telephone, asked for from an address of its own."""
    phone_codes.send_code(
        phone=f"+86138{n:08d}", address=f"192.0.2.{n % 250}", at=at, helpline=helpline
    )


@pytest.mark.parametrize("number", ["+6581234567", "+8613800138000", "+12025550123"])
def test_plus_alone_allows_mobiles_of_every_country(settings, number):
    limit(settings, prefixes=("+",))

    assert texting.why_not(number) == ""


@pytest.mark.parametrize("number", ["+6581234567", "+12025550123", "+88216123456"])
def test_a_number_abroad_gets_none_and_one_sentence_says_what_to_do(number):
    with pytest.raises(Refused, match=r"\+86") as refusal:
        texting.refuse_number(number)
    assert str(refusal.value).count(". ") + str(refusal.value).count("。") <= 1


@pytest.mark.parametrize(
    "number", ["+862087654321", "+864008123456", "+868008123456", "+4470" + "12345678"]
)
def test_what_is_no_mobile_gets_none(settings, number):
    limit(settings, prefixes=("+",))

    with pytest.raises(Refused, match=r"not a mobile|手机"):
        texting.refuse_number(number)


@pytest.mark.django_db
class TestCodesOfTheWholeBox:
    def test_end_at_the_cap_of_an_hour_and_a_sentence_says_until_when(self, settings):
        limit(settings, codes=Cap(3, 100))
        for n in range(3):
            send(n, NOON + n * MINUTE)

        with pytest.raises(Refused, match=r"13:00|21:00"):
            send(9, NOON + 5 * MINUTE)
        send(9, NOON + HOUR + MINUTE)

    def test_end_at_the_cap_of_a_day_and_begin_anew_at_midnight(self, settings):
        limit(settings, codes=Cap(100, 2))
        send(1)
        send(2, NOON + HOUR)

        with pytest.raises(Refused, match="00:00"):
            send(3, NOON + 9 * HOUR)
        assert texting.next_day(NOON) > NOON
        send(3, texting.next_day(NOON))

    def test_lead_to_the_telephone_of_the_community(self, settings):
        limit(settings, codes=Cap(0, 0))

        with pytest.raises(Refused, match="020-8123 4567"):
            send(1, helpline="020-8123 4567")
        with pytest.raises(Refused) as refusal:
            send(1)
        assert "%" not in str(refusal.value)

    def test_are_neither_written_nor_counted_when_they_are_refused(self, settings):
        limit(settings, codes=Cap(1, 1))
        send(1)
        for n in range(2, 5):
            with pytest.raises(Refused):
                send(n)

        assert PhoneCode.objects.count() == 1
        with acting(of_box(at=NOON)):
            assert OutboxMessage.objects.count() == 1

    def test_are_near_their_cap_before_it_is_reached(self, settings):
        limit(settings, codes=Cap(5, 100))
        for n in range(4):
            send(n)

        found = texting.codes(at=NOON)
        assert (found.is_near, found.is_reached, found.room) == (True, False, 1)

    def test_do_not_go_abroad(self):
        with pytest.raises(Refused, match=r"\+86"):
            phone_codes.send_code(phone="+6581234567", address="192.0.2.1", at=NOON)
        assert not PhoneCode.objects.exists()


def test_the_environment_says_prefixes_and_caps_and_the_country_is_the_default():
    found = said.of({"KAPOK_SMS_CODES": "10/20"}, "SG")

    assert found.prefixes == ("+65",)
    assert (found.codes, found.news) == (Cap(10, 20), Cap(2000, 10000))
    assert said.of({"KAPOK_SMS_PREFIXES": "+86, +852"}, "CN").prefixes == ("+86", "+852")


@pytest.mark.parametrize(
    "environ",
    [{"KAPOK_SMS_CODES": "many"}, {"KAPOK_SMS_PREFIXES": "86"}, {"KAPOK_SMS_PREFIXES": ""}],
)
def test_what_the_environment_says_wrongly_stops_the_start_and_names_the_variable(environ):
    with pytest.raises(RuntimeError, match=next(iter(environ))):
        said.of(environ, "CN")

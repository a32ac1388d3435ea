"""A telephone is proven on light pages, within the limits that hold for all residents."""

import re
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import as_box, as_owner_of_rows
from tests.kapok.portal.conftest import PHONE, text_of

from kapok.access import phone_codes, secrets
from kapok.access.models import OutboxMessage, PhoneCode
from kapok.box.texting import Cap
from kapok.outreach.models import Channel

pytestmark = pytest.mark.django_db


def sent_code() -> str:
    with as_box():
        row = OutboxMessage.objects.latest("id")
    return re.search(r"\d{6}", secrets.decrypt(bytes(row.text), about="outbox.text"))[0]


def asked(client, town, phone="13800138000", target=""):
    return client.post(f"/c/{town.code}/phone/", {"phone": phone, "next": target})


def test_a_code_opens_the_page_that_one_wanted(english, town):
    first = english.get(f"/c/{town.code}/check/")
    assert "next=" in first["Location"]
    assert "Send me a code" in text_of(english.get(first["Location"]))
    sent = asked(english, town, target=f"/c/{town.code}/check/")
    page = text_of(english.get(sent["Location"]))
    assert "It was sent to" in page
    assert "13800138000" not in page
    done = english.post(
        f"/c/{town.code}/phone/code/", {"code": sent_code(), "next": f"/c/{town.code}/check/"}
    )
    assert done["Location"] == f"/c/{town.code}/check/"
    assert english.get(done["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("is_demo", "sentence"),
    [(True, "This box sends no text messages"), (False, "This box has no SMS provider yet")],
)
def test_it_says_that_no_text_leaves_only_where_that_is_so(
    english, town, settings, is_demo, sentence
):
    settings.DEMO = is_demo
    code = asked(english, town)["Location"]
    assert sentence in text_of(english.get(code))
    assert "no message leaves" in text_of(english.get(reverse("resident-sign-in")))
    with as_owner_of_rows():
        Channel.objects.create(
            kind="SMPP", name="短信", place=110000000000000, level="PROVINCE", secret=b"",
            per_second=1, made_by=town.lead.account, made_at=timezone.now(),
        )  # fmt: skip
    assert "This box" not in text_of(english.get(code))
    assert "no message leaves" not in text_of(english.get(reverse("resident-sign-in")))


def test_it_leads_to_no_other_site(english, town):
    asked(english, town, target="https://evil.example/")
    done = english.post(
        f"/c/{town.code}/phone/code/", {"code": sent_code(), "next": "https://evil.example/"}
    )
    assert done["Location"] == f"/c/{town.code}/own/"


def test_a_number_alone_opens_nothing(english, town):
    asked(english, town)
    assert "/phone/" in english.get(f"/c/{town.code}/own/")["Location"]


def test_asking_for_a_code_lends_nobody_elses_number(resident, town):
    """Who has proven one telephone acts with that one, whatever other they ask a code for."""
    asked(resident, town, phone="13900139000")
    page = text_of(resident.get(f"/c/{town.code}/help/food/"))
    assert "+8613800138000" in page
    assert "13900139000" not in page


def test_wrong_codes_are_counted_and_the_fifth_is_the_last(english, town):
    asked(english, town)
    right = sent_code()
    wrong = "000000" if right != "000000" else "111111"
    for _turn in range(5):
        answer = english.post(f"/c/{town.code}/phone/code/", {"code": wrong})
        assert answer.status_code == 422
    assert "Ask for a new code" in text_of(
        english.post(f"/c/{town.code}/phone/code/", {"code": right})
    )


def test_one_number_gets_three_codes_in_an_hour(english, town):
    answers = [asked(english, town) for _turn in range(4)]
    assert [each.status_code for each in answers] == [302, 302, 302, 422]
    assert "you must wait" in text_of(answers[-1])


def test_one_address_cannot_pump_messages_to_many_numbers(english, town, monkeypatch):
    monkeypatch.setattr(phone_codes, "UNUSED_FOR_AN_ADDRESS", 4)
    answers = [asked(english, town, phone=f"138001380{n:02d}") for n in range(6)]
    assert [each.status_code for each in answers] == [302] * 4 + [422] * 2
    assert PhoneCode.objects.count() == 4


def test_what_is_no_number_is_said(english, town):
    assert asked(english, town, phone="12<script>").status_code == 422


def test_leaving_ends_it(resident, town):
    assert resident.get(f"/c/{town.code}/own/").status_code == 200
    resident.post(f"/c/{town.code}/phone/leave/")
    assert "/phone/" in resident.get(f"/c/{town.code}/own/")["Location"]


def test_the_number_lies_sealed_in_the_session(resident, town):
    from django.contrib.sessions.models import Session  # noqa: PLC0415

    kept = " ".join(str(row.get_decoded()) for row in Session.objects.all())
    assert PHONE not in kept
    assert "13800138000" not in kept


def test_when_the_whole_box_sent_as_many_codes_as_it_may_the_communitys_number_is_there(
    english, town, settings
):
    settings.TEXTING = replace(settings.TEXTING, codes=Cap(0, 0))
    answer = asked(english, town)
    assert answer.status_code == 422
    assert "Telephone your community at 020-8123 4567" in text_of(answer)
    assert not PhoneCode.objects.exists()


def test_a_number_abroad_is_refused_with_what_to_do(english, town):
    answer = asked(english, town, phone="+65 8123 4567")
    assert answer.status_code == 422
    assert "begin with +86" in text_of(answer)

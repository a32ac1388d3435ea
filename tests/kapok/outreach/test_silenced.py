"""To numbers that fell silent no text goes, of notices or of the box's own; codes still do."""

from datetime import timedelta

import pytest

from kapok.access import messages
from kapok.access.phone_codes import send_code
from kapok.outreach.operations import letters, outbox

pytestmark = pytest.mark.django_db
SILENT, OTHER = "+8613800000001", "+8613800000002"


@pytest.fixture
def hush(monkeypatch):
    """From now on a number is silent."""

    def hush():
        monkeypatch.setattr(
            messages, "SILENCED", [lambda asked, at: {n for n in asked if n == SILENT}]
        )

    return hush


def test_a_notice_goes_to_all_but_them_and_says_of_nobody_why(town, office, hush):
    way = office.channel()
    version = office.sent()
    hush()
    batch = outbox.take(way, at=town.noon, at_most=500)
    numbers = {letter.number for letter in batch.letters}
    assert SILENT not in numbers
    assert OTHER in numbers
    rows = {row.state: row.answer for row in office.messages(version) if row.state != "TAKEN"}
    assert rows == {"OPTED_OUT": ""}


def test_of_the_box_s_own_texts_codes_alone_go(town, office, hush):
    way = office.channel()
    messages.send_text(SILENT, "您的事项已办结", at=town.noon)  # before they said the word
    send_code(phone=SILENT, address="192.0.2.1", at=town.noon + timedelta(seconds=1))
    messages.send_text(OTHER, "您的事项已办结", at=town.noon)
    hush()
    at = town.noon + timedelta(seconds=2)
    found = letters.take(way.pk, at=at)
    assert [letter.number for letter in found] == [SILENT, OTHER]
    assert "code" in found[0].text or "验证码" in found[0].text
    assert letters.take(way.pk, at=at) == []  # and it is not tried again

"""What people send back: stop and start, a receipt, a need that becomes a matter."""

from types import SimpleNamespace

import pytest
from tests.kapok.outreach.conftest import GRID, NEXT_GRID
from tests.kapok.outreach.leaving import FIRST, MINUTE, SECOND, send, states

from kapok.matters.models import Matter
from kapok.outreach.models import OptOut
from kapok.outreach.sending import smpp
from kapok.outreach.sending.letters import Incoming

pytestmark = pytest.mark.django_db


def test_stop_by_message_stops_what_waits_and_start_lets_it_come_again(office, line, provider):
    office.sent()
    send(office)
    provider.say(SECOND, "退订")
    send(office, MINUTE)
    with office.post():
        assert OptOut.objects.count() == 1
    second = office.sent()
    assert states(office, second)[NEXT_GRID] == "OPTED_OUT"
    provider.say(SECOND, "START")
    send(office, 2 * MINUTE)
    with office.post():
        assert not OptOut.objects.exists()


def test_a_reply_is_a_receipt_or_a_matter_and_never_lost_in_a_chat(office, line, provider, town):
    version = office.sent()
    send(office)
    provider.say(FIRST, "收到")
    provider.say(SECOND, "家里老人需要送水")
    send(office, MINUTE)
    assert office.passing(version, GRID).n_read == 1
    with office.as_(town.lead, MINUTE, purpose="matter_handling"):
        [matter] = Matter.objects.filter(place=NEXT_GRID)
        assert "老人需要送水" in matter.reports.get().text or matter.kind in {"help", "other"}
    provider.say("8613999999999", "你好")  # nobody's
    send(office, 2 * MINUTE)
    with office.as_(town.lead, MINUTE, purpose="matter_handling"):
        assert Matter.objects.count() == 1


@pytest.mark.parametrize(
    ("ton", "said", "number"),
    [(1, b"8613800138000", "+8613800138000"), (0, b"13800138000", "+8613800138000"),
     (0, b"8613800138000", "+8613800138000"), (1, b"6591234567", "+6591234567"),
     (5, b"BANK", "")],
)  # fmt: skip
def test_numbers_of_replies_are_read_however_the_provider_writes_them(ton, said, number):
    pdu = SimpleNamespace(
        esm_class=0, source_addr_ton=ton, source_addr=said, short_message=b"STOP\x00",
        data_coding=0, message_payload=None,
    )  # fmt: skip
    assert smpp.incoming_of(pdu) == Incoming(number, "STOP")

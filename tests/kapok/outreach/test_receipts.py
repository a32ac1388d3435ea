"""Receipts of the provider: matched however they are written, and confirmed once stored."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.kapok.outreach.conftest import NEXT_GRID
from tests.kapok.outreach.leaving import FIRST, MINUTE, SECOND, send, states

from kapok.access import messages
from kapok.outreach import tasks
from kapok.outreach.models import Message
from kapok.outreach.operations import outbox
from kapok.outreach.sending import smpp
from kapok.outreach.sending.letters import Receipt

pytestmark = pytest.mark.django_db


def test_a_receipt_of_failure_says_so(office, line, provider):
    provider.states = {SECOND: "UNDELIV"}
    office.sent()
    send(office)
    assert states(office)[NEXT_GRID] == "FAILED"


def test_receipts_that_spell_the_name_otherwise_are_matched(office, line, provider):
    provider.hexadecimal = True
    office.sent()
    send(office)
    assert set(states(office).values()) == {"DELIVERED"}


def test_receipts_are_confirmed_only_once_they_are_stored(office, line, provider, monkeypatch):
    office.sent()
    monkeypatch.setattr(outbox, "receive", lambda *_a, **_k: (_ for _ in ()).throw(KeyError))
    with pytest.raises(KeyError):
        send(office)
    assert provider.unconfirmed
    monkeypatch.undo()
    tasks.LINES[line.pk].abandon()
    send(office, MINUTE)
    assert set(states(office).values()) == {"DELIVERED"}


def test_an_alphabetic_sender_and_broken_receipts_do_not_stop_the_line():
    nothing = SimpleNamespace(
        esm_class=4, source_addr_ton=0, short_message=b"what?", data_coding=0,
        source_addr=b"1", message_state=None,
        receipted_message_id=None, message_payload=None,
    )  # fmt: skip
    found = smpp.receipt_of(nothing)
    assert (found.provider_id, found.is_final) == ("", False)


def test_another_spelling_counts_for_the_same_number_alone(office, line, provider):
    """1000 in one notation is 4096 in the other, which is the name of somebody else's message."""
    provider.sends_receipts = False
    office.sent()
    send(office)
    with office.post():
        named = Message.objects.filter(place=NEXT_GRID)
        named.update(provider_id="4096")
    failed = Receipt("1000", f"+{FIRST}", is_delivered=False, is_final=True, said="UNDELIV")
    outbox.receive(line.pk, [failed], at=office.town.noon)
    assert states(office)[NEXT_GRID] == "SENT"
    outbox.receive(line.pk, [replace(failed, number=f"+{SECOND}")], at=office.town.noon)
    assert states(office)[NEXT_GRID] == "FAILED"


def test_of_the_box_s_own_texts_no_receipt_is_asked_for(office, line, provider):
    """Nobody reads it, and it might be taken for that of a notice to the same number."""
    messages.send_text(f"+{FIRST}", "123456 is your code", at=office.town.noon, holds_code=True)
    office.sent()
    send(office)
    assert next(text for number, text in provider.took if number == FIRST).startswith("123456")
    assert sorted(provider.asked_for_receipts) == sorted({number for number, _t in provider.took})

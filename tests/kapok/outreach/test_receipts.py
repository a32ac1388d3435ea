"""Receipts of the provider: matched however they are written, and confirmed once stored."""

from types import SimpleNamespace

import pytest
from tests.kapok.outreach.conftest import NEXT_GRID
from tests.kapok.outreach.leaving import MINUTE, SECOND, send, states

from kapok.outreach import tasks
from kapok.outreach.operations import outbox
from kapok.outreach.sending import smpp

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

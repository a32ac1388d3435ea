"""A line that is down, breaks, or lets nobody in, and a sender that was killed: nothing is lost."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.kapok.outreach.conftest import GRID, STREET
from tests.kapok.outreach.leaving import HOUR, MINUTE, channel_now, secret, send, states
from tests.kapok.outreach.smsc import Provider

from kapok.access import secrets
from kapok.outreach import tasks
from kapok.outreach.models import Channel
from kapok.outreach.operations import channels, outbox
from kapok.outreach.sending import smpp
from kapok.outreach.sending.hours import GOOD_FOR

pytestmark = pytest.mark.django_db


def test_a_provider_that_is_down_for_hours_loses_and_doubles_nothing(office, town):
    with Provider() as gone:
        port = gone.port
    line = office.channel(secret=secret(SimpleNamespace(port=port)))
    office.sent()
    for hours in range(3):
        send(office, hours * HOUR)
    assert set(states(office).values()) == {"WAITING"}
    down = channel_now(office, line)
    assert down.down_since == town.noon
    assert down.n_failed >= 3
    assert {message.n_tries for message in office.messages()} == {0}
    tasks.LINES.clear()
    with Provider() as back:
        with office.as_(town.operator):
            Channel.objects.filter(pk=line.pk).update(
                secret=office.channel(secret=secret(back), name="x").secret
            )
            Channel.objects.filter(name="x").update(stopped_at=town.noon)
        send(office, 4 * HOUR)
        assert len(back.took) == 3
    assert channel_now(office, line).down_since is None
    assert set(states(office).values()) == {"DELIVERED"}


def test_while_it_is_down_it_is_left_alone_for_longer_each_time(office):
    with Provider() as gone:
        port = gone.port
    line = office.channel(secret=secret(SimpleNamespace(port=port)))
    office.sent()
    send(office, turns=5)
    assert channel_now(office, line).n_failed == 1
    assert channel_now(office, line).retry_at == office.town.noon + timedelta(seconds=15)


def test_a_wrong_password_is_the_channels_trouble(office, provider):
    line = office.channel(secret=secret(provider, "wrong"))
    office.sent()
    send(office)
    assert "does not let Kapok in" in channel_now(office, line).last_answer
    assert set(states(office).values()) == {"WAITING"}


def test_a_line_that_breaks_loses_and_doubles_nothing(office, line, provider):
    """Of what was perhaps sent, the receipt says that it was, or time that it was not."""
    provider.hangs_up_after = 2
    office.sent()
    send(office, turns=1)
    for n in range(1, 4):
        send(office, n * MINUTE)
    assert sorted(states(office).values()) == ["DELIVERED", "DELIVERED", "UNSURE"]
    send(office, 5 * HOUR)  # the provider would have said by now that it expired
    assert len(provider.took) == len({number for number, _text in provider.took}) == 3
    assert set(states(office).values()) == {"DELIVERED"}


def test_what_a_killed_sender_held_goes_again_when_no_receipt_came_urgent_first(
    office, line, provider
):
    provider.sends_receipts = False
    office.sent()
    urgent = office.sent(urgent=True)
    batch = outbox.take(line, at=office.town.noon, at_most=9)
    assert len(batch.letters) == 6  # and here it was killed
    send(office, MINUTE)
    assert provider.took == []
    send(office, 3 * MINUTE)
    assert set(states(office).values()) == {"UNSURE"}
    send(office, 14 * MINUTE)
    assert set(states(office, urgent).values()) == {"SENT"}
    assert len(provider.took) == 3
    send(office, 5 * HOUR)
    assert len(provider.took) == 6


def test_a_line_on_which_nothing_is_answered_is_down_and_keeps_its_messages(
    office, line, provider, monkeypatch
):
    monkeypatch.setattr(smpp, "TIMEOUT_S", 0.5)
    office.sent()
    provider.is_mute = True
    send(office, turns=1)
    down = channel_now(office, line)
    assert down.down_since == office.town.noon
    assert down.last_answer == smpp.SILENT
    assert set(states(office).values()) == {"UNSURE"}
    send(office, timedelta(seconds=5))
    assert provider.binds == 1  # it is left alone for a while


def test_what_was_perhaps_sent_goes_again_a_few_times_and_no_more(
    office, line, provider, monkeypatch
):
    """Whoever delivers and never answers would have a telephone ring all night."""
    monkeypatch.setattr(smpp, "TIMEOUT_S", 0.3)
    provider.is_mute = True
    office.sent(urgent=True)
    for turn in range(12):
        send(office, turn * 15 * MINUTE, turns=1)
    each = [number for number, _text in provider.took]
    assert {each.count(number) for number in each} == {outbox.MOST_UNSURE}
    assert {(m.state, m.answer) for m in office.messages()} == {("FAILED", outbox.UNHEARD)}


def test_what_was_perhaps_sent_grows_old_all_the_same(office, line, provider):
    provider.sends_receipts = False
    office.sent()
    outbox.take(line, at=office.town.noon, at_most=9)  # and here it was killed
    late = GOOD_FOR[False] + HOUR
    send(office, 3 * MINUTE, turns=1)
    send(office, late)
    assert provider.took == []


@pytest.mark.parametrize("wrong", [{"source": "荔湾区政府"}, {"host": "a..b"}, {"system_id": "京"}])
def test_a_line_that_nobody_can_dial_is_its_own_trouble_and_no_others(
    office, town, provider, wrong
):
    """It was written down before such things were refused."""
    wide = office.channel(secret=secret(provider))
    with office.post():
        Channel.objects.filter(pk=wide.pk).update(
            secret=secrets.encrypt(json.dumps(secret(provider) | wrong), about=channels.SECRET)
        )
    office.channel(secret=secret(provider), name="street", place=STREET, level="STREET")
    office.sent()
    send(office)
    assert channel_now(office, wide).last_answer == smpp.UNFIT
    assert states(office)[GRID] == "DELIVERED"

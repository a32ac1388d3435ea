"""A line that is down, breaks, or lets nobody in, and a sender that was killed: nothing is lost."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests.kapok.outreach.leaving import HOUR, MINUTE, channel_now, secret, send, states
from tests.kapok.outreach.smsc import Provider

from kapok.outreach import tasks
from kapok.outreach.models import Channel
from kapok.outreach.operations import outbox

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

"""Channels are set up by who may, with secrets that are encrypted."""

import pytest
from tests.kapok.outreach.conftest import COMMUNITY
from tests.kapok.outreach.leaving import send, states

from kapok.errors import NotAllowed, Refused
from kapok.outreach.operations import channels

pytestmark = pytest.mark.django_db


def test_channels_are_set_up_where_one_may_and_their_secrets_are_encrypted(office, town):
    with pytest.raises(NotAllowed):
        office.channel(who=town.lead)  # text messages cost money
    with pytest.raises(NotAllowed):
        office.channel(place=440104000000000)
    with pytest.raises(Refused, match="Fill in"):
        office.channel(secret={"host": "x"})
    office.send()
    with pytest.raises(Refused, match="begins with"):
        office.channel(kind="MAIL", place=COMMUNITY, level="COMMUNITY", secret={"url": "http://x"})
    made = office.channel()
    assert b"127.0.0.1" not in bytes(made.secret)
    with office.as_(town.operator):
        channels.stop(channel_id=made.pk, by=town.operator.account, at=town.noon)
    office.sent()
    send(office)
    assert set(states(office).values()) == {"WAITING"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"source": "荔湾区政府"}, "Latin letters"),
        ({"host": "a..b"}, "Latin letters"),
        ({"system_id": "京"}, "Latin letters"),
        ({"password": "longer than eight"}, "password in at most 8"),
    ],
)
def test_what_the_protocol_cannot_say_is_refused_before_it_is_kept(office, wrong, sentence):
    known = {"host": "smpp.example", "port": 2775, "system_id": "k", "password": "p", "source": "1"}
    with pytest.raises(Refused, match=sentence):
        office.channel(secret=known | wrong)

"""What somebody writes back by text message is read by staff, whatever is known of the number."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.kapok.outreach.conftest import COMMUNITY, GRID, NEXT_GRID

from kapok.matters.models import Matter
from kapok.outreach.models import Message, Receipt
from kapok.outreach.operations import replies
from kapok.outreach.workflow import How

pytestmark = pytest.mark.django_db
FIRST, SECOND, NOBODYS = "+8613800000001", "+8613800000002", "+8613999999999"
DAY = timedelta(days=1)
NEED = "我妈妈没有胰岛素了"


@pytest.fixture
def channel(office):
    return office.channel(place=COMMUNITY, level="COMMUNITY", who=office.town.operator)


@pytest.fixture
def told(office, town):
    """A notice whose messages were sent."""
    version = office.sent()
    with office.post():
        Message.objects.update(state="SENT", sent_at=town.noon)
    return version


def reply(office, channel, number, text, later=timedelta()):
    return replies.reply(
        number=number, text=text, at=office.town.noon + later, key=uuid4(), channel=channel.pk
    )


def matters(office, later=timedelta()):
    with office.as_(office.town.lead, later, purpose="matter_handling"):
        return [(matter.place, matter.reports.get().text) for matter in Matter.objects.all()]


def test_a_reply_weeks_later_is_a_matter_where_its_sender_lives(office, channel, told):
    assert reply(office, channel, SECOND, NEED, 20 * DAY) == "matter"
    [(place, text)] = matters(office, 20 * DAY)
    assert (place, text) == (NEXT_GRID, NEED)


def test_a_reply_of_an_unknown_number_is_a_matter_of_the_channels_area(office, channel):
    assert reply(office, channel, NOBODYS, NEED) == "matter"
    assert matters(office) == [(COMMUNITY, NEED)]


def test_thanks_of_an_unknown_number_are_no_matter(office, channel):
    assert reply(office, channel, NOBODYS, "收到。") == "unknown"
    assert reply(office, channel, NOBODYS, "  ") == "unknown"
    assert matters(office) == []


def test_a_reply_that_the_notice_does_not_take_is_a_matter_all_the_same(
    office, channel, told, monkeypatch
):
    from kapok.errors import Refused  # noqa: PLC0415
    from kapok.outreach.operations import answering  # noqa: PLC0415

    def refused(*_args, **_more):
        raise Refused("not so")

    monkeypatch.setattr(answering, "report", refused)
    assert reply(office, channel, FIRST, NEED) == "matter"
    assert matters(office) == [(GRID, NEED)]


def test_one_number_makes_no_more_matters_than_the_desk_can_call_back(office, channel):
    said = [reply(office, channel, NOBODYS, f"{NEED} {n}") for n in range(12)]
    assert said.count("matter") == replies.MOST.n == said.index("flood")
    assert len(matters(office)) == replies.MOST.n


def test_a_reply_is_noted_as_a_reply_and_opens_no_link(office, channel, told):
    assert reply(office, channel, FIRST, "1") == "read"
    assert reply(office, channel, SECOND, NEED) == "matter"
    with office.post():
        assert set(Receipt.objects.values_list("how", flat=True)) == {How.REPLY}
        assert not Message.objects.exclude(opened_at=None).exists()

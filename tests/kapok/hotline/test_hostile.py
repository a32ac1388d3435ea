"""What telephone systems send by mistake, or others on purpose: no call is lost by it."""

import json

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import SYSTEM, backs_of, sit, stored, tell
from tests.kapok.hotline.conftest import OTHER_STREET, STREET

from kapok.access import secrets
from kapok.access.scope import acting, of_box
from kapok.codes import span
from kapok.doors.models import ApiKey
from kapok.doors.operations import keys
from kapok.hotline.models import CallBack
from kapok.hotline.operations import ringing
from kapok.hotline.operations.missing import LONGEST_NOTES_OF_A_CALL
from kapok.hotline.operations.ringing import Event, System, Told
from kapok.places.models import Area

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(client, town):
    client.cookies["django_language"] = "en"
    with factories.as_owner_of_rows():
        if not Area.objects.filter(code=STREET).exists():
            factories.Community(code=STREET, level="STREET")
    with acting(of_box(at=town.at)):
        made = keys.make_key(
            name="交换机", uses=[ApiKey.Use.CALLS], place=STREET, by=None, at=town.at
        )

    def post(**said):
        body = {
            "call": "c1", "event": "ringing", "line": "(020) 8111-0001",
            "at": timezone.now().isoformat(),
        } | said  # fmt: skip
        headers = {"Authorization": f"Bearer {made.secret}"}
        return client.post("/api/calls/", json.dumps(body), "application/json", headers=headers)

    return post


@pytest.mark.parametrize("said", ["8001", "sip:alice@example.org", "0000", "+1", "１２", "x" * 900])
def test_a_caller_whose_number_is_none_rings_all_the_same(post, said):
    answer = post(**{"from": said})
    assert answer.status_code == 201, answer.content
    assert "is no telephone number" in answer.json()["note"]
    call = stored(answer.json()["id"])
    assert (call.state, call.record.phone) == ("RINGING", None)


@pytest.mark.parametrize("name", ["call", "from", "line", "agent", "text", "event", "at"])
def test_halves_of_characters_break_nothing(post, name):
    event = {"agent": "answered", "text": "voicemail"}.get(name, "ringing")
    answer = post(**({"event": event} | {name: "1\ud800"}))
    assert answer.status_code in {200, 201, 422}, answer.content


def test_messages_without_end_fill_no_notes(town):
    for n in range(8):
        tell(town, "voicemail", seconds=n, text=f"{n}" + "救" * 4_999)
    notes = secrets.decrypt(bytes(stored().record.notes), about="call")
    assert len(notes) <= LONGEST_NOTES_OF_A_CALL
    assert notes.startswith("0救")
    [back] = backs_of(CallBack)
    assert back.state == "WAITING"


def test_an_extension_of_another_area_s_telephones_is_somebody_else(town):
    """Two telephone systems have an extension 201: a call goes to nobody of the other's lines."""
    sit(town, town.other_operator, town.other_line, "201")
    key = System(keys.ApiKey().pk, (span(STREET, "STREET"),))
    said = {"line": "020-81110001", "phone": "13800138000", "moment": town.at}
    taken = ringing.take(Told("c1", Event.ANSWERED, agent="201", **said), of=key, at=town.at)
    assert taken.state == "RINGING"
    assert "Nobody sits at extension 201" in taken.note
    assert town.other_line.place == OTHER_STREET


def test_two_streets_have_the_same_extension_and_each_gets_its_own_calls(town):
    """With one key over both streets too: the line that was called says whose extension it is."""
    sit(town, town.other_operator, town.other_line, "101")
    sit(town, town.operator, town.line, "101")
    sit(town, town.district_operator, town.district_line, "101")
    said = {"phone": "13800138000", "moment": town.at}
    for number, who in [
        ("020-81110001", town.operator), ("020-81110002", town.other_operator),
        ("020-81110100", town.district_operator),
    ]:  # fmt: skip
        told = Told(f"to {number}", Event.ANSWERED, line=number, agent="101", **said)
        call = ringing.take(told, of=SYSTEM, at=town.at)
        assert stored(call.id).operator == who.account


def test_whoever_sits_at_the_extension_in_another_street_gets_no_call_of_this_one(town):
    sit(town, town.other_operator, town.other_line, "101")
    taken = tell(town, "answered", agent="101")
    assert (taken.state, stored().operator) == ("RINGING", None)
    assert "Nobody sits at extension 101" in taken.note


def test_an_extension_of_the_area_around_has_what_overflows(town):
    sit(town, town.district_operator, town.district_line, "900")
    key = System(keys.ApiKey().pk, (span(STREET, "STREET"),))
    said = {"line": "020-81110001", "phone": "13800138000", "moment": town.at}
    taken = ringing.take(Told("c1", Event.ANSWERED, agent="900", **said), of=key, at=town.at)
    assert taken.state == "TALKING"

"""What telephone systems tell: once, in any order, with a sentence for whatever cannot be."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories
from tests.kapok.hotline.calls import CALLER, OTHER_CALLER, after, backs_of, sit, stored, tell
from tests.kapok.hotline.conftest import DISTRICT, OTHER_STREET, STREET

from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.access.scope import acting, of_box
from kapok.doors.models import ApiKey
from kapok.doors.operations import keys
from kapok.hotline.models import Call, CallBack, CallEvent, CallRecord, Line, Seat
from kapok.hotline.views import exchange

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_key(town):
    def make(place=STREET, level="STREET", uses=("CALLS",)):
        with factories.as_owner_of_rows():
            if not factories.places.Area.objects.filter(code=place).exists():
                factories.Community(code=place, level=level)
        with acting(of_box(at=town.at)):
            return keys.make_key(name="交换机", uses=uses, place=place, by=None, at=town.at)

    return make


@pytest.fixture
def post(client, make_key):
    client.cookies["django_language"] = "en"
    made = make_key()

    def post(secret=made.secret, **said):
        at = said.pop("at", timezone.now().isoformat())
        body = {"call": "c1", "event": "ringing", "line": "(020) 8111-0001", "at": at} | said
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return client.post("/api/calls/", json.dumps(body), "application/json", headers=headers)

    return post


class TestOneCall:
    def test_it_rings_with_its_number_encrypted(self, town, post):
        answer = post(**{"from": CALLER})
        assert answer.status_code == 201, answer.content
        call = stored(answer.json()["id"])
        assert (call.state, call.line, call.place) == ("RINGING", town.line, STREET)
        assert bytes(call.record.phone_index) == phone_index("+8613800138000")
        assert secrets.decrypt(bytes(call.record.phone), about="phone") == "+8613800138000"

    def test_the_same_event_again_changes_nothing(self, post):
        at = timezone.now().isoformat()
        first, again = post(at=at), post(at=at)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        with factories.as_owner_of_rows():
            assert Call.objects.count() == CallEvent.objects.count() == 1

    @pytest.mark.parametrize("said", ["", "anonymous", "Withheld", None])
    def test_a_withheld_number_is_counted_and_cannot_be_called_back(self, town, post, said):
        post(**{"from": said})
        post(event="missed", **{"from": said})
        assert stored().state == "MISSED"
        assert stored().record.phone is None
        assert backs_of(CallBack) == []

    def test_who_sits_at_the_extension_has_it(self, town):
        sit(town, town.operator, town.line, "201")
        tell(town, "ringing")
        taken = tell(town, "answered", seconds=5, agent="201")
        assert (taken.state, taken.note) == ("TALKING", "")
        assert stored().operator == town.operator.account

    def test_an_unknown_extension_leaves_it_ringing_and_says_so(self, town):
        tell(town, "ringing")
        taken = tell(town, "answered", seconds=5, agent="999")
        assert taken.state == "RINGING"
        assert "Nobody sits at extension 999" in taken.note
        assert "It was not said who answered" in tell(town, "answered", seconds=6).note

    def test_who_answers_another_call_has_ended_the_first(self, town):
        """A telephone system that lost an event does not hold anybody up."""
        sit(town, town.operator, town.line, "201")
        first = tell(town, "answered", "c1", seconds=0, agent="201")
        second = tell(town, "answered", "c2", seconds=60, agent="201")
        assert stored(first.id).state == "WRAP_UP"
        assert stored(second.id).state == "TALKING"
        late = tell(town, "answered", "c0", seconds=30, now=70, agent="201")
        assert (late.state, stored(second.id).state) == ("WRAP_UP", "TALKING")

    def test_a_closed_call_stays_as_it_is(self, town):
        tell(town, "ringing")
        with factories.as_owner_of_rows():
            Call.objects.update(
                state="CLOSED", outcome="RESOLVED", operator=town.operator.account,
                answered_at=town.at, closed_at=town.at,
            )  # fmt: skip
        taken = tell(town, "missed", seconds=60)
        assert taken.state == "CLOSED"
        assert "stays as it is" in taken.note


EVENTS = [("ringing", 0), ("answered", 8), ("ended", 60), ("missed", 20), ("voicemail", 30)]


class TestAnyOrder:
    @settings(
        max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(
        chosen=st.sets(st.sampled_from(EVENTS), min_size=1),
        orders=st.tuples(st.randoms(use_true_random=False), st.randoms(use_true_random=False)),
        repeated=st.lists(st.sampled_from(EVENTS), max_size=3),
    )
    def test_any_order_and_any_number_of_events_end_in_the_same_call(
        self, town, chosen, orders, repeated
    ):
        with factories.as_owner_of_rows():
            for model in (CallBack, Call, Seat):
                model.objects.all().delete()
        sit(town, town.operator, town.line, "201")
        found = []
        for turn, order in enumerate(orders):
            told = sorted(chosen) + [each for each in repeated if each in chosen]
            order.shuffle(told)
            for event, seconds in told:
                tell(town, event, f"c{turn}", seconds=seconds, now=100, agent="201", text="help me")
            with factories.as_owner_of_rows():
                call = Call.objects.get(provider_id=f"c{turn}")
                found.append(
                    (call.state, call.rang_at, call.answered_at, call.ended_at, call.operator_id)
                )
                Call.objects.filter(state="TALKING").update(state="WRAP_UP")
        assert found[0] == found[1]

    def test_ended_before_answered_was_answered_after_all(self, town):
        sit(town, town.operator, town.line, "201")
        tell(town, "ended", seconds=60)
        assert stored().state == "ABANDONED"
        assert [back.state for back in backs_of(CallBack)] == ["WAITING"]
        tell(town, "answered", seconds=8, now=61, agent="201")
        tell(town, "ringing", seconds=0, now=62)
        call = stored()
        assert (call.state, call.operator) == ("WRAP_UP", town.operator.account)
        assert (call.rang_at, call.answered_at, call.ended_at) == (
            town.at, after(town, 8), after(town, 60),
        )  # fmt: skip
        [back] = backs_of(CallBack)
        assert (back.state, back.ended_why) == ("CANCELLED", "The call was answered after all.")


class TestNobodyAnswered:
    @pytest.mark.parametrize(
        ("event", "state"), [("missed", "MISSED"), ("ended", "ABANDONED"), ("voicemail", "MISSED")]
    )
    def test_somebody_calls_back_within_a_quarter_of_an_hour(self, town, event, state):
        tell(town, "ringing")
        tell(town, event, seconds=40)
        assert stored().state == state
        [back] = backs_of(CallBack)
        assert (back.why, back.is_urgent) == ("MISSED", False)
        assert back.due_at == after(town, 40) + timedelta(minutes=15)

    @pytest.mark.parametrize(
        ("text", "is_urgent"),
        [("快来，我老婆要生了", True), ("There is a FIRE here", True), ("I was fired", False),
         ("麻烦回个电话", False)],
    )  # fmt: skip
    def test_an_urgent_word_of_a_message_brings_a_call_at_once(self, town, text, is_urgent):
        tell(town, "ringing")
        tell(town, "voicemail", seconds=40, text=text)
        [back] = backs_of(CallBack)
        assert back.is_urgent is is_urgent
        assert back.due_at == after(town, 40) + timedelta(minutes=0 if is_urgent else 15)
        notes = secrets.decrypt(bytes(stored().record.notes), about="call")
        assert notes == text

    def test_a_message_sent_twice_is_in_the_notes_once(self, town):
        tell(town, "missed", seconds=30)
        for _turn in range(2):
            tell(town, "voicemail", seconds=40, text="请回电")
        assert secrets.decrypt(bytes(stored().record.notes), about="call") == "请回电"

    def test_one_number_that_rings_often_is_called_back_once(self, town):
        for n in range(100):
            tell(town, "ringing", f"c{n}", seconds=n)
            tell(town, "missed", f"c{n}", seconds=n + 0.5)
        tell(town, "voicemail", "c99", seconds=120, text="救命")
        with factories.as_owner_of_rows():
            assert Call.objects.filter(state="MISSED").count() == 100
        [back] = backs_of(CallBack)
        assert back.is_urgent
        with factories.as_owner_of_rows():
            notes = CallRecord.objects.get(call=back.call).notes
        assert secrets.decrypt(bytes(notes), about="call") == "救命"

    def test_another_number_is_another_call_back(self, town):
        tell(town, "missed", "c1")
        tell(town, "missed", "c2", phone=OTHER_CALLER)
        assert len(backs_of(CallBack)) == 2

    def test_who_rings_again_and_is_answered_is_not_called_back(self, town):
        sit(town, town.operator, town.line, "201")
        tell(town, "missed", "c1", seconds=20)
        answered = tell(town, "answered", "c2", seconds=90, agent="201")
        [back] = backs_of(CallBack)
        assert (back.state, back.answer_id) == ("DONE", answered.id)


class TestRefusals:
    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"line": "020-9999 9999"}, "No line has the number"),
            ({"line": "020-8111 0002"}, "not in the area of this key"),
            ({"event": "hold"}, "“event” is one of: ringing, answered, ended, missed, voicemail"),
            ({"at": "2026-03-02T02:00:00"}, "with its zone"),
            ({"at": "yesterday"}, "with its zone"),
            ({"call": ""}, "name of the call"),
            ({"call": "x" * 101}, "name of the call"),
            ({"agent": ["201"]}, "“agent” is text"),
            ({"caller": "x"}, "“caller” is not known here"),
        ],
    )
    def test_what_cannot_be_taken_in_is_said_in_a_sentence(self, post, said, sentence):
        answer = post(**said)
        assert answer.status_code == 422
        assert sentence in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("away", "sentence"),
        [(timedelta(minutes=30), "30 minutes ahead"), (timedelta(days=-2), "more than a day ago")],
    )
    def test_a_clock_that_is_far_off_is_told(self, post, away, sentence):
        answer = post(at=(timezone.now() + away + timedelta(seconds=10)).isoformat())
        assert answer.status_code == 422
        assert sentence in answer.json()["detail"]

    def test_what_is_no_json_is_said(self, client, make_key):
        headers = {"Authorization": f"Bearer {make_key().secret}"}
        answer = client.post("/api/calls/", "call=1", "application/json", headers=headers)
        assert answer.status_code == 400

    def test_a_form_is_taken_in_as_well(self, client, make_key):
        headers = {"Authorization": f"Bearer {make_key().secret}"}

        def send(body):
            kind = "application/x-www-form-urlencoded"
            return client.post("/api/calls/", body, kind, headers=headers)

        said = "call=f1&event=ringing&line=%2B862081110001&from=13800138000"
        assert send(said).status_code == 201
        assert send('{"call": "f1", "event": "missed", "line": "02081110001"}').status_code == 200
        assert send("&".join("a=b" for _n in range(30))).status_code == 400
        assert send("a=" + "b" * 70_000).status_code == 400

    def test_a_line_that_was_given_up_is_unknown(self, town, post):
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.line.pk).update(retired_at=town.at)
        assert post().status_code == 422


class TestKeys:
    def test_without_a_key_for_calls_nothing_is_taken_in(self, client, post, make_key):
        assert post(secret="").status_code == 401
        assert post(secret=make_key(uses=("REPORT",)).secret).status_code == 401
        assert client.get("/api/calls/").status_code == 405

    def test_wrong_keys_are_soon_told_to_wait(self, post):
        answers = [post(secret="kpk_wrong").status_code for _turn in range(31)]
        assert answers[-1] == 429

    def test_a_signed_event_is_taken_in(self, client, make_key):
        made = make_key(uses=("CALLS", "HOOK"))
        body = json.dumps({"call": "s1", "event": "ringing", "line": "+86 20 8111 0001"})
        headers = {
            "Kapok-Key": str(made.id),
            "Kapok-Signature": keys.signature(made.secret, body.encode(), at=timezone.now()),
        }
        answer = client.post("/api/calls/", body, "application/json", headers=headers)
        assert answer.status_code == 201
        forged = headers | {"Kapok-Signature": "t=1,v1=00"}
        answer = client.post("/api/calls/", body, "application/json", headers=forged)
        assert answer.status_code == 401

    def test_a_key_that_signs_webhooks_alone_tells_of_no_calls(self, client, make_key):
        made = make_key(uses=("HOOK",))
        body = json.dumps({"call": "s1", "event": "ringing", "line": "+86 20 8111 0001"})
        headers = {
            "Kapok-Key": str(made.id),
            "Kapok-Signature": keys.signature(made.secret, body.encode(), at=timezone.now()),
        }
        answer = client.post("/api/calls/", body, "application/json", headers=headers)
        assert answer.status_code == 401

    def test_a_key_that_floods_is_told_to_wait(self, post, monkeypatch):
        monkeypatch.setattr(exchange, "FLOOD", exchange.Flood(most=2))
        answers = [post(call=f"c{n}") for n in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]
        assert 0 < int(answers[-1]["Retry-After"]) <= 60

    def test_the_page_of_programs_offers_the_use(self):
        assert dict(ApiKey.Use.choices)["CALLS"] == "Calls of a telephone system"


def test_lines_elsewhere_are_told_by_a_key_of_the_district(town, post, make_key):
    made = make_key(place=DISTRICT, level="DISTRICT")
    answer = post(secret=made.secret, line="02081110002")
    assert answer.status_code == 201
    assert stored().place == OTHER_STREET


def test_nobody_is_refused_a_call_for_a_number_in_words(town):
    assert "is no telephone number" in tell(town, "ringing", phone="front desk").note
    assert stored().record.phone is None

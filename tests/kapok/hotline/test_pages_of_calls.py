"""The pages of whoever sits at a line, of the board, and the pulse behind them."""

import json
import re
import time
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection, transaction
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import acting_as, backs_of, sit, stored, tell
from tests.kapok.hotline.conftest import CITY, DISTRICT, STREET, make
from tests.kapok.hotline.talking import a_call

from kapok.hotline import pulse
from kapok.hotline.models import CallRecord, Seat
from kapok.hotline.operations import moving
from kapok.hotline.queries import board
from kapok.ids import uuid7

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(town):
    """Now, as the pages go by the clock."""
    town.at = timezone.now()
    return town


@pytest.fixture
def visit(client):
    client.cookies["django_language"] = "en"

    def visit(who, path, data=None, follow=True):
        client.force_login(who.account)
        if data is None:
            return client.get(path, follow=follow)
        return client.post(path, data, follow=follow)

    return visit


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


class TestDesk:
    def test_one_sits_down_and_calls_ring(self, town, visit):
        first = text(visit(town.operator, "/hotline/"))
        assert "Sit down at a line" in first
        assert "中南街红棉热线" in first
        assert "桥中街红棉热线" not in first
        said = {"line": town.line.pk, "extension": "201", "languages": "粤语"}
        assert "No call rings here now." in text(visit(town.operator, "/hotline/sit/", said))
        tell(town, "ringing")
        found = text(visit(town.operator, "/hotline/"))
        assert "1 call rings" in found
        assert "138*****000" in found
        assert "138 0013 8000" not in found
        assert "+8613800138000" not in found

    def test_answering_leads_to_the_call_and_who_was_slower_is_told(self, town, visit):
        sit(town, town.operator, town.line)
        sit(town, town.second, town.line)
        call = tell(town, "ringing").id
        answer = visit(town.operator, f"/hotline/calls/{call}/answer/", {}, follow=False)
        assert answer["Location"] == f"/hotline/calls/{call}/"
        late = visit(town.second, f"/hotline/calls/{call}/answer/", {})
        assert f"{town.operator.account} answered this call already" in text(late)

    def test_what_is_refused_when_sitting_down_is_said_beside_the_form(self, town, visit):
        sit(town, town.second, town.line, "201")
        answer = visit(town.operator, "/hotline/sit/", {"line": town.line.pk, "extension": "201"})
        assert answer.status_code == 422
        assert "Extension 201 is taken" in text(answer)
        answer = visit(town.operator, "/hotline/sit/", {"line": "x"})
        assert "Choose the line" in text(answer)

    def test_breaks_and_getting_up(self, town, visit):
        sit(town, town.operator, town.line)
        tell(town, "ringing")
        assert "come back to answer" in text(visit(town.operator, "/hotline/break/", {}))
        assert "Take a break" in text(visit(town.operator, "/hotline/back/", {}))
        assert "Sit down at a line" in text(visit(town.operator, "/hotline/get-up/", {}))
        assert "You sit at no line" in text(visit(town.operator, "/hotline/break/", {}))

    def test_a_call_by_hand_needs_a_number_or_that_there_is_none(self, town, visit):
        sit(town, town.operator, town.line)
        assert "Number of the caller" in text(visit(town.operator, "/hotline/by-hand/"))
        nothing = visit(town.operator, "/hotline/by-hand/", {"phone": ""})
        assert nothing.status_code == 422
        assert "Type the number" in text(nothing)
        made = visit(town.operator, "/hotline/by-hand/", {"withheld": "yes"}, follow=False)
        assert made["Location"] == f"/hotline/calls/{stored().pk}/"
        assert [record.phone for record in backs_of(CallRecord)] == [None]

    def test_handing_over_from_page_to_page(self, town, visit):
        sit(town, town.operator, town.line)
        sit(town, town.district_operator, town.district_line)
        call = tell(town, "ringing").id
        visit(town.operator, f"/hotline/calls/{call}/answer/", {}, follow=False)
        choices = text(visit(town.operator, f"/hotline/calls/{call}/offer/"))
        assert str(town.district_operator.account) in choices
        said = {"account": town.district_operator.account_id}
        visit(town.operator, f"/hotline/calls/{call}/offer/", said, follow=False)
        assert "yours until they take it" in text(visit(town.operator, "/hotline/"))
        found = text(visit(town.district_operator, "/hotline/"))
        assert f"{town.operator.account} offers you a call" in found
        answer = visit(
            town.district_operator, f"/hotline/calls/{call}/take-over/", {}, follow=False
        )
        assert answer["Location"] == f"/hotline/calls/{call}/"
        assert visit(town.operator, f"/hotline/calls/{call}/offer/").status_code == 404
        visit(town.district_operator, f"/hotline/calls/{call}/hang-up/", {}, follow=False)
        assert "To be wrapped up" in text(visit(town.district_operator, "/hotline/"))

    def test_parts_say_when_one_sits_no_more(self, town, visit):
        for part in ("ringing", "own"):
            assert visit(town.operator, f"/hotline/{part}/")["Kapok-Reload"] == "yes"

    def test_after_four_hours_the_desk_says_so(self, town, visit):
        sit(town, town.operator, town.line, at=town.at - timedelta(hours=5))
        assert "5 hours without half an hour of break" in text(visit(town.operator, "/hotline/"))


class TestWhoMayWhat:
    @pytest.mark.parametrize(
        ("role", "place", "desk", "board", "answers"),
        [
            ("hotline_worker", STREET, 200, 200, True),
            ("hotline_lead", STREET, 200, 200, True),
            ("street_command", STREET, 302, 200, False),
            ("city_command", CITY, 302, 200, False),
            ("dispatcher", STREET, 302, 403, False),
            ("grid_worker", STREET + 1001, 302, 403, False),
            ("auditor", CITY, 302, 403, False),
        ],
    )
    def test_by_role(self, town, visit, role, place, desk, board, answers):
        who = factories.Appointment(role=role, place=place)
        assert visit(who, "/hotline/", follow=False).status_code == desk
        assert visit(who, "/hotline/board/").status_code == board
        assert visit(who, "/hotline/board/now/").status_code == board
        if answers:
            sit(town, who, town.line)
        call = tell(town, "ringing").id
        answer = visit(who, f"/hotline/calls/{call}/answer/", {}, follow=False)
        assert answer.status_code == (302 if answers else 403)
        assert (stored().operator == who.account) is answers

    def test_strangers_sign_in_first(self, client, town):
        for path in ("/hotline/", "/hotline/board/", "/hotline/ringing/"):
            assert client.get(path).status_code == 302

    def test_a_stranger_s_calls_and_seats_are_on_no_page(self, town, visit):
        sit(town, town.operator, town.line)
        sit(town, town.other_operator, town.other_line)
        call = tell(town, "ringing").id
        for path in ("/hotline/", "/hotline/ringing/", "/hotline/board/"):
            found = text(visit(town.other_operator, path))
            assert str(call) not in found
            assert "中南街" not in found
            assert str(town.operator.account) not in found
        answer = visit(town.other_operator, f"/hotline/calls/{call}/answer/", {})
        assert answer.status_code == 404


class TestBoardPage:
    def test_it_says_what_goes_on(self, town, visit):
        sit(town, town.operator, town.line, at=town.at - timedelta(hours=5))
        tell(town, "missed", "c0")
        tell(town, "ringing", "c1")
        found = text(visit(town.hotline_lead, "/hotline/board/"))
        for words in ("Calls ring", str(town.operator.account), "5.0 h without a break",
                      "1 call-back waits", "1 missed", "They left: end this seat"):  # fmt: skip
            assert words in found
        assert "They left" not in text(visit(town.second, "/hotline/board/"))

    def test_it_counts_calls_that_came_in_as_the_figures_do(self, town, visit):
        talked = {"state": "WRAP_UP", "answered_at": town.at}
        for way in ("IN", "OUT", "OUT"):
            a_call(town, way=way, **talked)
        with acting_as(town.hotline_lead, timezone.now(), purpose=""):
            [line] = board.board(at=timezone.now()).lines
        assert line.n_answered == 1

    def test_a_lead_ends_a_seat_from_it(self, town, visit):
        seat = sit(town, town.operator, town.line)
        visit(town.second, f"/hotline/seats/{seat.pk}/end/", {})
        with factories.as_owner_of_rows():
            assert Seat.objects.get(pk=seat.pk).left_at is None
        visit(town.hotline_lead, f"/hotline/seats/{seat.pk}/end/", {})
        with factories.as_owner_of_rows():
            assert Seat.objects.get(pk=seat.pk).left_at is not None

    def test_where_there_is_no_line_it_says_so(self, visit):
        lead = factories.Appointment(role="city_command", place=110100000000000)
        assert "no line inside your places" in text(visit(lead, "/hotline/board/"))


class TestPulse:
    @pytest.fixture
    def heard(self, monkeypatch):
        """An ear without its thread."""
        found = pulse.Heard()
        found.begin_anew()
        monkeypatch.setattr(pulse, "HEARD", found)
        monkeypatch.setattr(pulse.LISTENER, "start", lambda: None)
        return found

    def ask(self, client, town, who=None, place=0):
        who = who or town.operator
        answer = client.get(pulse.address(who.account_id, who.ranges, place))
        assert answer.status_code == 200
        return answer.content.decode().split()

    def notice(self, mark, places=(), accounts=(), rings=(), gone=False):
        said = {"mark": mark, "places": places, "accounts": accounts, "rings": rings}
        return json.dumps(said | {"call": "call", "gone": gone})

    def test_it_says_the_last_mark_of_one_s_own_matters_and_of_the_board(self, client, town, heard):
        epoch, *marks = self.ask(client, town)
        assert marks == ["-", "-", "-", "-"]
        heard.hear(self.notice("b", [STREET]))
        heard.hear(self.notice("c", [town.other_line.place]))
        heard.hear(self.notice("d", accounts=[str(town.operator.account_id)]))
        assert self.ask(client, town) == [epoch, "d", "-", "b", "-"]
        assert self.ask(client, town, town.district_operator) == [epoch, "-", "-", "c", "-"]

    def test_a_call_is_told_where_it_rings_from_the_moment_that_it_does(
        self, client, town, heard, monkeypatch
    ):
        now = time.time()
        heard.hear(self.notice("a", rings=[[STREET, now], [DISTRICT, now + 20]]))
        monkeypatch.setattr(pulse.time, "time", lambda: now + 1)
        assert self.ask(client, town, place=STREET)[2] == "a"
        assert self.ask(client, town, place=DISTRICT)[2] == "-"
        monkeypatch.setattr(pulse.time, "time", lambda: now + 21)
        assert self.ask(client, town, place=DISTRICT)[2] == "a"

    def test_a_call_that_was_answered_goes_and_never_comes_further_up(
        self, client, town, heard, monkeypatch
    ):
        now = time.time()
        rings = [[STREET, now], [DISTRICT, now + 20]]
        heard.hear(self.notice("a", rings=rings))
        monkeypatch.setattr(pulse.time, "time", lambda: now + 1)
        heard.hear(self.notice("b", rings=rings, gone=True))
        assert self.ask(client, town, place=STREET)[4] == "call"
        monkeypatch.setattr(pulse.time, "time", lambda: now + 21)
        assert self.ask(client, town, place=DISTRICT)[2:] == ["-", "-", "-"]
        assert self.ask(client, town, place=STREET)[4] == "-"

    def test_after_a_lost_connection_everything_counts_as_changed(self, client, town, heard):
        before = self.ask(client, town)[0]
        heard.begin_anew()
        assert self.ask(client, town)[0] != before

    def test_it_asks_neither_session_nor_database(
        self, client, town, heard, django_assert_num_queries
    ):
        self.ask(client, town)
        with django_assert_num_queries(0):
            self.ask(client, town)

    @pytest.mark.parametrize("said", ["", "x", "x" * 3000, "e30:1abc:forged"])
    def test_a_forged_token_opens_nothing(self, client, heard, said):
        assert client.get(f"/hotline/pulse/{said}").status_code == 403

    def test_a_token_lasts_a_shift(self, client, town, heard, monkeypatch):
        address = pulse.address(town.operator.account_id, town.operator.ranges)
        assert client.get(address).status_code == 200
        later = time.time() + pulse.SHIFT_S + 1
        monkeypatch.setattr(pulse.time, "time", lambda: later)
        assert client.get(address).status_code == 403

    def test_a_token_of_another_purpose_opens_nothing(self, client, town, heard):
        other = signing.dumps({"a": "x", "r": [], "u": time.time() + 99}, salt="other")
        assert client.get(f"/hotline/pulse/{other}").status_code == 403

    def test_it_is_only_read(self, client, town, heard):
        assert client.post(pulse.address(town.operator.account_id, ())).status_code == 405

    def test_each_page_holds_its_own(self, town, visit):
        sit(town, town.operator, town.line)
        found = text(visit(town.operator, "/hotline/"))
        address = re.search(r'data-pulse="([^"]+)"', found)[1]
        looker = pulse.TOKENS.looker(address.removeprefix(pulse.PATH))
        assert looker.account == str(town.operator.account_id)
        assert (looker.ranges, looker.place) == (town.operator.ranges, STREET)


@pytest.mark.django_db(transaction=True)
class TestListening:
    def test_what_happens_is_heard_within_a_second(self, transactional_db):
        town = make()
        heard = pulse.Heard()
        listener = pulse.Listener(heard)
        listener.start()
        looker = pulse.Looker(str(town.operator.account_id), town.operator.ranges, STREET, 0)
        assert until(lambda: heard.epoch != pulse.NOTHING)
        before = heard.marks(looker)
        sit(town, town.operator, town.line)
        assert until(lambda: heard.marks(looker) != before)
        epoch = heard.epoch
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%%' OR application_name = 'hotline-pulse'"
            )
        assert until(lambda: heard.epoch != epoch)
        listener.stop()

    def test_all_who_sit_at_a_line_are_woken_however_many_they_are(self, transactional_db):
        heard = pulse.Heard()
        listener = pulse.Listener(heard)
        listener.start()
        assert until(lambda: heard.epoch != pulse.NOTHING)
        sitting = [uuid7() for _seat in range(401)]
        moving.wake([STREET], sitting)
        lookers = [pulse.Looker(str(account), (), 0, 0) for account in sitting]
        assert until(lambda: len({heard.marks(each).split()[1] for each in lookers}) == 1)
        assert heard.marks(lookers[0]).split()[1] != pulse.NOTHING
        listener.stop()

    def test_what_is_taken_back_is_told_to_nobody(self, transactional_db):
        town = make()
        heard = pulse.Heard()
        listener = pulse.Listener(heard)
        listener.start()
        assert until(lambda: heard.epoch != pulse.NOTHING)
        looker = pulse.Looker(str(town.operator.account_id), town.operator.ranges, STREET, 0)
        before = heard.marks(looker)
        with transaction.atomic():
            moving.wake([STREET])
            transaction.set_rollback(True)
        time.sleep(0.3)
        assert heard.marks(looker) == before
        listener.stop()


def until(condition, within_s=3.0):
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.02)
    return False

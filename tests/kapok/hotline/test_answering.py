"""Seats, where a call rings, who has it, and how it is handed over."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.utils import translation
from tests import factories
from tests.kapok.hotline.calls import acting_as, after, backs_of, sit, stored, tell
from tests.kapok.hotline.conftest import CITY, DISTRICT, a_line, make

from kapok.access import scope, secrets
from kapok.errors import NotAllowed, Refused
from kapok.hotline import hours
from kapok.hotline.models import Call, CallBack, CallRecord, Line, Seat
from kapok.hotline.operations import answering, seats, sweeping
from kapok.hotline.queries import board, colleagues, queue

pytestmark = pytest.mark.django_db
NIGHT = {"1": [["20:00", "08:00"]], "2": [["00:00", "24:00"]]}


def rings_for(town, appointment, at):
    with acting_as(appointment, at):
        found = queue.queue(queue.seat_of(appointment.account_id), at=at)
        return [row.id for row in found.rows]


def answer(town, appointment, call, seconds=1.0):
    at = after(town, seconds)
    with acting_as(appointment, at):
        return answering.answer(call=call, by=appointment.account_id, at=at)


def state_of(appointment):
    with factories.as_owner_of_rows():
        return Seat.objects.get(account=appointment.account_id, left_at=None).state


class TestHours:
    @pytest.mark.parametrize(
        ("day", "hour", "is_open"),
        [
            (2, "19:59", False), (2, "20:00", True), (3, "07:59", True), (3, "08:00", True),
            (3, "23:59", True), (4, "00:00", False),
        ],
    )  # fmt: skip
    def test_nights_go_on_over_midnight(self, town, day, hour, is_open):
        clock, minute = map(int, hour.split(":"))
        at = town.at.replace(day=day) + timedelta(hours=clock - 12, minutes=minute)  # noon there
        assert hours.is_open(NIGHT, at) is is_open
        assert hours.is_open({}, at)


class TestWhereItRings:
    def test_at_its_line_then_the_district_s_then_the_city_s(self, town):
        for who, line in (
            (town.operator, town.line),
            (town.district_operator, town.district_line),
            (town.city_operator, town.city_line),
            (town.other_operator, town.other_line),
        ):
            sit(town, who, line)
        call = tell(town, "ringing").id
        heard = {
            who: [
                name
                for name in ("operator", "other_operator", "district_operator", "city_operator")
                if rings_for(town, getattr(town, name), after(town, who))
            ]
            for who in (0, 19, 20, 39, 40)
        }
        assert heard == {
            0: ["operator"],
            19: ["operator"],
            20: ["operator", "district_operator"],
            39: ["operator", "district_operator"],
            40: ["operator", "district_operator", "city_operator"],
        }
        assert rings_for(town, town.operator, town.at) == [call]

    def test_at_once_further_up_where_nobody_is_free(self, town):
        sit(town, town.district_operator, town.district_line)
        tell(town, "ringing", "c1")
        call = stored()
        assert (call.district_at, call.city_at) == (town.at, after(town, 20))

    def test_at_once_at_the_city_s_where_nobody_sits_below(self, town):
        tell(town, "ringing")
        assert (stored().district_at, stored().city_at) == (town.at, town.at)

    def test_at_once_further_up_outside_the_line_s_hours(self, town):
        sit(town, town.operator, town.line)
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.line.pk).update(hours={"7": [["08:00", "20:00"]]})
        tell(town, "ringing")
        assert stored().district_at == town.at
        assert rings_for(town, town.operator, town.at)  # who sits there all the same hears it

    def test_where_there_is_no_district_line_the_city_s_follows(self, town):
        sit(town, town.operator, town.line)
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.district_line.pk).update(retired_at=town.at)
        tell(town, "ringing")
        assert (stored().district_at, stored().city_at) == (None, after(town, 20))

    def test_a_psychological_call_goes_to_lines_of_its_kind_where_there_are_any(self, town):
        with factories.as_owner_of_rows():
            own = a_line(town.line.place, "STREET", "心理", "020-8111 0003", at=town.at)
            above = a_line(DISTRICT, "DISTRICT", "区心理", "020-8111 0101", at=town.at)
            Line.objects.filter(pk__in=[own.pk, above.pk]).update(kind="PSYCHOLOGICAL")
            listener = factories.Appointment(role="hotline_worker", place=DISTRICT)
        sit(town, town.district_operator, town.district_line)
        sit(town, town.city_operator, town.city_line)
        sit(town, listener, above)
        tell(town, "ringing", line="020-8111 0003")
        late = after(town, 60)
        assert rings_for(town, listener, late)
        assert not rings_for(town, town.district_operator, late)
        assert rings_for(town, town.city_operator, late)  # the city has no line of that kind

    def test_one_number_that_rings_a_hundred_times_hides_nobody(self, town):
        sit(town, town.operator, town.line)
        for n in range(8):
            tell(town, "ringing", f"c{n}", seconds=n / 10)
        tell(town, "ringing", "other", seconds=1, phone="139 0013 9000")
        with acting_as(town.operator, after(town, 2)):
            found = queue.queue(queue.seat_of(town.operator.account_id), at=after(town, 2))
        assert [row.n_more for row in found.rows] == [0, 0, 5, 0]
        assert found.n == 9

    def test_numbers_are_masked(self, town):
        sit(town, town.operator, town.line)
        tell(town, "ringing")
        tell(town, "ringing", "c2", phone="")
        with acting_as(town.operator, town.at, purpose=""):
            found = queue.queue(queue.seat_of(town.operator.account_id), at=town.at)
        assert [row.phone for row in found.rows] == ["138*****000", "Number withheld"]


class TestAnswering:
    def test_the_first_has_it_and_the_next_is_told_who(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.second, town.line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        with pytest.raises(Refused, match=f"{town.operator.account} answered this call already"):
            answer(town, town.second, call)
        assert stored().operator == town.operator.account
        assert (state_of(town.operator), state_of(town.second)) == ("TALKING", "FREE")

    def test_pressing_twice_is_answering_once(self, town):
        sit(town, town.operator, town.line)
        call = tell(town, "ringing").id
        assert answer(town, town.operator, call)
        with pytest.raises(Refused, match="You are talking"):
            answer(town, town.operator, call, 2)

    def test_who_sits_nowhere_or_rests_or_talks_cannot_answer(self, town):
        first, call = tell(town, "ringing", "c1").id, tell(town, "ringing", "c2").id
        with pytest.raises(Refused, match="You sit at no line"):
            answer(town, town.operator, call)
        sit(town, town.operator, town.line)
        with acting_as(town.operator, town.at):
            seats.take_break(by=town.operator.account_id, at=town.at)
        with pytest.raises(Refused, match="on a break"):
            answer(town, town.operator, call)
        with acting_as(town.operator, town.at):
            seats.come_back(by=town.operator.account_id, at=town.at)
        answer(town, town.operator, first)
        with pytest.raises(Refused, match="You are talking"):
            answer(town, town.operator, call)

    def test_a_call_rings_only_where_it_rings(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.district_operator, town.district_line)
        sit(town, town.other_operator, town.other_line)
        call = tell(town, "ringing").id
        with pytest.raises(Refused, match="does not ring where you sit"):
            answer(town, town.district_operator, call)
        with pytest.raises(Http404):
            answer(town, town.other_operator, call)
        assert answer(town, town.district_operator, call, 21)

    def test_what_rings_no_more_is_said(self, town):
        sit(town, town.operator, town.line)
        call = tell(town, "ringing").id
        tell(town, "ended", seconds=10)
        with pytest.raises(Refused, match="rings no more"):
            answer(town, town.operator, call)

    def test_hanging_up_is_wrapping_up_and_then_free(self, town):
        sit(town, town.operator, town.line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        by, at = town.operator.account_id, after(town, 60)
        with acting_as(town.operator, at):
            assert answering.hang_up(call=call, by=by, at=at).state == "WRAP_UP"
        assert state_of(town.operator) == "WRAP_UP"
        with factories.as_owner_of_rows():
            Call.objects.update(state="CLOSED", outcome="RESOLVED", closed_at=at)
        with acting_as(town.operator, at):
            seats.freed(by, at)
        assert state_of(town.operator) == "FREE"

    def test_a_call_by_hand(self, town):
        by = town.operator.account_id
        sit(town, town.operator, town.line)
        with acting_as(town.operator, town.at):
            with pytest.raises(Refused, match="not a telephone number"):
                answering.begin_by_hand(line=town.line.pk, phone="1", by=by, at=town.at)
            call = answering.begin_by_hand(
                line=town.line.pk, phone="138 0013 8000", by=by, at=town.at
            )
            phone = CallRecord.objects.get(call=call).phone
        assert (call.state, call.source, call.way) == ("TALKING", "HAND", "IN")
        assert secrets.decrypt(bytes(phone), about="phone") == "+8613800138000"
        assert state_of(town.operator) == "TALKING"


class TestHandingOver:
    @pytest.fixture
    def call(self, town):
        sit(town, town.operator, town.line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        return call

    def offer(self, town, call, **to):
        with acting_as(town.operator, after(town, 30)):
            by = town.operator.account_id
            return answering.offer(call=call, by=by, at=after(town, 30), **to)

    def test_a_colleague_elsewhere_sees_call_and_record_and_takes_it(self, town, call):
        """They see it by the offer alone: their places do not hold it, and after it they do not."""
        other = town.other_operator
        sit(town, other, town.other_line)
        with acting_as(other, town.at):
            assert not Call.objects.filter(pk=call).exists()
            assert not CallRecord.objects.filter(call=call).exists()
        self.offer(town, call, to_account=other.account_id)
        assert stored().operator == town.operator.account
        with acting_as(other, town.at):
            assert Call.objects.filter(pk=call).exists()
            assert CallRecord.objects.filter(call=call).exists()
            assert [each.id for each in offers_to(other)] == [call]
            answering.take_over(call=call, by=other.account_id, at=after(town, 35))
        assert stored().operator == other.account
        assert (state_of(town.operator), state_of(other)) == ("FREE", "TALKING")
        with acting_as(town.operator, town.at):
            assert CallRecord.objects.filter(call=call).exists()  # the record is of both

    def test_who_declines_sees_nothing_any_more(self, town, call):
        other = town.other_operator
        sit(town, other, town.other_line)
        self.offer(town, call, to_account=other.account_id)
        with acting_as(other, town.at):
            answering.decline(call=call, by=other.account_id, at=after(town, 35))
            assert not CallRecord.objects.filter(call=call).exists()
            with pytest.raises(Http404):
                answering.take_over(call=call, by=other.account_id, at=after(town, 36))
        assert (stored().operator, stored().offered_at) == (town.operator.account, None)

    def test_an_offer_to_a_line_is_taken_by_whoever_sits_there(self, town, call):
        district = town.district_operator
        sit(town, district, town.district_line)
        self.offer(town, call, to_line=town.district_line.pk)
        with acting_as(district, town.at):
            assert [each.id for each in offers_to(district)] == [call]
            answering.take_over(call=call, by=district.account_id, at=after(town, 35))
        assert stored().operator == district.account

    def test_it_is_offered_to_whoever_can_take_it_alone(self, town, call):
        with pytest.raises(Refused, match="sit at no line now"):
            self.offer(town, call, to_account=town.second.account_id)
        with pytest.raises(Refused, match="You have this call"):
            self.offer(town, call, to_account=town.operator.account_id)
        with pytest.raises(Refused, match="of the same area or of one around"):
            self.offer(town, call, to_line=town.other_line.pk)
        with pytest.raises(Refused, match="Choose a colleague or a line"):
            self.offer(town, call)
        sit(town, town.second, town.line)
        with acting_as(town.second, town.at):
            with pytest.raises(NotAllowed, match="Somebody else has this call"):
                answering.offer(
                    call=call, by=town.second.account_id, at=town.at,
                    to_line=town.district_line.pk,
                )  # fmt: skip
            with pytest.raises(Refused, match="not offered to you"):
                answering.take_over(call=call, by=town.second.account_id, at=town.at)
            with pytest.raises(NotAllowed, match="not offered to you"):
                answering.decline(call=call, by=town.second.account_id, at=town.at)

    def test_colleagues_are_listed_with_the_free_and_the_near_first(self, town, call):
        sit(town, town.city_operator, town.city_line)
        sit(town, town.other_operator, town.other_line)
        sit(town, town.second, town.line)
        with acting_as(town.operator, town.at):
            found = colleagues.choices(stored(call), at=town.at)
        assert [each.account for each in found.colleagues] == [
            town.second.account_id, town.other_operator.account_id, town.city_operator.account_id,
        ]  # fmt: skip
        assert [line.name for line in found.lines] == ["荔湾区红棉热线", "广州市红棉热线"]

    def test_who_takes_no_calls_sees_nobody(self, town, call):
        with (
            acting_as(town.lead, town.at, purpose=""),
            pytest.raises(NotAllowed),
        ):
            colleagues.choices(stored(call), at=town.at)


def offers_to(appointment):
    account = appointment.account_id
    return queue.own(account, queue.seat_of(account)).offers


class TestSweeping:
    def test_what_rings_for_three_minutes_is_missed_and_called_back(self, town):
        tell(town, "ringing")
        sweeping.sweep(at=after(town, 179))
        assert stored().state == "RINGING"
        sweeping.sweep(at=after(town, 181))
        assert stored().state == "MISSED"
        assert len(backs_of(CallBack)) == 1

    def test_who_talks_for_eight_hours_has_hung_up(self, town):
        sit(town, town.operator, town.line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        sweeping.sweep(at=town.at + timedelta(hours=8, seconds=2))
        assert stored().state == "WRAP_UP"
        assert state_of(town.operator) == "WRAP_UP"

    def test_an_offer_falls_back_after_a_minute(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.second, town.line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        by = town.operator.account_id
        with acting_as(town.operator, town.at):
            answering.offer(call=call, by=by, at=town.at, to_account=town.second.account_id)
        sweeping.sweep(at=after(town, 59))
        assert stored().offered_to == town.second.account
        sweeping.sweep(at=after(town, 61))
        assert stored().offered_to is None

    def test_where_nobody_is_free_any_more_it_goes_on_at_once(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.district_operator, town.district_line)
        tell(town, "ringing", "c1")
        call = tell(town, "ringing", "c2").id
        answer(town, town.operator, stored_first(call))
        sweeping.sweep(at=after(town, 2))
        assert (stored(call).district_at, stored(call).city_at) == (
            after(town, 2), after(town, 40),
        )  # fmt: skip

    def test_a_seat_that_was_left_is_ended_after_sixteen_hours(self, town):
        sit(town, town.operator, town.line)
        sweeping.sweep(at=town.at + timedelta(hours=16, seconds=1))
        with factories.as_owner_of_rows():
            assert not Seat.objects.filter(left_at=None).exists()


def stored_first(other):
    with factories.as_owner_of_rows():
        return Call.objects.exclude(pk=other).get().pk


class TestSeats:
    def test_one_sits_at_lines_of_one_s_places(self, town):
        sit(town, town.district_operator, town.line)  # a street inside the district
        with pytest.raises(NotAllowed):
            sit(town, town.operator, town.district_line)
        with pytest.raises(NotAllowed):
            sit(town, town.operator, town.other_line)

    def test_sitting_down_elsewhere_leaves_the_seat_that_a_crash_left(self, town):
        first = sit(town, town.district_operator, town.line, "201")
        second = sit(town, town.district_operator, town.district_line, "201")
        with factories.as_owner_of_rows():
            assert list(Seat.objects.filter(left_at=None)) == [second]
            assert Seat.objects.get(pk=first.pk).left_at == town.at

    def test_an_extension_is_somebody_s_alone(self, town):
        sit(town, town.operator, town.line, "201")
        with pytest.raises(Refused, match=f"Extension 201 is taken by {town.operator.account}"):
            sit(town, town.second, town.line, "201")
        late = town.at + timedelta(hours=17)
        assert sit(town, town.second, town.line, "201", at=late).extension == "201"

    def test_nobody_gets_up_or_rests_in_the_middle_of_a_call(self, town):
        sit(town, town.operator, town.line)
        answer(town, town.operator, tell(town, "ringing").id)
        by = town.operator.account_id
        with acting_as(town.operator, town.at):
            with pytest.raises(Refused, match="There is a call on this seat"):
                seats.get_up(by=by, at=town.at)
            with pytest.raises(Refused, match="End the call first"):
                seats.take_break(by=by, at=town.at)

    def test_a_lead_ends_a_seat_and_a_colleague_does_not(self, town):
        seat = sit(town, town.operator, town.line)
        by = town.second.account_id
        with acting_as(town.second, town.at), pytest.raises((NotAllowed, Http404)):
            seats.make_get_up(seat=seat.pk, by=by, at=town.at)
        with acting_as(town.hotline_lead, town.at):
            seats.make_get_up(seat=seat.pk, by=town.hotline_lead.account_id, at=town.at)
        with factories.as_owner_of_rows():
            assert Seat.objects.get(pk=seat.pk).left_at == town.at

    def test_after_four_hours_a_break_is_owed_until_half_an_hour_of_it(self, town):
        seat = sit(town, town.operator, town.line)
        by = town.operator.account_id

        def owed(at, state="FREE"):
            with factories.as_owner_of_rows():
                since = Seat.objects.get(pk=seat.pk).phones_since
            return seats.break_owed(place=seat.place, state=state, phones_since=since, at=at)

        late = town.at + timedelta(hours=4)
        assert owed(late - timedelta(seconds=1)) == ""
        assert "4 hours without half an hour of break" in owed(late)
        with acting_as(town.operator, late):
            seats.take_break(by=by, at=late)
            seats.come_back(by=by, at=late + timedelta(minutes=29))
            assert owed(late + timedelta(minutes=29))
            seats.take_break(by=by, at=late + timedelta(minutes=30))
            seats.come_back(by=by, at=late + timedelta(minutes=60))
        assert owed(late + timedelta(minutes=61)) == ""

    def test_getting_up_for_a_minute_is_no_break(self, town):
        first = sit(town, town.operator, town.line)
        late = town.at + timedelta(hours=3)
        with acting_as(town.operator, late):
            seats.get_up(by=town.operator.account_id, at=late)
        again = sit(town, town.operator, town.line, at=late + timedelta(minutes=1))
        assert again.phones_since == first.phones_since


class TestBoard:
    def test_each_sees_the_lines_of_their_reach(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.other_operator, town.other_line)
        tell(town, "ringing")
        command = factories.Appointment(role="city_command", place=CITY)
        reach = {}
        for name, who in (
            ("worker", town.operator), ("lead", town.hotline_lead), ("city", command),
            ("district", town.district_operator),
        ):  # fmt: skip
            with scope.acting(scope.of_appointment(who, at=town.at)):
                found = board.board(at=town.at)
            reach[name] = (len(found.lines), sum(found.n_seats.values()), found.n_ringing)
        assert reach == {
            "worker": (1, 1, 1), "lead": (1, 1, 1), "city": (4, 2, 1), "district": (3, 2, 1),
        }  # fmt: skip
        with (
            scope.acting(scope.of_appointment(town.lead, at=town.at)),
            pytest.raises(NotAllowed),
        ):
            board.board(at=town.at)

    def test_an_offer_from_elsewhere_is_on_no_board_of_its_receiver(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.other_operator, town.other_line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        by, to = town.operator.account_id, town.other_operator.account_id
        with acting_as(town.operator, town.at):
            answering.offer(call=call, by=by, at=town.at, to_account=to)
        with acting_as(town.other_operator, after(town, 5)):
            assert board.board(at=after(town, 5)).sums["n_answered"] == 0
        with acting_as(town.operator, after(town, 5)):
            assert board.board(at=after(town, 5)).sums["n_answered"] == 1


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_of_eight_who_press_at_once_one_has_it(self, transactional_db):
        """Without the lock on the call (``select_for_update`` in ``answer``) several had it: with
        that line taken out this test fails, since each writes down that they answered.
        """
        town = make()
        people = [factories.Appointment(role="hotline_worker", place=town.line.place)
                  for _turn in range(8)]  # fmt: skip
        for who in people:
            sit(town, who, town.line)
        call = tell(town, "ringing").id
        ready, said = threading.Barrier(len(people)), []

        def press(who):
            ready.wait()
            try:
                with translation.override("en"):
                    answer(town, who, call)
                said.append("mine")
            except Refused as refusal:
                said.append(str(refusal))
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(who,)) for who in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert said.count("mine") == 1
        assert sum("answered this call already" in each for each in said) == 7
        with factories.as_owner_of_rows():
            assert Call.objects.get().events.filter(what="ANSWERED").count() == 1
            assert Seat.objects.filter(state="TALKING").count() == 1

"""Who answers a call has it, the first of many; others are told who."""

import threading

import pytest
from django.db import connection
from django.http import Http404
from django.utils import translation
from tests import factories
from tests.kapok.hotline.calls import (
    acting_as,
    after,
    answer,
    sit,
    state_of,
    stored,
    tell,
)
from tests.kapok.hotline.conftest import make

from kapok.access import secrets
from kapok.errors import Refused
from kapok.hotline.models import Call, CallRecord, Seat
from kapok.hotline.operations import answering, seats

pytestmark = pytest.mark.django_db


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

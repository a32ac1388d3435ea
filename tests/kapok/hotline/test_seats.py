"""Seats: somebody sits down, takes breaks, gets up, and has an extension."""

from datetime import timedelta

import pytest
from django.http import Http404
from tests import factories
from tests.kapok.hotline.calls import acting_as, answer, sit, tell

from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import Seat
from kapok.hotline.operations import seats

pytestmark = pytest.mark.django_db


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

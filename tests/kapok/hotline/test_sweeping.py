"""What nobody does by hand: calls that ring or talk too long, offers and seats left over."""

from datetime import timedelta

import pytest
from tests import factories
from tests.kapok.hotline.calls import (
    acting_as,
    after,
    answer,
    backs_of,
    sit,
    state_of,
    stored,
    tell,
)

from kapok.hotline.models import Call, CallBack, Seat
from kapok.hotline.operations import answering, sweeping

pytestmark = pytest.mark.django_db


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

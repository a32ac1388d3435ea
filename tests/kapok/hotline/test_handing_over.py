"""A call is handed over: offered with all that is known, taken or declined."""

import pytest
from django.http import Http404
from tests.kapok.hotline.calls import acting_as, after, answer, sit, state_of, stored, tell

from kapok.errors import NotAllowed, Refused
from kapok.hotline.models import Call, CallRecord
from kapok.hotline.operations import answering
from kapok.hotline.queries import colleagues, queue

pytestmark = pytest.mark.django_db


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

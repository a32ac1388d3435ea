"""Shifts made with a plan, withdrawn with it, cancelled; open seats given and taken."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.small_town import HILLSIDE, RIVERSIDE

from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7
from kapok.workforce import operations
from kapok.workforce.models import Shift
from kapok.workforce.operations import WantedShift

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def wanted(account=None, start=24, hours=8, **more):
    starts_at = NOON + start * HOUR
    usual = {"post": "东门卡口", "starts_at": starts_at, "ends_at": starts_at + hours * HOUR}
    return WantedShift(account=account, **(usual | more))


def make(lead, *duties, plan=None, place=RIVERSIDE):
    with world.as_(lead):
        return operations.make_shifts(
            duties=duties, plan=plan, place=place, by=lead.account, at=NOON
        )


class TestMaking:
    def test_a_plan_makes_its_shifts_and_open_seats(self, lead, keeper):
        plan = uuid7()

        made = make(lead, wanted(keeper.account_id, party="community"), wanted(start=32), plan=plan)

        kept = [world.seen(row) for row in made]
        assert [row.account_id for row in kept] == [keeper.account_id, None]
        assert {(row.plan, row.place, row.state) for row in kept} == {(plan, RIVERSIDE, "PLANNED")}

    def test_what_is_over_makes_no_shift(self, lead, keeper):
        made = make(lead, wanted(keeper.account_id, start=-9), wanted(keeper.account_id, start=-1))

        assert [row.starts_at for row in made] == [NOON - HOUR]

    def test_somebody_with_another_shift_then_is_named_and_nothing_is_made(self, lead, keeper):
        world.shift(keeper, start=30, post="西门")

        with pytest.raises(Refused, match=r"王小明 has another shift then: “东门卡口” .* “西门”"):
            make(lead, wanted(start=24), wanted(keeper.account_id))

        assert Shift.objects.filter(plan=None).count() <= 1

    def test_a_shift_at_another_place_counts_and_its_post_is_not_told(self, lead, keeper):
        street = world.lead("community_lead", HILLSIDE)
        world.shift(keeper, start=30, post="西门")

        with pytest.raises(Refused, match="a shift elsewhere"):
            make(street, wanted(keeper.account_id), place=HILLSIDE)

    def test_a_plan_leaves_the_rest_before_a_shift_of_another_plan(self, lead, keeper):
        world.shift(keeper, start=40)  # eight hours after

        with pytest.raises(Refused, match="Rest: 王小明 would have 8 hours"):
            make(lead, wanted(keeper.account_id))

    def test_a_plan_gives_no_duty_to_somebody_who_is_isolated(self, lead, keeper):
        world.shift(keeper, hours=14 * 24, kind="ISOLATION", post="酒店")

        with pytest.raises(Refused, match="Away from duty: for 王小明"):
            make(lead, wanted(keeper.account_id, start=48))

    @pytest.mark.parametrize("field", ["post", "task", "party"])
    def test_words_too_long_for_a_shift_are_refused(self, lead, field):
        with pytest.raises(Refused, match="too long for a shift"):
            make(lead, wanted(**{field: "岗" * 121}))

    def test_a_plan_that_gives_somebody_two_shifts_at_once_is_refused(self, lead, keeper):
        with pytest.raises(Refused, match="王小明 has another shift then"):
            make(lead, wanted(keeper.account_id), wanted(keeper.account_id, start=31))

    def test_closed_duty_holds_duties_and_no_second_phase(self, lead, keeper):
        who = keeper.account_id
        phase = {"kind": "CLOSED_DUTY", "hours": 14 * 24}

        assert len(make(lead, wanted(who, **phase), wanted(who), wanted(who, start=48))) == 3
        with pytest.raises(Refused, match="has another shift then"):
            make(lead, wanted(who, start=24 * 10, kind="ISOLATION", hours=240))

    @pytest.mark.parametrize(
        ("odd", "sentence"),
        [
            ({"hours": 17}, "longer than 16 hours"),
            ({"hours": 0}, "ends before it begins"),
            ({"post": " "}, "has no post"),
        ],
    )
    def test_odd_duties_are_refused_with_their_post(self, lead, odd, sentence):
        with pytest.raises(Refused, match=sentence):
            make(lead, wanted(**({"start": 24} | odd)))

    def test_an_account_that_is_not_there_is_refused(self, lead):
        with pytest.raises(Refused, match="an account that is not there"):
            make(lead, wanted(uuid7()))

    def test_a_lead_of_another_place_makes_none(self, lead):
        with pytest.raises(NotAllowed):
            make(world.lead("community_lead", HILLSIDE), wanted())

    def test_the_database_holds_that_nobody_is_at_two_posts_at_once(self, lead, keeper):
        world.shift(keeper)

        with pytest.raises(IntegrityError, match="one_duty"), transaction.atomic():
            world.shift(keeper, start=28)
        world.shift(keeper, start=28, state="CANCELLED", reason="暴雨")

    def test_the_database_holds_the_length_of_duties_alone(self, lead, keeper):
        with pytest.raises(IntegrityError, match="16_hours"), transaction.atomic():
            world.shift(keeper, hours=17)
        world.shift(keeper, hours=17, kind="STANDBY")


class TestCancelling:
    def test_withdrawing_a_plan_leaves_what_has_begun(self, lead, keeper):
        plan = uuid7()
        begun = world.shift(keeper, start=-1, plan=plan)
        later = world.shift(keeper, start=24, plan=plan)
        other = world.shift(keeper, start=48, plan=uuid7())

        with world.as_(lead):
            n = operations.withdraw_shifts(plan=plan, reason="撤销", by=lead.account, at=NOON)

        assert n == 1
        assert [world.seen(row).state for row in (begun, later, other)] == [
            "PLANNED", "CANCELLED", "PLANNED",
        ]  # fmt: skip

    def test_a_cancelled_shift_keeps_its_reason_and_its_worker(self, lead, keeper):
        shift = world.shift(keeper)

        with world.as_(lead):
            operations.cancel_shift(shift_id=shift.pk, reason="暴雨", by=lead.account, at=NOON)

        kept = world.seen(shift)
        assert (kept.state, kept.reason, kept.account_id) == (
            "CANCELLED", "暴雨", keeper.account_id,
        )  # fmt: skip

    def test_the_seat_may_stay_open_for_somebody_else(self, lead, keeper):
        shift = world.shift(keeper, party="community")

        with world.as_(lead):
            operations.cancel_shift(
                shift_id=shift.pk, reason="病了", seat_stays=True, by=lead.account, at=NOON
            )
            [seat] = Shift.objects.filter(account=None)

        assert (seat.starts_at, seat.party, seat.state) == (
            shift.starts_at, "community", "PLANNED",
        )  # fmt: skip

    def test_it_needs_a_reason(self, lead, keeper):
        shift = world.shift(keeper)

        with world.as_(lead), pytest.raises(Refused, match="Say why"):
            operations.cancel_shift(shift_id=shift.pk, reason=" ", by=lead.account, at=NOON)

    def test_what_is_over_is_not_cancelled(self, lead, keeper):
        shift = world.shift(keeper, start=-9)

        with world.as_(lead), pytest.raises(Refused, match="is over"):
            operations.cancel_shift(shift_id=shift.pk, reason="x", by=lead.account, at=NOON)

    def test_nobody_cancels_their_own(self, lead, keeper):
        shift = world.shift(keeper)

        with world.at_work(keeper), pytest.raises(NotAllowed):
            operations.cancel_shift(shift_id=shift.pk, reason="x", by=keeper.account, at=NOON)


class TestOpenSeats:
    def take(self, seat, who):
        with world.at_work(who):
            return operations.take_shift(shift_id=seat.pk, by=who.account, at=NOON)

    def give(self, lead, seat, who, reason=""):
        with world.as_(lead):
            return operations.give_shift(
                shift_id=seat.pk, account=who.account_id, reason=reason, by=lead.account, at=NOON
            )

    def test_a_worker_of_the_place_takes_it(self, lead, keeper):
        seat = world.shift(party="community")

        self.take(seat, keeper)

        assert world.seen(seat).account_id == keeper.account_id

    def test_a_worker_of_another_place_does_not_even_see_it(self, lead):
        seat = world.shift()

        with pytest.raises(NotAllowed):
            self.take(seat, world.keeper(place=HILLSIDE))

    def test_a_seat_of_another_party_is_refused(self, lead, keeper):
        with pytest.raises(Refused, match="for the party “Police”, which 王小明"):
            self.take(world.shift(party="police"), keeper)

    def test_a_seat_is_taken_once(self, lead, keeper):
        seat = world.shift()
        self.take(seat, world.keeper("李娜"))

        with pytest.raises(NotAllowed, match="Somebody else has taken this seat"):
            self.take(seat, keeper)

    def test_short_rest_is_refused_with_the_rule_and_both_shifts(self, lead, keeper):
        world.shift(keeper, start=24, post="西门")  # 12:00–20:00

        with pytest.raises(Refused) as refusal:
            self.take(world.shift(start=24 + 8 + 9), keeper)

        assert str(refusal.value) == (
            "Rest: 王小明 would have 9 hours between “西门” (03-03 12:00–20:00) and "
            "“东门卡口” (03-04 05:00–13:00); at least 11 are needed."
        )

    def test_a_fourth_night_is_refused_from_both_sides(self, lead, keeper):
        for n in (0, 1, 3):
            world.shift(keeper, start=10 + 24 * n)  # 22:00–06:00

        with pytest.raises(Refused, match="Nights in a row: 王小明 would have 4"):
            self.give(lead, world.shift(start=10 + 48), keeper)

    def test_long_hours_need_a_lead_who_gives_a_reason(self, lead, keeper):
        week = 6 * 24  # from Sunday noon
        for n in range(4):
            world.shift(keeper, start=week + 24 * (n + 1), hours=12)
        seat = world.shift(start=week + 24 * 5, hours=10)

        with pytest.raises(Refused, match=r"would have 58, .* more than 48 need a lead"):
            self.take(seat, keeper)
        with pytest.raises(Refused, match="more than 48 need a lead"):
            self.give(lead, seat, keeper)
        self.give(lead, seat, keeper, reason="抢险")

        assert world.seen(seat).reason == "抢险"

    def test_no_reason_reaches_beyond_sixty_hours(self, lead, keeper):
        for n in range(4):
            world.shift(keeper, start=24 * (7 + n), hours=13)

        with pytest.raises(Refused, match=r"would have 61, .* more than 60 are never allowed"):
            self.give(lead, world.shift(start=24 * 11, hours=9), keeper, reason="抢险")

    def test_leave_and_isolation_stand_against_a_duty(self, lead, keeper):
        world.shift(keeper, start=12, hours=72, kind="LEAVE", post="休假")

        with pytest.raises(Refused, match="Away from duty: for 王小明 “Leave 休假”"):
            self.take(world.shift(), keeper)

    def test_rules_of_the_post_hold(self, lead):
        world.post(RIVERSIDE, risk=2)
        volunteer = world.volunteer(RIVERSIDE, insured_until=NOON.date())

        with pytest.raises(Refused, match="no insurance holds"):
            self.give(lead, world.shift(), volunteer)

    def test_a_volunteer_may_be_given_a_seat_of_the_volunteers(self, lead):
        volunteer = world.volunteer(RIVERSIDE)

        self.give(lead, world.shift(party="volunteers"), volunteer)
        with pytest.raises(Refused, match="for the party “Health staff”"):
            self.give(lead, world.shift(start=72, party="health"), volunteer)

    def test_whoever_does_not_work_there_is_given_none(self, lead):
        stranger = world.worker(HILLSIDE, name="陈")

        with pytest.raises(Refused, match="陈 does not work at this place"):
            self.give(lead, world.shift(), stranger)

    def test_a_seat_that_is_taken_is_not_given(self, lead, keeper):
        with pytest.raises(Refused, match="taken already"):
            self.give(lead, world.shift(world.keeper("李娜")), keeper)


def test_what_a_shift_was_before_is_kept(lead):
    keeper, seat = world.keeper(), world.shift()
    with world.at_work(keeper):
        operations.take_shift(shift_id=seat.pk, by=keeper.account, at=NOON)

    with factories.as_owner_of_rows():
        from django.apps import apps  # noqa: PLC0415

        history = apps.get_model("workforce", "ShiftEvent").objects.filter(id=seat.pk)
        assert [row.account_id for row in history] == [None]

"""Who sees which shifts: one's own, those of one's places, and open seats; never a stranger's."""

from datetime import timedelta

import pytest
from django.db import connection
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.small_town import HILLSIDE, RIVERSIDE, STREET

from kapok.access.scope import acting, of_account, of_resident
from kapok.ids import uuid7
from kapok.workforce import operations
from kapok.workforce.models import CalendarKey, Shift, SwapOffer
from kapok.workforce.operations.calendars import index_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def li(lead):
    return world.keeper("李娜")


@pytest.fixture
def stranger(lead):
    """Somebody who works elsewhere."""
    return world.keeper("外", place=HILLSIDE)


def asked(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def timetable(who):
    keys = [str(who.account_id)]
    query = "SELECT post FROM workforce_timetable(%s::uuid[], %s, %s)"
    return asked(query, keys, NOON - 9 * DAY, NOON + 9 * DAY)


def offer(who, shift, to=None):
    with world.at_work(who):
        return operations.offer_swap(
            shift_id=shift.pk, to=to and to.account_id, by=who.account, at=NOON
        )


class TestShifts:
    def test_a_worker_sees_their_own_and_open_seats_of_their_place(self, keeper, li):
        own, seat = world.shift(keeper), world.shift(start=72)
        world.shift(li, start=48)
        world.shift(start=72, place=HILLSIDE)
        world.shift(start=96, state="CANCELLED", reason="x")

        with world.at_work(keeper):
            assert set(Shift.objects.all()) == {own, seat}

    def test_a_worker_without_an_appointment_sees_their_own(self, keeper):
        own = world.shift(keeper)
        world.shift()

        with acting(of_account(keeper.account_id, at=NOON)):
            assert list(Shift.objects.all()) == [own]

    def test_a_resident_sees_none(self, keeper):
        world.shift(keeper)
        world.shift()

        with acting(of_resident((), at=NOON)):
            assert not Shift.objects.exists()

    def test_a_lead_sees_those_of_their_places_for_the_purpose_alone(self, lead, keeper):
        world.shift(keeper)
        world.shift(start=99, place=440305001001000)

        with world.as_(lead):
            assert Shift.objects.count() == 1
        with world.at_work(lead):
            assert not Shift.objects.exists()

    def test_somebody_elsewhere_sees_and_changes_nothing(self, keeper, stranger):
        shift = world.shift(keeper)

        with world.at_work(stranger):
            assert not Shift.objects.exists()
            assert Shift.objects.filter(pk=shift.pk).update(account=stranger.account) == 0


class TestOffers:
    def test_an_offer_to_everybody_shows_the_shift_to_colleagues_of_the_place(
        self, keeper, li, stranger
    ):
        shift = world.shift(keeper)
        swap = offer(keeper, shift)

        for who, sees in ((li, True), (stranger, False)):
            with world.at_work(who):
                assert SwapOffer.objects.filter(pk=swap.pk).exists() is sees
                assert Shift.objects.filter(pk=shift.pk).exists() is sees

    def test_an_offer_to_one_is_seen_by_that_one_alone(self, keeper, li):
        shift = world.shift(keeper)
        offer(keeper, shift, to=li)

        for who, sees in ((li, True), (world.keeper("张"), False)):
            with world.at_work(who):
                assert SwapOffer.objects.exists() is sees
                assert Shift.objects.filter(pk=shift.pk).exists() is sees

    def test_whoever_may_take_an_offer_cannot_take_the_shift_itself(self, keeper, li):
        shift = world.shift(keeper)
        offer(keeper, shift)

        with world.at_work(li):
            assert Shift.objects.filter(pk=shift.pk).update(account=li.account) == 0

    @pytest.mark.parametrize("role", ["auditor", "data_protection_officer", "health_authority"])
    def test_overseers_see_neither_offers_nor_open_seats(self, keeper, role):
        offer(keeper, world.shift(keeper))
        world.shift(start=72)

        with world.at_work(world.lead(role, STREET)):
            assert not SwapOffer.objects.exists()
            assert not Shift.objects.exists()


class TestFunctions:
    def test_times_of_duty_are_told_to_leads_colleagues_and_oneself_alone(
        self, lead, keeper, li, stranger
    ):
        world.shift(keeper)
        nobody = world.keeper("远", place=440305001001000)

        for who, told in (
            (keeper, [("东门卡口",)]), (li, [("东门卡口",)]), (lead, [("东门卡口",)]),
            (stranger, []), (nobody, []),
        ):  # fmt: skip
            with world.as_(who) if who is lead else world.at_work(who):
                assert timetable(keeper) == told

    def test_of_a_post_elsewhere_only_the_time_is_told(self, keeper, li):
        world.shift(keeper, place=HILLSIDE)

        with world.at_work(li):
            assert timetable(keeper) == [("",)]

    def test_without_anybody_who_acts_nothing_is_told(self, keeper):
        world.shift(keeper)

        with acting(of_resident((), at=NOON)):
            assert timetable(keeper) == []
            assert asked("SELECT * FROM workforce_colleagues()") == []
            assert asked("SELECT workforce_serves(%s, %s)", keeper.account_id, RIVERSIDE) == []

    def test_as_what_somebody_works_is_told_of_ones_own_places(self, keeper, li, stranger):
        query = "SELECT workforce_serves(%s, %s)"

        with world.at_work(li):
            assert asked(query, keeper.account_id, RIVERSIDE) == [("gate_keeper",)]
            assert asked(query, stranger.account_id, HILLSIDE) == []

    def test_colleagues_are_those_with_shifts_in_the_same_place(self, keeper, li, stranger):
        world.shift(li)
        world.shift(stranger, place=HILLSIDE)
        world.shift(keeper, start=72)

        with world.at_work(keeper):
            assert asked("SELECT * FROM workforce_colleagues()") == [(li.account_id,)]

    def test_a_calendar_opens_with_its_key_and_an_open_account(self, keeper):
        query = "SELECT workforce_calendar(%s)"
        with world.at_work(keeper):
            key = operations.renew_calendar(by=keeper.account, at=NOON)

        with acting(of_resident((), at=NOON)):
            assert asked(query, index_of(key)) == [(keeper.account_id,)]
            assert asked(query, index_of(str(uuid7()))) == [(None,)]
            assert not CalendarKey.objects.exists()
        factories.access.User.objects.filter(pk=keeper.account_id).update(is_active=False)
        assert asked(query, index_of(key)) == [(None,)]

    def test_a_calendar_key_is_seen_by_its_owner_alone(self, lead, keeper, li):
        with world.at_work(keeper):
            operations.renew_calendar(by=keeper.account, at=NOON)
            assert CalendarKey.objects.count() == 1

        for who in (li, lead):
            with world.at_work(who):
                assert not CalendarKey.objects.exists()

"""Hours: counted by half-hours, confirmed by somebody else, seen by who needs them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.kapok.workforce.world import DAY, HOUR, here
from tests.small_town import RIVERSIDE

from kapok.access.scope import acting, of_appointment
from kapok.errors import NotAllowed, Refused
from kapok.workforce import hours, operations, queries
from kapok.workforce.models import HoursEntry
from kapok.workforce.workflow import IllegalMove


def minutes(n):
    return hours.counted(NOON, NOON + timedelta(minutes=n))


class TestCounting:
    @pytest.mark.parametrize(
        ("n", "counted"),
        [
            (0, "0"),
            (15, "0"),
            (16, "0.5"),
            (45, "0.5"),
            (46, "1"),
            (60, "1"),
            (75, "1"),
            (76, "1.5"),
            (240, "4"),
        ],
    )
    def test_the_published_example(self, n, counted):
        assert minutes(n) == Decimal(counted)

    @given(st.integers(0, 24 * 60))
    def test_never_more_than_a_quarter_of_an_hour_off(self, n):
        assert minutes(n) * 2 == int(minutes(n) * 2)
        assert abs(minutes(n) * 60 - n) <= 15

    @given(st.integers(0, 1400), st.integers(0, 40))
    def test_who_stays_longer_never_gets_less(self, n, more):
        assert minutes(n + more) >= minutes(n)

    def test_nine_hours_on_a_day_are_too_many(self):
        [found] = hours.too_much([(NOON, NOON + 5 * HOUR), (NOON + 6 * HOUR, NOON + 10 * HOUR)])
        assert found.hours == 9

    def test_seven_days_in_a_row_are_too_many_six_are_not(self):
        days = [(NOON + n * DAY, NOON + n * DAY + HOUR) for n in range(7)]

        assert not hours.too_much(days[:6])
        assert [found.days for found in hours.too_much(days)] == [7]


@pytest.mark.django_db
class TestConfirming:
    def decide(self, lead, entry, move="confirm", **more):
        with world.as_(lead, NOON + DAY):
            work = getattr(operations, move)
            return work(entry_ids=[entry.pk], by=lead.account, at=NOON + DAY, **more)

    def test_the_lead_confirms_once(self, lead, entry):
        [kept] = self.decide(lead, entry)
        assert (kept.status, kept.decided_by) == ("CONFIRMED", lead.account)
        with pytest.raises(IllegalMove, match="This is “Confirmed” already"):
            self.decide(lead, entry, "refuse", reason="x")

    def test_a_refusal_says_why(self, lead, entry):
        with pytest.raises(Refused, match="Say why"):
            self.decide(lead, entry, "refuse", reason=" ")
        [kept] = self.decide(lead, entry, "refuse", reason="不在现场")
        assert (kept.status, kept.reason) == ("REFUSED", "不在现场")

    def test_nobody_confirms_their_own(self, lead):
        post = world.post(RIVERSIDE)
        with world.as_(lead):
            operations.check_in(post_id=post.pk, by=lead.account, at=NOON)
            mine = operations.check_out(post_id=post.pk, by=lead.account, at=NOON + HOUR)
        with pytest.raises(NotAllowed, match="Nobody confirms their own"):
            self.decide(lead, mine)

    def test_the_database_refuses_it_too(self, entry):
        with (
            factories.as_owner_of_rows(),
            pytest.raises(IntegrityError, match="hours_are_confirmed_by_somebody_else"),
            transaction.atomic(),
        ):
            HoursEntry.objects.filter(pk=entry.pk).update(
                status="CONFIRMED", decided_by=entry.account, decided_at=NOON
            )

    @pytest.mark.parametrize("place", [440103023000000, 440103022002000])
    def test_a_lead_elsewhere_cannot_see_them(self, lead, entry, place):
        role = "street_command" if place % 10**6 == 0 else "community_lead"
        other = world.lead(role, place)
        with pytest.raises(NotAllowed, match="outside your places"):
            self.decide(other, entry)

    def test_a_grid_worker_may_not(self, lead, entry):
        worker = factories.Appointment(place=RIVERSIDE)
        with pytest.raises(NotAllowed):
            self.decide(worker, entry)

    def test_the_certificate_counts_confirmed_hours_alone(self, lead, entry):
        account = entry.account
        with here(account, NOON + DAY):
            day = NOON.date()
            before = queries.certificate(account, first=day, last=day, at=NOON)
        self.decide(lead, entry)
        with here(account, NOON + DAY):
            after = queries.certificate(account, first=day, last=day, at=NOON)
        assert (before.hours, after.hours) == (0, 2)


@pytest.mark.django_db
class TestWhoSeesHours:
    def test_oneself_without_any_purpose_and_nobody_else(self, entry):
        stranger = factories.User()
        with here(entry.account):
            assert HoursEntry.objects.count() == 1
        with here(stranger):
            assert not HoursEntry.objects.exists()

    def test_a_lead_needs_the_purpose(self, lead, entry):
        with acting(of_appointment(lead, at=NOON)):
            assert not HoursEntry.objects.exists()
        with world.as_(lead):
            assert HoursEntry.objects.exists()

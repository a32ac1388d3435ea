"""Being at a post: in and out, planned or not, by one phone at a time."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.kapok.workforce.world import HOUR, arrive, leave
from tests.small_town import RIVERSIDE, STREET

from kapok.access.scope import acting, of_appointment
from kapok.errors import Refused
from kapok.workforce import operations
from kapok.workforce.models import Call


@pytest.mark.django_db
class TestAtThePost:
    def test_in_and_out_make_hours_that_wait(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)

        arrive(account, post)
        entry = leave(account, post, NOON + 3 * HOUR + timedelta(minutes=50))

        assert (entry.hours, entry.status, entry.is_unplanned) == (Decimal(4), "PENDING", True)

    def test_an_appointment_over_the_place_makes_it_planned(self, lead):
        keeper = factories.Appointment(role="gate_keeper", place=RIVERSIDE)
        with acting(of_appointment(keeper, at=NOON)):
            entry = operations.check_in(
                post_id=world.post(RIVERSIDE + 1).pk, by=keeper.account, at=NOON
            )
        assert not entry.is_unplanned

    def test_an_accepted_call_makes_it_planned(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
        with factories.as_owner_of_rows():
            Call.objects.create(
                post=post, place=post.place, account=account, starts_at=NOON + HOUR / 2,
                ends_at=NOON + 4 * HOUR, status="ACCEPTED", asked_at=NOON,
            )  # fmt: skip
        assert not arrive(account, post).is_unplanned

    def test_twice_names_where_they_are(self, lead):
        account = world.volunteer(RIVERSIDE).account
        arrive(account, world.post(RIVERSIDE, "东门"))

        with pytest.raises(Refused, match="checked in at “东门” since 2026-03-02 12:00"):
            arrive(account, world.post(RIVERSIDE, "西门"))

    def test_out_of_another_post_is_refused(self, lead):
        account = world.volunteer(RIVERSIDE).account
        arrive(account, world.post(RIVERSIDE, "东门"))

        with pytest.raises(Refused, match="Check out there first"):
            leave(account, world.post(RIVERSIDE, "西门"), NOON + HOUR)

    def test_out_without_in_is_refused(self, lead):
        with pytest.raises(Refused, match="not checked in"):
            leave(world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE), NOON)

    def test_whoever_forgot_asks_the_lead(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
        entry = arrive(account, post)

        with pytest.raises(Refused, match="Tell your lead when you left"):
            leave(account, post, NOON + 17 * HOUR)
        with world.as_(lead, NOON + 20 * HOUR):
            kept = operations.correct(
                entry_id=entry.pk, left_at=NOON + 4 * HOUR, reason="忘记签退",
                by=lead.account, at=NOON + 20 * HOUR,
            )  # fmt: skip
        assert (kept.hours, kept.status, kept.corrected_by) == (4, "PENDING", lead.account)

    def test_a_closed_post_takes_nobody(self, lead):
        post = world.post(RIVERSIDE, closed_at=NOON)

        with pytest.raises(Refused, match="is closed"):
            arrive(world.volunteer(RIVERSIDE).account, post)


@pytest.mark.django_db(transaction=True)
def test_two_phones_check_the_same_person_in_once():
    account, post = factories.User(), world.post(STREET)
    answers, start = [None, None], threading.Barrier(2)

    def run(index):
        try:
            start.wait(timeout=20)
            arrive(account, post)
            answers[index] = "in"
        except Refused:
            answers[index] = "refused"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n], daemon=True) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(map(str, answers)) == ["in", "refused"]

"""Hours, calls and waiting lists go when their time has come, and not before."""

from datetime import timedelta

import pytest
from django.apps import apps
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.small_town import RIVERSIDE

from kapok.access.scope import acting, of_deletion
from kapok.workforce.models import Call, HoursEntry, Shift, SwapOffer, WorkerList
from kapok.workforce.operations.retention import KEPT, RULES, SHIFTS_KEPT

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
RULE = {rule.code: rule for rule in RULES}


def delete(code, at):
    with acting(of_deletion(at=at)):
        gone = RULE[code].delete(at, 10)
        return gone.n_rows if gone else 0


@pytest.fixture
def rows(lead):
    """Confirmed hours, open hours, a call and a waiting list."""
    post, account = world.post(RIVERSIDE), factories.User()
    there = {"post": post, "place": RIVERSIDE, "account": account}
    with factories.as_owner_of_rows():
        HoursEntry.objects.create(
            arrived_at=NOON, left_at=NOON + HOUR, hours=1, status="CONFIRMED",
            decided_by=lead.account, decided_at=NOON, **there,
        )  # fmt: skip
        HoursEntry.objects.create(arrived_at=NOON, **there)
        Call.objects.create(starts_at=NOON - HOUR, ends_at=NOON, asked_at=NOON, **there)
        WorkerList.objects.create(
            place=RIVERSIDE, level="COMMUNITY", file_name="x", rows=b"x", n_rows=0, made_at=NOON
        )


@pytest.mark.parametrize(
    ("code", "kept"),
    [("hours", KEPT), ("calls", KEPT), ("worker_lists", timedelta(days=7))],
)
def test_each_is_kept_for_its_time_and_no_longer(rows, code, kept):
    assert delete(code, NOON + kept) == 0
    assert delete(code, NOON + kept + HOUR) == {"worker_lists": 1}.get(code, 2)  # with its history
    assert delete(code, NOON + kept + HOUR) == 0


def test_a_shift_goes_after_two_years_with_its_offers_and_their_history(rows):
    shift = world.shift(world.keeper(), start=-8, hours=8)
    swap = world.offer(world.keeper("李娜"), shift)
    with factories.as_owner_of_rows():
        SwapOffer.objects.filter(pk=swap.pk).update(note="谢谢")

    assert delete("shifts", NOON + SHIFTS_KEPT) == 0
    assert delete("shifts", NOON + SHIFTS_KEPT + HOUR) == 5  # both, both removed, one changed

    with factories.as_owner_of_rows():
        assert not Shift.objects.exists()
        assert not SwapOffer.objects.exists()
        assert not apps.get_model("workforce", "SwapOfferEvent").objects.exists()


def test_hours_that_nobody_settled_stay(rows):
    delete("hours", NOON + 2 * KEPT)

    with factories.as_owner_of_rows():
        assert [entry.status for entry in HoursEntry.objects.all()] == ["OPEN"]

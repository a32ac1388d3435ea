"""A plan is put in force and ended: its bookings and shifts come and go with it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import factories
from tests.kapok.planning.plans import PLACE, again, asked, made, put, shifts
from tests.kapok.planning.sums import BEGINS

from kapok.errors import Refused
from kapok.planning.computing import compute
from kapok.planning.documents import fingerprint
from kapok.planning.models import BookingSlot, Plan
from kapok.planning.operations import publishing, situations
from kapok.planning.planner import Duty, Sent
from kapok.planning.workflow import State

pytestmark = pytest.mark.django_db


def test_putting_in_force_makes_bookings_and_ending_takes_those_to_come_back(desk):
    plan = put(desk, made(desk))
    with desk.acting():
        [slot] = BookingSlot.objects.all()
        assert (slot.capacity, slot.starts_at, slot.place) == (7, BEGINS, PLACE)
        publishing.end(plan_id=plan.pk, version=plan.version, by=desk.account, at=timezone.now())
        assert not BookingSlot.objects.exists()
    assert again(desk, plan).state == State.ENDED


def test_putting_in_force_makes_shifts_and_ending_cancels_those_to_come(desk, sums, monkeypatch):
    monkeypatch.setattr(type(sums), "who", str(desk.account.pk))
    monkeypatch.setattr(sums, "duties", lambda s, p: type(sums).duties(sums, s, p[:1]))
    plan = put(desk, made(desk))
    [shift] = shifts()
    assert (shift.account_id, shift.post, shift.starts_at) == (desk.account.pk, "post 0", BEGINS)
    assert (shift.place, shift.plan, shift.kind) == (PLACE, plan.pk, "DUTY")
    with desk.acting():
        publishing.end(plan_id=plan.pk, version=plan.version, by=desk.account, at=timezone.now())
    [shift] = shifts()
    assert shift.state == "CANCELLED"
    assert "Sums" in shift.reason


def test_a_mended_plan_takes_the_place_of_the_one_in_force_and_changes_no_more_than_it_must(
    desk, sums
):
    plan = put(desk, made(desk, document={"numbers": [3, 4, 1], "wanted": 7}))
    before = {shift.post: shift.pk for shift in shifts()}
    with desk.acting():
        slot = BookingSlot.objects.get()
        mended = situations.mend(
            plan_id=plan.pk, sent=Sent({"lost": ("4",)}, {}), by=desk.account, at=timezone.now()
        )
        Plan.objects.filter(pk=mended.pk).update(
            situation={"numbers": [3, 0, 4], "wanted": 7},
            situation_sha256=fingerprint("hotline", {"numbers": [3, 0, 4], "wanted": 7}),
        )
    mended = asked(desk, again(desk, mended))
    compute(mended.pk, enter=desk.acting)
    put(desk, again(desk, mended))
    assert again(desk, plan).state == State.ENDED
    after = {shift.post: shift for shift in shifts()}
    assert after["post 0"].pk == before["post 0"]
    assert after["post 0"].plan == mended.pk
    assert (after["post 1"].state, after["post 2"].state) == ("CANCELLED", "PLANNED")
    with desk.acting():
        assert BookingSlot.objects.get().pk == slot.pk


def test_open_seats_are_made_where_a_plan_names_nobody(desk):
    put(desk, made(desk))
    assert [shift.account_id for shift in shifts()] == [None, None]


def test_seats_are_not_made_twice_by_two_plans_of_one_place(desk):
    put(desk, made(desk))
    with pytest.raises(Refused, match="Another plan in force has the seats"):
        put(desk, made(desk))
    assert len(shifts()) == 2


def test_nothing_is_made_where_somebody_has_another_shift_then(desk, sums, monkeypatch):
    monkeypatch.setattr(type(sums), "who", str(desk.account.pk))  # at both posts at once
    plan = made(desk)
    with pytest.raises(Refused):
        put(desk, plan)
    assert shifts() == []
    assert again(desk, plan).state == State.READY
    with desk.acting():
        assert not BookingSlot.objects.exists()


def test_who_is_named_without_a_key_is_found_among_those_who_work_there(desk, sums, monkeypatch):
    worker = factories.User(name="王红")
    factories.Appointment(account=worker, role="grid_worker", place=PLACE + 1)
    named = Duty("", "王红", "East", "", BEGINS, BEGINS + timedelta(hours=8))
    monkeypatch.setattr(sums, "duties", lambda s, p: (named,))
    put(desk, made(desk))
    assert [shift.account_id for shift in shifts()] == [worker.pk]
    monkeypatch.setattr(sums, "duties", lambda s, p: (replace(named, name="无名"),))
    with pytest.raises(Refused, match="无名"):
        put(desk, made(desk))


def test_a_plan_of_days_gone_by_is_not_put_in_force(desk):
    plan = made(desk)
    with pytest.raises(Refused, match="lies in the past"):
        put(desk, plan, at=BEGINS + timedelta(days=1))
    assert again(desk, plan).state == State.READY


def test_a_situation_that_was_touched_behind_the_plan_is_noticed(desk):
    plan = made(desk)
    with desk.acting():
        Plan.objects.filter(pk=plan.pk).update(situation={"numbers": [1], "wanted": 1})
    with pytest.raises(Refused, match="not what this plan was made from"):
        put(desk, plan)


def test_nobody_who_does_not_work_there_is_given_a_shift(desk, sums, monkeypatch):
    stranger = factories.User(name="远方")
    factories.Appointment(account=stranger, role="grid_worker", place=440305001001000)
    given = Duty(str(stranger.pk), "远方", "East", "", BEGINS, BEGINS + timedelta(hours=8))
    monkeypatch.setattr(sums, "duties", lambda s, p: (given,))
    with pytest.raises(Refused, match="远方"):
        put(desk, made(desk))
    assert shifts() == []


def test_a_key_that_is_none_is_refused_by_name(desk, sums, monkeypatch):
    given = Duty("no key", "王红", "East", "", BEGINS, BEGINS + timedelta(hours=8))
    monkeypatch.setattr(sums, "duties", lambda s, p: (given,))
    with pytest.raises(Refused, match="王红"):
        put(desk, made(desk))


def test_words_that_are_too_long_for_a_shift_are_refused(desk, sums, monkeypatch):
    long = Duty("", "", "East " * 20, "", BEGINS, BEGINS + timedelta(hours=8))
    monkeypatch.setattr(sums, "duties", lambda s, p: (long,))
    with pytest.raises(Refused, match="East"):
        put(desk, made(desk))

"""Plans from the situation to the shifts: asked for, made, changed, put in force, ended."""

import multiprocessing
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from tests import factories
from tests.kapok.planning.sums import BEGINS

from kapok.access import jobs
from kapok.errors import NotAllowed, Refused
from kapok.planning import making
from kapok.planning.computing import compute
from kapok.planning.documents import fingerprint
from kapok.planning.models import BookingSlot, Plan
from kapok.planning.operations import asking, changing, publishing, situations
from kapok.planning.planner import Duty, Sent
from kapok.planning.workflow import Origin, State

pytestmark = pytest.mark.django_db
PLACE = 440103022001000


def begun(desk, **more):
    with desk.acting():
        return situations.begin(
            **{
                "kind": "hotline",
                "place": PLACE,
                "title": "Sums",
                "document": {"numbers": [3, 4, 6], "wanted": 8},
                "by": desk.account,
                "at": timezone.now(),
            }
            | more
        )


def asked(desk, plan, **more):
    with desk.acting():
        return asking.ask(
            **{"plan_id": plan.pk, "version": plan.version, "seed": 0, "budget": "normal"}
            | {"by": desk.account, "at": timezone.now()}
            | more
        )


def made(desk, **more):
    """A plan that was planned: 3 and 4 of 8."""
    plan = asked(desk, begun(desk, **more))
    compute(plan.pk, enter=desk.acting)
    return again(desk, plan)


def again(desk, plan):
    with desk.acting():
        return Plan.objects.get(pk=plan.pk)


def changed(desk, plan, pick):
    with desk.acting():
        return changing.change(
            plan_id=plan.pk,
            version=plan.version,
            change={"pick": str(pick)},
            by=desk.account,
            at=timezone.now(),
        )


def put(desk, plan, **more):
    with desk.acting():
        return publishing.put_in_force(
            **{"plan_id": plan.pk, "version": plan.version}
            | {"by": desk.account, "at": timezone.now()}
            | more
        )


def test_a_plan_is_made_from_its_situation_and_says_so_in_both_languages(desk):
    plan = made(desk)
    assert plan.state == State.READY
    assert plan.result == {"picked": [0, 1]}
    assert plan.said["en"]["sections"][0]["lines"] == ["1 are missing."]
    assert plan.said["zh-hans"]["figures"][0]["label"] == "标题"
    assert plan.said["en"]["figures"][0]["label"] == "Title"
    assert set(plan.versions) >= {"kapok", "numpy", "python"}
    assert (plan.done, plan.total) == (0, 0)  # it was quicker than the first look at it


def test_a_situation_that_cannot_be_is_refused_before_anything_is_made(desk):
    plan = begun(desk, document={"numbers": [], "wanted": 1})
    with pytest.raises(Refused, match="There are no numbers"):
        asked(desk, plan)
    assert again(desk, plan).state == State.DRAFT


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"budget": "endless"}, "no such budget"),
        ({"seed": 2**40}, "whole number from 0"),
        ({"seed": -1}, "whole number from 0"),
        ({"version": 7}, "Somebody else changed"),
    ],
)
def test_what_is_asked_for_must_make_sense(desk, more, sentence):
    plan = begun(desk)
    with pytest.raises(Refused, match=sentence):
        asked(desk, plan, **more)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"kind": "bridge"}, "no such kind"),
        ({"title": ""}, "Give the plan a title"),
        ({"document": {"numbers": [float("inf")]}}, "infinite"),
    ],
)
def test_what_is_begun_must_make_sense(desk, more, sentence):
    with pytest.raises(Refused, match=sentence):
        begun(desk, **more)


def test_nobody_plans_for_another_place(desk, desk_of):
    with pytest.raises(NotAllowed):
        begun(desk, place=440305001001000)
    plan = begun(desk)
    stranger = desk_of(place=440305001001000)
    with pytest.raises(Http404):
        asked(stranger, plan)
    assert stranger.client.get(f"/plans/{plan.pk}/").status_code == 404


def test_whoever_does_not_plan_sees_no_plan(desk, desk_of):
    plan = begun(desk)
    worker = desk_of("grid_worker", PLACE + 1)
    assert worker.client.get("/plans/").status_code == 403
    assert worker.client.get(f"/plans/{plan.pk}/").status_code == 403


def test_planning_twice_is_one_plan(desk):
    plan = asked(desk, begun(desk))
    with pytest.raises(Refused, match="Waits to be planned"):
        asked(desk, again(desk, plan))
    compute(plan.pk, enter=desk.acting)
    first = again(desk, plan)
    compute(plan.pk, enter=desk.acting)  # the same job, delivered twice
    assert again(desk, plan).version == first.version


def test_a_plan_whose_worker_was_lost_is_made_again_from_the_start(desk):
    plan = asked(desk, begun(desk))
    with desk.acting():
        assert asking.begin_making(plan_id=plan.pk, at=timezone.now()) is not None
    assert again(desk, plan).state == State.MAKING
    compute(plan.pk, enter=desk.acting)
    assert again(desk, plan).result == {"picked": [0, 1]}


def test_what_waits_is_taken_back_and_the_job_then_does_nothing(desk):
    plan = asked(desk, begun(desk))
    with desk.acting():
        asking.stop(plan_id=plan.pk, by=desk.account, at=timezone.now())
    compute(plan.pk, enter=desk.acting)
    assert again(desk, plan).state == State.DRAFT


def test_stopping_keeps_the_best_so_far(desk, monkeypatch):
    monkeypatch.setattr("kapok.planning.computing.BEAT_S", 0)
    plan = asked(desk, begun(desk))
    real = asking.note_progress

    def stop_at_once(**words):
        asking.stop(plan_id=plan.pk, by=desk.account, at=timezone.now())
        return real(**words)

    monkeypatch.setattr(asking, "note_progress", stop_at_once)
    compute(plan.pk, enter=desk.acting)
    found = again(desk, plan)
    assert (found.state, found.is_finished, found.result) == (State.READY, False, {"picked": [2]})


def test_a_plan_that_breaks_a_rule_is_never_shown(desk, sums, monkeypatch):
    monkeypatch.setattr(sums, "plan", lambda situation, ask: (0, 1, 2))
    monkeypatch.setattr(type(sums), "plan", lambda self, situation, ask: (0, 1, 2))
    plan = made(desk)
    assert plan.state == State.FAILED
    assert "13 is over 8." in plan.problem
    assert plan.result is None


def test_a_program_that_was_killed_is_said_to_the_one_who_waits(desk, monkeypatch):
    def lost(order, **calls):
        raise making.Lost

    monkeypatch.setattr(making, "make_apart", lost)
    plan = made(desk)
    assert plan.state == State.FAILED
    assert "for want of memory" in plan.problem or "内存" in plan.problem


def test_a_fault_of_a_planner_leaves_no_value_in_the_log(sums, monkeypatch, capsys):
    def fail(self, situation, ask):
        raise ValueError("王红 is ill")

    monkeypatch.setattr(type(sums), "plan", fail)
    here, there = multiprocessing.Pipe()
    situation = {"numbers": [3], "wanted": 3}
    making._work(there, making.Order("hotline", situation, 0, "normal", "en"))
    there.close()
    with pytest.raises(making.Lost):
        making._listen(here, lambda done, total: None, lambda: False)
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "王红" not in said


def test_the_job_acts_as_who_asked(desk, transactional_db):
    from kapok.planning.tasks import leave_plan  # noqa: PLC0415

    with desk.acting():
        plan = begun(desk)
    with desk.acting():
        asking.ask(
            plan_id=plan.pk, version=1, seed=0, budget="fast", by=desk.account, at=timezone.now()
        )
        leave_plan(plan.pk)
    jobs.work_off()
    assert again(desk, plan).state == State.READY


def test_a_change_by_hand_says_at_once_what_it_breaks_and_is_taken_back(desk):
    plan = again(desk, changed(desk, made(desk), 2))
    assert plan.said["en"]["broken"] == ["13 is over 8."]
    with pytest.raises(Refused, match="breaks a rule"):
        put(desk, plan)
    with desk.acting():
        changing.undo(plan_id=plan.pk, version=plan.version, by=desk.account, at=timezone.now())
    back = again(desk, plan)
    assert back.said["en"]["broken"] == []
    assert (back.current, back.changes) == (None, [])


def test_two_who_change_the_same_plan_do_not_overwrite_each_other(desk):
    plan = made(desk)
    changed(desk, plan, 0)
    with pytest.raises(Refused, match="Somebody else changed"):
        changed(desk, plan, 1)


def test_putting_in_force_makes_bookings_and_ending_takes_those_to_come_back(desk):
    plan = put(desk, made(desk))
    with desk.acting():
        [slot] = BookingSlot.objects.all()
        assert (slot.capacity, slot.starts_at, slot.place) == (7, BEGINS, PLACE)
        publishing.end(plan_id=plan.pk, version=plan.version, by=desk.account, at=timezone.now())
        assert not BookingSlot.objects.exists()
    assert again(desk, plan).state == State.ENDED


def shifts():
    from kapok.workforce.models import Shift  # noqa: PLC0415

    with factories.as_owner_of_rows():
        return list(Shift.objects.order_by("post"))


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


def test_computed_again_it_comes_out_the_same(desk):
    plan = made(desk)
    with desk.acting():
        copy = situations.copy(
            plan_id=plan.pk, origin=Origin.AGAIN, title="", by=desk.account, at=timezone.now()
        )
    copy = asked(desk, copy, seed=copy.seed, budget=copy.budget)
    compute(copy.pk, enter=desk.acting)
    assert again(desk, copy).result_sha256 == plan.result_sha256


def test_a_plan_is_mended_after_something_happened(desk):
    plan = made(desk)
    with desk.acting():
        mended = situations.mend(
            plan_id=plan.pk, sent=Sent({"lost": ("4",)}, {}), by=desk.account, at=timezone.now()
        )
    assert mended.situation["numbers"] == [3, 6]
    assert (mended.origin, mended.made_from_id) == (Origin.REPAIR, plan.pk)


def test_only_what_was_never_in_force_is_discarded(desk):
    plan = put(desk, made(desk))
    with desk.acting(), pytest.raises(Refused, match="never in force"):
        situations.discard(plan_id=plan.pk, by=desk.account, at=timezone.now())


def test_the_database_knows_no_ready_plan_without_a_result(desk):
    from django.db import IntegrityError  # noqa: PLC0415

    plan = begun(desk)
    with (
        desk.acting(),
        pytest.raises(IntegrityError, match="plan_has_a_result"),
        transaction.atomic(),
    ):
        Plan.objects.filter(pk=plan.pk).update(state=State.READY)
    assert connection.is_usable()


def test_those_who_work_in_the_place_are_brought_into_the_situation(desk, desk_of):
    for username, name, role, place in [
        ("li", "李明", "police_member", PLACE),
        ("li-2", "李明", "health_member", PLACE + 1),
        ("wang", "王红", "representative", PLACE + 2),
        ("far", "远方", "grid_worker", 440305001001000),
    ]:
        account = factories.User(username=username, name=name)
        factories.Appointment(account=account, role=role, place=place)
    plan = begun(desk)
    with desk.acting():
        n = situations.bring_staff(
            plan_id=plan.pk,
            version=plan.version,
            sent=Sent({}, {}),
            by=desk.account,
            at=timezone.now(),
        )
    people = [person[1:] for person in again(desk, plan).situation["people"]]
    assert people == [
        [str(desk.account), "community"],
        ["李明 li", "police"],
        ["李明 li-2", "health"],
        ["王红", "volunteers"],
    ]
    assert n == 4


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


def test_a_situation_with_signs_that_the_database_does_not_keep_is_refused(desk):
    for text in ("a\x00b", "a\ud800b"):
        with pytest.raises(Refused, match="sign"):
            begun(desk, document={"numbers": [3], "wanted": 3, "name": text})


def test_a_plan_whose_making_is_lost_for_good_is_given_up_by_stopping_it(desk):
    plan = asked(desk, begun(desk))
    at = timezone.now()
    with desk.acting():
        asking.begin_making(plan_id=plan.pk, at=at)
        asking.stop(plan_id=plan.pk, by=desk.account, at=at + timedelta(seconds=10))
    assert again(desk, plan).state == State.MAKING
    with desk.acting():
        asking.stop(plan_id=plan.pk, by=desk.account, at=at + timedelta(minutes=10))
    assert again(desk, plan).state == State.FAILED
    with desk.acting():
        situations.discard(plan_id=plan.pk, by=desk.account, at=timezone.now())

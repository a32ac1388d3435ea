"""A plan is asked for and made, once: stopped, lost, killed, wrong, and said in both languages."""

import multiprocessing
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tests.kapok.planning.plans import again, asked, begun, made

from kapok.access import jobs
from kapok.errors import Refused
from kapok.planning import making
from kapok.planning.computing import compute
from kapok.planning.models import Plan
from kapok.planning.operations import asking, situations
from kapok.planning.workflow import State

pytestmark = pytest.mark.django_db


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

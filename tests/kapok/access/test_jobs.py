"""Jobs act through the appointment they were asked under, checked anew when they begin."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from tests import factories

from kapok.access import jobs
from kapok.access.scope import acting, current, of_appointment
from kapok.errors import NotAllowed

pytestmark = pytest.mark.django_db(transaction=True)
DONE = []


@jobs.app.task(name="tests.say_who")
def say_who(**carried):
    try:
        with jobs.Pass(**carried).enter() as who:
            DONE.append((who.role, who.purpose, who.ranges))
    except NotAllowed as refusal:
        DONE.append(str(refusal))


@pytest.fixture(autouse=True)
def _clean():
    DONE.clear()


def asked(appointment):
    with acting(of_appointment(appointment, at=timezone.now(), purpose="household_care")):
        say_who.defer(**jobs.Pass.of_current().carried())


def test_a_job_acts_as_who_asked_for_it():
    worker = factories.Appointment(role="grid_worker", place=440103022001001)
    asked(worker)

    jobs.work_off()

    assert [("grid_worker", "household_care", worker.ranges)] == DONE


def test_an_appointment_that_ended_meanwhile_ends_the_job_too():
    worker = factories.Appointment(role="grid_worker", place=440103022001001)
    asked(worker)
    with factories.as_owner_of_rows():
        worker.ends_at = timezone.now() - timedelta(seconds=1)
        worker.save()

    jobs.work_off()

    assert len(DONE) == 1
    assert "not in force" in DONE[0]


def test_a_job_that_was_asked_in_what_failed_is_not_done():
    worker = factories.Appointment(role="grid_worker", place=440103022001001)

    def fail():
        with acting(of_appointment(worker, at=timezone.now())):
            say_who.defer(**jobs.Pass.of_current().carried())
            raise RuntimeError

    before = ProcrastinateJob.objects.count()
    with pytest.raises(RuntimeError):
        fail()
    jobs.work_off()

    assert DONE == []
    assert ProcrastinateJob.objects.count() == before


def test_who_has_no_appointment_leaves_no_work():
    with factories.as_box(), pytest.raises(NotAllowed, match="appointment"):
        jobs.Pass.of_current()
    assert current


def test_jobs_are_done_as_they_come_until_told_to_stop():
    stopped = threading.Event()
    thread = threading.Thread(target=jobs.serve, args=[stopped])
    thread.start()
    try:
        asked(factories.Appointment(role="grid_worker", place=440103022001001))
        for _ in range(600):
            if DONE:
                break
            stopped.wait(0.1)
    finally:
        stopped.set()
        thread.join(60)
    assert not thread.is_alive()
    assert [done[0] for done in DONE] == ["grid_worker"]

"""Alarms: what is odd is raised once a day, and what is usual is not."""

from datetime import timedelta

import pytest
from tests import factories
from tests.factories import NOON

from kapok.access import alarms
from kapok.access.alarms import THRESHOLDS
from kapok.access.models import Alarm, Look
from kapok.access.scope import acting, of_appointment, of_watch
from kapok.access.trace import look
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7

pytestmark = pytest.mark.django_db
GRID, OTHER_GRID, DISTRICT = 440103022001001, 440103022001002, 440103000000000
MIDNIGHT = NOON + timedelta(hours=13)  # one in the morning of the next day, in Guangzhou
DAY = timedelta(days=1)


@pytest.fixture
def worker():
    return factories.Appointment(role="grid_worker", place=GRID)


def looks(appointment, action, *, n=1, each=1, at=NOON, place=GRID, subjects=None):
    with acting(of_appointment(appointment, at=at, purpose="household_care")):
        for _ in range(n):
            look(action, subjects or [uuid7() for _ in range(each)], place=place)


def raised(at=NOON):
    with acting(of_watch(at=at)):
        alarms.raise_all(at=at)
        return [(alarm.kind, alarm.account, alarm.n) for alarm in Alarm.objects.order_by("kind")]


def test_five_hundred_people_in_a_day_are_usual_and_one_more_is_an_alarm(worker):
    looks(worker, Look.Action.LIST, n=10, each=50)
    assert raised() == []

    looks(worker, Look.Action.OPEN)
    assert raised() == [("MANY_LOOKS", worker.account_id, 501)]


def test_fifty_unmasked_people_are_usual_and_one_more_is_an_alarm(worker):
    looks(worker, Look.Action.REVEAL, n=THRESHOLDS.unmasked)
    assert raised() == []

    looks(worker, Look.Action.REVEAL)
    assert raised() == [("MANY_LOOKS", worker.account_id, 51)]


def test_the_same_people_looked_at_again_count_once(worker):
    same = [uuid7() for _ in range(50)]
    looks(worker, Look.Action.LIST, n=20, subjects=same)
    assert raised() == []


def test_days_are_those_of_the_place_and_are_counted_apart(worker):
    looks(worker, Look.Action.LIST, n=6, each=50, at=NOON)
    looks(worker, Look.Action.LIST, n=6, each=50, at=MIDNIGHT)
    assert [kind for kind, *_ in raised(at=MIDNIGHT) if kind == "MANY_LOOKS"] == []


def test_looks_at_night_outside_the_usual_grids_are_an_alarm(worker):
    looks(worker, Look.Action.OPEN, at=NOON - DAY)
    looks(worker, Look.Action.OPEN, at=MIDNIGHT)
    assert raised(at=MIDNIGHT) == []

    looks(worker, Look.Action.OPEN, at=MIDNIGHT, place=OTHER_GRID)
    assert raised(at=MIDNIGHT) == [("NIGHT_OUTSIDE", worker.account_id, 1)]


def test_who_works_at_night_raises_no_alarm_by_it():
    hotline = factories.Appointment(role="hotline_worker", place=DISTRICT, level="DISTRICT")
    with acting(of_appointment(hotline, at=MIDNIGHT, purpose="urgent_help")):
        look(Look.Action.OPEN, [uuid7()], place=GRID)
    assert raised(at=MIDNIGHT) == []


@pytest.mark.parametrize("action", ["EXPORT", "BREAK_GLASS"])
def test_each_export_and_each_broken_glass_is_an_alarm(worker, action):
    looks(worker, Look.Action(action), n=2)
    assert raised() == [(action, worker.account_id, 2)]


def test_refusals_in_series_are_an_alarm(worker):
    looks(worker, Look.Action.REFUSED, n=9)
    assert raised() == []
    looks(worker, Look.Action.REFUSED)
    assert raised() == [("REFUSALS", worker.account_id, 10)]


def test_raising_again_changes_nothing_and_more_of_it_counts_up(worker):
    looks(worker, Look.Action.EXPORT)
    assert raised() == raised()
    looks(worker, Look.Action.EXPORT)
    assert raised() == [("EXPORT", worker.account_id, 2)]


def auditor(**changes):
    usual = {"role": "auditor", "place": DISTRICT, "level": "DISTRICT"}
    return factories.Appointment(**usual | changes)


def settle(appointment, finding="asked the lead; it was the yearly check"):
    with acting(of_appointment(appointment, at=NOON)):
        [alarm] = Alarm.objects.all()
        return alarms.settle(alarm_id=alarm.pk, finding=finding, by=appointment.account, at=NOON)


def test_an_auditor_settles_an_alarm_with_a_finding(worker):
    looks(worker, Look.Action.EXPORT)
    raised()

    with pytest.raises(Refused, match="Write what you found"):
        settle(auditor(), finding=" ")
    settled = settle(auditor())

    assert settled.settled_at == NOON
    with pytest.raises(Refused, match="settled this alarm already"):
        settle(auditor())


def test_nobody_settles_an_alarm_about_themselves(worker):
    looks(worker, Look.Action.EXPORT)
    raised()

    with pytest.raises(NotAllowed, match="what you did yourself"):
        settle(auditor(account=worker.account))


def test_a_settled_alarm_that_grows_is_raised_anew(worker):
    looks(worker, Look.Action.EXPORT)
    raised()
    settle(auditor())
    raised()
    with acting(of_watch(at=NOON)):
        assert Alarm.objects.get().settled_at is not None

    looks(worker, Look.Action.EXPORT)
    raised()
    with acting(of_watch(at=NOON)):
        alarm = Alarm.objects.get()
    assert (alarm.n, alarm.settled_at) == (2, None)
    assert alarm.finding


def test_an_auditor_of_another_district_and_the_worker_see_no_alarm(worker):
    looks(worker, Look.Action.EXPORT)
    raised()

    for appointment in (auditor(place=440104000000000), worker):
        with acting(of_appointment(appointment, at=NOON)):
            assert Alarm.objects.count() == 0
    with acting(of_appointment(auditor(), at=NOON)):
        assert Alarm.objects.count() == 1
